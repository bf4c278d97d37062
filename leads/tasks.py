"""Background work of the leads app; the worker calls it by name."""

import time

from django.utils import timezone

from leads.actions import importing

BREATH = 0.1  # seconds in which others get at SQLite's one writer


def run_import(upload_id: int) -> None:
    """One slice of an import; it hands itself on until the file is read."""
    importing.run(upload_id, clock=timezone.now, rest=lambda: time.sleep(BREATH))


def wake_stalled_imports() -> int:
    return importing.wake_stalled(at=timezone.now())
