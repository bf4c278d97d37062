"""Three small tables of the machine room: sessions, signs of life, and what changed last (SQLite's NOTIFY)."""

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
    """The last sign of life of a background part, written by a scheduled task."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        db_table = "config_beat"  # its first name; config/worker/heartbeat_reader.py reads it too
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name


class LiveTopic(models.Model):
    """One row per topic; its version is higher than all before it, so that a watcher reads only what is new."""

    name = models.CharField(max_length=60, unique=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.name
