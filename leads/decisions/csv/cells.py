"""What the cells of a column look like: whether they can be what its title says, or say it themselves (A1a)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from leads.decisions.facts.amounts import read_size
from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.fields import LEAD_TYPES
from leads.decisions.facts.moments import is_seconds, possible_orders, read_moment
from leads.decisions.facts.text import folded, is_placeholder, one_line

SAMPLE_ROWS = 100
_FEW, _MOST = 0.1, 0.8  # shares of the filled cells of the sample
_ENOUGH = 3  # filled cells
_CUT = 300  # characters of a cell
_YES_AND_NO = frozenset(
    ["yes", "no", "y", "n", "true", "false", "ja", "nein", "ya", "tidak", "ada", "si", "oui", "non", "sim", "não", "x"]
)

_EMAIL = re.compile(r"(?<![^@\s])[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_PHONE = re.compile(r"(?:p:|tel:|wa\.me/)?[-+()./ \d]{6,30}(?:(?:x|ext\.?|#)[ .]?\d{1,6})?", re.IGNORECASE)
_DIALLED = re.compile(r"(?:p:|tel:)?(?:\(?\+[1-9]|\(?0[1-9])[-()./ \d]{7,24}", re.ASCII)
_AS_NUMBER = re.compile(r"\d{7,15}(?:[.,]0+)?|\d[.,]\d+e\+?\d+", re.IGNORECASE | re.ASCII)
_SITE = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?", re.IGNORECASE)
_HAS_DIGIT = re.compile(r"\d")
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?", re.ASCII)
_SALUTATIONS = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "bapak", "ibu", "bpk", "pak", "bu", "sdr", "sdri"]
    + ["tn", "ny", "nn", "herr", "frau", "hr", "fr", "senor", "senora", "sr", "sra", "srta", "don", "dona"]
    + ["monsieur", "madame", "mademoiselle", "m", "mme", "mlle", "senhor", "senhora", "ir", "drs", "h", "hj"]
)
_TYPES = frozenset(name.replace("_", " ") for name in LEAD_TYPES) | {
    "hot",
    "inbound",
    "hot lead",
    "warm lead",
    "cold lead",
}


def sampled(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """The filled cells of a column, on one line each."""
    cells = (one_line(row[column][:_CUT]) for row in rows if column < len(row))
    return [cell for cell in cells if not is_placeholder(cell, strict=True)]


def contradicts(field: str, cells: Sequence[str]) -> bool:
    """Whether (almost) none of these cells can be what the title of the column says. One or two odd cells prove
    nothing, unless they say something else by themselves."""
    fits = _FITS.get(field)
    if not cells or fits is None or _share(cells, fits) > _FEW:
        return False
    return len(cells) >= _ENOUGH or bool(said_by(cells)) or all(cell.lower() in _YES_AND_NO for cell in cells)


def said_by(cells: Sequence[str]) -> str:
    """The field that the cells say by themselves, whatever the title says: email, phone, or "". Values that come again
    and again are rather those of colleagues, such as the owners of the leads."""
    if not cells or len(set(cells)) < _MOST * len(cells):
        return ""
    if _share(cells, _is_email) >= _MOST:
        return "email"
    return "phone" if _share(cells, _is_dialled) >= _MOST else ""


def are_salutations(cells: Sequence[str]) -> bool:
    """Whether a column "Title" holds Mr. and Mrs. instead of jobs."""
    return bool(cells) and _share(cells, _is_salutation) > 0.5


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _is_email(cell: str) -> bool:
    return _EMAIL.search(cell) is not None


def _is_phone(cell: str) -> bool:
    plain = cell.strip("'\"= ")
    return bool(_PHONE.match(plain) or _AS_NUMBER.fullmatch(plain)) and sum(map(str.isdigit, plain)) > 5


def _is_dialled(cell: str) -> bool:
    return _DIALLED.fullmatch(cell) is not None and 9 <= sum(map(str.isdigit, cell)) <= 15


def _is_moment(cell: str) -> bool:
    in_numbers = possible_orders(cell) or is_seconds(cell) or _SERIAL.fullmatch(cell)
    return bool(in_numbers) or read_moment(cell, UTC) is not None


def _is_site(cell: str) -> bool:
    return _SITE.fullmatch(cell.removeprefix("@")) is not None


def _is_salutation(cell: str) -> bool:
    return all(word in _SALUTATIONS for word in folded(cell).split()) and bool(folded(cell))


def _has_digit(cell: str) -> bool:
    return _HAS_DIGIT.search(cell) is not None


_FITS: Mapping[str, Callable[[str], bool]] = {
    "email": _is_email,
    "further_email": _is_email,
    "phone": _is_phone,
    "further_phone": _is_phone,
    "captured_at": _is_moment,
    "website": _is_site,
    "company_domain": _is_site,
    "country": lambda cell: bool(iso_code(cell)),
    "lead_type": lambda cell: folded(cell) in _TYPES,
    "company_size": lambda cell: read_size(cell) is not None or _has_digit(cell),
    "score": _has_digit,
    "engagement": _has_digit,
    "deal_size": _has_digit,
    "name": lambda cell: not _is_email(cell) and not _HAS_DIGIT.match(cell),
    "first_name": lambda cell: not _is_email(cell) and not _HAS_DIGIT.match(cell),
    "last_name": lambda cell: not _is_email(cell) and not _HAS_DIGIT.match(cell),
}
