"""Rules by which reps are members of a rotation: everybody of a team, everybody with a skill, or both."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from simple_history.models import HistoricalRecords

from routing.decisions.availability.skills import MAX_SKILL_LENGTH
from routing.models.people import Team
from routing.models.rotation import Rotation


class MembershipRule(models.Model):
    """With a team and a skill both must hold. `weight` is what new members get. `is_beyond_limit`: more people fit the
    rules of this rotation than it takes, and sales ops were told."""

    rotation = models.ForeignKey(
        Rotation, verbose_name=lazy("rotation"), on_delete=models.CASCADE, related_name="rules"
    )
    team = models.ForeignKey(
        Team, verbose_name=lazy("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    skill = models.CharField(lazy("skill"), max_length=MAX_SKILL_LENGTH, blank=True, default="")
    weight = models.DecimalField(
        lazy("weight"), max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    is_beyond_limit = models.BooleanField(lazy("is beyond limit"), default=False, editable=False)

    history = HistoricalRecords(excluded_fields=["is_beyond_limit"])

    class Meta:
        verbose_name = lazy("membership rule")
        verbose_name_plural = lazy("membership rules")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=False) | ~models.Q(skill=""),
                name="routing_membership_rule_has_a_condition",
                violation_error_message=lazy("Choose a team, or write a skill."),
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="routing_no_negative_weight_by_rule"),
        ]

    def __str__(self) -> str:
        return condition_text(self.team.name if self.team else "", self.skill)


def condition_text(team: str, skill: str) -> str:
    """'everybody of team SMB with skill Banking'"""
    words = {"team": team, "skill": skill}
    if team and skill:
        return _("everybody of team %(team)s with skill %(skill)s") % words
    return (_("everybody of team %(team)s") if team else _("everybody with skill %(skill)s")) % words
