"""Deadlines: how long a lead may wait, and how long until first contact (D1, D2, D3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from routing.decisions.availability.hours import WorkingHours, add_working
from routing.decisions.contact_terms import CONTACT_MINUTES

WAIT_MINUTES = {"hot_inbound": 60, "mql": 4 * 60, "warm": 24 * 60, "cold": 72 * 60}


class NoSuchLeadType(LookupError):
    """No longest wait is known for this type of lead."""


class SetBy(StrEnum):
    """Where a limit is set."""

    QUEUE_AND_TYPE = "queue_and_type"
    QUEUE = "queue"
    TYPE = "type"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in minutes, and where it is set."""

    minutes: int
    set_by: SetBy

    @property
    def time(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class OwnMinutes:
    """What is set for a lead of one type in one queue; None where nothing is."""

    queue_and_type: int | None = None
    queue: int | None = None
    type: int | None = None


def wait_limit(lead_type: str, own: OwnMinutes) -> Limit:
    """The longest wait (D1)."""
    usual = WAIT_MINUTES.get(lead_type)
    if usual is None:
        raise NoSuchLeadType(lead_type)
    return _first_set(own, usual)


def contact_limit(own: OwnMinutes) -> Limit:
    """Time from claim to first contact (D2). The database's own claim (take_next.sql) does the same."""
    return _first_set(own, CONTACT_MINUTES)


def _first_set(own: OwnMinutes, usual: int) -> Limit:
    """The one order of precedence: queue and type, then the queue, then the type, then the usual number."""
    for minutes, set_by in (
        (own.queue_and_type, SetBy.QUEUE_AND_TYPE),
        (own.queue, SetBy.QUEUE),
        (own.type, SetBy.TYPE),
    ):
        if minutes is not None:
            return Limit(minutes, set_by)
    return Limit(usual, SetBy.USUAL)


def due_at(start: datetime, limit: timedelta, hours: WorkingHours | None = None) -> datetime:
    """The deadline in UTC. Without `hours` the clock never pauses (D3); breaches.py will pass them once queues
    choose."""
    if hours is None:
        return start.astimezone(UTC) + limit
    return add_working(start, limit, hours)


def is_overdue(due: datetime | None, at: datetime) -> bool:
    """Exactly at the deadline is still in time (L7). Without a deadline nothing is overdue."""
    return due is not None and at > due
