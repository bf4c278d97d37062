"""Sources: where leads come from, and how well they convert."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.decisions.source_value import ConversionCount, conversion_percent
from leads.models.lead_type import LeadType


class Source(models.Model):
    """A source as sales ops name it. Unknown labels in captures become new sources."""

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
    points_follow = models.BooleanField(
        _("points follow the conversion"),
        default=False,
        help_text=_("Once a day: 20 for the source that converts best, the others in proportion, from 30 leads on."),
    )
    conversions = models.PositiveIntegerField(_("converted, 90 days"), default=0, editable=False)
    conversions_of = models.PositiveIntegerField(_("counted, 90 days"), default=0, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)

    history = HistoricalRecords(excluded_fields=["conversions", "conversions_of", "counted_at"])

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__lte=20), name="leads_source_points_at_most_20"),
            models.CheckConstraint(
                condition=models.Q(conversions__lte=models.F("conversions_of")),
                name="leads_no_more_conversions_than_leads",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def conversion(self) -> Decimal | None:
        """In percent of the leads of 90 days; None without leads (B7, L2)."""
        return conversion_percent(ConversionCount(self.conversions, self.conversions_of))


class SourceAlias(models.Model):
    """Another word for a source, as files and programs write it: "fb" is Facebook Ads. A source of that key wins."""

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    label = models.CharField(_("as written"), max_length=80)
    source = models.ForeignKey(
        Source, verbose_name=Source._meta.verbose_name, on_delete=models.CASCADE, related_name="aliases"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("other word for a source")
        verbose_name_plural = _("other words for sources")
        ordering = ["slug", "pk"]

    def __str__(self) -> str:
        return self.label
