"""Work on a whole queue in the background: reorder, hand out, move, score again; twice, and after a newer save (B7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.jobs import kinds
from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.scoring import rescore_in_background
from leads.models import Lead, ScoreRule
from queues.actions.entries.moving import move_waiting
from queues.actions.queue_settings import apply_queue_settings
from queues.models import Entry, Queue
from queues.queries.waiting import first_positions
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_ops, make_rep, make_rotation

LATER = MORNING + timedelta(minutes=1)


@pytest.fixture
def chunks(monkeypatch) -> None:
    """Two rows are a chunk, so that six are a long queue."""
    for name in ("entries.reordering", "entries.moving", "dispatch.serve"):
        monkeypatch.setattr(f"queues.actions.{name}.CHUNK_SIZE", 2)
    monkeypatch.setattr("leads.actions.scoring.CHUNK_SIZE", 2)
    small = {name: replace(kind, chunk_size=2) for name, kind in kinds._kinds.items()}
    monkeypatch.setattr(kinds, "_kinds", small)


def run(job: BackgroundJob) -> BackgroundJob:
    return run_job(job.pk, clock=lambda: LATER)


def change(queue: Queue, **fields: object) -> None:
    for name, value in fields.items():
        setattr(queue, name, value)
    queue.save()
    apply_queue_settings(queue, changed=fields, by=None, at=MORNING)


def order(queue: Queue) -> list[int]:
    return [position.entry.id for position in first_positions(queue, at=LATER, limit=9)]


@pytest.mark.django_db
def test_a_long_queue_is_reordered_and_a_second_run_changes_nothing(chunks):
    queue = QueueFactory(order="fifo")
    entries = [make_entry(queue, score=score) for score in (10, 20, 30, 40, 50)]
    change(queue, order="priority")
    job = run(BackgroundJob.objects.get())
    assert (job.done, job.total, order(queue)) == (5, 5, [entry.pk for entry in reversed(entries)])
    before = list(Entry.objects.order_by("pk").values())
    run(job)
    assert list(Entry.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_half_a_job_and_a_newer_save_end_as_the_newer_save_says(chunks):
    queue = QueueFactory(order="fifo")
    entries = [make_entry(queue, score=score) for score in (10, 20, 30, 40, 50)]
    change(queue, order="priority")
    old = BackgroundJob.objects.get()
    run_job(old.pk, clock=lambda: LATER, limit=timedelta(0))
    change(queue, order="fifo")
    new = BackgroundJob.objects.order_by("-pk")[0]
    assert [run(new).state, run(old).state] == ["done", "superseded"]
    assert order(queue) == [entry.pk for entry in entries]


@pytest.mark.django_db
def test_a_newer_save_still_hands_out_what_the_older_one_would_have(chunks, django_capture_on_commit_callbacks):
    rep = make_rep()
    queue = QueueFactory(rotation=make_rotation(rep))
    fill(queue, 5)
    change(queue, dispatch="push")
    change(queue, hot_score=10)
    for job in BackgroundJob.objects.order_by("pk"):
        run(job)
    served = BackgroundJob.objects.get(kind="serve")
    run(served)
    run(served)
    assert Assignment.objects.filter(holder=rep).count() == 5


@pytest.mark.django_db
def test_a_long_queue_is_moved_once_though_the_job_runs_twice(chunks):
    smb, mql = QueueFactory(), QueueFactory()
    fill(smb, 5)
    job = move_waiting(smb, to=mql, by=make_ops(), at=MORNING)
    assert (job.is_large, job.total, job.done) == (True, 5, 0)
    assert [run(job).done, run(job).done] == [5, 5]
    assert set(Entry.objects.waiting().values_list("queue", flat=True)) == {mql.pk}


@pytest.mark.django_db
def test_many_leads_are_scored_again(chunks):
    queue = QueueFactory(order="priority")
    entries = [
        make_entry(queue, score_parts={"fit": [0, 40]}, score=5, company_size=size) for size in (1, 2, 3, 400, 5)
    ]
    ScoreRule.objects.create(
        name="Big", part="fit", points=30, conditions=[{"field": "company_size", "operator": "at_least", "value": 100}]
    )
    job = run(rescore_in_background({}, by=None, at=MORNING))
    assert (job.done, job.state, order(queue)[0]) == (5, "done", entries[3].pk)
    scores = dict(Lead.objects.values_list("pk", "score"))
    run(job)
    assert dict(Lead.objects.values_list("pk", "score")) == scores


@pytest.mark.django_db
def test_the_page_of_the_queue_shows_the_progress_live(client: Client, chunks, time_machine):
    time_machine.move_to(LATER, tick=False)
    queue = QueueFactory(order="fifo", name="SMB")
    fill(queue, 5)
    change(queue, order="priority")
    client.force_login(make_ops())
    shown = client.get(reverse("admin:queues_queue_change", args=[queue.pk])).content.decode()
    part = reverse("background_jobs")
    assert ("SMB: 0 of 5 leads re-ordered." in shown, f'hx-get="{part}"' in shown) == (True, True)
    run(BackgroundJob.objects.get())
    done = client.get(part).content.decode()
    assert ("SMB: 5 of 5 leads re-ordered." in done, "hx-get" in done) == (True, False)


@pytest.mark.django_db
def test_reps_do_not_see_the_progress(client: Client):
    client.force_login(make_rep())
    assert (client.get(reverse("background_jobs")).status_code, BackgroundJob.objects.count()) == (403, 0)
