"""The survey when many answer at once, twice, and while people are asked (H3)."""

from collections import Counter
from datetime import date

import pytest

from routing.actions.survey import AlreadyAnswered, answer_survey, invite_to_survey
from routing.models import SurveyGroup, SurveyInvitation
from tests.factories import MORNING, TeamFactory, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = date(2026, 11, 1)


def answer(user, fair: int) -> None:
    answer_survey(user, month=NOVEMBER, fair=fair, is_clear=True, at=MORNING)


def test_everybody_counts_once_however_often_they_press_and_whoever_asks_meanwhile():
    team = TeamFactory()
    reps = [make_rep(team) for _number in range(6)]
    twice = [lambda user=user: answer(user, 4) for user in [*reps, *reps]]
    results = all_at_once([*twice, *[lambda: invite_to_survey(at=MORNING)] * 2])
    assert Counter(type(each) for each in results) == {type(None): 6, AlreadyAnswered: 6, int: 2}
    group = SurveyGroup.objects.get(is_others=False)
    assert (group.asked, group.tally.fair) == (6, (0, 0, 0, 6, 0))
    assert SurveyInvitation.objects.filter(has_answered=True).count() == 6
    assert SurveyGroup.objects.count() == 2
