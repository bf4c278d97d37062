"""Periodic work of no app; the worker calls it by name (config/schedules.py)."""

import time
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from config.jobs.run import forget_old_jobs, run_job, take_stalled_jobs
from config.jobs.start import enqueue_job
from config.schedules import due_again_at_next_tick
from config.worker.heartbeat import record_heartbeat

SLICE = timedelta(seconds=25)  # of one task; well below the timeout of the worker
PAUSE = 0.1  # seconds between two chunks, so that claims get to write on SQLite


def record_worker_heartbeat() -> None:
    """A heartbeat proves that the scheduler, the task queue and the workers run."""
    at = timezone.now()
    record_heartbeat(at=at)
    due_again_at_next_tick("heartbeat", at=at)


def clear_expired_sessions() -> None:
    call_command("clearsessions")


def clear_old_sign_in_attempts() -> None:
    call_command("axes_reset_logs", age=90, stdout=StringIO())  # it prints a report


def run_background_job(job_id: int) -> None:
    """One slice of a background job; it enqueues itself again until the job is finished."""
    job = run_job(job_id, clock=timezone.now, limit=SLICE, rest=lambda: time.sleep(PAUSE))
    if job is not None and job.is_open and not job.attempts:
        enqueue_job(job_id)


def wake_background_jobs() -> int:
    """Jobs whose worker died go on, jobs that failed are tried again, and old ones are deleted."""
    at = timezone.now()
    stalled = take_stalled_jobs(at=at)
    for job_id in stalled:
        enqueue_job(job_id)
    forget_old_jobs(at=at)
    return len(stalled)
