"""Leads for one owner at the same moment: each is given once, none is lost, and no turn is taken (G1)."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from leads.actions.api.keys import make_key
from queues.actions.dispatch.serve import serve
from queues.models import Entry, EntryRule
from routing.models import Assignment, TimeOff, Turn
from tests.factories import MORNING, AccountFactory, QueueFactory, make_entry, make_rep, make_rotation
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return make_rep()


@pytest.fixture
def queue(owner):
    AccountFactory(name="Maju Jaya", domain="maju.co.id", owner=owner)
    made = QueueFactory(dispatch="push", rotation=make_rotation(make_rep()), owner_match="name", owner_away="wait")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=made)
    return made


def test_arrivals_of_one_account_at_the_same_moment_all_go_to_its_owner(queue, owner):
    secret = make_key("Website", per_minute=1000, by=None, at=MORNING)[1]

    def send(number: int) -> int:
        body = json.dumps({"email": f"dewi{number}@maju.co.id"})
        kind = {"content_type": "application/json", "headers": {"X-API-Key": secret}}
        return Client().post("/api/leads", body, **kind).status_code

    answers = all_at_once([lambda n=n: send(n) for n in range(8)])
    assert answers == [201] * 8
    held = Counter(Assignment.objects.open().values_list("holder", "how"))
    assert (held, Entry.objects.waiting().count(), Turn.objects.count()) == ({(owner.pk, "owner"): 8}, 0, 0)


def test_servers_beside_each_other_give_each_lead_once(queue, owner):
    leave = TimeOff.objects.create(rep=owner.rep, starts_at=MORNING, ends_at=MORNING + timedelta(hours=1))
    for _lead in range(10):
        make_entry(queue, company_domain="maju.co.id")
    assert serve(queue, at=MORNING) == []
    leave.delete()
    given = all_at_once([lambda: serve(queue, at=MORNING + timedelta(minutes=5)) for _server in range(4)])
    assert sum(len(each) for each in given) == 10
    assert Counter(Assignment.objects.open().values_list("holder", flat=True)) == {owner.pk: 10}
