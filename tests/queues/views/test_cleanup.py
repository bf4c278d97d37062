"""The page of the weekly cleanup: wrong input, and how many questions it asks the database (D7)."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from queues.models import KeptLead, Queue
from tests.factories import MORNING, QueueFactory, TeamFactory, make_ops, make_rep
from tests.factories.old_leads import held, old, on_desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)


@pytest.fixture
def ops(client):
    made = make_ops()
    client.force_login(made)
    return made


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"act": "nurture"}, "Tick at least one lead."),
        ({"act": "burn"}, "Choose what to do."),
        ({}, "Choose what to do."),
        ({"act": "reject", "leads": ["1"]}, "Choose why they are junk."),
        ({"act": "move", "leads": ["1"]}, "Choose the queue for the leads."),
        ({"act": "nurture", "leads": [str(n) for n in range(1, 60)]}, "Tick at most 50 leads at once"),
        ({"act": "nurture", "leads": ["x"]}, "Select a valid choice"),
    ],
)
def test_wrong_input_is_answered_clearly(client, ops, queue, sent, says):
    lead = old(queue)
    answer = client.post("/cleanup/act/", sent)
    assert (answer.status_code, Lead.objects.get(pk=lead.pk).stage) == (422, "waiting")
    assert says in " ".join(str(told) for told in get_messages(answer.wsgi_request))


def test_a_refused_act_shows_the_list_whose_links_lead_to_the_list(client, ops, queue):
    """Relative ones led to the address of the act, which only takes what is sent to it (405)."""
    for _lead in range(60):
        old(queue)
    answer = client.post("/cleanup/act/?tab=old", {"act": "nurture"})
    links = re.findall(r'href="([^"]*\?[^"]*)"', answer.content.decode())
    assert [link for link in links if link.startswith("?")] == []
    assert {"/cleanup/?tab=old&amp;page=2", "/cleanup/?tab=old&amp;format=csv", "/cleanup/?tab=kept"} <= set(links)


def test_unknown_leads_are_not_found(client, ops):
    assert client.post("/cleanup/act/", {"act": "nurture", "leads": ["999999"]}).status_code == 404


@pytest.mark.parametrize("tab", ["old", "alike", "junk", "kept"])
def test_the_list_asks_the_same_number_of_questions_however_long(client, ops, queue, team, tab):
    rep = make_rep(team)

    def more() -> None:
        first = old(queue, email="", phone="")
        old(queue, resembles=first, resembles_percent=90)
        held(QueueFactory(team=team), rep)
        on_desk()
        KeptLead.objects.create(lead=old(queue), until=MORNING + DAY, at=MORNING, by=ops)

    asked = []
    for _round in range(2):
        more()
        client.get("/cleanup/", {"tab": tab})
        with CaptureQueriesContext(connection) as found:
            client.get("/cleanup/", {"tab": tab})
        asked.append(len(found))
    assert asked[0] == asked[1] <= 45
