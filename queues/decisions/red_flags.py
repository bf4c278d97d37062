"""Red flags of reps, each with its evidence (D4). They name work that was not done; high numbers alone are no flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FRIDAY, MONDAY, NOON = 4, 0, time(12)
WEEK = timedelta(days=7)  # hoarding is counted over this period
HOARDING_CLAIMS = 10  # with fewer claims there is no flag
HOARDING_SHARE = 0.5  # a flag below this share of contacted leads


class RedFlagCode(StrEnum):
    LATE_CONTACT = "late_contact"
    OVER_THE_WEEKEND = "over_the_weekend"
    HOARDING = "hoarding"


@dataclass(frozen=True, slots=True)
class HeldLead:
    """One assignment that is open, or was made in the period."""

    label: str
    assigned_at: datetime
    contact_due_at: datetime | None
    first_contact_at: datetime | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`leads` names the evidence. The count behind the flag is `amount` (of `of`, if set)."""

    code: RedFlagCode
    amount: int
    of: int = 0
    leads: tuple[str, ...] = ()


def red_flags(held: Sequence[HeldLead], *, at: datetime, tz: ZoneInfo) -> tuple[RedFlag, ...]:
    """Three flags: contact overdue; claimed on Friday afternoon and not contacted by Monday; many claims, few
    contacts."""
    open_ones = [one for one in held if one.is_open and one.first_contact_at is None]
    late = [one for one in open_ones if one.contact_due_at is not None and at > one.contact_due_at]
    weekend = [one for one in open_ones if _waits_since_friday(one, at=at, tz=tz)]
    week = [one for one in held if one.assigned_at >= at - WEEK]
    contacted = sum(1 for one in week if one.first_contact_at is not None)
    flags = []
    if late:
        flags.append(RedFlag(RedFlagCode.LATE_CONTACT, len(late), leads=_labels(late)))
    if weekend:
        flags.append(RedFlag(RedFlagCode.OVER_THE_WEEKEND, len(weekend), leads=_labels(weekend)))
    if len(week) >= HOARDING_CLAIMS and contacted < HOARDING_SHARE * len(week):
        flags.append(RedFlag(RedFlagCode.HOARDING, contacted, of=len(week)))
    return tuple(flags)


def _waits_since_friday(one: HeldLead, *, at: datetime, tz: ZoneInfo) -> bool:
    taken = one.assigned_at.astimezone(tz)
    if taken.weekday() != FRIDAY or taken.time() < NOON:
        return False
    monday = datetime.combine(taken.date() + timedelta(days=3), time.min, tzinfo=tz)
    return at >= monday


def _labels(held: Sequence[HeldLead]) -> tuple[str, ...]:
    return tuple(one.label for one in sorted(held, key=lambda one: one.assigned_at)[:3])
