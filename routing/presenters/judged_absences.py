"""Presents how the events of a calendar were judged: when, what kind, how much of the working time, and why (I2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.decisions.calendars.absence import CalendarAbsence, Why
from routing.models import CalendarFeed, TimeOff
from routing.presenters.time_off import span_text

MAX_LISTED = 100
A_DAY = timedelta(hours=25)  # the longest one
HALF = (3 / 8, 5 / 8)  # of the working time, about half a day


@dataclass(frozen=True, slots=True)
class JudgedAbsence:
    """One line of the page."""

    when: str
    kind: str
    size: str
    why: str
    covers: str
    note: str


@dataclass(frozen=True, slots=True)
class CalendarVerdict:
    """`absences` are the first of them, and `has_more` says that there are others. `doubts` are sentences on what could
    not be read as it was meant; `unanswered` is one on invitations, or ""."""

    absences: list[JudgedAbsence]
    has_more: bool
    doubts: list[str]
    unanswered: str


def calendar_verdict(feed: CalendarFeed | None, zone: ZoneInfo, *, at: datetime) -> CalendarVerdict:
    """What was found when the calendar was read, without what is over."""
    if feed is None:
        return CalendarVerdict([], False, [], "")
    found = [each for each in map(CalendarAbsence.from_row, feed.judged) if each.ends_at > at]
    lines = [_line(each, zone) for each in found[:MAX_LISTED]]
    return CalendarVerdict(lines, len(found) > MAX_LISTED, _doubts(feed.remarks, zone), _unanswered(feed.remarks))


def _line(absence: CalendarAbsence, zone: ZoneInfo) -> JudgedAbsence:
    return JudgedAbsence(
        when=span_text(absence.starts_at, absence.ends_at, zone),
        kind=str(TimeOff.Kind(absence.kind).label),
        size=_size(absence),
        why=_why(absence),
        covers=_covers(absence),
        note=absence.note,
    )


def _size(absence: CalendarAbsence) -> str:
    if not absence.working:
        return _("Outside working hours")
    if absence.covered >= absence.working or absence.why in (Why.ALL_DAY, Why.COVERS, Why.TOGETHER):
        return _("Whole day") if absence.ends_at - absence.starts_at <= A_DAY else _("Several days")
    share = absence.covered / absence.working
    if share > HALF[1]:
        return _("Most of the day")
    return _("Half a day") if share >= HALF[0] else _("Some hours")


def _why(absence: CalendarAbsence) -> str:
    if absence.why == Why.TITLE:
        return _("Its title says “%(word)s”.") % {"word": absence.word} if absence.word else _("Its title says away.")
    if absence.why == Why.CATEGORY:
        said = _("Its category is “%(word)s”.") % {"word": absence.word}
        return said if absence.word else _("Its category says away.")
    words = {
        Why.FLAG: _("The calendar marks it as out of office."),
        Why.ALL_DAY: _("Busy for the whole day."),
        Why.COVERS: _("Busy in all working hours of a day."),
        Why.TOGETHER: _("Several events take the day together."),
    }
    return words.get(Why(absence.why), "") if absence.why else ""


def _covers(absence: CalendarAbsence) -> str:
    if not absence.working:
        return ""
    words = {"covered": _hours(absence.covered), "working": _hours(absence.working)}
    return _("Covers %(covered)s of %(working)s working hours.") % words


def _hours(minutes: int) -> str:
    hours = round(minutes / 60, 1)
    return number_format(hours, decimal_pos=0 if hours == int(hours) else 1)


def _doubts(said: dict[str, Any], zone: ZoneInfo) -> list[str]:
    found = []
    if names := said.get("unknown_zones"):
        text = ngettext(
            "The time zone %(names)s is not known. Its times are read as those of %(zone)s.",
            "The time zones %(names)s are not known. Their times are read as those of %(zone)s.",
            len(names),
        )
        quoted = ", ".join(f"“{name}”" for name in names)
        found.append(text % {"names": quoted, "zone": zone.key})
    if count := said.get("left_out"):
        text = ngettext(
            "%(n)s event does not count: it repeats too often, or cannot be read.",
            "%(n)s events do not count: they repeat too often, or cannot be read.",
            count,
        )
        found.append(text % {"n": count})
    return found


def _unanswered(said: dict[str, Any]) -> str:
    if count := said.get("unanswered"):
        text = ngettext(
            "%(n)s invitation is not answered yet, so it does not count.",
            "%(n)s invitations are not answered yet, so they do not count.",
            count,
        )
        return text % {"n": count}
    return ""
