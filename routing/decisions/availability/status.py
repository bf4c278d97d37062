"""Whether a person can get a lead at this moment, and if not, why not (F5, F9, L6)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from routing.decisions.availability.hours import WorkingHours, is_working, works_on
from routing.decisions.availability.skip_reasons import SkipReason

NOTHING = timedelta(0)


class AbsenceKind(StrEnum):
    """The kinds of TimeOff, with the same values; all but MEETING are leave or a holiday."""

    LEAVE = "leave"
    SICK = "sick"
    MEETING = "meeting"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from `starts_at` up to, not including, `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    kind: str = AbsenceKind.LEAVE


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
    is_at_work: bool | None = None  # when the caller has worked it out for everybody with these hours; None: ask them


@dataclass(frozen=True, slots=True)
class AvailabilityRules:
    """For which reasons one rotation passes people over (F5), with the limits."""

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
    """`reason` is a SkipReason, "" when available."""

    is_available: bool
    reason: str = ""


def availability(person: Person, rules: AvailabilityRules, at: datetime) -> Availability:
    """The first reason that applies. A deactivated user is never available in any rotation (F9)."""
    reason = _reason(person, rules, at)
    return Availability(is_available=not reason, reason=reason)


def places_left(capacity: int, open_leads: int) -> int:
    """How many more leads somebody may be given. Who is at the capacity gets one more, because only above it counts
    (L1); capacity 0 means none."""
    return (capacity + 1 if capacity else 0) - open_leads


def _reason(person: Person, rules: AvailabilityRules, at: datetime) -> str:
    if not person.is_active:
        return SkipReason.INACTIVE
    if rules.switched_off and not person.is_switched_on:
        return SkipReason.SWITCHED_OFF
    if person.absences:
        kinds = {absence.kind for absence in person.absences if absence.starts_at <= at < absence.ends_at}
        if rules.on_leave and kinds - {AbsenceKind.MEETING}:
            return (
                SkipReason.ON_LEAVE if kinds - {AbsenceKind.MEETING, AbsenceKind.HOLIDAY} else SkipReason.PUBLIC_HOLIDAY
            )
        if rules.all_day_meeting and AbsenceKind.MEETING in kinds:
            return SkipReason.ALL_DAY_MEETING
    if rules.over_capacity and places_left(_capacity(person, rules), person.open_leads) <= 0:
        return SkipReason.OVER_CAPACITY
    if rules.not_seen and _is_unseen(person, rules.not_seen_after, at):
        return SkipReason.NOT_SEEN
    if rules.outside_hours and person.hours is not None and not _is_at_work(person, person.hours, at):
        return SkipReason.OUTSIDE_HOURS
    return ""


def _is_at_work(person: Person, hours: WorkingHours, at: datetime) -> bool:
    return is_working(at, hours) if person.is_at_work is None else person.is_at_work


def _capacity(person: Person, rules: AvailabilityRules) -> int:
    return rules.capacity if person.capacity is None else person.capacity


def _is_unseen(person: Person, limit: timedelta, at: datetime) -> bool:
    """More than `limit` since the last sign-in, without days off and leave (L6); who never signed in is unseen."""
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
    """Leave between two moments; leave that overlaps counts once."""
    away, reached = NOTHING, start
    for absence in sorted(person.absences, key=lambda absence: absence.starts_at):
        if absence.kind == AbsenceKind.MEETING:
            continue
        begins, ends = max(absence.starts_at, reached), min(absence.ends_at, end)
        if begins < ends:
            away += ends - begins
            reached = ends
    return away
