"""Counts by day: of stays in queues, of what reps took, and of the leads that arrived (E1-E4, H2).

A day is a date in the installation's time zone. A filter that a table has no column for is answered from the rows
themselves (queues.queries.figures).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import LeadType, Source
from queues.models.figures.classes import ContactClasses, ConvertedClasses, WaitClasses
from queues.models.queue import Queue


class StayDay(WaitClasses, ConvertedClasses):
    """Stays of leads in a queue. `entered` and `unclaimed` count stays that began on the day, all others stays that
    ended with a claim on the day. A stay that ended in another queue counts there only; an unclaimed stay of a lead
    that was merged counts nowhere."""

    day = models.DateField()
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead_type = models.CharField(max_length=12, choices=LeadType.choices)
    entered = models.PositiveIntegerField(default=0)
    unclaimed = models.PositiveIntegerField(default=0)  # left without a claim (E4): these three ways, or closed
    nurtured = models.PositiveIntegerField(default=0, db_default=0)
    archived = models.PositiveIntegerField(default=0, db_default=0)
    partnered = models.PositiveIntegerField(default=0, db_default=0)  # sent to a partner
    claimed = models.PositiveIntegerField(default=0)
    converted = models.PositiveIntegerField(default=0)  # an opportunity or a customer today, and not given back
    won = models.PositiveIntegerField(default=0)
    wait_sum = models.BigIntegerField(default=0)  # seconds
    wait_longest = models.BigIntegerField(default=0)  # seconds

    class Meta:
        verbose_name = _("day of a queue")
        verbose_name_plural = _("days of queues")
        ordering = ["day", "queue", "source", "lead_type", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "queue", "source", "lead_type"], name="queues_one_row_of_stays_per_day"
            )
        ]
        indexes = [models.Index(fields=["queue", "day"], name="queues_days_of_a_queue")]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.day}"


class RepDay(ContactClasses):
    """What a rep took on the day, and what has become of it since; `queue` is where it came from. Undone assignments
    count as never made (C4b)."""

    day = models.DateField()
    rep = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    taken = models.PositiveIntegerField(default=0)
    contacted = models.PositiveIntegerField(default=0)
    contact_sum = models.BigIntegerField(default=0)  # seconds by the clock of each
    contact_longest = models.BigIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)  # contacted, or held beyond the limit without a contact (E3)
    within = models.PositiveIntegerField(default=0)  # contacted no later than the limit (L7)
    converted = models.PositiveIntegerField(default=0)  # became an opportunity or a customer
    won = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    disqualified = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    clocked = models.PositiveIntegerField(default=0, db_default=0)  # their contact is counted in working time (D3)

    class Meta:
        verbose_name = _("day of a rep")
        verbose_name_plural = _("days of reps")
        ordering = ["day", "rep", "queue", "pk"]
        indexes = [
            models.Index(fields=["day", "queue"], name="queues_reps_of_a_day"),
            models.Index(fields=["rep", "day"], name="queues_days_of_a_rep"),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} {self.day}"


class RepWaitDay(WaitClasses):
    """How long the leads that a rep took on the day had waited in the queue that they came from. Undone assignments
    count as never made (C4b)."""

    day = models.DateField()
    rep = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    wait_longest = models.BigIntegerField(default=0)  # seconds

    class Meta:
        verbose_name = _("day of waits before a rep")
        verbose_name_plural = _("days of waits before reps")
        ordering = ["day", "rep", "pk"]
        constraints = [models.UniqueConstraint(fields=["rep", "day"], name="queues_one_row_of_own_waits_per_day")]
        indexes = [models.Index(fields=["day"], name="queues_own_waits_of_a_day")]  # counting it again

    def __str__(self) -> str:
        return f"{self.rep_id} {self.day}"


class LeadDay(models.Model):
    """Leads that arrived on the day, how far they came, and how they stand. `queue` is the last one they were in."""

    day = models.DateField()
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead_type = models.CharField(max_length=12, choices=LeadType.choices)
    stage = models.CharField(max_length=12)  # Lead.Stage today
    was_reviewed = models.BooleanField()
    was_queued = models.BooleanField()
    was_claimed = models.BooleanField()
    was_contacted = models.BooleanField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of arrivals")
        verbose_name_plural = _("days of arrivals")
        ordering = ["day", "queue", "source", "lead_type", "pk"]
        indexes = [models.Index(fields=["day", "queue"], name="queues_arrivals_of_a_day")]

    def __str__(self) -> str:
        return f"{self.stage} {self.day}"


class ReasonDay(models.Model):
    """Why leads were given back, skipped or disqualified on the day. Types and reps are counted from the rows: with
    them there were half as many rows as leads."""

    class Kind(models.TextChoices):
        RETURNED = "returned", _("Returned")
        SKIPPED = "skipped", _("Skipped")
        DISQUALIFIED = "disqualified", _("Disqualified")

    day = models.DateField()
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=24, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reasons of a day")
        verbose_name_plural = _("reasons of a day")
        ordering = ["day", "kind", "reason", "pk"]
        indexes = [models.Index(fields=["day", "queue"], name="queues_reasons_of_a_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reason} {self.day}"
