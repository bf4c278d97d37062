"""The review desk with leads that resemble one that is known (A3)."""

import pytest
import time_machine
from django.test import Client

from leads.models import Lead
from queues.models import Queue
from tests.factories import MORNING, QueueFactory, make_lead, make_ops
from tests.factories.pairs import pair_rules


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def ops(client: Client):
    user = make_ops(first_name="Bima", last_name="Prasetyo")
    client.force_login(user, "routing.backends.RoutingBackend")
    return user


@pytest.fixture(autouse=True)
def queue() -> Queue:
    return pair_rules(QueueFactory(name="SMB"))


@pytest.fixture
def known() -> Lead:
    return make_lead(
        company_name="Lintas Niaga", first_name="Bayu", last_name="A Saputra", title="Supervisor", phone=""
    )
