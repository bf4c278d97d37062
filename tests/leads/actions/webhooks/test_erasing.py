"""When a person is erased, nothing more of them leaves or is kept in messages (I3, J5)."""

from datetime import timedelta

import pytest

from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.erasing import erase_messages
from leads.actions.webhooks.sending import lease_due
from leads.models import WebhookDelivery
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens, send, the_row

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(minutes=5)


def test_what_was_sent_says_nothing_any_more_and_what_waits_stays_here(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address, may_see_person=True)
    lead = make_lead(email="dewi@example.com")
    absorbed, other = make_lead(merged_into=lead, stage="merged"), make_lead()
    happens(lead, "contacted")
    enqueue_deliveries(at=MORNING)
    send()
    for each in (lead, absorbed, other):
        happens(each, "contacted")
    enqueue_deliveries(at=MORNING)
    assert erase_messages(lead) == 3
    found = WebhookDelivery.objects.order_by("pk").values_list("lead", "state", "last_answer")
    assert list(found) == [
        (lead.pk, "sent", ""),
        (lead.pk, "cancelled", ""),
        (absorbed.pk, "cancelled", ""),
        (other.pk, "waiting", ""),
    ]
    assert WebhookDelivery.objects.filter(body="").count() == 3
    assert (send(LATER), len(hook.came)) == (1, 2)


def test_what_is_under_way_is_not_tried_again(hook, told):
    lease_due(at=MORNING, room=1)
    erase_messages(the_row().lead)
    assert (send(LATER), the_row().state, hook.came) == (0, "cancelled", [])
