"""A lead that is called back from a partner is ours for good, whatever else is on its way (D8)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages

from config.reach.outcome import Came, Outcome
from leads.models import Lead
from queues.actions.partners.delivering import lease_due, record, send_deliveries
from queues.models import CleanupRun, PartnerLead, PartnerPool, ReviewItem
from tests.factories import MORNING, QueueFactory, make_ops
from tests.factories.old_leads import old
from tests.factories.outside import PUBLIC, Outside

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ops(clock, client):
    made = make_ops()
    client.force_login(made)
    return made


@pytest.fixture
def pool(ops, client) -> PartnerPool:
    made = PartnerPool.objects.create(name="Mitra", is_active=True, address="https://hook.example/leads")
    client.post(f"/partners/{made.pk}/secret/")
    return made


def act(client, what: str, *leads: Lead, **more):
    return client.post("/cleanup/act/", {"act": what, "leads": [lead.pk for lead in leads], **more})


def stage(lead: Lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


@pytest.mark.parametrize("came", [Came.UNSURE, Came.RETRY])
def test_a_lead_that_was_called_back_does_not_leave_again(client, ops, pool, came):
    """Neither by hand after an unsure message, nor when a message that was on its way is tried again."""
    lead = old(QueueFactory())
    act(client, "partner", lead, pool=pool.pk)
    [leased] = lease_due(at=MORNING)
    act(client, "recall", lead)
    record(leased, Outcome(came, "busy"), at=MORNING)
    hook = Outside({PUBLIC: OK}, hosts={"hook.example": [PUBLIC]})
    answer = client.post(f"/partners/{pool.pk}/send-again/")
    assert [str(each) for each in get_messages(answer.wsgi_request)][-1] == "There is nothing to send again."
    send_deliveries(at=MORNING + DAY, network=hook.network)
    assert [json.loads(asked.partition(b"\r\n\r\n")[2])["event"] for asked in hook.asked] == ["lead.called_back"]
    assert "did not reach a partner" not in client.get("/flow/").content.decode()


def test_a_lead_that_a_merge_took_from_the_partner_is_ours_after_the_undo(client, ops, pool, clock):
    first, twin = old(QueueFactory()), old(QueueFactory())
    act(client, "partner", first, pool=pool.pk)
    Lead.objects.filter(pk=twin.pk).update(resembles=first, resembles_percent=90)
    clock.shift(MINUTE)
    act(client, "merge", twin)
    assert (stage(first), stage(twin)) == ("review", "merged")
    assert PartnerLead.objects.get().called_back_at is not None
    clock.shift(MINUTE)
    client.post(f"/cleanup/{CleanupRun.objects.latest('pk').pk}/undo/")
    assert (stage(first), stage(twin)) == ("review", "waiting")
    assert ReviewItem.objects.get(closed_at=None).lead == first
