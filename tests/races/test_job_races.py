"""Background jobs in the hands of several processes: killed in a chunk, then run by two at once (B7)."""

import pytest
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from queues.actions.claims.take import take_next
from queues.models import Entry, Queue
from tests.factories import MORNING, QueueFactory, make_entry, make_rep
from tests.races.crowd import all_at_once, killed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue():
    queue = QueueFactory(order="fifo")
    for score in (10, 20, 30, 40, 50, 60, 70):
        make_entry(queue, score=score)
    queue.order = "priority"
    queue.save()
    return queue


def make_job(queue: Queue) -> BackgroundJob:
    """As a save of the queue makes it, waiting for a worker."""
    arguments = {"queue": queue.pk, "serve": False}
    return BackgroundJob.objects.create(
        kind="reorder", subject=queue.topic, arguments=arguments, total=7, is_large=True, created_at=MORNING
    )


def run(job: BackgroundJob) -> BackgroundJob:
    return run_job(job.pk, clock=timezone.now)


def in_order() -> list[int]:
    return list(Entry.objects.waiting().in_base_order().values_list("lead__score", flat=True))


def test_a_job_that_is_killed_in_a_chunk_is_finished_by_two_others_at_once(queue, process_env, monkeypatch):
    job = make_job(queue)
    killed("die_in_a_job.py", [job.pk], process_env)
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 2)
    monkeypatch.setattr("queues.actions.entries.reordering.CHUNK_SIZE", 2)
    all_at_once([lambda: run(job)] * 2)
    job.refresh_from_db()
    assert (job.state, job.done, in_order()) == ("done", 7, [70, 60, 50, 40, 30, 20, 10])


def test_claims_go_on_beside_a_job(queue, monkeypatch):
    monkeypatch.setattr("queues.actions.entries.reordering.CHUNK_SIZE", 1)
    reps = [make_rep() for _rep in range(3)]
    job = make_job(queue)
    claims = [lambda rep=rep: take_next(queue, by=rep, at=timezone.now()) for rep in reps]
    results = all_at_once([lambda: run(job), *claims])
    assert [each for each in results if isinstance(each, Exception)] == []
    assert BackgroundJob.objects.get().state == "done"
    assert in_order() == sorted(in_order(), reverse=True)
    assert Entry.objects.waiting().count() == 4
