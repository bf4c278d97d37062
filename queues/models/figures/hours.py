"""Leads in and out by hour: of queues, of sources, and by the way out (C7, C8, E7, E9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Source
from queues.models.queue import Queue


class QueueHour(models.Model):
    """What happened in a queue in one hour of UTC; no row, nothing happened.

    `since_in` and `since_out` add up the ages of the leads that came and left, as the seconds since 1970 at which their
    age began: with the number of leads that gives the mean age at the end of any hour, counted back from now.
    """

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour_at = models.DateTimeField()
    came = models.PositiveIntegerField(default=0)
    went = models.PositiveIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)  # claimed within their longest wait (D1)
    within_day = models.PositiveIntegerField(default=0)  # claimed within 24 h (E8)
    turned_day_old = models.PositiveIntegerField(default=0)  # not claimed within 24 h of entering (E8)
    turned_72_hours_old = models.PositiveIntegerField(default=0)  # still waiting at an age of 72 h (E8)
    since_in = models.BigIntegerField(default=0)
    since_out = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of a queue")
        verbose_name_plural = _("hours of queues")
        ordering = ["hour_at", "queue", "pk"]
        constraints = [models.UniqueConstraint(fields=["hour_at", "queue"], name="queues_one_row_per_queue_and_hour")]
        indexes = [models.Index(fields=["queue", "hour_at"], name="queues_hours_of_a_queue")]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.hour_at:%Y-%m-%d %H}"


class SourceHour(models.Model):
    """Leads of a source that came into queues and left them in one hour of UTC."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour_at = models.DateTimeField()
    came = models.PositiveIntegerField(default=0)
    went = models.PositiveIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of a source")
        verbose_name_plural = _("hours of sources")
        ordering = ["hour_at", "source", "pk"]
        constraints = [models.UniqueConstraint(fields=["hour_at", "source"], name="queues_one_row_per_source_and_hour")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.hour_at:%Y-%m-%d %H}"


class WayHour(models.Model):
    """How leads left queues in one hour of UTC: `left` is Entry.Left, `how` the kind of assignment that began, if one
    did."""

    hour_at = models.DateTimeField()
    left = models.CharField(max_length=10)
    how = models.CharField(max_length=12, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("ways out in an hour")
        verbose_name_plural = _("ways out in an hour")
        ordering = ["hour_at", "left", "how", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hour_at", "left", "how"], name="queues_one_row_per_way_and_hour")
        ]

    def __str__(self) -> str:
        return f"{self.left} {self.hour_at:%Y-%m-%d %H}"
