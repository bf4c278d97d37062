"""Durations and points in time as people read them, in the viewer's time zone and language."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web.figures import NO_BREAK_SPACE

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def clock_time(at: datetime | time, *, seconds: bool = False) -> str:
    """'14:05' in English, '14.05' in Indonesian: the time as it stands in `at`, which is by the viewer's clock already.
    For people only; programs and the fields of forms write a colon in every language."""
    return _clock(at, get_language(), seconds=seconds)


def clock_text(stored: str) -> str:
    """A time as it is stored, '09:00' or '24:00', as people read it."""
    return stored.replace(":", _hours_mark(get_language()))


def _clock(at: datetime | time, language: str | None, *, seconds: bool = False) -> str:
    mark = _hours_mark(language)
    text = f"{at.hour:02d}{mark}{at.minute:02d}"
    return f"{text}{mark}{at.second:02d}" if seconds else text


@cache
def _hours_mark(language: str | None) -> str:
    """What Django's format of the language has between hours and minutes; a colon where it has 'P' or words."""
    return "." if get_format("TIME_FORMAT", language)[:3] in ("G.i", "H.i") else ":"


def day_and_time(local: datetime, form: str = "D") -> str:
    """'Mon 09:00'; `form` is that of the day."""
    return f"{_day(local.date(), form, get_language())} {clock_time(local)}"


def duration(delta: timedelta | int | float | None) -> str:
    """'12 min', '2 h 05 min', '2 d 21 h'; seconds only below a minute. None is n/a (L2)."""
    if delta is None:
        return _("n/a")
    seconds = int(delta.total_seconds() if isinstance(delta, timedelta) else delta)
    seconds = abs(seconds)
    if seconds < MINUTE:
        text = _("%(n)d s") % {"n": seconds}
    elif seconds < HOUR:
        text = _("%(n)d min") % {"n": seconds // MINUTE}
    elif seconds < DAY:
        text = _("%(h)d h %(m)02d min") % {"h": seconds // HOUR, "m": seconds % HOUR // MINUTE}
    else:
        text = _("%(d)d d %(h)d h") % {"d": seconds // DAY, "h": seconds % DAY // HOUR}
    return text.replace(" ", NO_BREAK_SPACE)


def limit_text(limit: timedelta) -> str:
    """A time limit in short: '2 h', '90 min', '3 d'."""
    minutes = int(limit / timedelta(minutes=1))
    if minutes >= 72 * 60 and minutes % (24 * 60) == 0:
        return _("%(d)d d") % {"d": minutes // (24 * 60)}
    if minutes and minutes % 60 == 0:
        return _("%(h)d h") % {"h": minutes // 60}
    return duration(limit) if minutes > 120 else _("%(n)d min") % {"n": minutes}


def since(then: datetime | None, at: datetime | None = None) -> str:
    """How long ago, in the words of duration()."""
    return duration((at or timezone.now()) - then) if then else _("n/a")


def ago(then: datetime | None, at: datetime | None = None) -> str:
    """'12 min ago' within a day, 'Sun 22:14' within a week, else the date."""
    if not then:
        return _("n/a")
    age = (at or timezone.now()) - then
    local = timezone.localtime(then)
    if age < timedelta(minutes=1):
        return _("just now")
    if age < timedelta(hours=12):
        return _("%(time)s ago") % {"time": duration(age)}
    if age < timedelta(days=6):
        return day_and_time(local)
    return _day(local.date(), "j M Y", get_language())


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in the words of when() and exact(), and for programs."""

    time: str
    exact: str
    iso: str


def moments(*times: datetime) -> list[Moment]:
    """All in the viewer's time zone and language, which are asked for once."""
    zone, language = timezone.get_current_timezone(), get_language()
    today = timezone.now().astimezone(zone).date()
    local = [each.astimezone(zone) for each in times]
    return [Moment(_when(each, today, language), _exact(each, language), each.isoformat()) for each in local]


def when(then: datetime | None, at: datetime | None = None) -> str:
    """A moment of today by its time, else with its weekday or date."""
    if not then:
        return _("n/a")
    return _when(timezone.localtime(then), timezone.localdate(at), get_language())


def last_day(end: datetime, at: datetime | None = None) -> str:
    """An end in words: 'the end of Fri 4 Dec' where it is midnight for the viewer, else as when()."""
    local = timezone.localtime(end)
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
        return when(end, at)
    day = local.date() - timedelta(days=1)
    if day == timezone.localdate(at):
        return _("the end of today")
    return _("the end of %(day)s") % {"day": _day(day, "D j M", get_language())}


def _when(local: datetime, today: date, language: str | None) -> str:
    days = (local.date() - today).days
    if days == 0:
        return _clock(local, language)
    if abs(days) < 6:
        return f"{_day(local.date(), 'D', language)} {_clock(local, language)}"
    return f"{_day(local.date(), 'j M', language)}, {_clock(local, language)}"


def exact(then: datetime | None) -> str:
    """The exact time in the viewer's time zone, for titles and screen readers."""
    return _exact(timezone.localtime(then), get_language()) if then else ""


def _exact(local: datetime, language: str | None) -> str:
    return f"{_day(local.date(), 'D j M Y', language)}, {_clock(local, language, seconds=True)} {local:%Z}"


@lru_cache(maxsize=4096)
def _day(day: date, form: str, language: str | None) -> str:
    """A day in words; a page shows few days and many times, and Django's own formatting is slow."""
    return date_format(day, form)
