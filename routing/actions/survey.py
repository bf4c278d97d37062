"""Ask everybody the two questions of the month, and count the answers so that nobody can tell whose they are (H3)."""

from collections import Counter
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, F, Value, When

from routing.models import Rep, SurveyGroup, SurveyInvitation
from routing.models.survey import COUNTS, FAIR
from routing.queries.first_teams import first_teams
from routing.queries.survey import current_month, has_own_group, surveyed_reps


class SurveyClosed(Exception):
    """The month of the form is over, or has not begun."""


class AlreadyAnswered(Exception):
    """This person has answered this month; the first answers count."""


class NotAsked(Exception):
    """This person is no active rep."""


@transaction.atomic
def invite_to_survey(*, at: datetime) -> int:
    """Asks every active rep once, and forgets who answered in months that are over. Who is no longer active and has not
    answered is no longer asked. Groups are those of the teams as the month begins; newcomers join them."""
    month = current_month(at)
    SurveyInvitation.objects.filter(month__lt=month).delete()
    reps = list(surveyed_reps())
    groups = _locked_groups(month, reps)
    unanswered = SurveyInvitation.objects.filter(month=month, has_answered=False)
    unanswered.exclude(user__in=[rep.user_id for rep in reps]).delete()
    team_by_rep, others = _first_team_by_rep(), next(each for each in groups if each.is_others)
    by_team = {group.team_id: group for group in groups if group.team_id}
    invitations = [
        SurveyInvitation(month=month, user_id=rep.user_id, group=by_team.get(team_by_rep.get(rep.pk, 0), others))
        for rep in reps
    ]
    SurveyInvitation.objects.bulk_create(invitations, ignore_conflicts=True)
    asked = Counter(SurveyInvitation.objects.filter(month=month).order_by("pk").values_list("group", flat=True))
    for group in groups:
        if group.asked != asked[group.pk]:
            SurveyGroup.objects.filter(pk=group.pk).update(asked=asked[group.pk])
    return asked.total()


@transaction.atomic
def answer_survey(user: User, *, month: date, fair: int, is_clear: bool, at: datetime) -> None:
    """Counts both answers. `month` is that of the form. Raises SurveyClosed, AlreadyAnswered or NotAsked.

    All rows of the group are written in one statement, so that neither their place in the table nor the transaction
    that wrote them last tells who answered when; and the statement that counts is the same for every answer.
    """
    if month != current_month(at):
        raise SurveyClosed
    mine = SurveyInvitation.objects.filter(user=user, month=month)
    group_id = mine.values_list("group", flat=True).first()
    if group_id is None:
        invite_to_survey(at=at)
        group_id = mine.values_list("group", flat=True).first()
    if group_id is None:
        raise NotAsked
    group = SurveyGroup.objects.select_for_update(no_key=True).get(pk=group_id)
    if mine.filter(has_answered=True).exists():
        raise AlreadyAnswered
    answered = Case(When(user=user, then=Value(True)), default=F("has_answered"))
    SurveyInvitation.objects.filter(group=group).update(has_answered=answered)
    chosen = {FAIR[fair - 1], "clear" if is_clear else "unclear"}
    SurveyGroup.objects.filter(pk=group.pk).update(**{name: F(name) + int(name in chosen) for name in COUNTS})


def _locked_groups(month: date, reps: list[Rep]) -> list[SurveyGroup]:
    """Made when the month begins. The lock on that of the others makes two runs at once take turns."""
    SurveyGroup.objects.bulk_create([SurveyGroup(month=month, is_others=True)], ignore_conflicts=True)
    SurveyGroup.objects.select_for_update(no_key=True).only("pk").get(month=month, is_others=True)
    found = SurveyGroup.objects.filter(month=month).select_for_update(no_key=True).order_by("pk")
    if not SurveyInvitation.objects.filter(month=month).exists():
        SurveyGroup.objects.bulk_create(
            [
                SurveyGroup(month=month, team_id=team, team_name=name)
                for (team, name), asked in _team_sizes(reps).items()
                if has_own_group(asked)
            ],
            ignore_conflicts=True,
        )
    return list(found)


def _team_sizes(reps: list[Rep]) -> Counter[tuple[int, str]]:
    teams = first_teams(Rep.teams.through.objects.all(), "team", "team__name")
    return Counter(teams[rep.pk] for rep in reps if rep.pk in teams)


def _first_team_by_rep() -> dict[int, int]:
    return {rep: team for rep, (team,) in first_teams(Rep.teams.through.objects.all(), "team").items()}
