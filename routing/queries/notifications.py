"""Reads messages of the inbox: which are unread, and which were settled by what happened since."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from routing.models import Notification

Settled = Callable[[], Q]
_SETTLED: list[Settled] = []


def register_settled(condition: Settled) -> None:
    """Queues say in `ready()` which messages ask for nothing any more, because routing cannot import them. Registering
    twice has no effect."""
    if condition not in _SETTLED:
        _SETTLED.append(condition)


def unread(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user, read_at__isnull=True)


def pending(user: User) -> QuerySet[Notification]:
    """Unread messages that still ask for something: the number beside the inbox."""
    return unread(user).exclude(_settled())


def pending_count(user: User) -> int:
    return pending(user).count()


def unread_and_pending(user: User) -> tuple[int, int]:
    """How many messages are unread, and how many of these are not settled."""
    found = unread(user).aggregate(unread=Count("pk"), pending=Count("pk", filter=~_settled()))
    return found["unread"], found["pending"]


def inbox_of(user: User) -> QuerySet[Notification]:
    """All messages with `is_settled`: unread ones that are not settled first, then the newest."""
    pending = ExpressionWrapper(Q(read_at__isnull=True) & ~_settled(), output_field=BooleanField())
    settled = ExpressionWrapper(_settled(), output_field=BooleanField())
    rows = Notification.objects.filter(user=user).select_related("lead")
    return rows.annotate(is_pending=pending, is_settled=settled).order_by("-is_pending", "-at", "-pk")


def _settled() -> Q:
    found = Q(pk__isnull=True)  # none
    for condition in _SETTLED:
        found |= condition()
    return found
