"""Background tasks of the leads app. The worker calls them by name."""

import time

from django.utils import timezone

from leads.actions import source_value, systems, web_forms
from leads.actions.imports import run, survey
from leads.models import Upload

PAUSE_SECONDS = 0.1  # without pauses, claims waited up to 6 s for SQLite's one writer; with them up to 0.5 s


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
