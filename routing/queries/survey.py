"""Reads the monthly survey: who is asked, whether a person has answered, and the results (H3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet

from config.company import company_zone
from routing.decisions.survey import (
    MIN_ANSWERS,
    Partition,
    State,
    SurveyResult,
    Tally,
    months_back,
    next_month,
    partition,
    survey_month,
    survey_result,
)
from routing.models import Rep, SurveyGroup, SurveyInvitation

ANSWERS = "queues.claim_entry"  # the permission of reps


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """This month's survey as one person meets it; the results can be read from `results_on` on."""

    month: date
    results_on: date
    has_answered: bool


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the results. `left_out` answers are in none of the figures (decisions/survey.py)."""

    month: date
    result: SurveyResult
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One team in one month; without a name: all the others together."""

    name: str
    result: SurveyResult


def current_month(at: datetime) -> date:
    """Months begin and end where this installation is, for everybody."""
    return survey_month(at, company_zone())


def surveyed_reps() -> QuerySet[Rep]:
    """Active people with the role of reps, each once however many teams they are in."""
    people = get_user_model().objects.with_perm(
        ANSWERS, backend="routing.backends.RoutingBackend", include_superusers=False
    )
    return Rep.objects.filter(user__in=people, user__is_active=True).order_by("user", "pk")


def open_survey(user: User, *, at: datetime) -> OpenSurvey | None:
    """None for somebody who is not asked. Who joined today is asked although no invitation is written yet."""
    month = current_month(at)
    answered = SurveyInvitation.objects.filter(user=user, month=month).values_list("has_answered", flat=True).first()
    if answered is None and not surveyed_reps().filter(user=user).exists():
        return None
    return OpenSurvey(month, next_month(month), bool(answered))


def survey_results(*, teams: Collection[int] | None, at: datetime) -> tuple[list[MonthRow], list[GroupRow]]:
    """Twelve months, the newest first, and the groups of the newest that is over. `teams` None: everybody. One query.

    Only groups that are shown to anybody are added up for some teams, so that no difference tells of a smaller one.
    """
    months = months_back(current_month(at))
    by_month: dict[date, list[SurveyGroup]] = {month: [] for month in months}
    for group in SurveyGroup.objects.filter(month__gte=months[0], month__lte=months[-1]).order_by(
        "month", "team_name", "pk"
    ):
        by_month[group.month].append(group)
    rows = [_month_row(month, by_month[month], teams, is_over=month != months[-1]) for month in reversed(months)]
    newest = next((row.month for row in rows[1:] if row.result.asked), months[-2])
    return rows, _group_rows(by_month[newest], teams)


def _month_row(
    month: date, groups: Collection[SurveyGroup], teams: Collection[int] | None, *, is_over: bool
) -> MonthRow:
    mine = [group for group in groups if teams is None or group.team_id in teams]
    everybody = sum((group.tally for group in mine), start=Tally())
    if not mine and any(group.tally.asked for group in groups):
        return MonthRow(month, SurveyResult(State.SMALL, 0, 0))
    if not is_over:
        return MonthRow(month, SurveyResult(State.OPEN, everybody.asked, everybody.answered))
    parts = _partition(groups)
    own = (parts.groups[group.pk] for group in mine if group.pk in parts.groups)
    counted = parts.whole if teams is None else sum(own, start=Tally())
    result = survey_result(everybody, counted=counted)
    return MonthRow(month, result, everybody.answered - counted.answered if result.state == State.SHOWN else 0)


def _group_rows(groups: Collection[SurveyGroup], teams: Collection[int] | None) -> list[GroupRow]:
    parts = _partition(groups)
    mine = [group for group in groups if not group.is_others and (teams is None or group.team_id in teams)]
    rows = [GroupRow(group.team_name, survey_result(group.tally)) for group in mine]
    if teams is None and parts.others:
        rows.append(GroupRow("", survey_result(parts.others)))
    return rows


def _partition(groups: Collection[SurveyGroup]) -> Partition:
    tallies: Mapping[int, Tally] = {group.pk: group.tally for group in groups}
    return partition(tallies, alone={group.pk: not group.is_others for group in groups})


def has_own_group(asked: int) -> bool:
    """Whether the people of a team can be told apart from the others without telling of one of them."""
    return asked >= MIN_ANSWERS
