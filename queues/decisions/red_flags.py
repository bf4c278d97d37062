"""Red flags of reps, each with its evidence (D4). They name work that was not done; high numbers alone are no flag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

FRIDAY, NOON = 4, time(12)
UNTOUCHED = timedelta(hours=2)  # without first contact is late, also where the limit is longer
WEEK = timedelta(days=7)  # hoarding is counted over this period, unless the caller says from when
HOARDING_CLAIMS = 10  # with fewer claims there is no flag
HOARDING_SHARE = 0.5  # a flag below this share of contacted leads
SKIP_PERIOD = timedelta(hours=1)
SKIPS = 3  # so many within the period, in one blind queue
MOST_EVIDENCE = 20  # leads that a flag names
MOST_OF_A_REP = 200  # leads without first contact that are looked at one by one, the oldest; so many are "or more"


class RedFlagCode(StrEnum):
    LATE_CONTACT = "late_contact"
    OVER_THE_WEEKEND = "over_the_weekend"
    HOARDING = "hoarding"
    SKIPPING = "skipping"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A lead that a flag names. Who reads many of them adds the labels of those that are named."""

    lead_id: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class HeldLead:
    """One assignment that is open, or was made in the period."""

    lead: Evidence
    assigned_at: datetime
    contact_due_at: datetime | None
    first_contact_at: datetime | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """One lead of a blind queue that was given back before first contact."""

    lead: Evidence
    at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`leads` is the evidence, oldest first. The count behind the flag is `amount` (of `of`, if set); `place` is the
    queue, if it is about one."""

    code: RedFlagCode
    amount: int
    of: int = 0
    leads: tuple[Evidence, ...] = ()
    place: str = ""


def red_flags(
    held: Sequence[HeldLead],
    skips: Sequence[Skip] = (),
    *,
    at: datetime,
    tz: tzinfo,
    week_from: datetime | None = None,
    counts: tuple[int, int] | None = None,
) -> tuple[RedFlag, ...]:
    """Four flags: contact overdue, or none for two hours; claimed on Friday afternoon, in the zone of the rep, and not
    contacted by Monday; many claims, few contacts; the third skip within an hour in one blind queue. Each ends by
    itself, when it is no longer so. `counts` are claims and contacts of the week, where `held` lacks contacted ones.
    """
    open_ones = [one for one in held if one.is_open and one.first_contact_at is None]
    late = [one for one in open_ones if _is_late(one, at=at)]
    weekend = [one for one in open_ones if _waits_since_friday(one, at=at, tz=tz)]
    week = [one for one in held if one.assigned_at >= (week_from or at - WEEK)]
    silent = [one for one in week if one.first_contact_at is None]
    claims, contacted = counts or (len(week), len(week) - len(silent))
    flags = []
    if late:
        flags.append(RedFlag(RedFlagCode.LATE_CONTACT, len(late), leads=_evidence(late)))
    if weekend:
        flags.append(RedFlag(RedFlagCode.OVER_THE_WEEKEND, len(weekend), leads=_evidence(weekend)))
    if claims >= HOARDING_CLAIMS and contacted < HOARDING_SHARE * claims:
        flags.append(RedFlag(RedFlagCode.HOARDING, contacted, of=claims, leads=_evidence(silent)))
    return (*flags, *_skipping(skips, at=at))


def _is_late(one: HeldLead, *, at: datetime) -> bool:
    """Exactly at the deadline, or after two hours exactly, is in time (L7)."""
    is_overdue = one.contact_due_at is not None and at > one.contact_due_at
    return is_overdue or at > one.assigned_at + UNTOUCHED


def _waits_since_friday(one: HeldLead, *, at: datetime, tz: tzinfo) -> bool:
    taken = one.assigned_at.astimezone(tz)
    if taken.weekday() != FRIDAY or taken.time() < NOON:
        return False
    monday = datetime.combine(taken.date() + timedelta(days=3), time.min, tzinfo=tz)
    return at >= monday


def _skipping(skips: Sequence[Skip], *, at: datetime) -> Iterator[RedFlag]:
    places: dict[str, list[Skip]] = {}
    for one in sorted(skips, key=lambda one: one.at):
        if at - SKIP_PERIOD <= one.at <= at:
            places.setdefault(one.place, []).append(one)
    for place, found in sorted(places.items()):
        if len(found) >= SKIPS:
            leads = tuple(one.lead for one in found[:MOST_EVIDENCE])
            yield RedFlag(RedFlagCode.SKIPPING, len(found), leads=leads, place=place)


def _evidence(held: Sequence[HeldLead]) -> tuple[Evidence, ...]:
    return tuple(one.lead for one in sorted(held, key=lambda one: one.assigned_at)[:MOST_EVIDENCE])
