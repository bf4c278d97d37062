"""Questions about people who are away: asked by several sweeps, answered by several managers, beside other sweeps
(D2)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from queues.actions.claims.take import take_next
from queues.actions.clocks.away import QuestionIsAnswered, answer_hand_on, answer_keep, ask_about_absent
from queues.actions.clocks.contact import escalate_overdue
from queues.models import AwayQuestion
from routing.models import Assignment, Notification, Rep
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LEADS = 6
LATE = MORNING + timedelta(hours=7)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def managers(team) -> list[User]:
    return [make_manager(team) for _number in range(2)]


@pytest.fixture
def rina(team, managers) -> User:
    """Switched off by hand of an administrator, with six leads; two colleagues are there."""
    rep = make_rep(team)
    for _colleague in range(2):
        make_rep(team)
    queue = QueueFactory(team=team)
    fill(queue, LEADS)
    for _lead in range(LEADS):
        take_next(queue, by=rep, at=MORNING)
    Rep.objects.filter(user=rep).update(is_available=False)
    return rep


def faults(results: list) -> list[Exception]:
    return [each for each in results if isinstance(each, Exception) and not isinstance(each, QuestionIsAnswered)]


def test_sweeps_at_once_ask_once(rina, managers):
    results = all_at_once([lambda: ask_about_absent(at=MORNING)] * 3)
    assert faults(results) == []
    assert AwayQuestion.objects.count() == 1
    assert Notification.objects.filter(kind="away_question").count() == len(managers)


def test_two_managers_who_answer_at_once_are_one_answer(rina, managers):
    ask_about_absent(at=MORNING)
    question = AwayQuestion.objects.get()
    keeps, hands = managers
    results = all_at_once(
        [
            lambda: answer_keep(question, by=keeps, at=MORNING),
            lambda: answer_hand_on(question, by=hands, at=MORNING),
        ]
    )
    assert faults(results) == []
    assert sum(isinstance(each, QuestionIsAnswered) for each in results) == 1
    question.refresh_from_db()
    assert (question.answer == "keep") == (question.answered_by == keeps)
    stayed = Assignment.objects.open().filter(holder=rina).count()
    assert stayed == (LEADS if question.answer == "keep" else 0)


def test_hand_on_beside_the_third_step_gives_each_lead_on_once(rina, managers):
    ask_about_absent(at=MORNING)
    question = AwayQuestion.objects.get()
    results = all_at_once(
        [lambda: answer_hand_on(question, by=managers[0], at=LATE), lambda: escalate_overdue(at=LATE)]
    )
    assert faults(results) == []
    now = Assignment.objects.open()
    assert (now.count(), now.filter(holder=rina).count()) == (LEADS, 0)
    assert Assignment.objects.count() == 2 * LEADS
