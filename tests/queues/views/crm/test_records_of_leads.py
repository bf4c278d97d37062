"""What the page of a lead says of its records in CRMs, and of where it goes when it is given back (I4, C4)."""

import pytest

from leads.models import Lead
from queues.actions.claims.take import take_next
from tests.crm.outbound import give
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep
from tests.factories.crm import make_connection_row, make_crm_link, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


def records(client, lead, page_text) -> str:
    page = page_text(client.get(f"/leads/{lead.pk}/"))
    return page[page.index('id="records"') :].split("</section>")[0]


@pytest.mark.parametrize(
    ("owner", "says", "agrees"),
    [
        ("", "agrees", True),
        ("rina", "agrees", True),
        ("putri", "the owner there, Putri, is somebody whom Alur does not know", False),
        ("left", "left with its owner there, Joko", False),
        ("api", "the owner there is somebody whom Alur does not know", False),
    ],
)
def test_a_record_agrees_only_where_its_owner_is_known(client, as_ops, page_text, owner, says, agrees):
    row = make_connection_row()
    make_remote_person(row, make_rep(), "rina")
    make_remote_person(row, None, "putri", name="Putri")
    make_remote_person(row, None, "left", name="Joko", how="hand")
    link = make_crm_link(row, seen_owner=owner)
    shown = records(client, link.lead, page_text)
    assert (says in shown, "agrees" in shown) == (True, agrees)


def test_a_lead_that_never_waited_says_where_it_goes_when_it_is_given_back(client, page_text):
    rep = make_rep()
    held = give(make_lead(), rep)
    client.force_login(rep)
    page = page_text(client.get(f"/leads/{held.lead_id}/"))
    assert ("It keeps its place in the queue" in page, "It never waited in a queue." in page) == (False, True)
    reason = {"reason": "not_my_type", "note": "", "next": "/"}
    refused = page_text(client.post(f"/leads/{held.lead_id}/return/", reason | {"reason": ""}))
    assert "It never waited in a queue." in refused
    client.post(f"/leads/{held.lead_id}/return/", reason)
    held.lead.refresh_from_db()
    assert held.lead.stage == Lead.Stage.REVIEW
    assert "is on the review desk, where a person decides what becomes of it." in page_text(client.get("/desk/"))


def test_a_lead_that_waited_keeps_its_place(client, page_text):
    rep, queue = make_rep(), QueueFactory()
    make_entry(queue)
    held = take_next(queue, by=rep, at=MORNING)
    client.force_login(rep)
    page = page_text(client.get(f"/leads/{held.lead_id}/"))
    assert ("It keeps its place in the queue" in page, "It never waited in a queue." in page) == (True, False)
