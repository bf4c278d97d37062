"""Red flags of reps, each with its evidence (D4). Whose numbers are high is not judged, only what is left undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE_CONTACT, OVER_THE_WEEKEND, HOARDING = "late_contact", "over_the_weekend", "hoarding"
FRIDAY, MONDAY, NOON = 4, 0, time(12)
WEEK = timedelta(days=7)  # in which hoarding is counted
HOARDING_CLAIMS = 10  # fewer claims than this say nothing
HOARDING_SHARE = 0.5  # with fewer than half of them contacted


@dataclass(frozen=True, slots=True)
class Held:
    """One assignment that is open, or was made in the time that is looked at."""

    label: str
    assigned_at: datetime
    contact_due_at: datetime | None
    first_contact_at: datetime | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`leads` name the evidence; `amount` of `of` is the count behind the flag."""

    code: str
    amount: int
    of: int = 0
    leads: tuple[str, ...] = ()


def red_flags(held: Sequence[Held], *, at: datetime, tz: ZoneInfo) -> tuple[RedFlag, ...]:
    """Contact overdue; claimed on Friday afternoon and not contacted by Monday; many claims and few contacts."""
    open_ones = [one for one in held if one.is_open and one.first_contact_at is None]
    late = [one for one in open_ones if one.contact_due_at is not None and at > one.contact_due_at]
    weekend = [one for one in open_ones if _slept_over_the_weekend(one, at=at, tz=tz)]
    week = [one for one in held if one.assigned_at >= at - WEEK]
    contacted = sum(1 for one in week if one.first_contact_at is not None)
    flags = []
    if late:
        flags.append(RedFlag(LATE_CONTACT, len(late), leads=_labels(late)))
    if weekend:
        flags.append(RedFlag(OVER_THE_WEEKEND, len(weekend), leads=_labels(weekend)))
    if len(week) >= HOARDING_CLAIMS and contacted < HOARDING_SHARE * len(week):
        flags.append(RedFlag(HOARDING, contacted, of=len(week)))
    return tuple(flags)


def _slept_over_the_weekend(one: Held, *, at: datetime, tz: ZoneInfo) -> bool:
    taken = one.assigned_at.astimezone(tz)
    if taken.weekday() != FRIDAY or taken.time() < NOON:
        return False
    monday = datetime.combine(taken.date() + timedelta(days=3), time.min, tzinfo=tz)
    return at >= monday


def _labels(held: Sequence[Held]) -> tuple[str, ...]:
    return tuple(one.label for one in sorted(held, key=lambda one: one.assigned_at)[:3])
