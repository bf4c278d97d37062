"""What corrections changed in personal fields: apart from the activities, so that it can be erased in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.activity import Activity
from leads.models.lead import Lead


class FieldChange(models.Model):
    """One field that one correction changed; the activity says who and when, and holds fields that are not personal
    (J5)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="field_changes")
    # no index of its own: the constraint begins with it
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="field_changes", db_index=False)
    field = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        verbose_name = _("field change")
        verbose_name_plural = _("field changes")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "field"], name="leads_one_change_of_a_field")]

    def __str__(self) -> str:
        return f"{self.field} #{self.lead_id}"
