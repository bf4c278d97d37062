"""The survey is anonymous by construction: nothing that is stored or written joins a person and an answer (H3)."""

import logging
import re
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.actions.survey import AlreadyAnswered, NotAsked, SurveyClosed, answer_survey, invite_to_survey
from routing.models import SurveyGroup, SurveyInvitation
from routing.queries.survey import open_survey, survey_results
from tests.factories import MORNING, TeamFactory, make_ops, make_rep

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
LAST_MOMENT = datetime.fromisoformat("2026-11-30T23:59:59+07:00")
ANSWERS = ((4, True), (4, True), (5, False), (3, True), (5, True), (4, True))


def answer(user, fair: int = 4, is_clear: bool = True, *, month=NOVEMBER, at=MORNING) -> None:
    answer_survey(user, month=month, fair=fair, is_clear=is_clear, at=at)


def rows_of(model) -> list[tuple]:
    return list(model.objects.order_by("pk").values_list())


@pytest.fixture
def six(team):
    reps = [make_rep(team) for _number in range(6)]
    invite_to_survey(at=MORNING)
    return reps


def test_answers_are_added_up_in_one_row_for_each_group(six):
    for user, (fair, is_clear) in zip(six, ANSWERS, strict=True):
        answer(user, fair, is_clear)
    group = SurveyGroup.objects.get(is_others=False)
    assert (group.asked, group.tally.fair, group.clear, group.unclear) == (6, (0, 0, 1, 3, 2), 5, 1)


def test_who_answers_in_which_order_leaves_the_same_rows(six):
    """All that is stored is the same, ids included, no matter who gave which answer when."""
    left = []
    for order in (six, six[::-1], six[2:] + six[:2]):
        for user, (fair, is_clear) in zip(order, ANSWERS, strict=True):
            answer(user, fair, is_clear)
        left.append((rows_of(SurveyGroup), rows_of(SurveyInvitation)))
        SurveyInvitation.objects.update(has_answered=False)
        SurveyGroup.objects.update(**dict.fromkeys(("fair_3", "fair_4", "fair_5", "clear", "unclear"), 0))
    assert left[0] == left[1] == left[2]


def test_the_statements_are_the_same_for_every_answer(six):
    shapes = set()
    for user, (fair, is_clear) in zip(six[:3], ANSWERS, strict=False):
        with CaptureQueriesContext(connection) as asked:
            answer(user, fair, is_clear)
        written = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
        shapes.add(tuple(re.sub(r"\b\d+\b", "?", sql) for sql in written))
    assert len(shapes) == 1


