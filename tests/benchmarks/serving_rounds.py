"""Serves and takes in leads, round by round, on a database of its own: serving_rounds.py, with its tree as directory.

It answers each line of its input, "serve" or "intake", with one line of JSON. It runs in the tree of an earlier release
as well, so it uses only what both have.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

import django
import psutil
import pytest  # noqa: F401  (its presence makes the settings those of tests)

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from leads.actions.intake.capture import capture_leads  # noqa: E402
from queues.actions.dispatch.serve import serve_waiting  # noqa: E402
from queues.models import EntryRule, Queue  # noqa: E402
from routing.models import Assignment, RotationMember  # noqa: E402
from tests.benchmarks import conftest, rows  # noqa: E402, F401  (writes as durably as production does)
from tests.database_copies import copy_database  # noqa: E402
from tests.factories import QueueFactory, make_rep, make_rotation  # noqa: E402

LEADS = 1000
HUNDRED = 100


def push_queue(slug: str) -> Queue:
    """A queue with a rotation of ten."""
    rotation = make_rotation(*(make_rep() for _number in range(10)), name=slug, skips_over_capacity=False)
    return QueueFactory(slug=slug, name=slug, dispatch="push", rotation=rotation)


def serve(queue: Queue, _number: int) -> dict:
    rows.fill(queue, LEADS, at=timezone.now())
    return measured(queue, lambda: serve_waiting(at=timezone.now(), queue_ids=[queue.pk]))


def intake(queue: Queue, number: int) -> dict:
    raws = [
        {
            "first_name": "Dewi",
            "last_name": f"Lestari {n}",
            "email": f"p{n}@firm{n}-{number}.co.id",
            "company_name": f"PT Maju {n} {number}",
            "company_size": str(n % 200),
            "title": "CTO",
            "city": "Jakarta",
            "source": "Referral",
        }
        for n in range(LEADS)
    ]

    def take_in() -> None:
        for start in range(0, LEADS, HUNDRED):
            capture_leads(raws[start : start + HUNDRED], channel="api", at=timezone.now())

    return measured(queue, take_in)


def measured(queue: Queue, act: Callable[[], object]) -> dict:
    """Per lead: milliseconds of this process and of its database process, and leads a second."""
    before = Assignment.objects.count()
    server = server_process()
    start, mine, theirs = time.perf_counter(), time.process_time(), spent(server)
    act()
    figures = {
        "python": (time.process_time() - mine) * 1000 / LEADS,
        "database": (spent(server) - theirs) * 1000 / LEADS,
        "rate": LEADS / (time.perf_counter() - start),
    }
    assert Assignment.objects.count() - before == LEADS
    given = RotationMember.objects.filter(rotation=queue.rotation).values_list("turns_given", flat=True)
    figures["spread"] = max(given) - min(given)
    return figures


def server_process() -> psutil.Process | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return psutil.Process(pid) if psutil.pid_exists(pid) else None


def spent(process: psutil.Process | None) -> float:
    times = process.cpu_times() if process else None
    return times.user + times.system if times else 0.0


def main() -> None:
    drop = copy_database()
    queues = {"serve": push_queue("serve"), "intake": push_queue("intake")}
    everything = [{"field": "company_size", "operator": "at_least", "value": 0}]
    EntryRule.objects.create(name="All", position=0, conditions=everything, outcome="queue", queue=queues["intake"])
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        act = {"serve": serve, "intake": intake}[line.strip()]
        print(json.dumps(act(queues[line.strip()], number)), flush=True)
    drop()


main()
