"""What leads cost that nobody may have: serving 100,000 waiting, with 99,000 of them barred against none (at most 3
times)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from queues.actions.dispatch.serve import serve
from queues.actions.entries.counts import mark_crossings
from queues.models import Entry, Queue
from queues.queries.givable import HEAD_OF_NEED
from queues.queries.needs import waiting_needs
from routing.models import Rep
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.rows import fill
from tests.factories import QueueFactory, make_rep, make_rotation

FREE_BEHIND = 1_000
BARRED = 99_000


def queue_with(*, barred: int, plain: int, name: str) -> Queue:
    """Leads for an absent specialist in front of leads for everybody."""
    at = timezone.now()
    free = [make_rep() for _number in range(3)]
    specialist = make_rep()
    Rep.objects.filter(pk=specialist.rep.pk).update(skills=["Banking"], is_available=False)
    rotation = make_rotation(*free, specialist, name=name, skill="industry")
    queue = QueueFactory(dispatch="push", rotation=rotation, name=name, slug=name.lower().replace(" ", "-"))
    fill(queue, barred, at=at - timedelta(days=3), industry="Banking")
    fill(queue, plain, at=at)
    mark_crossings(queue, at=at)
    return queue


@pytest.mark.django_db(transaction=True)
def test_barred_leads():
    at = timezone.now()
    queues = {
        "none barred": queue_with(barred=0, plain=BARRED + FREE_BEHIND, name="None barred"),
        "99,000 barred": queue_with(barred=BARRED, plain=FREE_BEHIND, name="Barred"),
    }
    for limit, rounds in ((1, 15), (50, 8)):
        took = interleaved(
            {name: partial(serve, queue, at=at, limit=limit) for name, queue in queues.items()},
            rounds=rounds,
            times=2,
        )
        none, barred = took.values()
        report(f"serve {limit} at 100,000 waiting, ms", took | {"ratio": barred / none}, bar="at most 3")
    assert Entry.objects.waiting().filter(queue=queues["99,000 barred"]).count() == BARRED + FREE_BEHIND - 30 - 800
    if connection.vendor == "postgresql":
        queue = queues["99,000 barred"]
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + HEAD_OF_NEED.format(number=0), [queue.pk, waiting_needs(queue)[0], 50])
            plan = [line for (line,) in cursor.fetchall()]
        report("plan", {"plan": " / ".join(line.strip() for line in plan)})
        assert any("queues_by_need" in line for line in plan)
