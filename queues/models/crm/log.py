"""What happened between Alur and a CRM, for sales ops (I4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.models.crm.connection import Connection


class CrmLog(models.Model):
    """One line. `what` is a code that a presenter words; `details` hold ids, counts, codes, and the CRM's own words of
    an error, but no person's data. Kept for 90 days."""

    class Way(models.TextChoices):
        IN = "in", _("In")
        OUT = "out", _("Out")
        STATE = "state", _("State")

    class Tone(models.TextChoices):
        OK = "ok", _("went well")
        WARN = "warn", _("waits")
        BAD = "bad", _("needs you")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="log", db_index=False)
    at = models.DateTimeField()
    way = models.CharField(max_length=5, choices=Way.choices)
    tone = models.CharField(max_length=4, choices=Tone.choices)
    what = models.CharField(max_length=24)
    details = models.JSONField(default=dict, blank=True)
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("line of a connection’s log")
        verbose_name_plural = _("log of connections")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["connection", "-id"], name="queues_crm_log"),
            models.Index(fields=["at"], name="queues_crm_log_by_age"),  # what is old enough to go
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.what}"