def test_no_row_tells_which_transaction_answered(six):
    """PostgreSQL keeps with each row which transaction wrote it; SQLite keeps nothing of the kind."""
    for user in six[:4]:
        answer(user)
    kept = {"postgresql": "xmin::text", "sqlite": "'nothing'"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {kept} FROM routing_surveyinvitation")
        assert len(cursor.fetchall()) == 1


def test_neither_table_has_a_time_a_history_or_a_page_in_the_admin():
    for model in (SurveyGroup, SurveyInvitation):
        kinds = {field.get_internal_type() for field in model._meta.get_fields() if not field.auto_created}
        assert "DateTimeField" not in kinds
        assert not hasattr(model, "history")
        assert model not in admin.site._registry
    assert [model.__name__ for model in apps.get_models() if "HistoricalSurvey" in model.__name__] == []
    counts = {field.name for field in SurveyGroup._meta.get_fields()}
    assert not counts & {"user", "rep", "by", "person"}
    assert not {field.name for field in SurveyInvitation._meta.get_fields()} & {"fair", "clear", "unclear", "answer"}


def test_nothing_is_logged_and_no_other_table_notices(six, caplog):
    def rest() -> dict[str, int]:
        others = [model for model in apps.get_models() if not model.__name__.startswith("Survey")]
        return {model._meta.label: model.objects.count() for model in others if hasattr(model, "objects")}

    before = rest()
    with caplog.at_level(logging.INFO):
        answer(six[0], 1, False)
    assert (caplog.records, rest()) == ([], before)


def test_the_first_answers_count(six):
    answer(six[0], 5)
    with pytest.raises(AlreadyAnswered):
        answer(six[0], 1, False)
    assert SurveyGroup.objects.get(is_others=False).tally.fair == (0, 0, 0, 0, 1)


def test_a_rep_in_two_teams_is_asked_once(team):
    both = make_rep(team, TeamFactory(name="Zebra"))
    for _number in range(5):
        make_rep(team)
    assert invite_to_survey(at=MORNING) == 6
    answer(both)
    assert [group.tally.answered for group in SurveyGroup.objects.order_by("is_others")] == [1, 0]


def test_a_team_of_four_is_counted_with_the_others(team):
    for _number in range(4):
        make_rep(team)
    make_rep()
    invite_to_survey(at=MORNING)
    assert [(group.is_others, group.asked) for group in SurveyGroup.objects.all()] == [(True, 5)]


def test_a_month_that_has_ended_takes_no_answer(six):
    answer(six[0], at=LAST_MOMENT)
    with pytest.raises(SurveyClosed):
        answer(six[1], at=LAST_MOMENT + timedelta(seconds=1))
    with pytest.raises(SurveyClosed):
        answer(six[1], month=DECEMBER, at=LAST_MOMENT)


def test_when_a_month_is_over_who_answered_is_forgotten_and_the_counts_stay(six):
    for user in six:
        answer(user)
    assert invite_to_survey(at=LAST_MOMENT + timedelta(seconds=1)) == 6
    assert set(SurveyInvitation.objects.values_list("month", "has_answered")) == {(DECEMBER, False)}
    months, _groups = survey_results(teams=None, at=LAST_MOMENT + timedelta(hours=1))
    assert [(row.month, row.result.state, row.result.answered) for row in months[:2]] == [
        (DECEMBER, "open", 0),
        (NOVEMBER, "shown", 6),
    ]


def test_nothing_is_shown_while_the_month_is_open(six):
    for user in six:
        answer(user, 1)
    months, groups = survey_results(teams=None, at=LAST_MOMENT)
    assert (months[0].result.state, months[0].result.answered, months[0].result.mean) == ("open", 6, None)
    assert groups == []


def test_asking_twice_changes_nothing(six):
    answer(six[0])
    before = rows_of(SurveyGroup), rows_of(SurveyInvitation)
    assert invite_to_survey(at=MORNING + timedelta(days=1)) == 6
    assert (rows_of(SurveyGroup), rows_of(SurveyInvitation)) == before


def test_who_is_deactivated_is_no_longer_asked_but_given_answers_stay(six):
    answer(six[0], 5)
    for user in six[:2]:
        user.is_active = False
        user.save()
    assert invite_to_survey(at=MORNING) == 5
    group = SurveyGroup.objects.get(is_others=False)
    assert (group.asked, group.tally.answered) == (5, 1)


def test_who_joined_since_is_asked_at_once_and_counted_with_the_team(six, team):
    newcomer = make_rep(team)
    assert not open_survey(newcomer, at=MORNING).has_answered
    answer(newcomer, 2)
    assert open_survey(newcomer, at=MORNING).has_answered
    group = SurveyGroup.objects.get(is_others=False)
    assert (group.asked, group.tally.fair) == (7, (0, 1, 0, 0, 0))


def test_who_is_no_rep_is_not_asked(six):
    ops = make_ops()
    assert open_survey(ops, at=MORNING) is None
    with pytest.raises(NotAsked):
        answer(ops)


def test_a_deleted_team_leaves_its_counts(six, team):
    for user in six:
        answer(user)
    team.delete()
    months, groups = survey_results(teams=None, at=LAST_MOMENT + timedelta(hours=1))
    assert (months[1].result.answered, [row.name for row in groups]) == (6, [team.name])
