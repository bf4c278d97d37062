"""Receivers that hang, redirect, answer without end, or stand where they may not (I3)."""

import threading
import time
from datetime import timedelta

import pytest

from config.web.safe_fetch import OUTSIDE, Network
from leads import tasks
from leads.actions.webhooks import calling
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.sending import AT_ONE_ENDPOINT, Sender, lease_due, send_deliveries
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens, send, still, the_row

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = MORNING + timedelta(seconds=1)


def test_a_redirect_is_a_failure_and_is_not_followed(hook, told):
    hook.answers = [(302, {"Location": hook.address + "/elsewhere"}, b"")]
    assert (send(), [came.path for came in hook.came]) == (0, ["/hook"])
    assert (the_row().state, the_row().last_status) == ("waiting", 302)


def test_an_address_that_became_private_gets_nothing(hook, told, settings):
    settings.WEBHOOK_NETWORKS = []
    assert (send(), hook.came) == (0, [])
    assert (the_row().state, the_row().last_status, the_row().last_problem) == ("waiting", None, "not_public")


def test_an_address_that_became_our_own_gets_nothing(hook, told, settings):
    settings.SITE_URL = hook.address.removesuffix("/hook")
    assert (send(), hook.came, the_row().last_problem) == (0, [], "own_address")


def test_ten_slow_megabytes_after_a_200_are_an_arrival_of_which_the_beginning_is_kept(hook, told):
    def slowly(_came):
        return 200, {"Content-Length": str(10_000_000)}, b"x" * 3_000

    hook.answer = slowly
    started = time.monotonic()
    assert (send(), the_row().last_answer, the_row().state) == (1, "x" * 2_000, "sent")
    assert time.monotonic() - started < 5


def test_an_answer_that_no_text_can_hold_is_kept_as_far_as_it_can(hook, told):
    hook.answers = [(200, {}, b"a\x00\xff" + "ü".encode())]
    assert (send(), the_row().last_answer) == (1, "a\ufffd\ufffdü")


def test_who_hangs_is_cut_and_tried_again(hook, told, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.3)
    hook.answer = lambda came: hook.released.wait(20) and (200, {}, b"")
    assert (send(), the_row().state, the_row().last_problem) == (0, "waiting", "too_slow")
    assert the_row().last_ms >= 300


def test_a_look_up_that_never_ends_is_given_up(hook, told, monkeypatch):
    monkeypatch.setattr(calling, "GIVEN_UP_AFTER", 0.3)
    stuck = threading.Event()
    network = Network(resolve=lambda host, port: stuck.wait(20) and [])
    try:
        assert send_deliveries(clock=still(MORNING), network=network) == 0
    finally:
        stuck.set()
    assert (the_row().state, the_row().last_problem) == ("waiting", "too_slow")


def test_who_hangs_does_not_hold_up_the_call_of_every_second(hook, told):
    hook.answer = lambda came: hook.released.wait(20) and (200, {}, b"")
    sender, started = Sender(), time.monotonic()
    assert (sender.work(clock=still(MORNING)), len(sender.under_way)) == (0, 1)
    assert time.monotonic() - started < 8
    hook.released.set()
    sent = 0
    while sender.under_way:
        sent += sender.work(clock=still(MORNING), seconds=0)
    assert (sent, the_row().state) == (1, "sent")


def test_a_failing_endpoint_gets_one_message_at_a_time_and_rests_between(hook):
    enqueue_deliveries(at=MORNING)
    endpoint = endpoint_at(hook.address)
    for _number in range(20):
        happens(make_lead(), "contacted")
    enqueue_deliveries(at=MORNING)
    hook.answer = lambda came: (500, {}, b"")
    send()
    first = len(hook.came)
    endpoint.refresh_from_db()
    assert AT_ONE_ENDPOINT <= first < 14  # at once; answers that come apart let one more begin each
    assert (endpoint.resting_until > MORNING, send(SOON), len(hook.came)) == (True, 0, first)
    assert len(lease_due(at=endpoint.resting_until, room=50)) == 1


def test_a_healthy_endpoint_gets_a_few_at_once(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address)
    for _number in range(20):
        happens(make_lead(), "contacted")
    enqueue_deliveries(at=MORNING)
    assert [len(lease_due(at=MORNING, room=50)) for _run in range(2)] == [AT_ONE_ENDPOINT, 0]


def test_a_lease_that_ran_out_is_sent_again_with_the_same_id(hook, told):
    (left,) = lease_due(at=MORNING, room=9)
    assert send(MORNING + timedelta(seconds=59)) == 0
    assert send(MORNING + timedelta(seconds=60)) == 1
    assert (hook.came[0].webhook_id, the_row().attempts) == (left.webhook_id, 2)


def test_the_task_of_every_second_tells_what_has_just_happened(hook):
    endpoint_at(hook.address)
    tasks.send_webhooks()
    happens(make_lead(), "contacted")
    sent = tasks.send_webhooks()
    while tasks.SENDER.under_way:
        sent += tasks.send_webhooks()
    assert (sent, len(hook.came), the_row().state) == (1, 1, "sent")


def test_the_schedule_does_the_same(hook):
    endpoint_at(hook.address)
    tasks.send_due_webhooks()
    happens(make_lead(), "contacted")
    assert (tasks.send_due_webhooks(), the_row().state) == (1, "sent")


def test_an_endpoint_that_vanished_during_a_call_stops_nobody(hook, told):
    sender = Sender()
    (row,) = lease_due(at=MORNING, room=1)
    sender.under_way.add(sender._begun(row, at=MORNING, network=OUTSIDE))
    told[0].delete()
    while sender.under_way:
        sender.work(clock=still(MORNING), seconds=0)
    assert len(hook.came) == 1
