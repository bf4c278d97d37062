"""Availability: may this person get a lead at this moment, and if not, why not (F5, F9, L6)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from routing.decisions.availability.hours import WorkingHours, is_working, works_on

INACTIVE = "inactive"
SWITCHED_OFF = "switched_off"
ON_LEAVE = "on_leave"
PUBLIC_HOLIDAY = "public_holiday"
ALL_DAY_MEETING = "all_day_meeting"
OVER_CAPACITY = "over_capacity"
NOT_SEEN = "not_seen"
OUTSIDE_HOURS = "outside_hours"

AWAY = frozenset({ON_LEAVE, PUBLIC_HOLIDAY, ALL_DAY_MEETING})  # reasons with a known end

MEETING_KIND = "meeting"
HOLIDAY_KIND = "holiday"
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from `starts_at` up to, not including, `ends_at`; any kind but "meeting" is leave or a holiday."""

    starts_at: datetime
    ends_at: datetime
    kind: str = "leave"


@dataclass(frozen=True, slots=True)
class Person:
    """`capacity` None takes the rotation's number; `hours` None means at work around the clock."""

    rep_id: int
    is_active: bool = True
    is_switched_on: bool = True
    absences: tuple[Absence, ...] = ()
    open_leads: int = 0
    capacity: int | None = None
    last_seen_at: datetime | None = None
    hours: WorkingHours | None = None
    is_at_work: bool | None = None  # known already, as many people share their hours; None asks the hours


@dataclass(frozen=True, slots=True)
class Skips:
    """What one rotation passes over people for (F5), and the numbers that go with it."""

    on_leave: bool = True
    all_day_meeting: bool = True
    switched_off: bool = True
    over_capacity: bool = False
    not_seen: bool = False
    outside_hours: bool = False
    capacity: int = 50
    not_seen_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Availability:
    """`reason` is a code, "" when available."""

    is_available: bool
    reason: str = ""


def availability(person: Person, skips: Skips, at: datetime) -> Availability:
    """The first reason that holds; a deactivated user is never available, whatever the rotation skips (F9)."""
    reason = _reason(person, skips, at)
    return Availability(is_available=not reason, reason=reason)


def _reason(person: Person, skips: Skips, at: datetime) -> str:
    if not person.is_active:
        return INACTIVE
    if skips.switched_off and not person.is_switched_on:
        return SWITCHED_OFF
    if person.absences:
        kinds = {absence.kind for absence in person.absences if absence.starts_at <= at < absence.ends_at}
        if skips.on_leave and kinds - {MEETING_KIND}:
            return ON_LEAVE if kinds - {MEETING_KIND, HOLIDAY_KIND} else PUBLIC_HOLIDAY
        if skips.all_day_meeting and MEETING_KIND in kinds:
            return ALL_DAY_MEETING
    if skips.over_capacity and person.open_leads > _capacity(person, skips):
        return OVER_CAPACITY
    if skips.not_seen and _is_unseen(person, skips.not_seen_after, at):
        return NOT_SEEN
    if skips.outside_hours and person.hours is not None and not _is_at_work(person, person.hours, at):
        return OUTSIDE_HOURS
    return ""


def _is_at_work(person: Person, hours: WorkingHours, at: datetime) -> bool:
    return is_working(at, hours) if person.is_at_work is None else person.is_at_work


def _capacity(person: Person, skips: Skips) -> int:
    return skips.capacity if person.capacity is None else person.capacity


def _is_unseen(person: Person, limit: timedelta, at: datetime) -> bool:
    """More than `limit` since the last sign-in, days off and leave not counted (L6); never signed in is unseen."""
    if person.last_seen_at is None:
        return True
    if at - person.last_seen_at <= limit:
        return False
    since, until = person.last_seen_at.astimezone(UTC), at.astimezone(UTC)
    unseen = NOTHING
    while since < until:
        midnight = min(_next_midnight(since, person.hours), until)
        if person.hours is None or works_on(since.astimezone(person.hours.tz).date(), person.hours):
            unseen += midnight - since - _leave_between(person, since, midnight)
        if unseen > limit:
            return True
        since = midnight
    return False


def _next_midnight(moment: datetime, hours: WorkingHours | None) -> datetime:
    tz = UTC if hours is None else hours.tz
    tomorrow = moment.astimezone(tz).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=tz).astimezone(UTC)
    return max(midnight, moment + timedelta(minutes=1))


def _leave_between(person: Person, start: datetime, end: datetime) -> timedelta:
    """Leave inside the stretch; what overlaps counts once."""
    away, reached = NOTHING, start
    for absence in sorted(person.absences, key=lambda absence: absence.starts_at):
        if absence.kind == MEETING_KIND:
            continue
        begins, ends = max(absence.starts_at, reached), min(absence.ends_at, end)
        if begins < ends:
            away += ends - begins
            reached = ends
    return away
