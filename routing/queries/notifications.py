"""Reads which messages of the inbox are unread."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from routing.models import Notification


def unread(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user, read_at__isnull=True)


def unread_count(user: User) -> int:
    return unread(user).count()
