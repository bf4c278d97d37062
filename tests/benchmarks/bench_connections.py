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
from statistics import median

import pytest
from django.utils import timezone

from config.sealing import seal
from leads.actions.webhooks.endpoints import make_endpoint
from leads.decisions.webhooks.events import Event
from leads.models import Endpoint, Lead
from queues.actions.claims.take import take_next
from queues.actions.crm.polling import poll
from queues.models import Connection, CrmLink
from tests.benchmarks.bench_import import bring_in, rules_and_routing, write
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.rows import analyse, fill_quickly
from tests.conftest import ROOT
from tests.crm.salesforce_double import ORG
from tests.factories import QueueFactory, make_rep
from tests.factories.crm import make_connection_row

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
    place = {"base_url": found["address"], "login_url": found["address"], "account_id": ORG}
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
    """The claims of one queue, in turns with ten webhooks and a CRM switched on, and off."""
    rep, queue, took = make_rep(), QueueFactory(name="claims", slug="claims"), {True: [], False: []}
    fill_quickly(queue, 20_000, at=timezone.now())
    analyse()
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    for number in range(10):
        make_endpoint(f"{number}", "http://127.0.0.1:9/x", events=list(Event), by=None, at=timezone.now())
    linked, claim = make_connection_row("salesforce"), partial(_claim, queue, rep)
    interleaved({"": claim}, rounds=3, times=50)
    for number in range(12):
        for is_on in (True, False) if number % 2 else (False, True):
            off = {} if is_on else {"off_at": timezone.now(), "off_reason": "by_hand"}
            Endpoint.objects.update(**{"is_active": is_on, "off_at": None, "off_reason": "", **off})
            Connection.objects.filter(pk=linked.pk).update(state="working" if is_on else "off")
            took[is_on].append(interleaved({"": claim}, rounds=1, times=100)[""])
    on, off_ms = median(took[True]), median(took[False])
    report("claim, ms", {"alone": off_ms, "beside": on, "ratio": on / off_ms}, bar="at most 1.02")


def _claim(queue, rep) -> None:
    take_next(queue, by=rep, at=timezone.now())
