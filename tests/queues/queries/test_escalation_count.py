"""The number beside "Escalations" is that of the page behind it, whosever the lead and its queue are."""

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import User

from queues.models import Escalation
from queues.queries.escalations import open_escalations, open_escalations_column
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_lead, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
STATES = (
    {},
    {"snoozed_until": MORNING - HOUR},
    {"snoozed_until": MORNING + HOUR},
    {"closed_at": MORNING, "closed_how": "dismissed"},
)


@pytest.fixture
def people() -> dict:
    """One escalation for each holder, each queue and each state."""
    mine, theirs, other = TeamFactory(region="WEST"), TeamFactory(region="EAST"), TeamFactory(region="")
    manager, stranger = make_manager(mine, other), make_manager(theirs)
    holders = (None, manager, make_rep(mine), make_rep(theirs), make_rep(mine, theirs))
    queues = (None, *(QueueFactory(team=team) for team in (mine, theirs)))
    queues += tuple(QueueFactory(team=None, region=region) for region in ("WEST", "EAST", ""))
    for holder, queue, state in product(holders, queues, STATES):
        lead = make_lead()
        Escalation.objects.create(lead=lead, queue=queue, kind="wait", opened_at=MORNING, broke_at=MORNING, **state)
        if holder is not None:
            Assignment.objects.create(lead=lead, holder=holder, how="manual", assigned_at=MORNING)
    return {"manager": manager, "stranger": stranger, "ops": make_ops(), "rep": holders[2]}


def count_beside(user: User) -> int:
    column = open_escalations_column(user, at=MORNING)
    return User.objects.filter(pk=user.pk).annotate(n=column).values_list("n", flat=True).get()


def test_the_count_is_that_of_the_list(people):
    counted = {name: count_beside(user) for name, user in people.items()}
    listed = {name: open_escalations(user, at=MORNING).count() for name, user in people.items()}
    assert counted == listed
    assert (counted["rep"], 0 < counted["stranger"] < counted["manager"] < counted["ops"]) == (0, True)


def test_a_lead_that_is_held_now_counts_for_its_holder_and_not_for_who_held_it(people):
    Assignment.objects.filter(holder=people["rep"]).update(ended_at=MORNING, ended_how="returned")
    counted = [count_beside(people[name]) for name in ("manager", "stranger")]
    assert counted == [open_escalations(people[name], at=MORNING).count() for name in ("manager", "stranger")]
