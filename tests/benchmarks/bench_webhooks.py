"""Webhooks: how soon receivers hear of an act while others hang, and what a second without news costs (I3)."""

import time
from statistics import median, quantiles

import pytest
from django.utils import timezone

from leads import tasks
from leads.models import Activity
from tests.benchmarks.measure import report
from tests.factories import make_lead
from tests.factories.webhooks import endpoint_at
from tests.webhook_receiver import receiver

ENDPOINTS, HANGING, ACTS = 20, 5, 50
BAR = "the others hear of it within 5 s of the act at the 95th percentile"


@pytest.mark.django_db(transaction=True)
def test_a_thousand_messages_while_five_of_twenty_hang(settings):
    leads = [make_lead() for _number in range(ACTS)]
    heard: dict[str, list[float]] = {}
    with receiver(settings) as server:
        tasks.send_webhooks()
        for number in range(ENDPOINTS):
            endpoint_at(f"{server.address}/{number}", name=f"{number}", at=timezone.now())

        def answer(came):
            if int(came.path.rpartition("/")[2]) < HANGING:
                server.released.wait(60)
            heard.setdefault(came.path, []).append(time.monotonic())
            return 200, {}, b"ok"

        server.answer = answer
        acted, at = time.monotonic(), timezone.now()
        Activity.objects.bulk_create([Activity(lead=lead, kind="contacted", at=at) for lead in leads])
        healthy = [f"/hook/{number}" for number in range(HANGING, ENDPOINTS)]
        for _second in range(60):
            begun = time.monotonic()
            tasks.send_webhooks()
            if sum(len(heard.get(path, ())) for path in healthy) == len(healthy) * ACTS:
                break
            time.sleep(max(1 - (time.monotonic() - begun), 0))
        waits = [moment - acted for path in healthy for moment in heard[path]]
    while tasks.SENDER.under_way:
        tasks.send_webhooks()
    assert len(waits) == len(healthy) * ACTS
    figures = {"messages": ENDPOINTS * ACTS, "p50 s": median(waits), "p95 s": quantiles(waits, n=20)[-1]}
    report("messages to 15 receivers while 5 hang", figures | {"last s": max(waits)}, bar=BAR)


@pytest.mark.django_db(transaction=True)
def test_a_second_without_news(settings):
    with receiver(settings) as server:
        for number in range(10):
            endpoint_at(f"{server.address}/{number}", at=timezone.now())
        Activity.objects.bulk_create([Activity(lead=make_lead(), kind="noted", at=timezone.now())])
        tasks.send_due_webhooks()
        took, worked = [], time.thread_time()
        for _time in range(200):
            begun = time.perf_counter()
            tasks.send_webhooks()
            took.append((time.perf_counter() - begun) * 1000)
    figures = {"ms": median(took), "of them this thread": (time.thread_time() - worked) * 5}
    report("a second without news", figures, bar="one cheap statement")
