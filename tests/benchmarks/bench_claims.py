"""Claims on PostgreSQL beside hand-written SQL: rates, age bands, a million in line, many clients, killed clients."""

import random
import subprocess
import sys
import threading
import time
from functools import partial
from statistics import median

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from queues.actions.claims.statement import CLAIM
from queues.actions.claims.take import take_next
from queues.actions.entries.counts import mark_crossings
from queues.models import Entry, Tally
from queues.queries.counts import queue_counts
from queues.queries.waiting import entries_at, first_positions
from routing.models import Assignment
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.raw import ours, pgbench, plain, without_bands
from tests.benchmarks.rows import analyse, fill, fill_quickly
from tests.conftest import ROOT
from tests.factories import QueueFactory, make_rep

ROUNDS = 5


def queue_of(depth: int, name: str, **fields):
    queue = QueueFactory(name=name, slug=name, **fields)
    (fill_quickly if depth > 20_000 else fill)(queue, depth, at=timezone.now())
    return queue


def threads_taking(queue, reps, *, seconds: float) -> float:
    done, end = [0] * len(reps), time.monotonic() + seconds

    def run(number: int) -> None:
        while time.monotonic() < end:
            take_next(queue, by=reps[number], at=timezone.now())
            done[number] += 1
        connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(len(reps))]
    start = time.monotonic()
    for each in running:
        each.start()
    for each in running:
        each.join()
    return sum(done) / (time.monotonic() - start)


@pytest.mark.django_db(transaction=True)
def test_the_action_beside_one_statement_and_many_clients(tmp_path):
    queue, reps = queue_of(200_000, "rates"), [make_rep() for _n in range(8)]
    anybody = f"{reps[0].pk} + :client_id % 8"
    rates: dict[str, list[float]] = {"action, 8 threads": [], "one statement, 8 clients": []}
    clients: dict[str, dict[int, list[float]]] = {"ours": {8: [], 32: []}, "one statement": {8: [], 32: []}}
    scripts = {"ours": ours(queue, anybody), "one statement": plain(queue, anybody)}
    threads_taking(queue, reps, seconds=1)
    for _round in range(ROUNDS):
        mark_crossings(queue, at=timezone.now())  # as the worker does every minute
        rates["action, 8 threads"].append(threads_taking(queue, reps, seconds=3))
        for name, script in scripts.items():
            for many, each in clients[name].items():
                each.append(pgbench(script, clients=many, seconds=3, place=tmp_path))
    rates["one statement, 8 clients"] = clients["one statement"][8]
    action, raw = (median(each) for each in rates.values())
    report("claims/s", {"action": action, "raw": raw, "ratio": action / raw}, bar="at least 0.30, aim 0.50")
    for name, each in clients.items():  # as many sessions; the application's own pool is smaller (bench_http.py)
        few, many = median(each[8]), median(each[32])
        report(f"claims/s, {name}", {"8 sessions": few, "32": many, "ratio": many / few}, bar="at least 0.75")


@pytest.mark.django_db(transaction=True)
def test_age_bands_beside_plain_order():
    rep, order = make_rep(), "alur_claim"
    for depth in (1_000, 10_000, 100_000):
        queue = queue_of(depth + 1_000, f"bands{depth}", order="priority")
        values = {"slug": queue.slug, "user": rep.pk, "slots": Tally.SLOTS}
        with connection.cursor() as cursor:

            def claim(name: str, cursor=cursor, values=values) -> None:
                cursor.execute(CLAIM.replace(order, name), values | {"at": timezone.now()})
                assert cursor.fetchone() is not None

            acts = {"bands": partial(claim, order), "plain": partial(claim, without_bands())}
            for act in acts.values():  # until the database keeps their plans
                interleaved({"": act}, rounds=1, times=10)
            took = interleaved(acts, rounds=15, times=15)
        ratio = took["plain"] / took["bands"]
        report(f"claim at depth {depth}, ms", took | {"rate with bands / plain": ratio}, bar="at least 0.70, aim 0.90")


@pytest.mark.django_db(transaction=True)
def test_a_million_in_line():
    rep, at = make_rep(), timezone.now()
    queues = {depth: queue_of(depth, f"deep{depth}") for depth in (1_000, 1_000_000)}
    analyse()
    pages = interleaved(
        {str(d): lambda q=q: entries_at(first_positions(q, at=at, limit=25)) for d, q in queues.items()},
        rounds=10,
        times=10,
    )
    claims = interleaved(
        {str(d): lambda q=q: take_next(q, by=rep, at=at) for d, q in queues.items()}, rounds=15, times=10
    )
    for title, took, bar in (("first page", pages, "at most 1.3, aim 1.1"), ("claim", claims, "at most 1.5, aim 1.2")):
        small, large = took["1000"], took["1000000"]
        report(f"{title}, ms", {"1k": small, "1M": large, "ratio": large / small}, bar=bar)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_taken_twice_or_lost_when_clients_are_killed(process_env):
    """32 processes take 100,000 leads; every half second one of them is killed and another begins."""
    count, queue = 100_000, queue_of(100_000, "killed")
    reps = [make_rep() for _n in range(32)]
    env = process_env | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    env |= {"DB_POOL": "false", "DB_CONN_MAX_AGE": "600"}
    luck, killed = random.Random(7), 0

    def begin(rep) -> subprocess.Popen:
        command = [sys.executable, str(ROOT / "tests/benchmarks/claim_on.py"), queue.slug, str(rep.pk)]
        return subprocess.Popen(command, env=env)

    running = [begin(rep) for rep in reps]
    end = time.monotonic() + 420
    while time.monotonic() < end and any(each.poll() is None for each in running):
        time.sleep(0.5)
        if queue_counts(queue, at=timezone.now()).waiting < count // 50:
            continue  # the last ones finish in peace
        number = luck.randrange(len(running))
        running[number].kill()
        running[number].wait()
        killed += 1
        running[number] = begin(reps[number])
    for each in running:
        if each.poll() is None:
            each.kill()
        each.wait()
    taken = Assignment.objects.filter(place_name=queue.name)
    twice = taken.values("lead").annotate(n=Count("pk")).filter(n__gt=1).count()
    left = Entry.objects.filter(queue=queue, left_at__isnull=False).count()
    waiting = Entry.objects.waiting().filter(queue=queue).count()
    counted = queue_counts(queue, at=timezone.now()).waiting
    figures = {"taken": taken.count(), "killed": killed, "twice": twice, "lost": left - taken.count(), "left": waiting}
    report("100,000 claims with killed clients", figures, bar="0 twice, 0 lost")
    assert (twice, left, left + waiting, counted) == (0, taken.count(), count, waiting)
