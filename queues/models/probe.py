"""The probe: a lead that only tries the way through Alur, every few minutes, and what came of it (K5)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Source, WebForm


class Probe(models.Model):
    """One row: the settings, when the probe runs next, and the outage that it told of, if one goes on."""

    class Down(models.TextChoices):
        FAILED = "failed", _("A test lead did not get through")
        MISSED = "missed", _("No test lead was sent")

    is_on = models.BooleanField(_("on"), default=True)
    every_minutes = models.PositiveSmallIntegerField(_("every (minutes)"), default=5)
    max_seconds = models.PositiveSmallIntegerField(_("longest (seconds)"), default=10)
    # where the lead comes from; without either the first open form, else the first source
    web_form = models.ForeignKey(
        WebForm, verbose_name=_("web form"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    heard_at = models.DateTimeField(_("heard at"), null=True, blank=True)  # its last run, or when it was switched on
    down_since = models.DateTimeField(_("down since"), null=True, blank=True)
    down_why = models.CharField(_("down why"), max_length=6, choices=Down.choices, blank=True)

    history = HistoricalRecords(excluded_fields=["due_at", "heard_at", "down_since", "down_why"])

    class Meta:
        verbose_name = _("probe")
        verbose_name_plural = _("probe")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="queues_one_row_of_probe"),
            models.CheckConstraint(
                condition=models.Q(every_minutes__gte=1, every_minutes__lte=1440, max_seconds__gte=1)
                & models.Q(max_seconds__lte=30),
                name="queues_probe_runs_at_least_daily",
            ),
            models.CheckConstraint(
                condition=models.Q(web_form__isnull=True) | models.Q(source__isnull=True),
                name="queues_probe_comes_from_one_place",
            ),
            models.CheckConstraint(
                condition=models.Q(down_since__isnull=True, down_why="")
                | (models.Q(down_since__isnull=False) & ~models.Q(down_why="")),
                name="queues_probe_outage_has_time_and_why",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Probe"))

    @property
    def every(self) -> timedelta:
        return timedelta(minutes=self.every_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=self.max_seconds)


class ProbeRun(models.Model):
    """One test lead. Nothing of the lead itself is left: it was taken back with all that it caused."""

    at = models.DateTimeField()
    is_ok = models.BooleanField()
    seconds = models.FloatField()
    origin = models.CharField(max_length=80)  # the name of the form or source
    ended = models.CharField(max_length=12)  # decisions.probe.End
    stopped = models.CharField(max_length=12, blank=True)  # decisions.probe.Stop; of a try also Halt
    steps = models.JSONField(default=list)
    is_try = models.BooleanField(default=False, db_default=False)  # sent by a person who wants to see its way (M3)
    asked = models.JSONField(default=dict, db_default={}, blank=True)  # of a try: its door and what the lead says
    by = models.ForeignKey(  # who asked for it; empty: nobody, it was due
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("run of the probe")
        verbose_name_plural = _("runs of the probe")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_ok=True, stopped="") | (models.Q(is_ok=False) & ~models.Q(stopped="")),
                name="queues_failed_probe_says_why",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="queues_probe_runs")]  # the newest, and those to delete

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.stopped or self.ended}"
