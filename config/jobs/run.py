"""Run a background job chunk by chunk: each chunk exactly once, even if the job runs twice or is killed in between."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from config.jobs.kinds import Chunk, JobKind, job_kind
from config.models import BackgroundJob

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # failures in a row
STALLED_AFTER = timedelta(minutes=2)  # without a chunk, so its process is dead
KEPT_FOR = timedelta(days=30)

State = BackgroundJob.State
OPEN = (State.WAITING, State.RUNNING)
Clock = Callable[[], datetime]


def run_job(
    job_id: int, *, clock: Clock, limit: timedelta | None = None, rest: Callable[[], None] = lambda: None
) -> BackgroundJob | None:
    """Go on with this job for `limit` (None: to its end), and `rest` between two chunks. Returns it as it is then.

    Progress is stored in the same transaction as the chunk, under a lock on the job: two runners take turns, and after
    a kill the next runner goes on where the last commit was.
    """
    until = None if limit is None else clock() + limit
    try:
        while _run_chunk(job_id, at=clock()):
            if until is not None and clock() >= until:
                return BackgroundJob.objects.filter(pk=job_id).first()
            rest()
        return _finish(job_id, at=clock())
    except Exception as problem:
        log.exception("background job %s failed", job_id)
        return _record_failure(job_id, problem, at=clock())


def open_jobs() -> list[BackgroundJob]:
    return list(BackgroundJob.objects.filter(finished_at__isnull=True).order_by("pk"))


@transaction.atomic
def take_stalled_jobs(*, at: datetime) -> list[int]:
    """Open jobs whose task was lost, or whose process died. They do not count as stalled again until later."""
    long_ago = at - STALLED_AFTER
    stalled = [job.pk for job in open_jobs() if (job.touched_at or job.created_at) < long_ago]
    BackgroundJob.objects.filter(pk__in=stalled).update(touched_at=at)
    return stalled


def forget_old_jobs(*, at: datetime) -> int:
    return BackgroundJob.objects.filter(finished_at__lt=at - KEPT_FOR).delete()[0]


def _run_chunk(job_id: int, *, at: datetime) -> bool:
    """Whether there may be more to do."""
    with transaction.atomic():
        job = _lock(job_id)
        if job is None or not job.is_open:
            return False
        if _newer(job).exists():
            _close(job, State.SUPERSEDED, at=at)
            return False
        if not _kind(job).owns_transactions:
            return _record_chunk(job, _step(job, at=at), at=at)
    chunk = _step(job, at=at)
    with transaction.atomic():
        job = _lock(job_id)
        return job is not None and job.is_open and _record_chunk(job, chunk, at=at)


def _step(job: BackgroundJob, *, at: datetime) -> Chunk:
    return _kind(job).step(job.arguments, after=job.cursor, by=job.by, at=at)


def _record_chunk(job: BackgroundJob, chunk: Chunk, *, at: datetime) -> bool:
    job.state, job.started_at, job.touched_at = State.RUNNING, job.started_at or at, at
    job.done, job.cursor, job.attempts, job.error = job.done + chunk.done, max(job.cursor, chunk.last), 0, ""
    job.save()
    return not chunk.is_last


def _finish(job_id: int, *, at: datetime) -> BackgroundJob | None:
    job = BackgroundJob.objects.filter(pk=job_id).select_related("by").first()
    if job is None or not job.is_open:
        return job
    if (finish := _kind(job).finish) is not None:
        finish(job.arguments, by=job.by, at=at)
    with transaction.atomic():
        job = _lock(job_id)
        if job is not None and job.is_open:
            job.total = max(job.total, job.done)
            _close(job, State.DONE, at=at)
    return job


@transaction.atomic
def _record_failure(job_id: int, problem: Exception, *, at: datetime) -> BackgroundJob | None:
    """The chunk was rolled back; the sweep tries again, until it has failed too often."""
    job = _lock(job_id)
    if job is None or not job.is_open:
        return job
    job.attempts, job.touched_at, job.error = job.attempts + 1, at, f"{type(problem).__name__}: {problem}"
    job.save()
    if job.attempts >= MAX_ATTEMPTS:
        _close(job, State.FAILED, at=at)
    return job


def _lock(job_id: int) -> BackgroundJob | None:
    rows = BackgroundJob.objects.select_for_update(of=("self",)).select_related("by")
    return rows.filter(pk=job_id).first()


def _newer(job: BackgroundJob):
    return BackgroundJob.objects.filter(kind=job.kind, subject=job.subject, pk__gt=job.pk)


def _kind(job: BackgroundJob) -> JobKind:
    return job_kind(job.kind)


def _close(job: BackgroundJob, state: State, *, at: datetime) -> None:
    job.state, job.finished_at, job.started_at = state, at, job.started_at or at
    job.save()
