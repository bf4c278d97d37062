"""Help for a queue that overflows: reps lent to it, sources paused for it, a fast lane for its hottest leads (D8).
All end by themselves."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Source
from queues.models.queue import Queue
from routing.models import Rep, Rotation


class LoanQuerySet(models.QuerySet):
    def running(self, at: datetime) -> "LoanQuerySet":
        return self.filter(ended_at__isnull=True, until__gt=at)


class Loan(models.Model):
    """A rep who also takes from this queue until a moment. `ended_at` is when somebody or the sweep ended it; past
    `until` it counts no more, ended or not."""

    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.CASCADE, related_name="loans", db_index=False)
    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="loans")
    until = models.DateTimeField(_("until"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(  # its index also finds the queues a rep is lent to
                fields=["rep", "queue"], condition=models.Q(ended_at__isnull=True), name="queues_one_loan_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("at")),
                name="queues_loan_ends_after_it_begins",
                violation_error_message=_("Choose a date in the future."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} > {self.queue_id}"


class SourcePause(models.Model):
    """Leads of this source that rules would add to the queue are parked until the queue is clear."""

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="pauses", db_index=False
    )
    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="source_pauses")
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause of a source")
        verbose_name_plural = _("pauses of sources")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "queue"],
                condition=models.Q(ended_at__isnull=True),
                name="queues_one_pause_of_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} > {self.queue_id}"


class FastLaneQuerySet(models.QuerySet):
    def open(self) -> "FastLaneQuerySet":
        return self.filter(ended_at__isnull=True)


class FastLane(models.Model):
    """Leads of this queue with at least this score are given through a rotation at once, waiting or parked ones too."""

    class Ended(models.TextChoices):
        BY_HAND = "by_hand", _("closed by hand")
        TIME = "time", _("its time was over")
        CLEAR = "clear", _("the queue was clear")
        OFF = "off", _("the queue or the rotation was switched off")

    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="fast_lanes")
    rotation = models.ForeignKey(
        Rotation,
        verbose_name=_("rotation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="fast_lanes",
    )
    min_score = models.PositiveSmallIntegerField(
        _("score from"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    given = models.PositiveIntegerField(_("given"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_how = models.CharField(_("ended how"), max_length=8, choices=Ended.choices, blank=True)

    objects = FastLaneQuerySet.as_manager()

    class Meta:
        verbose_name = _("fast lane")
        verbose_name_plural = _("fast lanes")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue"], condition=models.Q(ended_at__isnull=True), name="queues_one_fast_lane_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="queues_fast_lane_ends_after_it_begins",
                violation_error_message=_("Choose a date in the future."),
            ),
            models.CheckConstraint(
                condition=models.Q(min_score__gte=1, min_score__lte=100), name="queues_fast_lane_has_a_score"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_how="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_how="")),
                name="queues_fast_lane_ends_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue_id}: {self.min_score}"
