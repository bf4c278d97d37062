"""Score rules: points for leads that come without a score (A4)."""

from collections.abc import Container
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.decisions.conditions.parsing import Condition, parse


class ScoreRule(models.Model):
    """One editable rule of the computed score (A4)."""

    class Part(models.TextChoices):
        FIT = "fit", _("Fit")
        ENGAGEMENT = "engagement", _("Engagement")

    name = models.CharField(_("name"), max_length=120)
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    points = models.SmallIntegerField(_("points"))
    is_active = models.BooleanField(_("on"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    own: Container[str] | None = None  # the own fields that there are, set where rules are read

    class Meta:
        verbose_name = _("score rule")
        verbose_name_plural = _("score rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def asked(self) -> tuple[Condition, ...]:
        """Parsed once for all leads. Raises ConditionRefused."""
        return parse(self.conditions, self.own)
