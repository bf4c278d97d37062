"""The probe: what the way of a test lead says, and when its silence is an outage (K5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from queues.decisions.placement import ReviewReason
from queues.decisions.waits_for import WaitsFor

MISSED_AFTER = 3  # intervals without a run


class End(StrEnum):
    """Where a test lead came to."""

    ASSIGNED = "assigned"
    CLAIMABLE = "claimable"
    WAITS = "waits"  # in a queue, until a rotation or an owner can have it
    REVIEW = "review"
    PARKED = "parked"
    PARTNER = "partner"
    NURTURE = "nurture"
    REJECTED = "rejected"
    NOWHERE = "nowhere"


class Stop(StrEnum):
    """Why a test lead did not get through, though every lead should."""

    FORM_CLOSED = "form_closed"
    FORM_FULL = "form_full"
    REFUSED = "refused"  # intake found nobody to reach in it
    KNOWN = "known"  # it joined a lead that exists
    NO_RULE = "no_rule"
    NO_QUEUE = "no_queue"
    QUEUE_OFF = "queue_off"
    STEP_FAILED = "step_failed"
    NOBODY = "nobody"  # nobody may take from its queue
    NO_CLOCK = "no_clock"
    BUSY = "busy"  # the database did not let it in
    LATE = "late"
    ERROR = "error"


class Halt(StrEnum):
    """Why a test lead reached no rep though nothing is broken (M3)."""

    REVIEW = "review"  # a rule sends such leads to the review desk
    NURTURE = "nurture"
    REJECTED = "rejected"
    PARKED = "parked"
    NO_MEMBERS = "no_members"
    ROTATION_OFF = "rotation_off"
    AWAY = "away"  # everybody who could have it
    FULL = "full"  # at capacity, or at a cap
    NO_SKILL = "no_skill"
    OWNER = "owner"


class Step(StrEnum):
    """The steps of a way, in order; the values are stored."""

    SENT = "sent"
    SCORED = "scored"
    RULED = "ruled"
    PLACED = "placed"
    SERVED = "served"
    OPEN = "open"
    HELD_BACK = "held_back"
    ASIDE = "aside"
    CLOCKS = "clocks"
    BROKE = "broke"


class State(StrEnum):
    """What the probe says about the installation now."""

    OFF = "off"
    IDLE = "idle"  # there is no form or source that it could send a lead from
    NEW = "new"
    WELL = "well"
    FAILED = "failed"
    MISSED = "missed"


REVIEW_STOPS: Mapping[str, Stop] = {
    ReviewReason.NO_RULE: Stop.NO_RULE,
    ReviewReason.NO_QUEUE: Stop.NO_QUEUE,
    ReviewReason.QUEUE_OFF: Stop.QUEUE_OFF,
    ReviewReason.STEP_FAILED: Stop.STEP_FAILED,
    ReviewReason.SEVERAL_LEADS: Stop.KNOWN,
}


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one test lead: its steps as they are stored, where it ended, and why it stopped there, if it did."""

    steps: tuple[dict, ...]
    ended: End = End.NOWHERE
    stopped: Stop | None = None


def try_stop(way: Way) -> str:
    """Why a try of sales ops did not reach a rep who is there: a Stop, a Halt, or "" if it did (M3). A lead that only
    waits is no outage for the probe, but it is what somebody who tries the way wants to know."""
    if way.stopped is not None:
        return way.stopped
    if way.ended in _HALTS:
        return _HALTS[way.ended]
    steps = {step.get("step"): step for step in way.steps}
    is_open = steps.get(Step.OPEN)
    if is_open is not None:
        return "" if is_open.get("free") else Halt.AWAY
    held = steps.get(Step.HELD_BACK)
    return _WAITS.get(held.get("what", ""), Halt.AWAY) if held is not None else ""


_HALTS: Mapping[str, Halt] = {
    End.REVIEW: Halt.REVIEW,
    End.NURTURE: Halt.NURTURE,
    End.REJECTED: Halt.REJECTED,
    End.PARKED: Halt.PARKED,
}
_WAITS: Mapping[str, Halt] = {
    WaitsFor.MEMBERS: Halt.NO_MEMBERS,
    WaitsFor.SWITCH: Halt.ROTATION_OFF,
    WaitsFor.LIMIT: Halt.FULL,
    WaitsFor.SKILL: Halt.NO_SKILL,
    WaitsFor.OWNER: Halt.OWNER,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the probe: `heard_at` is its last sign of life, `failed`: its last run did."""

    is_on: bool
    has_origin: bool
    every: timedelta
    heard_at: datetime | None
    has_run: bool
    failed: bool


def in_time(way: Way, *, took: timedelta, limit: timedelta) -> Way:
    """A way that came to its end too late has failed too; exactly at the limit is in time (L7)."""
    if way.stopped is not None or took <= limit:
        return way
    return Way(way.steps, way.ended, Stop.LATE)


def is_missed(heard_at: datetime | None, every: timedelta, *, at: datetime) -> bool:
    """Nobody heard of it for three intervals; exactly three are in time."""
    return heard_at is not None and at - heard_at > MISSED_AFTER * every


def state_of(known: Known, *, at: datetime) -> State:
    if not known.is_on:
        return State.OFF
    if not known.has_origin:
        return State.IDLE
    if is_missed(known.heard_at, known.every, at=at):
        return State.MISSED
    if not known.has_run:
        return State.NEW
    return State.FAILED if known.failed else State.WELL
