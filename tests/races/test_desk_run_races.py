"""Many leads of the review desk in several hands at once, and held submissions that two people press (A6, A9, A1c)."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.web_forms import NotHeldAsSpam, Submission, mark_not_spam, receive_submission
from leads.models import Activity, Capture, Lead
from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.cleanup.runs import CannotUndoCleanup, start_on_desk, start_undo
from queues.actions.entries.placement import send_to_review
from queues.actions.review.decisions import AlreadyDecided, nurture
from queues.models import CleanupRun, CleanupStep, Entry, Queue, ReviewItem
from routing.models import Assignment
from tests.factories import QueueFactory, make_lead, make_ops, make_rep
from tests.factories.leads import make_web_form
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr("queues.actions.cleanup.runs.CHUNK_SIZE", 4)


@pytest.fixture
def items(at) -> list[ReviewItem]:
    send_to_review([(make_lead(at=at), ["no_rule"], None) for _number in range(24)], at=at)
    return list(ReviewItem.objects.order_by("pk"))


def a_run(act: str, items: list[ReviewItem], at: datetime, queue: Queue | None = None) -> tuple[CleanupRun, int]:
    """A run and its job, which no worker has taken up."""
    wanted = {"items": [item.pk for item in items], "gone": 0}
    run = CleanupRun.objects.create(
        act=act, queue=queue, at=at, by=make_ops(), total=len(items), wanted=wanted, is_desk=True
    )
    job = BackgroundJob.objects.create(
        kind="cleanup",
        subject=f"cleanup-{run.pk}",
        arguments={"run": run.pk},
        total=len(items),
        is_large=True,
        created_at=at,
    )
    return run, job.pk


def work(job: int):
    return lambda: run_job(job, clock=timezone.now)


def unexpected(results: list) -> list:
    known = (AlreadyDecided, QueueIsEmpty, CannotUndoCleanup)
    return [each for each in results if isinstance(each, Exception) and not isinstance(each, known)]


def test_two_managers_two_workers_and_single_decisions_share_the_desk(items, at):
    queue, ops = QueueFactory(order="fifo"), make_ops()
    approving, first = a_run("move", items, at, queue)
    setting_aside, second = a_run("nurture", items[::-1], at)
    single = [lambda item=item: nurture(item, by=ops, at=timezone.now()) for item in items[::6]]
    results = all_at_once([work(first), work(first), work(second), work(second), *single])
    assert unexpected(results) == []
    runs = (approving, setting_aside)
    by_run = {run: set(run.steps.filter(refused="").values_list("lead", flat=True)) for run in runs}
    done = [not isinstance(result, Exception) for result in results[4:]]
    alone = {item.lead_id for item, is_done in zip(items[::6], done, strict=True) if is_done}
    assert len(by_run[approving]) + len(by_run[setting_aside]) + len(alone) == 24
    assert by_run[approving] | by_run[setting_aside] | alone == {item.lead_id for item in items}
    assert set(Entry.objects.waiting().values_list("lead", flat=True)) == by_run[approving]
    assert [run.steps.count() for run in (approving, setting_aside)] == [24, 24]
    assert ReviewItem.objects.filter(closed_at__isnull=True).count() == 0
    kinds = Activity.objects.filter(kind__in=("queued", "nurtured")).values_list("lead", flat=True)
    assert sorted(kinds) == sorted(item.lead_id for item in items)


def test_a_double_click_is_one_run(items, at):
    ops, token = make_ops(), uuid4()
    wanted = [item.pk for item in items]
    runs = all_at_once([lambda: start_on_desk("nurture", wanted, token=token, by=ops, at=at) for _click in range(3)])
    assert unexpected(runs) == []
    assert ({run.pk for run in runs}, BackgroundJob.objects.count()) == ({CleanupRun.objects.get().pk}, 1)
    run_job(BackgroundJob.objects.get().pk, clock=timezone.now)
    assert (CleanupStep.objects.count(), Lead.objects.filter(stage="nurture").count()) == (24, 24)


def test_an_undo_and_claims_share_what_was_approved(items, at):
    queue, ops, reps = QueueFactory(order="fifo"), make_ops(), [make_rep() for _rep in range(3)]
    run, job = a_run("move", items, at, queue)
    run_job(job, clock=timezone.now)
    CleanupRun.objects.filter(pk=run.pk).update(finished_at=at)
    start_undo(run, by=ops, at=timezone.now())
    undoing = BackgroundJob.objects.latest("pk").pk

    def claim(rep):
        for _number in range(4):
            take_next(queue, by=rep, at=timezone.now())

    claims = [lambda rep=rep: claim(rep) for rep in reps]
    results = all_at_once([work(undoing), work(undoing), *claims])
    assert unexpected(results) == []
    held = set(Assignment.objects.open().values_list("lead", flat=True))
    back = set(ReviewItem.objects.filter(closed_at__isnull=True).values_list("lead", flat=True))
    assert (held & back, len(held | back)) == (set(), 24)
    assert Entry.objects.waiting().count() == 0
    assert set(run.steps.filter(stayed=True).values_list("lead", flat=True)) == held


def test_runs_of_two_managers_never_fill_a_queue_above_its_limit(items, at):
    queue = QueueFactory(order="fifo", when_full="park", depth_limit=9, depth_lift=5)
    jobs = [a_run("move", some, at, queue)[1] for some in (items[:12], items[12:])]
    assert unexpected(all_at_once([work(job) for job in jobs])) == []
    assert Entry.objects.waiting().filter(queue=queue).count() == 10  # the one that crosses the limit is the last
    assert ReviewItem.objects.filter(parked_for=queue, closed_at__isnull=True).count() == 14


def test_two_presses_at_once_make_one_lead(at):
    row = receive_submission(make_web_form(), Submission({"email": "sari@nila.co.id"}, spam="trap"), at=at)
    people = [make_ops() for _person in range(3)]
    results = all_at_once([lambda by=by: mark_not_spam(row, by=by, at=timezone.now()) for by in people])
    assert sum(isinstance(each, NotHeldAsSpam) for each in results) == 2
    assert sum(isinstance(each, Capture) for each in results) == 1
    assert (Lead.objects.count(), Activity.objects.filter(kind__in=("captured", "re_engaged")).count()) == (1, 1)
