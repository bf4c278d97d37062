"""Deadlines: how long a lead may wait, and how long until first contact (D1, D2, D3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from routing.decisions.availability.hours import WorkingHours, add_working
from routing.decisions.contact_terms import CONTACT_MINUTES

WAIT_MINUTES = {"hot_inbound": 60, "mql": 4 * 60, "warm": 24 * 60, "cold": 72 * 60}


class NoSuchLeadType(LookupError):
    """No longest wait is known for this type of lead."""


class LimitRefused(ValueError):
    """A limit cannot be negative."""


def wait_limit(lead_type: str, overrides: Mapping[str, int | None]) -> timedelta:
    """The longest wait (D1). An override in minutes by lead type comes first; None there means the default."""
    minutes = overrides.get(lead_type)
    if minutes is None:
        minutes = WAIT_MINUTES.get(lead_type)
    if minutes is None:
        raise NoSuchLeadType(lead_type)
    return _limit(minutes)


def contact_limit(lead_type: str, queue_minutes: int | None, overrides: Mapping[str, int | None]) -> timedelta:
    """Time from claim to first contact (D2): by lead type, else the queue's, else two hours."""
    minutes = overrides.get(lead_type)
    if minutes is None:
        minutes = CONTACT_MINUTES if queue_minutes is None else queue_minutes
    return _limit(minutes)


def due_at(start: datetime, limit: timedelta, hours: WorkingHours | None = None) -> datetime:
    """The deadline in UTC. Without `hours` the clock never pauses (D3); breaches.py will pass them once queues
    choose."""
    if hours is None:
        return start.astimezone(UTC) + limit
    return add_working(start, limit, hours)


def is_overdue(due: datetime | None, at: datetime) -> bool:
    """Exactly at the deadline is still in time (L7). Without a deadline nothing is overdue."""
    return due is not None and at > due


def _limit(minutes: int) -> timedelta:
    if minutes < 0:
        raise LimitRefused(f"{minutes} minutes")
    return timedelta(minutes=minutes)
