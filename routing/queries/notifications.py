"""Reads how many messages of the inbox are unread."""

from django.contrib.auth.models import User

from routing.models import Notification


def unread_count(user: User) -> int:
    return Notification.objects.filter(user=user, read_at__isnull=True).count()
