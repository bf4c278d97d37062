"""What is wrong at the moment and was reported, so that it is not reported again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.rotation import Rotation


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
