"""Write messages to inboxes, never the same one twice (I1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from config.live import announce
from routing.models import Notification


@dataclass(frozen=True)
class Message:
    """For one person. `key` names the event; a person who already has a message with this key gets no second one."""

    user_id: int
    kind: str
    key: str
    lead_id: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)


def notify(
    user_ids: Iterable[int],
    *,
    kind: str,
    key: str,
    at: datetime,
    lead_id: int | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """The same message for each of these people."""
    notify_each([Message(pk, kind, key, lead_id, details or {}) for pk in sorted(set(user_ids))], at=at)


def notify_each(messages: Sequence[Message], *, at: datetime) -> None:
    """Different messages, written in this order with one statement, however many they are."""
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=each.user_id,
                kind=each.kind,
                key=each.key,
                lead_id=each.lead_id,
                details=dict(each.details),
                at=at,
            )
            for each in messages
        ],
        ignore_conflicts=True,
    )
    announce(*(f"inbox-{each.user_id}" for each in messages))


def mark_read(user: User, *, at: datetime, pk: int | None = None) -> int:
    """Mark one message of this person's inbox, or all, as read; returns how many were unread."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    if pk is not None:
        unread = unread.filter(pk=pk)
    count = unread.update(read_at=at)
    if count:
        announce(f"inbox-{user.pk}")
    return count
