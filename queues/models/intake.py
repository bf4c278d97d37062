"""What a queue's intake does now, and since when (D5, E5)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.decisions.health import DepthLevel
from queues.models.queue import Queue


class IntakeState(models.Model):
    """One row per queue, made at the first crossing. A time that is set says since when the limit is crossed; it is
    emptied at the lower mark. `kept_open_until` is a decision of sales ops to add leads all the same.

    `is_unseen`: the queue is older than its row, so what the first look finds is noted, and nobody is told.
    """

    class Level(models.TextChoices):
        OK = DepthLevel.OK, _("Fine")
        YELLOW = DepthLevel.YELLOW, _("Yellow")
        RED = DepthLevel.RED, _("Red")
        CRITICAL = DepthLevel.CRITICAL, _("Critical")

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="intake")
    full_since = models.DateTimeField(null=True, blank=True)
    aged_since = models.DateTimeField(null=True, blank=True)
    slow_since = models.DateTimeField(null=True, blank=True)
    aging_since = models.DateTimeField(null=True, blank=True)
    losing_since = models.DateTimeField(null=True, blank=True)  # more than 15 % leave without a claim (E4)
    is_unseen = models.BooleanField(default=False, db_default=False)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.OK)
    level_since = models.DateTimeField(null=True, blank=True)
    kept_open_until = models.DateTimeField(null=True, blank=True)
    kept_open_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("state of an intake")
        verbose_name_plural = _("states of intakes")
        ordering = ["queue", "pk"]

    def __str__(self) -> str:
        return f"{self.queue_id}: {self.level}"
