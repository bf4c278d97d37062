"""Background tasks of the leads app. The worker calls them by name."""

import time

from django.utils import timezone

from config.schedules import due_again_at_next_tick
from leads.actions import source_value, systems, web_forms
from leads.actions.imports import run, survey
from leads.actions.webhooks import enqueuing, forgetting, sending
from leads.models import Upload
from leads.queries import webhooks

PAUSE_SECONDS = 0.1  # without pauses, claims waited up to 6 s for SQLite's one writer; with them up to 0.5 s

SENDER = sending.Sender()  # of this process


def run_import(upload_id: int) -> None:
    """Import for one time slice. The action queues the next task until the file is read."""
    run.run_import(upload_id, clock=timezone.now, pause=pause)


def survey_upload(upload_id: int) -> None:
    """Look through a large file that waits for its mapping."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is not None:
        survey.survey_upload(upload)


def pause() -> None:
    """Let others write between two chunks."""
    time.sleep(PAUSE_SECONDS)


def restart_stalled_imports() -> int:
    return run.restart_stalled_imports(at=timezone.now())


def move_ids(old: str, new: str) -> int:
    return systems.move_ids(old, new, pause=pause)


def forget_senders() -> int:
    return web_forms.forget_senders(at=timezone.now())


def update_source_values() -> int:
    return source_value.update_source_values(at=timezone.now(), pause=pause)


def send_webhooks() -> int:
    """For a process that lives long and asks every second: one cheap statement when nothing is new
    (queries.webhooks.work_that_waits). Calls that hang go on beside it; how many messages arrived."""
    at = timezone.now()
    work = webhooks.work_that_waits(at)
    made = enqueuing.enqueue_deliveries(at=at) if work.is_new else 0
    if made or work.is_due:
        return SENDER.work(clock=timezone.now)
    return SENDER.work(clock=timezone.now, seconds=0) if SENDER.under_way else 0


def send_due_webhooks() -> int:
    """The same by schedule, for when no such process runs; it waits for all that it has begun."""
    at = timezone.now()
    due_again_at_next_tick("send webhooks", at=at)
    enqueuing.enqueue_deliveries(at=at)
    return sending.send_deliveries(clock=timezone.now)


def forget_webhooks() -> int:
    return forgetting.forget_deliveries(at=timezone.now(), pause=pause)
