"""A connection to a CRM in memory, with two people and one linked lead."""

import pytest

from tests.crm.outbound import CLIENTS, connected, linked, sent
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_remote_person


@pytest.fixture(autouse=True)
def clients(settings):
    settings.CRM_CLIENTS = CLIENTS


@pytest.fixture
def rina():
    return make_rep(first_name="Rina", last_name="")


@pytest.fixture
def budi():
    return make_rep(first_name="Budi", last_name="")


@pytest.fixture
def place(rina, budi):
    connection, crm = connected()
    make_remote_person(connection, rina, "u-rina")
    make_remote_person(connection, budi, "u-budi")
    return connection, crm


@pytest.fixture
def crm(place):
    return place[1]


@pytest.fixture
def link(place):
    link = linked(*place, make_lead(), owner="u-api")
    assert sent(MORNING) == 0
    return link
