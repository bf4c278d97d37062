"""Ages of queues from index ranges and stored counts: the same numbers as counting every waiting lead (E6, L1)."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.decisions.ordering import QueueCounts
from queues.models import Entry, Queue
from queues.queries.ages import QueueAges, queue_ages
from queues.queries.counts import queue_counts
from tests.factories import MORNING, QueueFactory, make_entry

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
BORDERS = (4 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 6 * HOUR)


def one_by_one(queue: Queue) -> QueueAges:
    rows = list(Entry.objects.filter(queue=queue, left_at__isnull=True))
    ages = [MORNING - row.since_at for row in rows]
    after = timedelta(hours=queue.escalate_after_hours)
    due = [row.wait_due_at for row in rows if row.wait_breached_at is None and row.wait_due_at >= MORNING]
    due += [row.since_at + after for row in rows if row.escalated_at is None and row.since_at + after > MORNING]
    return QueueAges(
        counts=queue_counts(queue, at=MORNING),
        depth=len(rows),
        fresh=sum(age < 4 * HOUR for age in ages),
        warm=sum(4 * HOUR <= age < DAY for age in ages),
        old=sum(age >= DAY for age in ages),
        very_old=sum(age >= 2 * DAY for age in ages),
        late=sum(row.wait_due_at < MORNING for row in rows),
        oldest_at=min((row.since_at for row in rows), default=None),
        next_breach_at=min(due, default=None),
    )


@pytest.mark.parametrize("seed", range(3))
def test_ages_are_those_of_every_waiting_lead(seed: int):
    """Some crossed a band since the last sweep, some are marked; limits and ages often lie exactly at a border."""
    pick = random.Random(seed)
    bands = (
        {},
        {"first_band_hours": 6, "second_band_hours": 24},
        {"first_band_hours": 48, "second_band_hours": 60},
        {"first_band_hours": 24, "second_band_hours": 29, "escalate_after_hours": 30},
    )
    queues = [QueueFactory(**fields) for fields in bands]
    for _number in range(60):
        age = pick.choice(BORDERS) + pick.choice((-SECOND, 0 * SECOND, SECOND))
        entry = make_entry(pick.choice(queues), since=MORNING - age, at=pick.choice((MORNING, MORNING - age)))
        Entry.objects.filter(pk=entry.pk).update(
            wait_due_at=pick.choice((MORNING, MORNING - SECOND, MORNING + HOUR, MORNING + DAY)),
            wait_breached_at=pick.choice((None, MORNING)),
            escalated_at=pick.choice((None, MORNING)),
        )
    queues.append(QueueFactory())
    found = queue_ages(queues, at=MORNING)
    assert found == {queue.pk: one_by_one(queue) for queue in queues}
    assert found[queues[-1].pk] == QueueAges(QueueCounts(0, 0, 0), 0, 0, 0, 0, 0, 0, None, None)


def test_queues_with_the_same_bands_are_counted_in_one_query():
    queues = [QueueFactory() for _number in range(3)]
    make_entry(queues[0])
    with CaptureQueriesContext(connection) as asked:
        queue_ages(queues, at=MORNING)
    assert len(asked) == 1
