"""Webhooks: how soon receivers hear of an act while others hang, and what a second without news costs (I3)."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles

import pytest
from django.utils import timezone

from leads import tasks
from leads.models import Activity, WebhookDelivery
from tests.benchmarks.measure import report
from tests.conftest import ROOT
from tests.factories import make_lead
from tests.factories.webhooks import endpoint_at
from tests.webhook_receiver import receiver

ENDPOINTS, HANGING, ACTS = 20, 5, 50
RECEIVE = ROOT / "tests/benchmarks/receive.py"
BAR = "the others hear of it within 5 s of the act at the 95th percentile"


@contextmanager
def receivers() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(RECEIVE), str(HANGING)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.django_db(transaction=True)
def test_a_thousand_messages_while_five_of_twenty_hang(settings):
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    leads = [make_lead() for _number in range(ACTS)]
    with receivers() as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        tasks.send_webhooks()
        for number in range(ENDPOINTS):
            endpoint_at(f"{address}/{number}", name=f"{number}", at=timezone.now())
        acted, at = time.monotonic(), timezone.now()
        Activity.objects.bulk_create([Activity(lead=lead, kind="contacted", at=at) for lead in leads])
        others = WebhookDelivery.objects.filter(state="sent").exclude(endpoint__name__in=map(str, range(HANGING)))
        for _second in range(60):
            begun = time.monotonic()
            tasks.send_webhooks()
            if others.count() == (ENDPOINTS - HANGING) * ACTS:
                break
            time.sleep(max(1 - (time.monotonic() - begun), 0))
        heard = json.loads(process.communicate(timeout=30)[0])
    while tasks.SENDER.under_way:
        tasks.send_webhooks()
    waits = [moment - acted for path, some in heard.items() if int(path[1:]) >= HANGING for moment in some]
    assert len(waits) == (ENDPOINTS - HANGING) * ACTS
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
