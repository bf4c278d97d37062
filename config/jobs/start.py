"""Start a background job: at once after the commit if one chunk is enough, else as a task of the worker."""

from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
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
