"""Sales ops are told once of a webhook that fails for an hour, and once when it was switched off (I3)."""

from datetime import timedelta

import pytest

from leads.actions.api.keys import make_key
from leads.actions.webhooks.endpoints import switch_off, switch_on
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.models import Endpoint
from routing import tasks
from routing.actions.webhook_alerts import tell_webhooks
from routing.models import Notification
from tests.factories import MORNING, make_lead, make_manager, make_ops
from tests.factories.webhooks import endpoint_at, happens, send
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


@pytest.fixture
def endpoint(hook) -> Endpoint:
    enqueue_deliveries(at=MORNING)
    return endpoint_at(hook.address)


def contact(at) -> None:
    happens(make_lead(), "contacted", at=at)
    enqueue_deliveries(at=at)
    send(at)


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


def test_an_hour_of_failures_is_told_once_and_again_after_it_worked(hook, endpoint, as_ops, client, page_text):
    make_manager()
    hook.answers = [(503, {}, b"")]
    contact(MORNING)
    assert [tell_webhooks(at=MORNING + wait) for wait in (59 * MINUTE, HOUR, 2 * HOUR)] == [0, 1, 0]
    assert (told(), Notification.objects.get().user) == (["hook_failing"], as_ops)
    assert "Nothing has arrived at the webhook Warehouse since" in page_text(client.get("/inbox/"))
    contact(MORNING + 3 * HOUR)
    hook.answers = [(503, {}, b"")] * 9
    contact(MORNING + 4 * HOUR)
    assert tell_webhooks(at=MORNING + 5 * HOUR) == 1
    assert told() == ["hook_failing"] * 2


def test_what_fails_for_five_days_is_told_at_the_end_too(hook, endpoint, as_ops, client, page_text):
    hook.answer = lambda came: (500, {}, b"")
    for day in range(6):
        contact(MORNING + day * DAY)
        tell_webhooks(at=MORNING + day * DAY + HOUR)
    assert told() == ["hook_failing", "hook_off"]
    text = page_text(client.get("/inbox/"))
    assert "The webhook Warehouse was switched off: nothing has arrived there for five days." in text


def test_a_receiver_that_is_gone_is_told_unless_a_program_ended_its_own(hook, endpoint, as_ops):
    key, _secret = make_key("Zapier", per_minute=9, may_make_hooks=True, by=None, at=MORNING)
    endpoint_at(hook.address, api_key=key)
    hook.answer = lambda came: (410, {}, b"")
    contact(MORNING)
    assert Endpoint.objects.kept().count() == 0
    assert (tell_webhooks(at=MORNING), told()) == (1, ["hook_off"])
    assert Notification.objects.get().details["endpoint"] == endpoint.pk


def test_switching_off_by_hand_is_no_news(endpoint, as_ops):
    switch_off(endpoint, by=as_ops, at=MORNING)
    assert (tell_webhooks(at=MORNING + DAY), told()) == (0, [])
    switch_on(endpoint, by=as_ops, at=MORNING)


def test_without_news_the_task_writes_nothing(endpoint, django_assert_num_queries):
    make_ops()
    with django_assert_num_queries(4):
        assert tasks.tell_webhooks() == 0
