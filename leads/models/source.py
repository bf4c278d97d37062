"""Sources: where leads come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.lead_type import LeadType


class Source(models.Model):
    """A source as sales ops name it; unknown labels of an upload become sources of their own."""

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80)
    lead_type = models.CharField(
        _("lead type"),
        max_length=12,
        choices=LeadType.choices,
        default=LeadType.WARM,
        help_text=_("Given to leads of this source that arrive without a type."),
    )
    points = models.PositiveSmallIntegerField(
        _("points"), default=10, help_text=_("0 to 20: what this source adds to a score that Alur computes.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__lte=20), name="leads_source_points_at_most_20"),
        ]

    def __str__(self) -> str:
        return self.name
