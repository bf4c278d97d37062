"""The steps of leads that nobody took for too long: to nurture, to the recycling pool, to the archive (D6); and those
that people set aside in the weekly cleanup (D7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.models.entry import Entry
from queues.models.queue import Queue


class StaleStep(models.Model):
    """One step of one lead: the log, what an undo needs, and the clock of the next step.

    `before` is what an undo puts back: the stage, and for a lead that waited its time of entry, for one on the review
    desk its item, for one that was held its assignment. `due_at` makes a step
    of one stay unique, so that a night that runs twice does nothing twice. `next_at` is emptied when the lead goes
    another way.
    """

    class Step(models.TextChoices):
        NURTURE = "nurture", _("To nurture")
        RECYCLE = "recycle", _("To the recycling pool")
        ARCHIVE = "archive", _("To the archive")
        REJECT = "reject", _("Rejected as junk")  # by a person only

    # no index of its own: the constraint begins with it
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="stale_steps", db_index=False)
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="stale_steps")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.SET_NULL, related_name="stale_steps")
    step = models.CharField(max_length=8, choices=Step.choices)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(  # who did it; empty: the night
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    next_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("step of an old lead")
        verbose_name_plural = _("steps of old leads")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "step", "due_at"], name="queues_each_stale_step_once"),
        ]
        indexes = [
            models.Index(  # what is due tonight
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False, undone_at__isnull=True),
                name="queues_next_stale_step",
            ),
            models.Index(fields=["-at", "-id"], name="queues_stale_steps"),  # the log, newest first
        ]

    def __str__(self) -> str:
        return f"{self.step} #{self.lead_id}"
