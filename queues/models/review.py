"""The review desk: leads that need a human, each with its reasons."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.decisions.placement import ReviewReason
from queues.models.queue import Queue
from queues.models.rule import EntryRule


class ReviewItem(models.Model):
    """One stay on the review desk (A6, A8).

    A parked lead waits here too: rules chose a queue that takes none now, and it enters in its order of arrival, which
    is `opened_at`, when the queue opens (D5).
    """

    class Closed(models.TextChoices):
        APPROVED = "approved", _("Approved into a queue")
        NURTURED = "nurtured", _("Nurture")
        REJECTED = "rejected", _("Rejected")
        MERGED = "merged", _("Merged")
        KEPT = "kept", _("Kept both")
        ASKED = "asked", _("Rules applied again")
        CLOSED = "closed", _("Closed elsewhere")
        ENTERED = "entered", _("Entered when the queue opened")

    class Parked(models.TextChoices):
        FULL = "full", _("The queue is full")
        AGED = "aged", _("Leads wait too long in the queue")
        SOURCE = "source", _("The source is paused")

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="reviews")
    opened_at = models.DateTimeField()
    reasons = models.JSONField(default=list)
    rule = models.ForeignKey(EntryRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="reviews")
    trail = models.JSONField(default=list)
    parked_for = models.ForeignKey(
        Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="parked", db_index=False
    )
    parked_why = models.CharField(max_length=8, choices=Parked.choices, blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_how = models.CharField(max_length=10, choices=Closed.choices, blank=True)

    class Meta:
        verbose_name = _("review item")
        verbose_name_plural = _("review items")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(closed_at__isnull=True), name="queues_one_open_review_per_lead"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_how="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(closed_how="")),
                name="queues_review_closed_with_a_manner",
            ),
            models.CheckConstraint(
                condition=models.Q(parked_for__isnull=True) | ~models.Q(parked_why=""),
                name="queues_parked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(  # the desk, newest first
                fields=["-opened_at", "-id"], condition=models.Q(closed_at__isnull=True), name="queues_open_reviews"
            ),
            models.Index(  # what is parked for a queue, in the order in which it enters
                fields=["parked_for", "opened_at", "id"],
                condition=models.Q(closed_at__isnull=True, parked_for__isnull=False),
                name="queues_parked",
            ),
            models.Index(fields=["opened_at", "rule"], name="queues_reviews_by_rule"),  # what a rule caught lately
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_in_doubt(self) -> bool:
        """Whether an identity, and no likeness of names, sent it here beside another lead (A3)."""
        return bool({ReviewReason.SEVERAL_LEADS, ReviewReason.SAME_BUT_OTHER}.intersection(self.reasons[:1]))
