"""A cleanup in the hands of two processes, beside claims; partners called back and told by several at once (D7, D8)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from config.sealing import seal
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.partners.delivering import send_deliveries
from queues.actions.partners.handing import NotWithPartner, call_back, send_to_partner
from queues.actions.partners.pools import export_leads
from queues.models import CleanupRun, CleanupStep, Entry, PartnerDelivery, PartnerPool, StaleStep
from tests.factories import QueueFactory, make_ops, make_rep
from tests.factories.old_leads import old
from tests.factories.outside import PUBLIC, Outside
from tests.patience import PATIENCE
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_two_workers_and_three_claims_share_the_leads_of_a_cleanup(monkeypatch):
    monkeypatch.setattr("queues.actions.cleanup.runs.CHUNK_SIZE", 3)
    at, queue, ops = timezone.now(), QueueFactory(order="fifo"), make_ops()
    leads = [old(queue, now=at) for _number in range(12)]
    run = CleanupRun.objects.create(
        act="nurture", at=at, by=ops, total=12, wanted={"leads": [lead.pk for lead in leads]}
    )
    job = BackgroundJob.objects.create(
        kind="cleanup", subject=f"cleanup-{run.pk}", arguments={"run": run.pk}, total=12, is_large=True, created_at=at
    )
    reps = [make_rep() for _rep in range(3)]
    claims = [lambda rep=rep: take_next(queue, by=rep, at=timezone.now()) for rep in reps]
    results = all_at_once([lambda: run_job(job.pk, clock=timezone.now)] * 2 + claims)
    assert [each for each in results if isinstance(each, Exception)] == []
    held, aside = (Lead.objects.filter(stage=stage).count() for stage in ("held", "nurture"))
    run.refresh_from_db()
    assert (held + aside, StaleStep.objects.count(), run.done) == (12, aside, aside)
    assert CleanupStep.objects.filter(run=run, refused="moved").count() == held
    assert Entry.objects.waiting().count() == 0


@pytest.fixture
def stays():
    at, ops = timezone.now(), make_ops()
    pool = PartnerPool.objects.create(name="Mitra", is_active=True, address="https://hook.example/", secret=seal("s"))
    queue = QueueFactory()
    return [send_to_partner(old(queue, now=at), pool, by=ops, at=at) for _number in range(4)]


def test_a_lead_that_several_call_back_comes_back_once(stays):
    ops = make_ops()
    results = all_at_once([lambda: call_back(stays[0], by=ops, at=timezone.now())] * 3)
    assert sum(isinstance(each, NotWithPartner) for each in results) == 2
    assert Entry.objects.waiting().filter(lead=stays[0].lead_id).count() == 1


def test_three_workers_send_each_message_once(stays):
    hook = Outside({PUBLIC: OK}, hosts={"hook.example": [PUBLIC]})
    sent = all_at_once([lambda: send_deliveries(at=timezone.now(), network=hook.network)] * 3)
    assert (sum(sent), len(hook.asked)) == (4, 4)
    assert set(PartnerDelivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_download_waits_for_leads_that_are_being_sent(stays):
    """One that commits late, after a later one is in a file, would never be new."""
    at, ops, pool, is_sent = timezone.now(), make_ops(), PartnerPool.objects.get(), Event()
    late, early = stays[0].lead, stays[1].lead
    for stay in stays[:2]:
        call_back(stay, by=ops, at=at)
    at += timedelta(seconds=1)

    def send_slowly() -> None:
        with transaction.atomic():
            send_to_partner(late, pool, by=ops, at=at)
            is_sent.set()
            with suppress(TimeoutError):  # on PostgreSQL others work beside it; SQLite lets nobody in
                others.result(timeout=2)

    def send_and_download() -> list[int]:
        is_sent.wait(timeout=PATIENCE)
        try:
            send_to_partner(early, pool, by=ops, at=at)
            return [stay.lead_id for stay in export_leads(pool, is_fresh=True, by=ops, at=at)]
        finally:
            connection.close()

    def alone() -> None:
        try:
            send_slowly()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        others = threads.submit(send_and_download)
        threads.submit(alone).result(timeout=PATIENCE)
        assert {late.pk, early.pk} <= set(others.result(timeout=PATIENCE))
