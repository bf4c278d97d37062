"""Versions of a rotation, and drafts of the next one (F11b)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.rotation import Rotation

MAX_REASON = 200


class RotationVersion(models.Model):
    """The settings and members of a rotation from `at` on (decisions/rotation/versions.py). Receipts name `number`.

    `back_to` is the version that this one restored, `draft` the draft that was published; `reason` says why, for both.
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    snapshot = models.JSONField()
    back_to = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True, default="")
    draft = models.ForeignKey("RotationDraft", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("version of a rotation")
        verbose_name_plural = _("versions of rotations")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "number"], name="routing_one_snapshot_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} v{self.number}"


class RotationDraft(models.Model):
    """An edit that is saved but not in force. It is published later, by hand or at `publish_at`.

    `base` is the version that it was made from, `sent` the form as it was filled in, so that it can be opened again.
    `conflicts` says why it could not be published as planned; `reason` is why it is planned.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Draft")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="drafts")
    base = models.PositiveIntegerField()
    snapshot = models.JSONField()
    sent = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True, blank=True)
    publish_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True, default="")
    conflicts = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("draft of a rotation")
        verbose_name_plural = _("drafts of rotations")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=models.Q(state="open", publish_at__isnull=False),
                name="routing_drafts_to_publish",
            ),
            models.Index(fields=["rotation", "state"], name="routing_drafts_of_a_rotation"),
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} #{self.pk}"
