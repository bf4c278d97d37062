"""Sums of turns by day, kept so that fairness does not read the history (H1, J5). Written by the sweep of kept counts.

A size may be too large for one number of the database, so it is kept as whole turns and the `rest` in units of a turn.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.people import Rep
from routing.models.rotation import Rotation
from routing.models.turn import Roster


class CountedDay(models.Model):
    """A day whose sums are kept, or today from midnight to `end_at`, when it is not whole; other turns are counted from
    the rows."""

    day = models.DateField(unique=True)
    zone = models.CharField(max_length=63)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    is_whole = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("counted day of rotations")
        verbose_name_plural = _("counted days of rotations")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class RosterDay(models.Model):
    """Turns that the same people could have had, by the same weights."""

    day = models.DateField()
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="+", db_index=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="+")
    barred = models.JSONField(default=dict)
    need = models.TextField(blank=True)
    turns = models.PositiveIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    rest = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a roster")
        verbose_name_plural = _("days of rosters")
        ordering = ["day", "rotation", "roster", "pk"]
        indexes = [
            models.Index(fields=["rotation", "day"], name="routing_roster_days"),  # fairness of a period
            models.Index(fields=["day"], name="routing_roster_days_of_a_day"),  # counting it again
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} {self.day}"


class RepTurnDay(models.Model):
    """What a rep got by turn, what the leads were worth, and what has become of them since (H1, H2)."""

    day = models.DateField()
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="+")
    whole = models.BigIntegerField(default=0)
    rest = models.BigIntegerField(default=0)
    leads = models.PositiveIntegerField(default=0)
    scored = models.PositiveIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    squares = models.BigIntegerField(default=0)
    with_deal = models.PositiveIntegerField(default=0)
    deals = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    converted = models.PositiveIntegerField(default=0)
    won = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a rep in a rotation")
        verbose_name_plural = _("days of reps in rotations")
        ordering = ["day", "rotation", "rep", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "day", "rep"], name="routing_one_rep_day"),
        ]
        indexes = [models.Index(fields=["day"], name="routing_rep_days_of_a_day")]  # counting it again

    def __str__(self) -> str:
        return f"{self.rotation_id} {self.day}"
