"""Plain text out of whatever a caller sent: no control characters, one line, bounded."""

import json
import re
import unicodedata
from datetime import date
from decimal import Decimal

# Controls, zero-width marks, bidirectional overrides, byte order marks and lone surrogates (a database refuses those).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NOTHING = frozenset({"-", "--", "---", "n/a", "#n/a", "\\n"})
_NOTHING_TYPED = _NOTHING | {"null", "none", "nan", "nil", "(null)", "<null>", "undefined", "(blank)", "tidak ada"}


def as_text(value: object) -> str:
    """The text of a JSON or CSV value; nested values as JSON."""
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
    """Without hidden characters, composed, with single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", _HIDDEN.sub("", text)).split())


def many_lines(text: str) -> str:
    """Without hidden characters, composed; line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text)).strip()


def is_placeholder(text: str, *, typed: bool = False) -> bool:
    """Fillers such as "-" and "n/a". `typed` adds words that could be a person's name but no number or country."""
    return not text or text.lower() in (_NOTHING_TYPED if typed else _NOTHING)


def folded(text: str) -> str:
    """For comparing: case and accents gone, everything but letters and digits becomes a single space."""
    if not text.isascii():
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(_BETWEEN_WORDS.split(text.casefold())).strip()


_BETWEEN_WORDS = re.compile(r"[\W_]+")
