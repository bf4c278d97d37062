"""Three small tables of no app: sessions, heartbeats, and the newest live messages (SQLite's NOTIFY)."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionManager(BaseSessionManager):
    def get_queryset(self) -> models.QuerySet["Session"]:
        """With the user: this is why the table exists."""
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """Django's session row and whose it is, so that a request reads both in one statement; a visitor has no user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    objects = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_module(settings.SESSION_ENGINE).SessionStore


class Heartbeat(models.Model):
    """When a background process last worked, written by a scheduled task."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        db_table = "config_beat"  # its first name; config/worker/heartbeat_reader.py reads it too
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class LiveTopic(models.Model):
    """One row per live message; a new version is higher than all others, so a watcher reads only what is new."""

    name = models.CharField(max_length=60, unique=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.name
