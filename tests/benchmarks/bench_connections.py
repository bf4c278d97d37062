"""What other programs cost: leads of a CRM beside a CSV import (at least 0.5 of its rate), and a claim beside ten
webhooks and a CRM (at most 2 % more). Messages beside receivers that hang: bench_webhooks.py."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from config.sealing import seal
from leads.actions.webhooks.endpoints import make_endpoint
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.decisions.webhooks.events import Event
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.crm.polling import poll
from queues.actions.crm.wishes import read_wishes
from queues.models import CrmLink
from tests.benchmarks.bench_import import bring_in, rules_and_routing, write
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.rows import analyse, fill_quickly
from tests.conftest import ROOT
from tests.factories import QueueFactory, make_rep
from tests.factories.crm import make_connection_row
from tests.webhook_receiver import receiver

RECORDS = 10_000
FIELDS = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "company_name": "Company",
    "title": "Title",
    "email": "Email",
    "phone": "Phone",
    "city": "City",
    "source": "LeadSource",
    "message": "Description",
}


@contextmanager
def crm(count: int) -> Iterator[dict[str, str]]:
    """A double of Salesforce in a process of its own, as a CRM is on another machine."""
    command = [sys.executable, str(ROOT / "tests/benchmarks/serve_crm.py"), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "")
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=30)


def connection_to(found: dict[str, str], **more):
    credentials = {key: value for key, value in found.items() if key != "address"}
    place = {"base_url": found["address"], "login_url": found["address"], "account_id": "00D000000000001"}
    given = {"credentials": seal(json.dumps(credentials)), "field_map": FIELDS, "people_at": timezone.now()}
    return make_connection_row("salesforce", **{**place, **given, **more})


@pytest.mark.django_db(transaction=True)
def test_leads_of_a_crm_beside_an_import(tmp_path, settings):
    settings.MEDIA_ROOT, settings.CRM_TRUSTED_HOSTS = tmp_path, ["127.0.0.1"]
    rules_and_routing()
    write(tmp_path / "leads.csv", RECORDS)
    begun = time.perf_counter()
    bring_in(tmp_path / "leads.csv")
    file = time.perf_counter() - begun
    before = Lead.objects.count()
    with crm(RECORDS) as found:
        linked = connection_to(found, take_since=timezone.now() - timedelta(days=3))
        begun = time.perf_counter()
        poll(linked.pk, clock=timezone.now, lasts=timedelta(minutes=30))
        records = time.perf_counter() - begun
    linked.refresh_from_db()
    made = {"made": Lead.objects.count() - before, "links": CrmLink.objects.count(), "state": linked.state}
    report(f"{RECORDS} records of a CRM beside a file, s", {"crm": records, "file": file, **made})
    report("their rate", {"ratio": file / records}, bar="at least 0.5 of the file's")


@pytest.mark.django_db(transaction=True)
def test_a_claim_beside_webhooks_and_a_crm(settings):
    """Two queues alike; the claims of one are made while ten webhooks and a CRM listen, which read them afterwards."""
    rep = make_rep()
    queues = {name: QueueFactory(name=name, slug=name) for name in ("alone", "beside")}
    for queue in queues.values():
        fill_quickly(queue, 20_000, at=timezone.now())
    analyse()
    with receiver(settings) as hook:
        claims = {name: partial(_claim, queue, rep) for name, queue in queues.items()}
        interleaved(claims, rounds=3, times=30)
        ratios = []
        for _round in range(5):
            alone = interleaved({"alone": claims["alone"]}, rounds=1, times=200)["alone"]
            made = [
                make_endpoint(f"{number}", hook.address, events=list(Event), by=None, at=timezone.now())[0]
                for number in range(10)
            ]
            linked = make_connection_row("salesforce")
            beside = interleaved({"beside": claims["beside"]}, rounds=1, times=200)["beside"]
            enqueue_deliveries(at=timezone.now())
            read_wishes(at=timezone.now())
            for each in made:
                each.deliveries.all().delete()
                each.delete()
            linked.delete()
            ratios.append((alone, beside))
    middle = sorted(beside / alone for alone, beside in ratios)[len(ratios) // 2]
    report("claim, ms", {"alone": ratios[-1][0], "beside": ratios[-1][1], "ratio": middle}, bar="at most 1.02")


def _claim(queue, rep) -> None:
    take_next(queue, by=rep, at=timezone.now())
