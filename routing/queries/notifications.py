"""Reads how many messages of the inbox are unread."""

from routing.models import Notification


def unread_count(user) -> int:
    return Notification.objects.filter(user=user, read_at__isnull=True).count()
