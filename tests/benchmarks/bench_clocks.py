"""Clocks in working hours: take next with them beside without, and moving many deadlines while claims go on (D3)."""

import time
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from config.jobs.run import run_job
from queues.actions.claims.statement import claim_by_statement
from queues.actions.clocks.deadlines import move_deadlines
from queues.actions.clocks.holders import keep_holder_clocks
from queues.models import Entry, Tally
from routing.actions.availability.clocks import extend_clocks
from routing.models import WorkStretch
from tests.benchmarks.claiming import claims_alone, claims_beside, p95
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.rows import analyse, fill, fill_quickly
from tests.factories import QueueFactory, TeamFactory, make_rep

WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MOVED = 100_000
OTHERS = 300  # calendars of other teams, so that the index is not of one calendar only


@pytest.mark.django_db(transaction=True)
def test_take_next_with_working_hours_beside_without():
    at, team = timezone.now(), TeamFactory(name="Inside Sales", working_hours=WEEK)
    for number in range(OTHERS):
        TeamFactory(name=f"Other {number}", working_hours=WEEK)
    extend_clocks(at=at)
    rep, queues = make_rep(team), {}
    kinds = {"wall": ("wall", "wall"), "team": ("wall", "team"), "holder": ("wall", "holder"), "both": ("team", "team")}
    for name, (waits, counts) in kinds.items():
        queue = QueueFactory(name=name, slug=f"counts-{name}", team=team, wait_counts=waits, contact_counts=counts)
        fill_quickly(queue, 20_000, at=at)
        queues[name] = queue
    keep_holder_clocks(at=at)
    analyse()
    acts = {
        name: partial(claim_by_statement, queue.slug, by=rep, at=at, slots=Tally.SLOTS)
        for name, queue in queues.items()
    }
    for act in acts.values():  # until the database keeps their plans
        interleaved({"": act}, rounds=1, times=10)
    took = interleaved(acts, rounds=40, times=20)
    ratios = {f"rate {name} / wall": took["wall"] / took[name] for name in ("team", "holder", "both")}
    report("take next, ms", took | ratios | {"stretches": WorkStretch.objects.count()}, bar="at least 0.95")


@pytest.mark.django_db(transaction=True)
def test_many_deadlines_move_while_claims_go_on():
    """Waiting leads whose deadlines all differ from what the hours say, as after an edit; claims take from them."""
    at, team = timezone.now(), TeamFactory(name="Inside Sales", working_hours=WEEK)
    extend_clocks(at=at)
    queue = QueueFactory(name="Waits", slug="waits", team=team, wait_counts="team", wait_minutes=2_000)
    fill(queue, MOVED, at=at, aged_percent=0)
    Entry.objects.filter(queue=queue).update(wait_due_at=at + timedelta(days=30))
    line, rep = QueueFactory(name="Line", slug="line", team=team), make_rep(team)
    fill_quickly(line, 20_000, at=at)
    analyse()
    alone = claims_alone(line, rep, seconds=5)
    job = move_deadlines(why="hours", calendars=[team.work_calendar.pk], by=None, at=at)
    assert job is not None
    with claims_beside(queue, rep) as beside:
        start = time.monotonic()
        run_job(job.pk, clock=timezone.now)
        took = time.monotonic() - start
    moved = Entry.objects.waiting().filter(queue=queue).exclude(wait_due_at=at + timedelta(days=30)).count()
    report("deadlines moved", {"rows": moved, "seconds": took, "rows/s": moved / took}, bar="at least 2,000/s")
    figures = {"claims beside": len(beside), "p95 alone, ms": p95(alone), "p95 beside, ms": p95(beside)}
    report("claims beside it", figures, bar="at most 100 ms more")
