"""Messages are sent again by hand, and forgotten in time (I3, J5)."""

from datetime import timedelta

import pytest

from leads.actions.webhooks import forgetting
from leads.actions.webhooks.endpoints import EndpointIsOff, remove_endpoint, rotate_secret, switch_off
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.forgetting import forget_deliveries
from leads.actions.webhooks.replaying import NotReplayable, replay, replay_range, send_test
from leads.actions.webhooks.sending import send_deliveries
from leads.models import Endpoint, Lead, WebhookDelivery
from leads.queries.webhook_log import Filters
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens, still

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def forget(at) -> int:
    return forget_deliveries(at=at, pause=lambda: None)


@pytest.fixture
def endpoint(hook) -> Endpoint:
    """Four leads were contacted, one each hour; the first two messages were refused."""
    enqueue_deliveries(at=MORNING)
    endpoint = endpoint_at(hook.address)
    hook.answers = [(410 - 6, {}, b"no")] * 2
    for hour in range(4):
        at = MORNING + hour * HOUR
        happens(make_lead(), "contacted", at=at)
        enqueue_deliveries(at=at)
        send_deliveries(clock=still(at))
        WebhookDelivery.objects.filter(state="waiting").update(state="failed", next_at=None)
    return endpoint


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_range_is_sent_again_with_the_same_ids(hook, endpoint):
    assert states() == ["failed", "failed", "sent", "sent"]
    first, before = MORNING + HOUR, {came.webhook_id for came in hook.came}
    assert replay_range(endpoint, Filters(since=first, until=MORNING + 3 * HOUR), by=None, at=MORNING + DAY) == 2
    assert states() == ["failed", "waiting", "waiting", "sent"]
    assert send_deliveries(clock=still(MORNING + DAY)) == 2
    assert [came.webhook_id in before for came in hook.came[4:]] == [True, True]
    assert [came.headers.get("alur-replay") for came in hook.came] == [None] * 4 + ["true"] * 2


def test_a_range_may_be_of_one_state(endpoint):
    assert replay_range(endpoint, Filters(state="failed"), by=None, at=MORNING + DAY) == 2
    assert states() == ["waiting", "waiting", "sent", "sent"]


def test_what_waits_was_a_test_or_says_nothing_any_more_is_not_sent_again(endpoint):
    waiting = WebhookDelivery.objects.order_by("pk")[0]
    replay(waiting, by=None, at=MORNING + DAY)
    emptied = WebhookDelivery.objects.order_by("pk")[3]
    WebhookDelivery.objects.filter(pk=emptied.pk).update(body="")
    test = send_test(endpoint, by=None, at=MORNING)
    WebhookDelivery.objects.filter(pk=test.pk).update(state="sent", next_at=None)
    for delivery in (waiting, emptied, test):
        with pytest.raises(NotReplayable):
            replay(delivery, by=None, at=MORNING + DAY)
    assert replay_range(endpoint, Filters(since=MORNING, until=MORNING + DAY), by=None, at=MORNING + DAY) == 2
    assert states() == ["waiting", "waiting", "waiting", "sent", "sent"]


def test_nothing_is_sent_again_to_who_is_off(endpoint):
    switch_off(endpoint, by=None, at=MORNING)
    row = WebhookDelivery.objects.order_by("pk")[0]
    for act in (
        lambda: replay(row, by=None, at=MORNING),
        lambda: replay_range(endpoint, Filters(since=MORNING, until=MORNING + DAY), by=None, at=MORNING),
        lambda: send_test(endpoint, by=None, at=MORNING),
    ):
        with pytest.raises(EndpointIsOff):
            act()
    assert states() == ["failed", "failed", "sent", "sent"]


def test_a_replay_reaches_an_endpoint_that_rests(hook, endpoint):
    Endpoint.objects.update(resting_until=MORNING + 2 * DAY)
    replay(WebhookDelivery.objects.order_by("pk")[0], by=None, at=MORNING + DAY)
    assert send_deliveries(clock=still(MORNING + DAY)) == 1


def test_bodies_and_answers_are_kept_for_thirty_days_and_rows_for_ninety(endpoint):
    replay(WebhookDelivery.objects.order_by("pk")[0], by=None, at=MORNING + DAY)
    assert forget(MORNING + 30 * DAY) == 0
    assert forget(MORNING + 30 * DAY + 2 * HOUR) == 2
    found = [(bool(row.body), bool(row.last_answer), row.state) for row in WebhookDelivery.objects.order_by("pk")]
    assert found == [(False, False, "cancelled"), (False, False, "failed"), (True, True, "sent"), (True, True, "sent")]
    assert forget(MORNING + 91 * DAY) == 6
    assert states() == []


def test_many_are_forgotten_in_chunks(endpoint, monkeypatch):
    monkeypatch.setattr(forgetting, "CHUNK", 1)
    assert (forget(MORNING + 91 * DAY), states()) == (8, [])


def test_a_removed_endpoint_goes_with_its_last_message(endpoint):
    remove_endpoint(endpoint, by=None, at=MORNING)
    forget(MORNING + 90 * DAY)
    assert Endpoint.objects.count() == 1
    forget(MORNING + 91 * DAY)
    assert Endpoint.objects.count() == 0


def test_a_former_secret_is_forgotten_when_its_day_is_over(endpoint):
    rotate_secret(endpoint, by=None, at=MORNING)
    forget(MORNING + DAY)
    assert Endpoint.objects.get().former_secret != ""
    forget(MORNING + DAY + HOUR)
    assert (Endpoint.objects.get().former_secret, Endpoint.objects.get().former_until) == ("", None)


def test_messages_of_a_lead_that_is_deleted_stay_in_the_log(endpoint):
    Lead.objects.all().delete()
    assert set(WebhookDelivery.objects.values_list("lead", "activity")) == {(None, None)}
    assert len(states()) == 4
