"""The monthly survey: who is asked, and counts of answers; nothing joins the two (H3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.decisions.survey import SCALE, Tally
from routing.models.people import Team

FAIR = tuple(f"fair_{score}" for score in SCALE)
COUNTS = (*FAIR, "clear", "unclear")


class SurveyGroup(models.Model):
    """How many of a team gave each answer in one month. A team in which fewer than MIN_ANSWERS are asked has no row of
    its own: its people are counted in the row of all the others, which has no team.

    One row holds all counts, because the transaction that wrote a row last would tell whose answer it was if each
    answer had a row. It has no time and no history, and is in no list of the admin.
    """

    month = models.DateField()
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    team_name = models.CharField(max_length=80, blank=True)  # also when the team is gone
    is_others = models.BooleanField(default=False)
    asked = models.PositiveIntegerField(default=0)
    fair_1 = models.PositiveIntegerField(default=0)
    fair_2 = models.PositiveIntegerField(default=0)
    fair_3 = models.PositiveIntegerField(default=0)
    fair_4 = models.PositiveIntegerField(default=0)
    fair_5 = models.PositiveIntegerField(default=0)
    clear = models.PositiveIntegerField(default=0)
    unclear = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("group of a survey")
        verbose_name_plural = _("groups of surveys")
        ordering = ["month", "team_name", "pk"]
        constraints = [
            models.UniqueConstraint(  # its index serves the results of a year
                fields=["month", "team"], condition=models.Q(is_others=False), name="routing_one_survey_group_per_team"
            ),
            models.UniqueConstraint(
                fields=["month"], condition=models.Q(is_others=True), name="routing_one_survey_group_of_the_others"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    clear=models.F("fair_1")
                    + models.F("fair_2")
                    + models.F("fair_3")
                    + models.F("fair_4")
                    + models.F("fair_5")
                    - models.F("unclear")
                ),
                name="routing_both_questions_are_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(asked__gte=models.F("clear") + models.F("unclear")),
                name="routing_no_more_answers_than_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.team_name}"

    @property
    def tally(self) -> Tally:
        return Tally(self.asked, tuple(getattr(self, name) for name in FAIR), self.clear, self.unclear)


class SurveyInvitation(models.Model):
    """One person is asked in one month, and has answered or not; what, nobody can know.

    All are made when the month begins, in no order that means anything, and those of a group are written again together
    with each answer. They are deleted when the month is over.
    """

    month = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(SurveyGroup, on_delete=models.CASCADE, related_name="invitations")
    has_answered = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        ordering = ["month", "user", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month"], name="routing_one_survey_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} #{self.user_id}"
