"""A rep takes a lead and logs a contact in the browser; a moment later the CRM says so, and the claim paid nothing for
it (I4, M1)."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from queues import tasks
from queues.actions.claims.take import take_next
from queues.models import CrmLink, CrmLog
from routing.models import Assignment
from tests.crm.outbound import CLIENTS, connected, linked
from tests.factories import MORNING, QueueFactory, make_entry, make_rep
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings):
    settings.CRM_CLIENTS = CLIENTS
    return connected()


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_contact_stand_in_the_crm_a_second_later(place, client, team, time_machine):
    connection, crm = place
    rina, queue = make_rep(team), QueueFactory(slug="smb")
    make_remote_person(connection, rina, "u-rina")
    link = linked(connection, crm, make_entry(queue).lead, owner="u-api")
    time_machine.move_to(MORNING, tick=False)
    tasks.write_crms()
    client.force_login(rina)
    client.post("/take-next/", {"queue": "smb"})
    held = Assignment.objects.open().get()
    crm.later(seconds=1)
    time_machine.move_to(MORNING + timedelta(seconds=1), tick=False)
    assert tasks.write_crms() == 1
    assert (crm.records[link.remote_id].owner, crm.records[link.remote_id].status) == ("u-rina", "Open")
    client.post(f"/leads/{held.lead_id}/contact/", {"kind": "call", "outcome": "reached"})
    crm.later(seconds=1)
    time_machine.move_to(MORNING + timedelta(seconds=2), tick=False)
    assert tasks.write_crms() == 1
    assert crm.records[link.remote_id].status == "Working"
    assert [line.details["seconds"] for line in CrmLog.objects.filter(what="wrote")] == [1, 1]
    assert CrmLink.objects.get().next_at is None


def test_a_claim_asks_no_more_of_the_database_where_a_crm_is_connected(place):
    rina, queue = make_rep(), QueueFactory()
    counts = []
    for has_link in (False, False, True):
        lead = make_entry(queue).lead
        if has_link:
            connection, crm = place
            make_remote_person(connection, rina, "u-rina")
            linked(connection, crm, lead)
        with CaptureQueriesContext(database) as asked:
            take_next(queue, by=rina, at=MORNING)
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert CrmLink.objects.get().wanted_owner == ""  # the claim leaves it to the outbox
