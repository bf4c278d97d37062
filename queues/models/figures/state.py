"""How far the kept counts are: up to which activity, which days must be counted again, and in which time zone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureState(models.Model):
    """One row. The process that counts locks it, so that two sweeps never count the same day at once."""

    zone = models.CharField(max_length=48)  # whose dates the days are
    activity_id = models.BigIntegerField(default=0)  # what happened to leads up to this one is counted
    counted_at = models.DateTimeField(null=True, blank=True)
    kept_from = models.DateField(null=True, blank=True)  # days before are never counted again: their rows are gone (J5)

    class Meta:
        verbose_name = _("state of the figures")
        verbose_name_plural = _("state of the figures")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="queues_one_state_of_figures")]

    def __str__(self) -> str:
        return str(self.counted_at)


class StaleDay(models.Model):
    """A day of which something changed after it had been counted: it is counted again soon."""

    day = models.DateField(unique=True)
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day to be counted again")
        verbose_name_plural = _("days to be counted again")
        ordering = ["marked_at", "day", "pk"]

    def __str__(self) -> str:
        return str(self.day)
