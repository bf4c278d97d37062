"""Merges and pairs that were kept apart: what people said about leads that look alike (A3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class Merge(models.Model):
    """One lead was found to be another one; holds what is needed to take that back.

    `before` and `after` are the fields of the kept lead that the merge changed; they and `identities` are personal.
    `kept_stood` says where the kept lead stood, when the merge moved it. Moments tell the apps above what else ended
    with this merge: it all has the same `at`.
    """

    absorbed = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges_away")
    kept = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    identities = models.JSONField(default=list)  # [kind, value] of those that moved
    absorbed_stood = models.JSONField(default=dict)
    kept_stood = models.JSONField(default=dict, blank=True)
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


class KeptApart(models.Model):
    """These two look alike and are not the same; nobody is asked again. The percentage is set on the pair that the
    desk had compared, so that it can be marked again when the decision is taken back."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="kept_apart")
    other = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("pair kept apart")
        verbose_name_plural = _("pairs kept apart")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "other"], name="leads_one_word_about_a_pair"),
            models.CheckConstraint(condition=~models.Q(lead=models.F("other")), name="leads_apart_are_two"),
        ]

    def __str__(self) -> str:
        return f"#{self.lead_id}, #{self.other_id}"
