"""What keeping the counts of reports costs claims: their rate beside a sweep each second, by turns with none (3 %)."""

import os
import sys
from collections.abc import Mapping
from statistics import mean, median

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from queues.models import FigureState, Queue
from tests.benchmarks.answering import answer, answering, ask
from tests.benchmarks.claiming import claims_alone, p95
from tests.benchmarks.measure import report
from tests.benchmarks.page_databases import own_history
from tests.benchmarks.rows import analyse, fill_quickly
from tests.conftest import ROOT
from tests.factories import QueueFactory, make_rep

COUNT = int(os.environ.get("SMALL", "100_000"))
LINE = 60_000
ROUNDS, SECONDS = 8, 6


@pytest.mark.django_db(transaction=True)
def test_claims_beside_the_sweep_of_kept_counts(process_env):
    with own_history("bench_figures_claims", COUNT, process_env) as env:
        queue, rep = QueueFactory(name="Line", slug="line"), make_rep()
        fill_quickly(queue, LINE, at=timezone.now())
        analyse()
        measure(queue, rep, env | {"ALUR_SERVER": "worker"})


def measure(queue: Queue, rep: User, env: Mapping[str, str]) -> None:
    claims: dict[str, list[float]] = {"kept": [], "not kept": []}
    times: dict[str, list[float]] = {"kept": [], "not kept": []}
    sweeps = []
    command = [sys.executable, str(ROOT / "tests/benchmarks/sweep_rounds.py")]
    with answering(command, ROOT, env) as process:
        counted_before = FigureState.objects.get().counted_at
        claims_alone(queue, rep, seconds=2)
        for _round in range(ROUNDS):
            for name in claims:
                if name == "kept":
                    ask(process, SECONDS)
                took = claims_alone(queue, rep, seconds=SECONDS)
                claims[name].append(len(took) / SECONDS)
                times[name] += took
                if name == "kept":
                    sweeps.append(answer(process))
    assert FigureState.objects.get().counted_at > counted_before
    rates = {name: median(each) for name, each in claims.items()}
    figures = {f"claims/s, {name}": rate for name, rate in rates.items()} | {
        "ratio": rates["kept"] / rates["not kept"],
        "ratio with one a minute, as the worker sweeps (computed)": 1 - loss(rates, sweeps) / 60,
        **{f"p50 ms, {name}": median(each) for name, each in times.items()},
        **{f"p95 ms, {name}": p95(each) for name, each in times.items()},
        "sweeps": sum(each["sweeps"] for each in sweeps),
        "seconds a sweep": median(each["took"] for each in sweeps),
        "of that CPU of Python": median(each["spent"] for each in sweeps),
        "CPU of the database": median(each["of database"] for each in sweeps),
        "load of the machine": os.getloadavg()[0],
    }
    report("claims beside the sweep of kept counts, one a second", figures, bar="at least 0.97")


def loss(rates: Mapping[str, float], sweeps: list[dict[str, float]]) -> float:
    """How many seconds of claims one sweep costs. On a busy machine a sweep goes on when the claims have ended."""
    each_took = mean(max(SECONDS, each["sweeps"] * each["took"]) / each["sweeps"] for each in sweeps)
    return max(0.0, 1 - rates["kept"] / rates["not kept"]) * each_took
