"""Figures as people read them, in the marks of their language: thousands apart, whole percent, n/a where nothing is
known (L2, J1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import cache

from django.utils.formats import get_format
from django.utils.functional import LazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_BREAK_SPACE = "\u00a0"  # between thousands and inside figures
MOST_DECIMALS = 3
_is_for_programs: ContextVar[bool] = ContextVar("figures_for_programs", default=False)


def number(value: int | float | None) -> str:
    """Thousands apart, '1 234' in English and '1.234' in Indonesian; None is n/a (L2)."""
    return _("n/a") if value is None else in_own_marks(f"{value + 0:,}")  # + 0: a lazy number has no format


def number_up_to(value: int, most: int) -> str:
    """For what is counted no further than `most`."""
    return _("%(n)s or more") % {"n": number(value)} if value >= most else number(value)


def decimals(value: Fraction | float | None, places: int = 1) -> str:
    """With so many decimals, zeros too: '2.0', '0.95'; None is n/a (L2)."""
    return _("n/a") if value is None else in_own_marks(f"{float(value):,.{places}f}")


def trimmed(value: Fraction | float | None, most: int = 2) -> str:
    """With as many decimals as there are, up to `most`: '2', '0.5'; None is n/a (L2)."""
    if value is None:
        return _("n/a")
    text = f"{float(value):,.{most}f}"
    return in_own_marks(text.rstrip("0").rstrip(".") if most else text)


def amount(value: Fraction | float, *, whole: bool = False) -> str:
    """What may be no whole number, with one decimal, or with as many as it takes to see that: 6.99 leads that were due
    are not 7.0, from which 8 would be one lead. `whole`: a whole number without a decimal."""
    if whole and value == int(value):
        return number(int(value))
    text = f"{float(value):,.1f}"
    for places in range(2, MOST_DECIMALS + 1):
        if value == int(value) or not text.rstrip("0").endswith("."):
            break
        text = f"{float(value):,.{places}f}"
    return in_own_marks(text)


def signed(value: Fraction | float) -> str:
    """A difference: '+0.3', '−0.7' with a real minus sign for people, '0.0'."""
    text = amount(-value if value < 0 else value)
    minus = "-" if _is_for_programs.get() else "\u2212"
    return decimals(0) if not text.strip("0.,") else f"+{text}" if value > 0 else f"{minus}{text}"


def percent(value: Fraction | float | None, *, decimals: int = 0, limit: Fraction | float | None = None) -> str:
    """A share as whole percent, or with decimals; None is n/a (L2). What is judged by a `limit` has as many decimals as
    it takes to stand on its own side of it: 79.6 % is not shown as 80 % beside "below 80 %"."""
    if value is None:
        return _("n/a")
    text = f"{float(value) * 100:.{decimals}f}"
    while limit is not None and decimals < MOST_DECIMALS and _side(float(text) / 100, limit) != _side(value, limit):
        decimals += 1
        text = f"{float(value) * 100:.{decimals}f}"
    return f"{in_own_marks(text)}{NO_BREAK_SPACE}%"


def percent_beside(value: Fraction | float | None, limit: int) -> str:
    """For templates: a share that is judged by a limit in percent."""
    return percent(value, limit=Fraction(limit, 100))


def _side(value: Fraction | float, limit: Fraction | float) -> int:
    return (float(value) > float(limit)) - (float(value) < float(limit))


def in_own_marks(text: str) -> str:
    """A number that Python wrote, such as '1,234.5', with the marks of the reader's language."""
    if "," not in text and "." not in text:
        return text
    if _is_for_programs.get():
        return text.replace(",", "")
    marks = _marks(get_language())
    return text.replace(",", NO_BREAK_SPACE) if marks is None else text.translate(marks)


@cache
def _marks(language: str | None) -> dict[int, str] | None:
    """Of the decimals and the thousands, by Django's formats. A comma between thousands reads as decimals in half of
    the world, so that it is a no-break space instead: None stands for that with a decimal point."""
    point, thousands = get_format("DECIMAL_SEPARATOR", language), get_format("THOUSAND_SEPARATOR", language)
    if thousands == ",":
        thousands = NO_BREAK_SPACE
    return None if (point, thousands) == (".", NO_BREAK_SPACE) else {ord("."): point, ord(","): thousands}


@contextmanager
def for_programs() -> Iterator[None]:
    """Inside, figures are written as spreadsheets and programs read them: a decimal point, thousands not apart. For
    files that hold what a page shows."""
    token = _is_for_programs.set(True)
    try:
        yield
    finally:
        _is_for_programs.reset(token)


def plain(value: float | int) -> str:
    """A number for an SVG attribute, never localised."""
    known = value + 0 if isinstance(value, LazyObject) else value
    return f"{float(known):.2f}".rstrip("0").rstrip(".") or "0"
