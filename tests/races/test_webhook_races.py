"""Several processes make and send messages of webhooks at once, and one dies in the midst of it (I3)."""

import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.sending import LEASE, send_deliveries
from leads.models import WebhookDelivery
from tests.effort import examples
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens, send, still
from tests.races.crowd import all_at_once, killed
from tests.webhook_receiver import Receiver, receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        enqueue_deliveries(at=MORNING)
        yield found


def act(leads: int, times: int) -> None:
    rows = [make_lead() for _number in range(leads)]
    for _time in range(times):
        for lead in rows:
            happens(lead, "contacted")


def told(hook: Receiver) -> dict[tuple[str, str], list[int]]:
    """The activities in the order in which they arrived, by address and lead."""
    found: dict[tuple[str, str], list[int]] = {}
    for came in list(hook.came):
        said = json.loads(came.body)["data"]
        found.setdefault((came.path, said["lead_id"]), []).append(int(said["activity_id"]))
    return found


def test_two_sweeps_at_once_make_and_send_each_message_once_and_in_order(hook):
    for number in range(3):
        endpoint_at(f"{hook.address}/{number}")
    act(leads=4, times=4)
    assert sum(all_at_once([lambda: enqueue_deliveries(at=MORNING)] * 2)) + enqueue_deliveries(at=MORNING) == 48
    sent = all_at_once([lambda: send_deliveries(clock=still(MORNING))] * 2)
    assert sum(sent) + send_deliveries(clock=still(MORNING)) == 48
    assert Counter(came.webhook_id for came in hook.came).most_common(1)[0][1] == 1
    assert all(numbers == sorted(numbers) for numbers in told(hook).values())
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_who_dies_before_recording_is_followed_by_the_same_message_once_more(hook, process_env):
    endpoint_at(hook.address)
    act(leads=1, times=2)
    enqueue_deliveries(at=MORNING)
    killed("die_in_a_webhook.py", [MORNING.isoformat()], process_env | {"WEBHOOK_NETWORKS": "127.0.0.0/8"})
    assert (len(hook.came), send(MORNING + LEASE / 2)) == (1, 0)
    assert send(MORNING + LEASE) == 2
    first, again, second = hook.came
    assert (first.webhook_id, first.body) == (again.webhook_id, again.body)
    assert second.webhook_id != first.webhook_id
    assert all(numbers == sorted(numbers) for numbers in told(hook).values())


STATUSES = st.sampled_from([200, 200, 200, 500, 503, 429, 422])


@given(st.lists(STATUSES, max_size=12), st.lists(st.integers(0, 2), min_size=1, max_size=9))
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_fails_a_lead_is_told_in_order(hook, statuses, acts):
    """Each message that arrives is newer than those of its lead that arrived before; none arrives twice, and one that
    has failed for good holds up nothing."""
    arrived: list[dict] = []
    answers = iter(statuses)

    def answer(came):
        status = next(answers, 200)
        if status == 200:
            arrived.append(json.loads(came.body)["data"])
        return status, {}, b""

    hook.answer = answer
    endpoint = endpoint_at(hook.address)
    leads = [make_lead() for _number in range(3)]
    for number in acts:
        happens(leads[number], "contacted")
    at = MORNING
    enqueue_deliveries(at=at)
    for _round in range(100):
        send(at)
        waiting = WebhookDelivery.objects.filter(state="waiting").order_by("next_at").first()
        if waiting is None:
            break
        at = max(waiting.next_at, at + timedelta(minutes=5))
    told = WebhookDelivery.objects.filter(endpoint=endpoint)
    assert told.filter(state__in=("sent", "failed")).count() == len(acts)
    assert len(arrived) == told.filter(state="sent").count()
    for lead in leads:
        numbers = [int(said["activity_id"]) for said in arrived if said["lead_id"] == str(lead.pk)]
        assert all(earlier < later for earlier, later in pairwise(numbers))
    endpoint.delete()
