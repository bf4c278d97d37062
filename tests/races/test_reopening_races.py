"""A closed lead is opened again by two people, or while its person comes back: it is open once (M7)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.actions.intake.capture import capture_lead
from leads.models import Activity, Lead
from queues.actions.claims.reopening import Reopened, ReopenRefused, reopen_lead
from queues.actions.claims.take import take_next
from queues.models import Entry
from routing.actions.closing import close_held_lead
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_ops, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + timedelta(days=2)
ROUNDS = 5


@pytest.fixture
def closed():
    team = TeamFactory()
    rep, queue = make_rep(team), QueueFactory(team=team)

    def close(number: int) -> Lead:
        make_entry(queue, email=f"dewi{number}@acme.example")
        held = take_next(queue, by=rep, at=MORNING)
        return close_held_lead(held, stage="lost", by=rep, at=MORNING)

    return close


def test_four_at_once_open_it_once(closed):
    lead, ops = closed(1), make_ops()
    results = all_at_once([lambda: reopen_lead(lead, reason="x", by=ops, at=LATER)] * 4)
    assert Counter(type(result) for result in results) == {Reopened: 1, ReopenRefused: 3}
    assert Assignment.objects.open().count() == 1
    assert Activity.objects.filter(kind="undone").count() == 1


def test_opening_and_coming_back_at_once_leave_it_in_one_place(closed):
    ops = make_ops()
    for number in range(ROUNDS):
        lead = closed(number)
        all_at_once(
            [
                lambda lead=lead: reopen_lead(lead, reason="x", by=ops, at=LATER),
                lambda lead=lead: capture_lead({"email": lead.email, "source": "Web"}, channel="api", at=LATER),
            ]
        )
        lead.refresh_from_db()
        is_held = Assignment.objects.open().filter(lead=lead).exists()
        waits = Entry.objects.waiting().filter(lead=lead).exists()
        assert {(is_held, waits, lead.stage)} <= {
            (True, False, "held"),
            (False, True, "waiting"),
            (False, False, "review"),
        }
