"""Merges, and pairs that are not duplicates: what people decided about leads that look alike (A3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class Merge(models.Model):
    """One lead was merged into another; holds what is needed to undo that.

    `before` and `after` hold the fields of the kept lead that the merge changed; they and `identities` are personal.
    `absorbed_snapshot` and `kept_snapshot` hold the stages from before the merge (leads.actions.stages.stage_snapshot);
    the latter is empty if the kept lead did not change its stage. All else that the merge ended has the same `at`.
    """

    absorbed = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges_away")
    kept = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    identities = models.JSONField(default=list)  # [kind, value, system] of those that moved; once without the system
    aliases = models.JSONField(default=list, db_default=[], blank=True)  # ids of those that moved
    absorbed_snapshot = models.JSONField(default=dict, db_column="absorbed_stood")
    kept_snapshot = models.JSONField(default=dict, blank=True, db_column="kept_stood")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=models.Q(undone_at__isnull=True),
                name="leads_one_merge_per_absorbed_lead",
            ),
            models.CheckConstraint(condition=~models.Q(absorbed=models.F("kept")), name="leads_merge_is_of_two"),
        ]

    def __str__(self) -> str:
        return f"#{self.absorbed_id} -> #{self.kept_id}"


class NotDuplicate(models.Model):
    """Two leads that look alike but are different: they are never marked as possible duplicates again.

    `percent` is set on the pair that the review desk had compared, so that undoing the decision can mark it again.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="not_duplicates")
    other = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "leads_keptapart"
        verbose_name = _("pair that is no duplicate")
        verbose_name_plural = _("pairs that are no duplicates")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "other"], name="leads_one_word_about_a_pair"),
            models.CheckConstraint(condition=~models.Q(lead=models.F("other")), name="leads_apart_are_two"),
        ]

    def __str__(self) -> str:
        return f"#{self.lead_id}, #{self.other_id}"
