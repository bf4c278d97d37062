"""Clean text from what a caller sent: no control characters, on one line."""

import json
import re
import unicodedata
from datetime import date
from decimal import Decimal

# Control characters, zero-width marks, bidirectional overrides, byte order marks, surrogates, which databases refuse.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# For "no value" anywhere; then words that could be a person's name, but no number, e-mail or country.
_PLACEHOLDERS = frozenset(
    {"-", "--", "---", "n/a", "#n/a", "\\n", "#value!", "#ref!", "#name?", "not provided", "not set"}
)
PLACEHOLDERS = _PLACEHOLDERS | {
    *("null", "none", "nan", "nil", "undefined", "(null)", "<null>", "(blank)", "blank", "n.a.", "not specified"),
    *("not available", "not applicable", "no answer", "select", "please select", "select one", "select an option"),
    *("choose", "please choose", "choose one", "tidak ada", "tidak diisi", "belum diisi", "pilih", "silakan pilih"),
    *("bitte wählen", "bitte auswählen", "keine angabe", "k.a.", "seleccionar", "seleccione", "no especificado"),
    *("selecionar", "selecione", "não informado", "sélectionner", "non renseigné", "non spécifié"),
}
_AROUND = "-–—_=[]()<>{}*. "
_LONGEST_PLACEHOLDER = 30


def as_text(value: object) -> str:
    """A JSON or CSV value as text; nested values as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    try:
        if isinstance(value, float) and value.is_integer():
            return f"{value:.0f}"
        if isinstance(value, int | float | Decimal):
            return str(value)
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return ""


def one_line(text: str) -> str:
    """The text on one line, without hidden characters, in composed form, with single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", _HIDDEN.sub("", text)).split())


def many_lines(text: str) -> str:
    """The text without hidden characters, in composed form. Line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text)).strip()


def is_placeholder(text: str, *, strict: bool = False) -> bool:
    """Whether the text stands for "no value", such as "-" or "n/a", or "--Select--" with marks around it. `strict` adds
    words such as "none" that cannot be a number or a country, but could be a person's name."""
    if not text or len(text) > _LONGEST_PLACEHOLDER:
        return not text
    lowered = text.lower()
    if lowered in (PLACEHOLDERS if strict else _PLACEHOLDERS):
        return True
    if lowered[0] not in _AROUND:
        return False
    core = lowered.strip(_AROUND)
    return not core or (lowered[-1] in _AROUND and core in PLACEHOLDERS)


def unwrapped(text: str) -> str:
    """The text without the marks by which a spreadsheet is made to keep it as text: ="0812" and '0812."""
    if text[:1] not in _WRAPPED:
        return text
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].replace('""', '"')
    return text[1:] if text[:1] == "'" and text[1:2] in _AFTER_MARK and len(text) > 1 else text


def folded(text: str) -> str:
    """The text for comparisons: lower case, without accents, with one space for everything but letters and digits."""
    if not text.isascii():
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(_BETWEEN_WORDS.split(text.casefold())).strip()


_WRAPPED = frozenset({"=", "'"})
_AFTER_MARK = frozenset("0123456789=+-@")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
