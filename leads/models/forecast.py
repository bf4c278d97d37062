"""Forecasts: where the rows of a file would go, counted before its import starts (A9)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.capture import Upload


class Forecast(models.Model):
    """One count of one file with one choice of columns, defaults and sources. No lead is written.

    `choices` holds mapping, defaults, reading and sources as they were on the page; `digest` is that of the choices, of
    how the file is read, and of the rules. `counts` is what queues.decisions.import_forecast keeps.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Counting")
        DONE = "done", _("Counted")
        FAILED = "failed", _("Stopped")
        REPLACED = "replaced", _("Replaced")

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="forecasts", db_index=False)
    digest = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    counts = models.JSONField(default=dict, blank=True)
    last_line = models.PositiveIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    counted_at = models.DateTimeField(null=True, blank=True)  # when the count began: the rules of then
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("forecast of an import")
        verbose_name_plural = _("forecasts of imports")
        ordering = ["-pk"]
        constraints = [
            # its index also finds the forecasts of a file
            models.UniqueConstraint(fields=["upload", "digest"], name="leads_one_forecast_per_choice"),
        ]

    def __str__(self) -> str:
        return f"#{self.upload_id} {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, self.bytes_read * 100 // self.upload.bytes) if self.upload.bytes else 0
