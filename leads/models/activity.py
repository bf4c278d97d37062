"""Activities: everything that happened to a lead. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class Activity(models.Model):
    """One event on a lead's timeline. The growing id is the order of the outbox; rows are never changed."""

    class Kind(models.TextChoices):
        CAPTURED = "captured", _("Captured")
        RE_ENGAGED = "re_engaged", _("Re-engaged")
        SCORED = "scored", _("Score changed")
        QUEUED = "queued", _("Entered a queue")
        REVIEW = "review", _("Sent to the review desk")
        WITHDRAWN = "withdrawn", _("Left the queue")
        ASSIGNED = "assigned", _("Assigned")
        CONTACTED = "contacted", _("Contacted")
        NOTED = "noted", _("Note")
        SNOOZED = "snoozed", _("Snoozed")
        RETURNED = "returned", _("Returned")
        RELEASED = "released", _("Taken away")
        BREACHED = "breached", _("Clock ran out")
        ESCALATED = "escalated", _("Escalated")
        MOVED = "moved", _("Moved to the front")
        CLOSED = "closed", _("Closed")
        NURTURED = "nurtured", _("Moved to nurture")
        RECYCLED = "recycled", _("Moved to the recycling pool")
        ARCHIVED = "archived", _("Archived")
        PARTNER = "partner", _("Sent to a partner")
        CORRECTED = "corrected", _("Corrected")
        MERGED = "merged", _("Merged into another lead")
        APART = "apart", _("Kept apart from another lead")
        UNDONE = "undone", _("Undone")
        CRM = "crm", _("Changed in a CRM")

    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["lead", "-id"], name="leads_timeline"),  # the timeline, newest first
            models.Index(fields=["by", "kind", "at"], name="leads_own_numbers"),  # a person's numbers of a day
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.lead_id}"
