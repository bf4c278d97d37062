"""Segments: which rotation takes which leads of a queue (F7, G2, G3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from queues.models.queue import Queue
from routing.models import Rotation


class Segment(models.Model):
    """One segment of the ordered list of a push queue: a territory, a range of scores, a company size. The first
    segment whose conditions are all met names the rotation; if none matches, the queue's own rotation takes the
    lead."""

    name = models.CharField(_("name"), max_length=120)
    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="segments")
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)
    is_active = models.BooleanField(_("on"), default=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    rotation = models.ForeignKey(
        Rotation, verbose_name=_("rotation"), on_delete=models.PROTECT, related_name="segments"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
