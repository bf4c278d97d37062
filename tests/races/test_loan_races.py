"""Loans that begin and end at the same moment (D8)."""

from collections import Counter
from datetime import timedelta

import pytest

from queues.actions.claims.take import NotYourQueue, take_next
from queues.actions.loans import CannotBeLent, LoanIsOver, ask_back, end_loans, lend_reps
from queues.models import Loan
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_ops, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def test_of_several_who_lend_the_same_reps_at_once_one_does():
    queue, reps = QueueFactory(team=TeamFactory()), [make_rep().rep for _n in range(3)]
    people = [make_ops() for _n in range(4)]
    orders = [reps, reps[::-1], reps[1:], reps[:2]]
    results = all_at_once(
        [
            lambda by=by, some=some: lend_reps(queue, some, until=MORNING + HOUR, by=by, at=MORNING)
            for by, some in zip(people, orders, strict=True)
        ]
    )
    assert Counter(type(each) for each in results) == {list: 1, CannotBeLent: 3}
    (lent,) = [each for each in results if isinstance(each, list)]
    assert set(Loan.objects.all()) == set(lent)


def test_a_loan_ends_once_however_many_end_it():
    queue, rep, people = QueueFactory(team=TeamFactory()), make_rep(), [make_ops() for _n in range(3)]
    (loan,) = lend_reps(queue, [rep.rep], until=MORNING + HOUR, by=make_ops(), at=MORNING)
    acts = [lambda by=by: ask_back(loan, by=by, at=MORNING + HOUR / 2) for by in people]
    results = all_at_once([*acts, *[lambda: end_loans(at=MORNING + HOUR)] * 2])
    assert sum(isinstance(each, Loan) for each in results) + sum(each == 1 for each in results) == 1
    assert {type(each) for each in results if isinstance(each, Exception)} <= {LoanIsOver}
    assert Notification.objects.filter(user=rep, kind="loan_ended").count() == 1


def test_claims_beside_the_end_of_a_loan_keep_what_they_got():
    queue, rep = QueueFactory(team=TeamFactory()), make_rep()
    fill(queue, 4)
    (loan,) = lend_reps(queue, [rep.rep], until=MORNING + HOUR, by=make_ops(), at=MORNING)
    acts = [lambda: take_next(queue, by=rep, at=MORNING)] * 4
    results = all_at_once([*acts, lambda: ask_back(loan, by=make_ops(), at=MORNING)])
    taken = [each for each in results if isinstance(each, Assignment)]
    assert {type(each) for each in results} <= {Assignment, NotYourQueue, Loan}
    assert Assignment.objects.open().filter(holder=rep).count() == len(taken)
    with pytest.raises(NotYourQueue):
        take_next(queue, by=rep, at=MORNING)
