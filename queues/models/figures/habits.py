"""Counts by day of how reps work, for the radar (K2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Source


class HabitDay(models.Model):
    """What a rep received on the day, and what has become of it since, by source and by the reason for giving it back
    (empty: not given back, or without a reason). Undone assignments count as never made (C4b)."""

    day = models.DateField()
    rep = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=24, blank=True)
    received = models.PositiveIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)  # taken by the rep: the rest was given
    returned = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)  # of those, unseen ones before first contact (C4c)
    jumped = models.PositiveIntegerField(default=0)  # picked from behind the first place
    places = models.PositiveIntegerField(default=0)  # that these picks went past
    contacted = models.PositiveIntegerField(default=0)
    quick = models.PositiveIntegerField(default=0)  # contacted within seconds
    fridays = models.PositiveIntegerField(default=0)  # taken late on Friday, in the rep's zone
    late = models.PositiveIntegerField(default=0)  # of those, held on Monday without a contact; before Monday: so far

    class Meta:
        verbose_name = _("day of a rep's habits")
        verbose_name_plural = _("days of reps' habits")
        ordering = ["day", "rep", "source", "reason", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "rep", "source", "reason"], name="queues_one_row_of_habits_per_day")
        ]
        indexes = [
            models.Index(fields=["rep", "day"], name="queues_habits_of_a_rep"),
            models.Index(  # reasons, which few rows have
                fields=["rep", "day", "reason", "returned"],
                condition=models.Q(returned__gt=0),
                name="queues_reasons_of_a_rep",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} {self.day}"
