"""Start a background job: at once after the commit if one chunk is enough, else as a task of the worker."""

from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import connection, transaction
from django_q.tasks import async_task

from config.jobs.kinds import Arguments, job_kind
from config.jobs.run import run_job
from config.models import BackgroundJob

TASK = "config.tasks.run_background_job"


def enqueue_job(job_id: int) -> None:
    async_task(TASK, job_id)


@transaction.atomic
def start_job(
    kind_name: str, *, subject: str, arguments: Arguments, by: User | None, at: datetime, subject_name: str = ""
) -> BackgroundJob:
    """Create the job in the transaction of the change that causes it, so that neither exists without the other.

    A newer job of the same kind and subject replaces an older one: its runner stops before its next chunk.
    """
    _wait_for_others(kind_name, subject)
    kind = job_kind(kind_name)
    total = kind.count(arguments)
    job = BackgroundJob.objects.create(
        kind=kind_name,
        subject=subject,
        subject_name=subject_name,
        arguments=dict(arguments),
        total=total,
        is_large=total > kind.chunk_size,
        by=by,
        created_at=at,
    )
    if job.is_large:
        transaction.on_commit(partial(enqueue_job, job.pk), robust=True)
    else:
        transaction.on_commit(partial(run_job, job.pk, clock=lambda: at), robust=True)
    return job


def _wait_for_others(kind_name: str, subject: str) -> None:
    """Until this transaction ends, no other starts such a job. So the job that replaces another one starts after the
    change of the other is committed, and reads it. On SQLite transactions follow each other anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"job {kind_name} {subject}"])
