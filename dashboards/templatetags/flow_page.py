"""Filters of the flow page: names of hours and days, signed numbers."""

from datetime import datetime, timedelta

from django import template
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.web.figures import number
from config.web.times import day_and_time, duration
from dashboards.decisions.heat_map import Cell
from dashboards.decisions.time_spans import HOUR, Span

register = template.Library()


@register.filter
def soon(wait: timedelta | None) -> str:
    """A duration that may be shorter than a second."""
    return _("under 1 s") if wait is not None and wait < timedelta(seconds=1) else duration(wait)


@register.filter
def plus(value: float, more: float) -> float:
    """A sum of floats; Django's `add` knows whole numbers only."""
    return float(value) + float(more)


@register.filter
def signed(value: int) -> str:
    """'+66', '-5' with a real minus sign, '0'."""
    return f"+{number(value)}" if value > 0 else number(value).replace("-", "\u2212")


@register.filter
def size(value: int) -> int:
    """Without its sign."""
    return abs(value)


@register.filter
def cut_name(cut: datetime, span: Span) -> str:
    """An hour or a day in full: 'Mon 09:00', 'Mon 16 Nov'."""
    return day_and_time(localtime(cut)) if span.unit == HOUR else date_format(localtime(cut), "D j M")


@register.filter
def edge_name(cut: datetime, span: Span) -> str:
    """The day or month on one side of an edge."""
    return date_format(localtime(cut), "l j M" if span.unit == HOUR else "F")


def weekday(cell: Cell) -> str:
    return str(WEEKDAYS_ABBR[cell.weekday])


@register.filter
def cell_name(cell: Cell) -> str:
    """'Monday 09:00'."""
    return _("%(day)s %(hour)02d:00") % {"day": WEEKDAYS[cell.weekday], "hour": cell.hour}
