"""Figures as people read them: thousands apart, whole percent, n/a where nothing is known (L2)."""

from fractions import Fraction

from django.utils.functional import LazyObject
from django.utils.translation import gettext as _

NO_BREAK_SPACE = "\u00a0"  # between thousands and inside figures


def number(value: int | float | None) -> str:
    """Thousands apart by a no-break space; None is n/a (L2)."""
    return (
        _("n/a") if value is None else f"{value + 0:,}".replace(",", NO_BREAK_SPACE)
    )  # + 0: a lazy number has no format


def number_up_to(value: int, most: int) -> str:
    """For what is counted no further than `most`."""
    return _("%(n)s or more") % {"n": number(value)} if value >= most else number(value)


def percent(value: Fraction | float | None, *, decimals: int = 0) -> str:
    """A share as whole percent, or with decimals where a limit is near; None is n/a (L2)."""
    return _("n/a") if value is None else f"{float(value) * 100:.{decimals}f}{NO_BREAK_SPACE}%"


def plain(value: float | int) -> str:
    """A number for an SVG attribute, never localised."""
    known = value + 0 if isinstance(value, LazyObject) else value
    return f"{float(known):.2f}".rstrip("0").rstrip(".") or "0"
