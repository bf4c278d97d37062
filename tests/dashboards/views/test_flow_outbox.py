"""A silent outbox stands on the flow page as a silent worker does, with what waits and since when (C8, I3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.worker.heartbeat import OUTBOX, WORKER, record_heartbeat
from dashboards.queries.system_status import SWEEPS, system_status
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.models import Endpoint
from tests.dashboards.views.test_flow_system_status import ran
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import endpoint_at, happens
from tests.markup import plain_words
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def beats(*, worker: timedelta | None = SECOND, outbox: timedelta | None = SECOND, at=MORNING) -> None:
    for name, ago in ((WORKER, worker), (OUTBOX, outbox)):
        if ago is not None:
            record_heartbeat(name, at=at - ago)
    for func in SWEEPS:
        ran(func, at=at)


def wait(hook, *, read: bool, since=MORNING - 5 * MINUTE) -> Endpoint:
    """Three messages, or three events that nobody has read."""
    enqueue_deliveries(at=since)
    endpoint = endpoint_at(hook.address, at=since)
    for minute in range(3):
        happens(make_lead(at=since), "contacted", at=since + minute * MINUTE)
    if read:
        enqueue_deliveries(at=since)
    return endpoint


@pytest.mark.parametrize(
    ("worker", "outbox", "level", "whole"),
    [
        (SECOND, SECOND, "ok", "ok"),
        (SECOND, 10 * MINUTE, "warn", "warn"),
        (10 * MINUTE, 10 * MINUTE, "bad", "bad"),
        (SECOND, None, "off", "ok"),
    ],
)
def test_a_silent_outbox_is_late_and_with_a_silent_worker_it_stands_still(worker, outbox, level, whole):
    beats(worker=worker, outbox=outbox)
    found = system_status(at=MORNING)
    assert (found.outbox.level, found.level, found.outbox.late) == (level, whole, 0)


@pytest.mark.parametrize("read", [True, False])
def test_what_should_have_left_is_counted_since_its_oldest(hook, read):
    wait(hook, read=read)
    beats(outbox=None)
    found = system_status(at=MORNING)
    assert (found.outbox.late, found.outbox.since, found.outbox.level) == (3, MORNING - 5 * MINUTE, "warn")


def test_what_waits_for_a_receiver_that_fails_is_not_the_outboxs_fault(hook):
    wait(hook, read=True)
    Endpoint.objects.update(failures=4)
    beats()
    assert system_status(at=MORNING).outbox.late == 0


def test_nobody_waits_for_events_when_nobody_listens(hook):
    endpoint = wait(hook, read=False)
    Endpoint.objects.filter(pk=endpoint.pk).update(removed_at=MORNING)
    beats()
    assert system_status(at=MORNING).outbox.late == 0


def test_the_flow_page_says_it_in_words(client, as_ops, hook):
    at = timezone.now()
    wait(hook, read=True, since=at - 5 * MINUTE)
    beats(outbox=10 * MINUTE, at=at)
    words = plain_words(client.get(reverse("dashboards:flow")).content.decode())
    assert "Outbox beat 10 min ago" in words
    assert "Webhooks and CRMs hear up to a minute later, by the worker, until it is restarted." in words
    assert "3 messages wait, the oldest for 5 min" in words
