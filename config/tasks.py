"""Periodic work of no app; the worker calls it by name (config/schedules.py)."""

from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from config.schedules import due_again_at_next_tick
from config.worker.heartbeat import record_heartbeat


def record_worker_heartbeat() -> None:
    """A heartbeat proves that the scheduler, the task queue and the workers run."""
    at = timezone.now()
    record_heartbeat(at=at)
    due_again_at_next_tick("heartbeat", at=at)


def clear_expired_sessions() -> None:
    call_command("clearsessions")


def clear_old_sign_in_attempts() -> None:
    call_command("axes_reset_logs", age=90, stdout=StringIO())  # it prints a report
