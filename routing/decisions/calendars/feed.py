"""Reads a calendar for one person: its absences, how each was judged, and what the person should know of it (I2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar import Calendar, Event

from routing.decisions.availability.hours import DEFAULT_HOURS, HoursRefused, WorkingHours, parse_hours
from routing.decisions.calendars.absence import TOO_MUCH, CalendarAbsence, NotACalendar, Reading
from routing.decisions.calendars.answers import normal_address
from routing.decisions.calendars.coverage import work_days
from routing.decisions.calendars.events import FREE, ONE_DAY, UNREADABLE, Busy, busy_time, is_unanswered, state_of
from routing.decisions.calendars.judging import judge
from routing.decisions.calendars.occurrences import Occurrences
from routing.decisions.calendars.text import END, START, CalendarPart, parts_of
from routing.decisions.calendars.words import WORD, plain

UTF_16_LE, UTF_16_BE = b"\xff\xfe", b"\xfe\xff"
LOOKED_AHEAD = timedelta(days=60)
MARGIN = 2 * ONE_DAY  # days of the person begin and end at other times than those of a calendar
LONG_AGO = timedelta(days=40)  # before the time that matters
MAX_ABSENCES = 500  # in the time ahead
MAX_EVENTS = 20_000  # in the time ahead that take the person's time


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar it is; `hours` None: works at any time."""

    zone: ZoneInfo
    hours: WorkingHours | None = None
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    counts_unanswered: bool = False


def answer(content: bytes, facts: dict[str, Any]) -> dict[str, Any]:
    """What the child that reads a calendar says: a reading or {"refused": code}."""
    try:
        return read(content, owner=_owner(facts), at=datetime.fromisoformat(facts["at"])).as_answer()
    except NotACalendar as refused:
        return {"refused": refused.code}


def read(content: bytes, *, owner: Owner, at: datetime) -> Reading:
    """The absences that are not over yet and begin within the time ahead, each once, in order.

    No zone that a calendar defines reaches another, in whatever order they are read.
    """
    busy: list[Busy] = []
    unknown: dict[str, None] = {}
    unanswered = left_out = 0
    begins, ends = at - MARGIN, at + LOOKED_AHEAD + MARGIN
    for part, events in _calendars(content, owner, at):
        unknown |= dict.fromkeys(part.unknown_zones)
        occurrences = Occurrences(events, begins=begins, ends=ends)
        for event in occurrences:
            state = state_of(event, counts_unanswered=owner.counts_unanswered)
            if state != FREE and (time_of := busy_time(event, state, owner.names)):
                busy.append(time_of)
            unanswered += state == FREE and is_unanswered(event)
            if len(busy) > MAX_EVENTS:
                raise NotACalendar(TOO_MUCH)
        left_out += part.left_out + occurrences.left_out
    return Reading(_absences(busy, owner, at), list(unknown), unanswered, left_out)


def _absences(busy: list[Busy], owner: Owner, at: datetime) -> list[CalendarAbsence]:
    days = work_days((at - MARGIN).date(), (at + LOOKED_AHEAD + MARGIN).date(), hours=owner.hours, zone=owner.zone)
    found: dict[tuple, CalendarAbsence] = {}
    for away in judge(busy, days=days, zone=owner.zone):
        if away.ends_at > at and away.starts_at <= at + LOOKED_AHEAD:
            found.setdefault((away.starts_at, away.ends_at, away.kind), away)
            if len(found) > MAX_ABSENCES:
                raise NotACalendar(TOO_MUCH)
    return sorted(found.values())


def _calendars(content: bytes, owner: Owner, at: datetime) -> list[tuple[CalendarPart, list[Event]]]:
    """Each calendar with its events, without those that cannot matter."""
    text = _decoded(content).replace("\x00", "").lstrip("\ufeff").strip()
    if text[: len(START)].upper() != START or text[-len(END) :].upper() != END:
        raise NotACalendar
    first, last, long_ago = (
        f"{day:%Y%m%d}" for day in (at - MARGIN, at + LOOKED_AHEAD + MARGIN, at - MARGIN - LONG_AGO)
    )
    found = []
    for part in parts_of(text, first=first, last=last, long_ago=long_ago, addresses=owner.addresses):
        icalendar.use_zoneinfo()  # forgets the zones that calendars have defined so far
        _parse(part.text([]))  # zones that cannot be read would take all events with them
        found.append((part, [event for chunk in part.chunks() for event in _events(part, chunk)]))
    return found


def _events(part: CalendarPart, chunk: list[str]) -> list[Event]:
    """One event that the package cannot read takes no other one with it."""
    try:
        calendar = _parse(part.text(chunk))
    except NotACalendar:
        if len(chunk) <= 1:
            part.left_out += len(chunk)
            return []
        return [event for each in chunk for event in _events(part, [each])]
    return [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]


def _decoded(content: bytes) -> str:
    """UTF-8, as the standard says; some programs write the letters of Windows or UTF-16."""
    if content[:2] in (UTF_16_LE, UTF_16_BE):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _parse(text: str) -> Calendar:
    try:
        calendar = Calendar.from_ical(text)
    except UNREADABLE:
        raise NotACalendar from None
    if not isinstance(calendar, Calendar):
        raise NotACalendar
    return calendar


def _owner(facts: dict[str, Any]) -> Owner:
    zone = ZoneInfo(facts["zone"])
    return Owner(
        zone,
        _hours(facts.get("week"), zone),
        frozenset(map(normal_address, facts.get("addresses", []))),
        frozenset(WORD.findall(plain(facts.get("name", "")))),
        bool(facts.get("counts_unanswered")),
    )


def _hours(week: Any, zone: ZoneInfo) -> WorkingHours | None:
    """As rotations read a week: an empty one has the default hours, none or an unreadable one has no hours."""
    try:
        return None if week is None else WorkingHours(parse_hours(week) or DEFAULT_HOURS, zone)
    except HoursRefused:
        return None
