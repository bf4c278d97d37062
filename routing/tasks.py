"""What the worker does for routing, by the names of the actions it calls."""

from django.utils import timezone

from routing.actions import auditing, editing
from routing.actions.inviting import send_invitation

__all__ = ["arrange_rotations", "audit_rotations", "send_invitation"]


def arrange_rotations() -> int:
    """Names, joining dates and conversion change; lists that are shuffled now and then are shuffled when it is due."""
    return editing.arrange_all(at=timezone.now())


def audit_rotations() -> int:
    return auditing.audit_all(at=timezone.now())
