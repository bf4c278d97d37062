"""Background work of the leads app; the worker calls it by name."""

import time

from django.utils import timezone

from leads.actions import source_value, web_forms
from leads.actions.imports import run as importing

PAUSE_SECONDS = 0.1  # seconds; without them claims waited up to 6 s for SQLite's one writer, with them up to 0.5 s


def run_import(upload_id: int) -> None:
    """One slice of an import; it hands itself on until the file is read."""
    importing.run_import(upload_id, clock=timezone.now, rest=pause)


def pause() -> None:
    """Lets others write between two chunks."""
    time.sleep(PAUSE_SECONDS)


def wake_stalled_imports() -> int:
    return importing.restart_stalled_imports(at=timezone.now())


def forget_senders() -> int:
    return web_forms.forget_senders(at=timezone.now())


def value_sources() -> int:
    return source_value.update_source_values(at=timezone.now(), rest=pause)
