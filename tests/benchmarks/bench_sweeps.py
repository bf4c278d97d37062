"""Sweeps of contact clocks: those due among few open clocks and among very many, and claims beside them (D2)."""

import os
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from queues.actions.clocks.contact import escalate_overdue
from queues.models import Breach, Queue
from routing.models import Assignment
from tests.benchmarks.claiming import claims_alone, claims_beside, p95
from tests.benchmarks.measure import report
from tests.benchmarks.rows import analyse, fill_quickly
from tests.factories import QueueFactory, TeamFactory, make_manager, make_rep

FEW, MANY = 10_000, int(os.environ.get("OPEN_CLOCKS", "1_000_000"))
DUE = 1_000
HOLD = """
    INSERT INTO routing_assignment (lead_id, holder_id, how, place_name, receipt, assigned_at, contact_minutes,
        contact_due_at, first_due_at, breaches, follow_up, ended_how, end_reason, place_id)
    SELECT lead_id, %s, 'take_next', 'Bench', '{}'::jsonb, %s, 120, %s, %s, 0, '', '', '', %s
    FROM queues_entry WHERE queue_id = %s AND left_at IS NULL ORDER BY id LIMIT %s
"""


@pytest.mark.django_db(transaction=True)
def test_a_thousand_due_clocks_among_few_and_among_many():
    at, team = timezone.now(), TeamFactory()
    make_manager(team)
    rep, claimer, took = make_rep(team), make_rep(team), {}
    line = QueueFactory(name="Line", slug="line", team=team)
    fill_quickly(line, 50_000, at=at)
    for name, number in (("few", FEW), ("many", MANY)):
        queue = QueueFactory(name=name, slug=name, team=team)
        fill_quickly(queue, number, at=at)
        hold(queue, rep.pk, number - DUE, due_at=at + timedelta(hours=1), at=at)
        hold(queue, rep.pk, DUE, due_at=at - timedelta(minutes=1), at=at)
        analyse()
        before = Breach.objects.count()
        took[name] = sweep(at)
        assert Breach.objects.count() - before == DUE
        begun = time.perf_counter()
        assert escalate_overdue(at=at) == 0
        took[f"{name}, nothing due"] = time.perf_counter() - begun
    numbers = took | {"ratio": took["many"] / took["few"], "open clocks": Assignment.objects.open().count()}
    report("a sweep of contact clocks, s", numbers, bar="ratio at most 2")
    Assignment.objects.filter(pk__in=later(queue)).update(contact_due_at=at - timedelta(minutes=1))
    alone = claims_alone(line, claimer, seconds=5)
    with claims_beside(line, claimer) as beside:
        seconds = sweep(at)
    figures = {"seconds": seconds, "claims": len(beside), "p95 alone, ms": p95(alone), "p95 beside, ms": p95(beside)}
    report("claims beside a sweep", figures | {"longest beside, ms": max(beside)}, bar="at most 100 ms more")


def sweep(at: datetime) -> float:
    """Seconds of one sweep, or of several where its time is up before."""
    begun = time.perf_counter()
    while escalate_overdue(at=at):
        pass
    return time.perf_counter() - begun


def later(queue: Queue) -> list[int]:
    """As many clocks again, which are due now."""
    held = Assignment.objects.open().filter(place_id=queue.pk, breaches=0).order_by("pk")
    return list(held.values_list("pk", flat=True)[:DUE])


def hold(queue: Queue, user_id: int, number: int, *, due_at: datetime, at: datetime) -> None:
    """The first waiting leads are held, without the records of a claim."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [user_id, at - timedelta(hours=2), due_at, due_at, queue.pk, queue.pk, number])
        cursor.execute(
            "UPDATE queues_entry e SET left_at = %s, left_how = 'claimed', assignment_id = a.id "
            "FROM routing_assignment a WHERE a.lead_id = e.lead_id AND e.queue_id = %s AND e.left_at IS NULL",
            [at, queue.pk],
        )
