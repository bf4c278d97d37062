"""What the worker does for routing, by the names of the actions it calls."""

from django.utils import timezone

from routing.actions import alerts as alerting
from routing.actions.availability import calendars, holidays
from routing.actions.invitations import send_invitation
from routing.actions.rotation import audit as auditing
from routing.actions.rotation import editing, versions

__all__ = [
    "arrange_rotations",
    "audit_rotations",
    "fetch_calendar",
    "fetch_calendars",
    "mark_holidays",
    "publish_drafts",
    "send_invitation",
    "tell_unfair",
]


def arrange_rotations() -> int:
    """Names, joining dates and conversion change; lists that are shuffled now and then are shuffled when it is due."""
    return editing.reorder_rotations(at=timezone.now())


def fetch_calendars() -> int:
    """Each feed is a task of its own, so that a slow host holds up no other."""
    return calendars.request_due_fetches(at=timezone.now())


def fetch_calendar(pk: int) -> str:
    return calendars.fetch_calendar(pk, at=timezone.now())


def mark_holidays() -> int:
    return holidays.sync_all_holidays(at=timezone.now())


def audit_rotations() -> int:
    return auditing.audit_rotations(at=timezone.now())


def publish_drafts() -> int:
    return versions.publish_due(at=timezone.now())


def tell_unfair() -> int:
    return alerting.alert_unfair_shares(at=timezone.now())
