"""Sweeps of contact clocks: those that are due among few open clocks, and among very many (D2)."""

import os
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from queues.actions.clocks.contact import escalate_overdue
from queues.models import Breach, Queue
from routing.models import Assignment
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
    rep, took = make_rep(team), {}
    for name, number in (("few", FEW), ("many", MANY)):
        queue = QueueFactory(name=name, slug=name, team=team)
        fill_quickly(queue, number, at=at)
        hold(queue, rep.pk, number - DUE, due_at=at + timedelta(hours=1), at=at)
        hold(queue, rep.pk, DUE, due_at=at - timedelta(minutes=1), at=at)
        analyse()
        begun, before = time.perf_counter(), Breach.objects.count()
        while escalate_overdue(at=at):  # one sweep, or several where its time is up before
            pass
        took[name] = time.perf_counter() - begun
        assert Breach.objects.count() - before == DUE
        begun = time.perf_counter()
        assert escalate_overdue(at=at) == 0
        took[f"{name}, nothing due"] = time.perf_counter() - begun
    numbers = took | {"ratio": took["many"] / took["few"], "open clocks": Assignment.objects.open().count()}
    report("a sweep of contact clocks, s", numbers, bar="ratio at most 2")


def hold(queue: Queue, user_id: int, number: int, *, due_at: datetime, at: datetime) -> None:
    """The first waiting leads are held, without the records of a claim."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [user_id, at - timedelta(hours=2), due_at, due_at, queue.pk, queue.pk, number])
        cursor.execute(
            "UPDATE queues_entry e SET left_at = %s, left_how = 'claimed', assignment_id = a.id "
            "FROM routing_assignment a WHERE a.lead_id = e.lead_id AND e.queue_id = %s AND e.left_at IS NULL",
            [at, queue.pk],
        )
