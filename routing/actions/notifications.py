"""Write messages to inboxes, never the same one twice (I1)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.models import User

from config.live import announce
from routing.models import Notification


def notify(
    user_ids: Iterable[int],
    *,
    kind: str,
    key: str,
    at: datetime,
    lead_id: int | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """`key` names the event; a person who already has a message with this key gets no second one."""
    users = sorted(set(user_ids))
    Notification.objects.bulk_create(
        [
            Notification(user_id=pk, kind=kind, key=key, lead_id=lead_id, details=dict(details or {}), at=at)
            for pk in users
        ],
        ignore_conflicts=True,
    )
    announce(*(f"inbox-{pk}" for pk in users))


def mark_read(user: User, *, at: datetime, pk: int | None = None) -> int:
    """Mark one message of this person's inbox, or all, as read; returns how many were unread."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    if pk is not None:
        unread = unread.filter(pk=pk)
    count = unread.update(read_at=at)
    if count:
        announce(f"inbox-{user.pk}")
    return count
