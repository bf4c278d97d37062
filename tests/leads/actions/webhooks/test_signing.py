"""Messages leave signed, by a library that others verify with (I3)."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from leads import tasks
from leads.actions.webhooks.endpoints import rotate_secret
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.replaying import replay, send_test
from leads.models import Endpoint, WebhookDelivery
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens, secret_and_endpoint, send, the_row
from tests.webhook_receiver import OK

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = MORNING + timedelta(seconds=1)


def test_a_message_arrives_signed_by_standard_webhooks(hook, told):
    assert send() == 1
    (came,) = hook.came
    with time_machine.travel(MORNING, tick=False):
        body = came.verified(told[1])
    row = the_row()
    assert (body["type"], body["id"], came.headers["webhook-id"]) == ("lead.contacted", row.webhook_id, row.webhook_id)
    assert (came.headers["content-type"], came.headers["webhook-timestamp"]) == (
        "application/json",
        str(int(MORNING.timestamp())),
    )
    assert (row.state, row.attempts, row.last_status, row.last_answer, row.sent_at) == (
        "sent",
        1,
        200,
        "thanks",
        MORNING,
    )
    assert Endpoint.objects.get().last_sent_at == MORNING


def test_the_verifier_of_svix_agrees(hook, told):
    from svix.webhooks import Webhook as SvixWebhook  # takes two seconds
    from svix.webhooks import WebhookVerificationError

    send()
    (came,) = hook.came
    with time_machine.travel(MORNING, tick=False):
        SvixWebhook(told[1]).verify(came.body, came.headers)
        with pytest.raises(WebhookVerificationError):
            SvixWebhook(told[1]).verify(came.body.replace(b"contacted", b"converted"), came.headers)


def test_a_time_of_jakarta_is_signed_as_the_moment_that_it_is(hook, told):
    send(MORNING.astimezone(ZoneInfo("Asia/Jakarta")))
    with time_machine.travel(MORNING, tick=False):
        assert hook.came[0].verified(told[1])["timestamp"] == f"{MORNING.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_for_a_day_after_a_change_of_the_secret_both_sign(hook, told):
    endpoint, old = told
    new = rotate_secret(endpoint, by=None, at=MORNING)
    assert send() == 1
    after = MORNING + DAY
    replay(the_row(), by=None, at=after)
    assert send(after) == 1
    with time_machine.travel(MORNING, tick=False):
        assert hook.came[0].verified(old) == hook.came[0].verified(new)
    with time_machine.travel(after, tick=False):
        assert hook.came[1].verified(new)["id"] == the_row().webhook_id
        with pytest.raises(Exception, match="No matching signature"):
            hook.came[1].verified(old)


def test_a_fixed_header_goes_along_and_its_value_is_stored_sealed(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address, header=("Authorization", "Bearer abc"))
    happens(make_lead(), "contacted")
    enqueue_deliveries(at=MORNING)
    send()
    row = Endpoint.objects.values().get()
    assert (hook.came[0].headers["authorization"], "abc" in str(row)) == ("Bearer abc", False)


def test_a_test_is_made_up_and_tried_once(hook):
    endpoint, secret = secret_and_endpoint(hook.address, events=["lead.assigned"])
    hook.answers = [(500, {}, b"")]
    send_test(endpoint, by=None, at=MORNING)
    assert (send(), the_row().state, the_row().is_test) == (0, "failed", True)
    with time_machine.travel(MORNING, tick=False):
        body = hook.came[0].verified(secret)
    assert (body["type"], body["data"]["is_test"], body["data"]["company_name"]) == (
        "lead.assigned",
        True,
        "PT Maju Jaya",
    )
    assert "email" not in body["data"]


def test_a_secret_sealed_by_a_lost_key_is_named_and_nothing_leaves(hook, told, settings):
    settings.SEALING_KEYS = ["another key"]
    assert (send(), hook.came, the_row().last_problem) == (0, [], "not_readable")


def test_a_line_of_the_log_has_the_time_of_its_call_not_of_the_run(hook):
    """The second message of a lead waits for the first, which takes a while."""
    tasks.send_due_webhooks()
    endpoint_at(hook.address)
    lead = make_lead()
    happens(lead, "contacted")
    happens(lead, "contacted")
    hook.answer = lambda _came: hook.released.wait(0.2) or OK
    assert tasks.send_due_webhooks() == 2
    first, second = WebhookDelivery.objects.order_by("pk")
    assert second.sent_at - first.sent_at >= timedelta(seconds=0.2)
    assert second.sent_at == second.last_at == Endpoint.objects.get().last_sent_at
    stamps = [int(came.headers["webhook-timestamp"]) for came in hook.came]
    assert stamps == [int(row.sent_at.timestamp()) for row in (first, second)]
