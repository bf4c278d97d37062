"""The progress of large background jobs, as rows for the pages of the settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from config.jobs.kinds import UnknownJobKind, job_kind
from config.models import BackgroundJob

SHOWN_AFTER_FINISH = timedelta(minutes=1)
SHOWN_AFTER_FAILURE = timedelta(days=1)
MAX_ROWS = 5

State = BackgroundJob.State


@dataclass(frozen=True, slots=True)
class JobRow:
    sentence: str
    percent: int
    is_open: bool
    is_failed: bool


def job_rows(*, at: datetime) -> list[JobRow]:
    """Open jobs, and those that finished or failed lately; one query. A job that a newer one replaced is left out."""
    shown = Q(finished_at__isnull=True)
    shown |= Q(state=State.DONE, finished_at__gt=at - SHOWN_AFTER_FINISH)
    shown |= Q(state=State.FAILED, finished_at__gt=at - SHOWN_AFTER_FAILURE)
    newer = BackgroundJob.objects.filter(kind=OuterRef("kind"), subject=OuterRef("subject"), pk__gt=OuterRef("pk"))
    found = BackgroundJob.objects.filter(shown, ~Exists(newer), is_large=True).order_by("-pk")
    return [_row(job) for job in found[:MAX_ROWS]]


def _row(job: BackgroundJob) -> JobRow:
    is_failed = job.state == State.FAILED
    try:
        sentence = job_kind(job.kind).sentence(job.subject_name, job.done, job.total)
    except UnknownJobKind:
        sentence = f"{job.kind} {job.done}/{job.total}"
    if is_failed:
        sentence = _("%(progress)s It stopped with an error. Save the setting again to start it again.") % {
            "progress": sentence
        }
    return JobRow(sentence, 100 if job.state == State.DONE else job.percent, job.is_open, is_failed)
