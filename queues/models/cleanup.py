"""What sales ops did with many leads at once, lead by lead, at the review desk (A6) and in the weekly cleanup; and the
leads that they keep there (D7)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.models.partner import PartnerPool
from queues.models.queue import Queue


class CleanupRun(models.Model):
    """One act on many leads. `wanted` says which: their ids, or the filters of the list at that moment; of the review
    desk the items, in the order in which they are decided. `token` comes from the form, so that a second click is the
    same run."""

    class Act(models.TextChoices):
        NURTURE = "nurture", _("To nurture")
        RECYCLE = "recycle", _("To the recycling pool")
        ARCHIVE = "archive", _("Archive as inactive")
        REJECT = "reject", _("Reject as junk")
        MOVE = "move", _("Into a queue")
        KEEP = "keep", _("Keep for 7 days")
        PARTNER = "partner", _("Send to a partner")
        RECALL = "recall", _("Call back from the partner")
        MERGE = "merge", _("Merge with the lead it resembles")
        APART = "apart", _("Keep both")
        ASK = "ask", _("Apply the rules again")  # at the review desk only
        LOOKED = "looked", _("Looked through")  # nothing to do this week

    token = models.UUIDField(default=uuid.uuid4, unique=True)
    act = models.CharField(max_length=8, choices=Act.choices)
    reason = models.CharField(max_length=24, blank=True)
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    pool = models.ForeignKey(
        PartnerPool, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    is_desk = models.BooleanField(default=False, db_default=False)
    wanted = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    total = models.PositiveIntegerField(default=0)  # how many leads were asked for
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # a person stopped it before its end
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    undo_at = models.DateTimeField(null=True, blank=True)  # when somebody asked for it
    undo_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    undone = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("cleanup")
        verbose_name_plural = _("cleanups")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="queues_cleanup_runs")]  # the latest

    def __str__(self) -> str:
        return f"{self.act} #{self.pk}"


class CleanupStep(models.Model):
    """What a run did with one lead, once. `refused` is a code, empty if it was done; `before` is what an undo needs."""

    run = models.ForeignKey(CleanupRun, on_delete=models.CASCADE, related_name="steps", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="cleanup_steps")
    at = models.DateTimeField()
    refused = models.CharField(max_length=12, blank=True, default="")
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    stayed = models.BooleanField(default=False)  # it had moved on when the run was undone

    class Meta:
        verbose_name = _("step of a cleanup")
        verbose_name_plural = _("steps of cleanups")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "lead"], name="queues_each_cleanup_step_once")]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.lead_id}"


class KeptLead(models.Model):
    """Sales ops looked at this lead: until then it is not on the list, and the night does not move it (D6, D7)."""

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="kept")
    until = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("kept lead")
        verbose_name_plural = _("kept leads")
        ordering = ["-until", "-pk"]
        indexes = [models.Index(fields=["until", "lead"], name="queues_kept_leads")]  # which are kept now

    def __str__(self) -> str:
        return f"#{self.lead_id}"
