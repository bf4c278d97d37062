"""Messages are tried again, and an endpoint that fails is left alone in the end (I3)."""

from datetime import timedelta
from threading import Barrier

import pytest

from leads.actions.webhooks.endpoints import (
    change_endpoint,
    remove_endpoint,
    switch_off,
    switch_on,
    try_now,
)
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.replaying import replay
from leads.decisions.webhooks.retries import WAITS
from leads.models import Endpoint, WebhookDelivery
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import happens, send, the_row

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = MORNING + timedelta(seconds=1)


def test_what_fails_is_tried_again_by_the_ladder_with_the_same_id_and_body(hook, told):
    hook.answers = [(503, {}, b"busy")] * 9
    at, waits = MORNING, []
    for _attempt in range(9):
        send(at)
        row = the_row()
        assert (row.state, row.last_status, row.last_answer) == ("waiting", 503, "busy")
        waits.append(row.next_at - at)
        assert send(row.next_at - timedelta(seconds=1)) == 0
        at = row.next_at
    assert (waits, send(at)) == (list(WAITS), 1)
    row = the_row()
    assert (row.state, row.attempts, len(hook.came)) == ("sent", 10, 10)
    assert {(came.webhook_id, came.body) for came in hook.came} == {(row.webhook_id, row.body.encode())}
    assert len({came.headers["webhook-timestamp"] for came in hook.came}) == 10


def test_after_the_last_try_it_has_failed_and_can_be_replayed(hook, told):
    hook.answers = [(500, {}, b"")] * 10
    at = MORNING
    for _attempt in range(10):
        send(at)
        at = the_row().next_at or at
    row = the_row()
    assert (row.state, row.next_at, send(at + DAY)) == ("failed", None, 0)
    replay(row, by=None, at=at)
    assert (send(at), the_row().state) == (1, "sent")
    assert (hook.came[-1].headers["alur-replay"], hook.came[-1].webhook_id) == ("true", row.webhook_id)
    assert "alur-replay" not in hook.came[0].headers


def test_a_busy_receiver_says_when_and_gets_nothing_before(hook, told):
    hook.answers = [(429, {"Retry-After": "7200"}, b"")]
    send()
    happens(make_lead(), "contacted", at=SOON)
    enqueue_deliveries(at=SOON)
    assert [send(MORNING + HOUR), len(hook.came)] == [0, 1]
    assert send(MORNING + 2 * HOUR) == 2


def test_a_refused_message_is_tried_three_times_and_others_go_on(hook, told):
    refused = the_row()
    hook.answer = lambda came: (422, {}, b"no") if came.webhook_id == refused.webhook_id else (200, {}, b"")
    at = MORNING
    for _attempt in range(3):
        happens(make_lead(), "contacted", at=at)
        enqueue_deliveries(at=at)
        assert send(at) == 1
        refused.refresh_from_db()
        at = refused.next_at or at
    assert (refused.state, refused.attempts, Endpoint.objects.get().is_active) == ("failed", 3, True)


def test_gone_removes_the_endpoint_and_cancels_what_waits(hook, told):
    lead = the_row().lead
    happens(lead, "returned")
    enqueue_deliveries(at=MORNING)
    hook.answers = [(410, {}, b"")]
    assert send() == 0
    endpoint = Endpoint.objects.get()
    assert (endpoint.removed_at, endpoint.off_reason, endpoint.is_active) == (MORNING, "gone", False)
    states = WebhookDelivery.objects.order_by("pk").values_list("event", "state")
    assert list(states) == [("lead.contacted", "failed"), ("lead.returned", "cancelled")]
    happens(lead, "contacted")
    assert (enqueue_deliveries(at=MORNING), send(MORNING + DAY), len(hook.came)) == (0, 0, 1)
    assert [each.off_reason for each in endpoint.history.order_by("history_id")] == ["", "gone"]


def test_after_five_days_of_nothing_but_failures_it_goes_off_and_keeps_what_waits(hook, told):
    hook.answer = lambda came: (500, {}, b"")
    for day in range(6):
        at = MORNING + day * DAY
        happens(make_lead(), "contacted", at=at)
        enqueue_deliveries(at=at)
        send(at)
    endpoint = Endpoint.objects.get()
    assert (endpoint.is_active, endpoint.off_at, endpoint.off_reason) == (False, at, "failing")
    waiting = WebhookDelivery.objects.filter(state="waiting").count()
    assert (send(at + DAY), waiting > 0) == (0, True)
    hook.answer = None
    switch_on(endpoint, by=None, at=at + DAY)
    send(at + DAY)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, WebhookDelivery.objects.filter(state="waiting").count()) == (None, 0)


def test_one_arrival_in_five_days_keeps_it_on(hook, told):
    answers = {day: 200 if day == 3 else 500 for day in range(7)}
    for day, status in answers.items():
        hook.answer = lambda came, status=status: (status, {}, b"")
        at = MORNING + day * DAY
        happens(make_lead(), "contacted", at=at)
        enqueue_deliveries(at=at)
        try_now(Endpoint.objects.get(), by=None, at=at)
        send(at)
    endpoint = Endpoint.objects.get()
    assert (endpoint.is_active, endpoint.failing_since) == (True, MORNING + 4 * DAY)


def test_off_by_hand_sends_nothing_and_on_again_sends_what_waits(hook, told):
    endpoint = told[0]
    switch_off(endpoint, by=None, at=MORNING)
    assert (send(), len(hook.came), the_row().state) == (0, 0, "waiting")
    switch_on(endpoint, by=None, at=MORNING)
    assert send() == 1


def test_removing_cancels_what_waits(hook, told):
    remove_endpoint(told[0], by=None, at=MORNING)
    assert (send(), the_row().state, hook.came) == (0, "cancelled", [])


def test_a_changed_address_gets_what_waits(hook, told):
    hook.answers = [(500, {}, b"")]
    send()
    moved = hook.address.replace("/hook", "/moved")
    change_endpoint(told[0], name="W", address=moved, events=["lead.contacted"], may_see_person=False, by=None, at=SOON)
    assert (send(MORNING + HOUR), hook.came[-1].path) == (1, "/moved")


def test_one_failure_long_ago_and_one_now_are_no_five_days_of_failures(hook, told):
    """Nothing happened to a lead in between, so nothing was tried."""
    hook.answers = [(422, {}, b"no")] * 3
    at = MORNING
    for _attempt in range(3):
        send(at)
        at = the_row().next_at or at
    assert (the_row().state, Endpoint.objects.get().failing_since) == ("failed", MORNING)
    later = MORNING + 30 * DAY
    happens(make_lead(), "contacted", at=later)
    enqueue_deliveries(at=later)
    hook.answers = [(503, {}, b"")]
    send(later)
    endpoint = Endpoint.objects.get()
    assert (endpoint.is_active, endpoint.failing_since, endpoint.failures) == (True, later, 1)
    assert send(later + DAY) == 1


def test_gone_cancels_also_what_is_refused_at_the_same_moment(hook, told):
    happens(make_lead(), "returned")
    enqueue_deliveries(at=MORNING)
    both = Barrier(2)

    def answer(came):
        both.wait(timeout=5)
        return (410 if b"lead.returned" in came.body else 503, {}, b"")

    hook.answer = answer
    send()
    states = WebhookDelivery.objects.order_by("pk").values_list("event", "state")
    assert list(states) == [("lead.contacted", "cancelled"), ("lead.returned", "failed")]
