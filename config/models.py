"""The tables of config: the company, sessions, heartbeats, the newest live messages (for SQLite), background jobs."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Company(models.Model):
    """Whose installation this is: one row. config.company reads it; what is empty is as the environment says.

    New teams start with its zone and hours; what names no country has its holidays.
    """

    name = models.CharField(_("company name"), max_length=80, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=48,
        blank=True,
        help_text=_("Days begin by it, where a person or team has no other."),
    )
    working_hours = models.JSONField(_("working hours"), default=dict, blank=True)
    holidays_of = models.CharField(_("public holidays of"), max_length=15, blank=True)  # "ID", "DE-BY"
    language = models.CharField(_("language"), max_length=10, blank=True)
    guide_closed_at = models.DateTimeField(
        _("guide closed at"), null=True, blank=True
    )  # somebody does not want to see "Get going" again

    history = HistoricalRecords(excluded_fields=["guide_closed_at"])

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="config_one_company")]

    def __str__(self) -> str:
        return self.name


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


class BackgroundJob(models.Model):
    """Work that grows with a queue, done in chunks by the worker; the newest job of a kind and subject wins."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        SUPERSEDED = "superseded", _("Replaced by a newer change")

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=60)  # jobs with the same kind and subject replace each other
    subject_name = models.CharField(_("name"), max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    total = models.PositiveIntegerField(_("total"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    cursor = models.BigIntegerField(default=0)  # the last row that a committed chunk has covered
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)  # failed in a row, without a chunk in between
    error = models.TextField(_("error"), blank=True)
    is_large = models.BooleanField(default=False)  # more than one chunk, so pages show its progress
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    touched_at = models.DateTimeField(null=True, blank=True)  # when the last chunk was committed
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | models.Q(state__in=["done", "failed", "superseded"], finished_at__isnull=False),
                name="config_job_is_open_or_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject", "id"], name="config_jobs_by_subject"),  # is there a newer one?
            models.Index(fields=["finished_at"], name="config_jobs_by_finish"),  # open, just finished, old
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
