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
_PLACEHOLDERS = frozenset({"-", "--", "---", "n/a", "#n/a", "\\n"})
PLACEHOLDERS = _PLACEHOLDERS | {
    "null",
    "none",
    "nan",
    "nil",
    "(null)",
    "<null>",
    "undefined",
    "(blank)",
    "tidak ada",
}


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
    """Whether the text stands for "no value", such as "-" or "n/a". `strict` adds words such as "none" that cannot
    be a number or a country, but could be a person's name."""
    return not text or text.lower() in (PLACEHOLDERS if strict else _PLACEHOLDERS)


def folded(text: str) -> str:
    """The text for comparisons: lower case, without accents, with one space for everything but letters and digits."""
    if not text.isascii():
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(_BETWEEN_WORDS.split(text.casefold())).strip()


_BETWEEN_WORDS = re.compile(r"[\W_]+")
