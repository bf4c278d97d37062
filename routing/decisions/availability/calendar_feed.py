"""The absences that a calendar shows: out of office is leave, a busy whole day is a meeting (I2).

What is marked as free, tentative or cancelled does not count, and neither does an ordinary meeting of some hours. A
date without a time is a day of the person. A time without a zone is in the calendar's zone, or else in the person's.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Any, Literal
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar import Calendar, Event

from routing.decisions.availability.calendar_absence import TOO_MUCH, CalendarAbsence, NotACalendar
from routing.decisions.availability.calendar_text import END, START, parts_of
from routing.decisions.availability.status import AbsenceKind

LOOKED_AHEAD = timedelta(days=60)
ONE_DAY = timedelta(days=1)
MAX_ABSENCES = 500  # in the time ahead
MAX_SERIES = 1000  # of repeated events that may count
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
PARTS_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MAX_TIMES_A_DAY = 24  # how often a series may repeat on one day
FIRST_YEAR = 1970  # a series may start in, because it is expanded from its start
NOT_BUSY = {"FREE", "TENTATIVE", "WORKINGELSEWHERE"}
# what the packages raise on odd content; OSError for a time zone named like a folder of zones
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, OSError)
AWAY_WORDS = (
    r"(out of (the )?office|ooo|pto|(annual|sick|parental) leave|on leave|leave|vacation|holidays?|day off|time off|"
    r"cuti|libur|sakit)"
)
SAYS_AWAY = re.compile(rf"\W*+{AWAY_WORDS}\b", re.I)  # one repetition, which gives nothing back: linear


def answer(content: bytes, facts: dict[str, str]) -> dict[str, Any]:
    """What the child that reads a calendar says: {"absences": rows} or {"refused": code}."""
    zone, at = ZoneInfo(facts["zone"]), datetime.fromisoformat(facts["at"])
    try:
        return {"absences": [each.as_row() for each in absences_in(content, zone=zone, at=at)]}
    except NotACalendar as refused:
        return {"refused": refused.code}


def absences_in(content: bytes, *, zone: ZoneInfo, at: datetime) -> list[CalendarAbsence]:
    """The absences that are not over yet and begin within the time ahead, each once, in order.

    Changes the state of the calendar package, which belongs to the process.
    """
    found: set[CalendarAbsence] = set()
    for calendar_zone, events in _read(content, at):
        floating = calendar_zone or zone
        for event in _occurrences(events, at):
            away = _away(event, zone, floating)
            if away is not None and away.ends_at > at and away.starts_at <= at + LOOKED_AHEAD:
                found.add(away)
                if len(found) > MAX_ABSENCES:
                    raise NotACalendar(TOO_MUCH)
    return sorted(found)


def _read(content: bytes, at: datetime) -> list[tuple[ZoneInfo | None, list[Event]]]:
    """The zone and the events of each calendar, without events that cannot matter."""
    text = content.decode("utf-8", errors="replace").lstrip("\ufeff").strip()
    if text[: len(START)].upper() != START or text[-len(END) :].upper() != END:
        raise NotACalendar
    first, last = (f"{day:%Y%m%d}" for day in (at - 2 * ONE_DAY, at + LOOKED_AHEAD + 2 * ONE_DAY))
    found = []
    for part in parts_of(text, first=first, last=last):
        icalendar.use_zoneinfo()  # forgets the zones that calendars have defined so far
        zone: ZoneInfo | None = None
        events: list[Event] = []
        for chunk in part.texts():
            calendar = _parse(chunk)
            zone = zone or _zone_of(calendar)
            events += (each for each in calendar.walk("VEVENT") if isinstance(each, Event))
        found.append((zone, events))
    return found


def _parse(text: str) -> Calendar:
    try:
        calendar = Calendar.from_ical(text)
    except UNREADABLE:
        raise NotACalendar from None
    if not isinstance(calendar, Calendar):
        raise NotACalendar
    return calendar


def _zone_of(calendar: Calendar) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(calendar["X-WR-TIMEZONE"])) if "X-WR-TIMEZONE" in calendar else None
    except (KeyError, ValueError, OSError):
        return None


def _occurrences(events: list[Event], at: datetime) -> Iterator[Event]:
    """Single events as they are, and expanded series, each with its exceptions, if any of their events may count."""
    series: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
            series[str(event.get("UID", ""))].append(event)
        else:
            yield event
    counting = [each for each in series.values() if any(kind_of(event) for event in each)]
    if len(counting) > MAX_SERIES:
        raise NotACalendar(TOO_MUCH)
    for each in counting:
        yield from _expand(each, at)


def _expand(events: list[Event], at: datetime) -> list[Event]:
    """The events of a series. A series that cannot be read is left out, and so is one that repeats by the hour, as no
    leave does, or one whose interval is not at least 1."""
    if not all(map(_is_sane, events)):
        return []
    whole = Calendar()
    for event in events:
        whole.add_component(event)
    try:
        return recurring_ical_events.of(whole).between(at - 2 * ONE_DAY, at + LOOKED_AHEAD + 2 * ONE_DAY)
    except UNREADABLE:
        return []


def _is_sane(event: Event) -> bool:
    rule = event.get("RRULE")
    if rule is None:
        return True
    if isinstance(rule, list):
        return False
    try:
        a_day = prod(max(len(rule.get(part, [])), 1) for part in PARTS_OF_A_DAY)
        often = {str(each).upper() for each in rule.get("FREQ", [])}
        steps = all(int(each) >= 1 for each in rule.get("INTERVAL", []))
        return event.start.year >= FIRST_YEAR and steps and a_day <= MAX_TIMES_A_DAY and not TOO_OFTEN & often
    except UNREADABLE:
        return False


def kind_of(event: Event) -> AbsenceKind | Literal[""]:
    """Leave, an all-day meeting, or "" for an event that is no absence."""
    status, busy = _word(event, "STATUS"), _word(event, "X-MICROSOFT-CDO-BUSYSTATUS")
    if status in ("CANCELLED", "TENTATIVE") or busy in NOT_BUSY:
        return ""
    if busy == "OOF":
        return AbsenceKind.LEAVE
    if _word(event, "TRANSP") == "TRANSPARENT":
        return ""
    if SAYS_AWAY.match(str(event.get("SUMMARY", ""))):
        return AbsenceKind.LEAVE
    return AbsenceKind.MEETING if _is_whole_days(event) else ""


def _word(event: Event, name: str) -> str:
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value).strip().upper()


def _is_whole_days(event: Event) -> bool:
    """Days without a time, or from midnight to midnight on the clock of the event."""
    span = _span(event)
    if span is None:
        return False
    starts, ends = span
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        return True
    return starts.time() == ends.time() == time(0) and ends.date() > starts.date()


def _span(event: Event) -> tuple[date, date] | None:
    """None for an event whose start or end cannot be read."""
    try:
        starts, ends = event.start, event.end
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return (starts, ends) if isinstance(starts, date) and isinstance(ends, date) else None


def _away(event: Event, zone: ZoneInfo, floating: ZoneInfo) -> CalendarAbsence | None:
    kind, span = kind_of(event), _span(event)
    if not kind or span is None:
        return None
    try:
        starts_at, ends_at = (_moment(each, zone, floating) for each in span)
    except (ValueError, OverflowError):
        return None
    if ends_at <= starts_at:
        return None
    is_private = _word(event, "CLASS") in ("PRIVATE", "CONFIDENTIAL")
    note = "" if is_private else " ".join(str(event.get("SUMMARY", "")).replace("\x00", "").split())[:200]
    return CalendarAbsence(starts_at, ends_at, kind, note)


def _moment(each: date, zone: ZoneInfo, floating: ZoneInfo) -> datetime:
    if not isinstance(each, datetime):
        return datetime.combine(each, time(0), tzinfo=zone).astimezone(UTC)
    return (each if each.tzinfo else each.replace(tzinfo=floating)).astimezone(UTC)
