"""Presents a period of time off: as days and half days where possible, otherwise with its times (F5)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.times import clock_time
from routing.forms.time_off import NOON, local_moment

ONE_DAY = timedelta(days=1)


def span_text(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """'Wed 18 Nov 2026, morning', 'Wed 18 Nov 2026 to Fri 20 Nov 2026', in the rep's time zone."""
    begins, ends = _half(starts_at, zone), _half(ends_at, zone)
    if begins is None or ends is None:
        return _by_hours(starts_at.astimezone(zone), ends_at.astimezone(zone))
    first, is_from_noon = begins
    last, is_until_noon = ends if ends[1] else (ends[0] - ONE_DAY, False)
    if first == last:
        text = {(True, False): _("%(day)s, afternoon"), (False, True): _("%(day)s, morning")}
        return text.get((is_from_noon, is_until_noon), "%(day)s") % {"day": _day(first)}
    starts = _("%(day)s at noon") % {"day": _day(first)} if is_from_noon else _day(first)
    stops = _("%(day)s at noon") % {"day": _day(last)} if is_until_noon else _day(last)
    return _("%(starts)s to %(ends)s") % {"starts": starts, "ends": stops}


def _half(at: datetime, zone: ZoneInfo) -> tuple[date, bool] | None:
    """The day that starts at this moment, or (with True) whose noon it is. On some days the clocks skip midnight."""
    day = at.astimezone(zone).date()
    for hour in (time(0), NOON):
        if local_moment(day, hour, zone) == at:
            return day, hour == NOON
    return None


def _by_hours(starts: datetime, ends: datetime) -> str:
    last = clock_time(ends) if starts.date() == ends.date() else f"{_day(ends.date())}, {clock_time(ends)}"
    return _("%(starts)s to %(ends)s") % {"starts": f"{_day(starts.date())}, {clock_time(starts)}", "ends": last}


def _day(day: date) -> str:
    return date_format(day, "D j M Y")
