"""Who works on a lead right now, as far as opening its page says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class Look(models.Model):
    """When somebody opened the page of a lead last. One row for each lead that was looked at lately."""

    lead = models.OneToOneField(Lead, primary_key=True, on_delete=models.CASCADE, related_name="look")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("look at a lead")
        verbose_name_plural = _("looks at leads")
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"#{self.lead_id} {self.at:%Y-%m-%d %H:%M}"
