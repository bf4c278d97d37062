"""Why a lead of a rotation waits, and for whom (F5, F6, C4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from routing.decisions.availability.skip_reasons import SkipReason

MAX_PEOPLE = 3
CAPS = (SkipReason.CAP_HOUR, SkipReason.CAP_DAY, SkipReason.CAP_WEEK, SkipReason.CAP_MONTH, SkipReason.OVER_CAPACITY)


class WaitsFor(StrEnum):
    OWNER = "owner"  # of its account (G1)
    SPECIALIST = "specialist"
    SOMEBODY = "somebody"
    LIMIT = "limit"  # a cap or the capacity; `limit` says which passes first
    MANAGER = "manager"  # everybody available gave it back
    SKILL = "skill"  # that no member has
    MEMBERS = "members"
    SWITCH = "switch"  # the rotation is off


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody for whom the lead waits: why, and until when if that is known."""

    name: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberNow:
    """A member of the rotation as this lead sees it; `reason` is "" if the member can be given leads."""

    user_id: int
    name: str
    reason: str = ""
    until: datetime | None = None
    has_skill: bool = True


@dataclass(frozen=True, slots=True)
class Waits:
    what: WaitsFor
    people: tuple[Absent, ...] = ()
    limit: str = ""
    until: datetime | None = None  # when the limit passes


def why_it_waits(members: Sequence[MemberNow], *, declined: Collection[int], asks_skill: bool) -> Waits | None:
    """None if somebody can be given the lead now, so that it will be assigned in a moment. Those who are back first
    come first."""
    if not members:
        return Waits(WaitsFor.MEMBERS)
    holders = [each for each in members if each.has_skill]
    if not holders:
        return Waits(WaitsFor.SKILL)
    willing = [each for each in holders if each.user_id not in declined]
    if any(not each.reason for each in willing):
        return None
    if not willing or any(not each.reason for each in holders):
        return Waits(WaitsFor.MANAGER)
    reasons = {each.reason for each in willing}
    if reasons <= set(CAPS):
        return _wait_for_limit(willing)
    by_return = sorted(willing, key=lambda each: (each.until is None, each.until and each.until.timestamp(), each.name))
    people = tuple(Absent(each.name, each.reason, each.until) for each in by_return[:MAX_PEOPLE])
    return Waits(WaitsFor.SPECIALIST if asks_skill else WaitsFor.SOMEBODY, people)


def _wait_for_limit(members: Sequence[MemberNow]) -> Waits:
    """The limit that passes first: a cap whose end is known, before a full capacity, before a cap of 0."""
    ends = [(each.until, CAPS.index(SkipReason(each.reason))) for each in members if each.until is not None]
    if ends:
        until, cap = min(ends)
        return Waits(WaitsFor.LIMIT, limit=CAPS[cap], until=until)
    reasons = {each.reason for each in members}
    is_full = SkipReason.OVER_CAPACITY in reasons
    return Waits(WaitsFor.LIMIT, limit=CAPS[-1] if is_full else next(cap for cap in CAPS if cap in reasons))
