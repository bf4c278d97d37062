"""Periodic work of the queues; the worker calls it by name (config/schedules.py)."""

from django.utils import timezone

from leads.actions.intake import capture
from queues.actions.clocks import breaches as breaching
from queues.actions.clocks import cleanup as cleaning
from queues.actions.dispatch import serve as serving
from queues.actions.entries import counts as counting
from queues.models import Queue
from routing.actions.availability import time_off as availability


def escalate_overdue() -> int:
    return breaching.escalate_overdue(at=timezone.now())


def expire_waits() -> int:
    return breaching.expire_waits(at=timezone.now())


def lift_aged() -> int:
    return breaching.lift_aged(at=timezone.now())


def serve_waiting() -> int:
    """Also ends pauses that ran out, as that is what held leads wait for, and tells of absences that began or ended."""
    at = timezone.now()
    availability.tell_absences(at=at)
    availability.wake_paused(at=at)
    return serving.serve_waiting(at=at)


def clear_stale() -> dict[str, int]:
    return cleaning.clear_stale(at=timezone.now())


def resolve_left_over() -> int:
    return capture.resolve_left_over(at=timezone.now())


def recount() -> None:
    for queue in Queue.objects.order_by("pk"):
        counting.recount(queue)
