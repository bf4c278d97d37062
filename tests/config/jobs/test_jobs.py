"""Background jobs: each chunk exactly once, whether the job runs twice, is killed, fails, or is replaced by a newer
one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config import tasks
from config.jobs import Chunk, JobKind, kinds, register_job_kind, start_job
from config.jobs.progress import job_rows
from config.jobs.run import run_job
from config.models import BackgroundJob
from tests.factories import MORNING

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """What a killed process looks like from inside: nothing after it runs."""


class Counting:
    """A kind of job that counts rows, two at a time."""

    def __init__(self, rows: int) -> None:
        self.rows, self.steps, self.finished, self.dies_after, self.fails = rows, [], 0, None, False

    def count(self, _arguments) -> int:
        return self.rows

    def step(self, _arguments, *, after, by, at) -> Chunk:
        if self.fails:
            raise ValueError("no")
        last = min(after + 2, self.rows)
        self.steps.append((after, last))
        if self.dies_after is not None and last > self.dies_after:
            raise Killed
        return Chunk(last - after, last, is_last=last == self.rows)

    def finish(self, _arguments, *, by, at) -> None:
        self.finished += 1

    def sentence(self, name, done, total) -> str:
        return f"{name}: {done} of {total}"


@pytest.fixture
def counting(monkeypatch) -> Iterator[Counting]:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    found = Counting(5)
    register_job_kind(JobKind("counting", 2, found.count, found.step, sentence=found.sentence, finish=found.finish))
    return found


def start() -> BackgroundJob:
    return start_job("counting", subject="s", subject_name="SMB", arguments={}, by=None, at=MORNING)


def run(job: BackgroundJob) -> BackgroundJob:
    return run_job(job.pk, clock=lambda: MORNING + MINUTE)


@pytest.mark.django_db
def test_a_job_is_done_in_chunks_and_counts_them(counting):
    job = run(start())
    assert (job.state, job.done, job.total, job.finished_at) == ("done", 5, 5, MORNING + MINUTE)
    assert (counting.steps, counting.finished) == ([(0, 2), (2, 4), (4, 5)], 1)


@pytest.mark.django_db
def test_a_job_of_one_chunk_is_done_at_once_and_a_large_one_waits_for_the_worker(
    counting, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        large = start()
    counting.rows = 2
    with django_capture_on_commit_callbacks(execute=True):
        small = start_job("counting", subject="other", arguments={}, by=None, at=MORNING)
    states = [BackgroundJob.objects.get(pk=job.pk).state for job in (large, small)]
    assert (states, [task.task["args"] for task in OrmQ.objects.all()]) == (["waiting", "done"], [(large.pk,)])


@pytest.mark.django_db
def test_a_second_run_changes_nothing(counting):
    job = start()
    assert [run(job).state, run(job).state] == ["done", "done"]
    assert (len(counting.steps), counting.finished) == (3, 1)


@pytest.mark.django_db
def test_two_runners_share_the_chunks(counting):
    job = start()
    run_job(job.pk, clock=lambda: MORNING, limit=timedelta(0))
    run_job(job.pk, clock=lambda: MORNING, limit=timedelta(0))
    assert (run(job).done, counting.steps) == (5, [(0, 2), (2, 4), (4, 5)])


@pytest.mark.django_db
def test_a_killed_job_goes_on_behind_its_last_whole_chunk(counting):
    job = start()
    counting.dies_after = 2
    with pytest.raises(Killed):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.cursor) == ("running", 2, 2)
    counting.dies_after = None
    assert tasks.take_stalled_jobs(at=MORNING + 2 * MINUTE) == []
    assert tasks.take_stalled_jobs(at=MORNING + 4 * MINUTE) == [job.pk]
    job = run(job)
    assert (job.state, job.done, counting.steps) == ("done", 5, [(0, 2), (2, 4), (2, 4), (4, 5)])


@pytest.mark.django_db
def test_a_newer_job_replaces_an_older_one(counting):
    old = start()
    run_job(old.pk, clock=lambda: MORNING, limit=timedelta(0))
    new = start()
    assert [run(old).state, run(new).state] == ["superseded", "done"]
    assert (run(new).done, counting.finished) == (5, 1)


@pytest.mark.django_db
def test_a_job_that_fails_three_times_stops_and_says_so(counting):
    job = start()
    counting.fails = True
    assert [(run(job).state, BackgroundJob.objects.get().attempts) for _try in range(3)] == [
        ("waiting", 1),
        ("waiting", 2),
        ("failed", 3),
    ]
    (row,) = job_rows(at=MORNING + 2 * MINUTE)
    assert (row.is_failed, "ValueError: no" in BackgroundJob.objects.get().error) == (True, True)
    assert row.sentence.startswith("SMB: 0 of 5 It stopped with an error.")


@pytest.mark.django_db
def test_progress_is_shown_while_it_runs_and_a_minute_longer(counting):
    job = start()
    run_job(job.pk, clock=lambda: MORNING, limit=timedelta(0))
    (row,) = job_rows(at=MORNING)
    assert (row.sentence, row.percent, row.is_open) == ("SMB: 2 of 5", 40, True)
    run(job)
    (row,) = job_rows(at=MORNING + MINUTE)
    assert (row.sentence, row.percent, row.is_open) == ("SMB: 5 of 5", 100, False)
    assert job_rows(at=MORNING + 3 * MINUTE) == []


@pytest.mark.django_db
def test_the_task_hands_on_what_is_left_and_the_sweep_wakes_what_died(counting, time_machine, monkeypatch):
    time_machine.move_to(MORNING, tick=False)
    monkeypatch.setattr(tasks, "SLICE", timedelta(0))
    monkeypatch.setattr(tasks, "PAUSE", 0)
    job = start()
    tasks.run_background_job(job.pk)
    assert (OrmQ.objects.count(), BackgroundJob.objects.get().done) == (1, 2)
    time_machine.move_to(MORNING + 3 * MINUTE, tick=False)
    assert [tasks.wake_background_jobs(), tasks.wake_background_jobs()] == [1, 0]
    run(job)
    time_machine.move_to(MORNING + timedelta(days=31), tick=False)
    tasks.wake_background_jobs()
    assert BackgroundJob.objects.count() == 0


@pytest.mark.django_db
def test_a_failed_job_is_not_shown_after_its_setting_was_saved_again(counting):
    """Also when the rows have become so few that the newer job was done at once, and is not shown itself."""
    failed, counting.fails = start(), True
    for _attempt in range(3):
        run(failed)
    assert [row.is_failed for row in job_rows(at=MORNING + MINUTE)] == [True]
    counting.rows, counting.fails = 2, False
    assert run(start()).state == "done"
    assert job_rows(at=MORNING + MINUTE) == []
