"""The preview of a set-up counts what the first poll then takes in, with each of the three CRMs (I4)."""

import pytest

from leads.actions.intake.capture import capture_lead
from leads.models import Capture, Lead
from queues.models import Connection, CrmLink
from tests.crm.polls import poll
from tests.factories import MORNING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
BY = "somebody over there"


def look(client, row: Connection, page_text) -> str:
    return page_text(client.get(f"/connections/{row.pk}/test/look/"))


def test_it_says_what_then_comes_in(client, as_ops, set_up, page_text):
    there, row = set_up
    known = capture_lead({"email": "known@acme.example"}, channel=Capture.Channel.API, at=MORNING).lead
    there.add("new@acme.example")
    there.add("New@ACME.example", owner=there.known_owner)
    there.add("known@acme.example", owner=there.known_owner)
    there.add("own@acme.example", owner=there.known_owner)
    there.add("")
    there.add("left@acme.example", owner=there.left_owner)
    there.add("closed@acme.example", status=there.closed)
    there.add("closed.left@acme.example", status=there.closed, owner=there.left_owner)
    there.double.delete(there.add("deleted@acme.example"), by=BY)
    there.double.convert(there.add("converted@acme.example"), into=there.double.new_id(), by=BY)
    there.double.merge(there.add("loser@acme.example"), into=there.add("winner@acme.example"), by=BY)
    there.double.now = MORNING
    page = look(client, row, page_text)
    before = Lead.objects.count()
    client.post(f"/connections/{row.pk}/on/")
    poll(row, at=MORNING)
    came, made = CrmLink.objects.count(), Lead.objects.count() - before
    assert f"These {came} leads would come in." in page
    assert f"{came - made} of them are known here by their e-mail and join." in page
    assert "3 others stay there, closed or left with their owners." in page
    assert (came, came - made) == (7 if row.kind == "hubspot" else 6, 2)  # a contact is not converted
    assert CrmLink.objects.filter(lead=known).count() == 1


def test_each_row_says_what_becomes_of_it(client, as_ops, set_up, page_text):
    there, row = set_up
    there.add("new@acme.example")
    there.add("left@acme.example", owner=there.left_owner)
    there.add("closed@acme.example", status=there.closed)
    says = ("would be a new lead", "stays there: left with its owner", "stays there: it is closed")
    page = look(client, row, page_text)
    assert ("This 1 lead would come in." in page, [each for each in says if each not in page]) == (True, [])
    Connection.objects.update(take_since=MORNING)
    page = look(client, row, page_text)
    assert "comes in when it is changed there" in page
    assert "No lead would come in now; each does when it is made or changed over there." in page
    Connection.objects.update(takes_in=False)
    assert "stays there: this connection only writes" in look(client, row, page_text)
