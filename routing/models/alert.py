"""What is wrong at the moment and was reported, so that it is not reported again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.rotation import Rotation


class AbsenceWarning(models.Model):
    """Everybody of this rotation will be absent in this span, and people were told so. The row is there until the span
    is over, moves or is no longer to come."""

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="absence_warnings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=False)  # nobody is back as far as one can see
    then = models.CharField(max_length=10)  # decisions.availability.everybody_absent.LeadsThen
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("absence warning")
        verbose_name_plural = _("absence warnings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="routing_absence_warning_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} {self.starts_at:%Y-%m-%d}"


class StuckRotation(models.Model):
    """Leads wait for this rotation, and nobody can be given one. The row is there as long as that lasts."""

    rotation = models.OneToOneField(Rotation, on_delete=models.CASCADE, related_name="stuck")
    why = models.CharField(max_length=10)  # decisions.stuck_rotation.StuckReason
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("stuck rotation")
        verbose_name_plural = _("stuck rotations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.rotation_id} {self.why}"
