"""Figures as people read them: thousands apart, whole percent, n/a where nothing is known (L2)."""

from fractions import Fraction

from django.utils.functional import LazyObject
from django.utils.translation import gettext as _

NO_BREAK_SPACE = "\u00a0"  # between thousands and inside figures
MOST_DECIMALS = 3


def number(value: int | float | None) -> str:
    """Thousands apart by a no-break space; None is n/a (L2)."""
    return (
        _("n/a") if value is None else f"{value + 0:,}".replace(",", NO_BREAK_SPACE)
    )  # + 0: a lazy number has no format


def number_up_to(value: int, most: int) -> str:
    """For what is counted no further than `most`."""
    return _("%(n)s or more") % {"n": number(value)} if value >= most else number(value)


def amount(value: Fraction | float) -> str:
    """What may be no whole number, with one decimal, or with as many as it takes to see that: 6.99 leads that were due
    are not 7.0, from which 8 would be one lead."""
    text = f"{float(value):,.1f}"
    for decimals in range(2, MOST_DECIMALS + 1):
        if value == int(value) or not text.rstrip("0").endswith("."):
            break
        text = f"{float(value):,.{decimals}f}"
    return text.replace(",", NO_BREAK_SPACE)


def percent(value: Fraction | float | None, *, decimals: int = 0, limit: Fraction | float | None = None) -> str:
    """A share as whole percent, or with decimals; None is n/a (L2). What is judged by a `limit` has as many decimals as
    it takes to stand on its own side of it: 79.6 % is not shown as 80 % beside "below 80 %"."""
    if value is None:
        return _("n/a")
    text = f"{float(value) * 100:.{decimals}f}"
    while limit is not None and decimals < MOST_DECIMALS and _side(float(text) / 100, limit) != _side(value, limit):
        decimals += 1
        text = f"{float(value) * 100:.{decimals}f}"
    return f"{text}{NO_BREAK_SPACE}%"


def percent_beside(value: Fraction | float | None, limit: int) -> str:
    """For templates: a share that is judged by a limit in percent."""
    return percent(value, limit=Fraction(limit, 100))


def _side(value: Fraction | float, limit: Fraction | float) -> int:
    return (float(value) > float(limit)) - (float(value) < float(limit))


def plain(value: float | int) -> str:
    """A number for an SVG attribute, never localised."""
    known = value + 0 if isinstance(value, LazyObject) else value
    return f"{float(known):.2f}".rstrip("0").rstrip(".") or "0"
