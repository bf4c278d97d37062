"""Heartbeats of background work: how they are written and how old they are."""

from datetime import datetime, timedelta

from django.conf import settings

from config.models import Heartbeat

WORKER = "worker"


def record_heartbeat(name: str = WORKER, *, at: datetime, note: str = "") -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "note": note})


def worker_heartbeat_age(at: datetime) -> timedelta | None:
    """How long the worker has been silent; None before its first heartbeat."""
    last = Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()
    return None if last is None else at - last


def heartbeat_state(age: timedelta | None) -> str:
    """One of "ok", "stale" (timers stand still until the supervisor restarts the worker) and "unknown" (never seen)."""
    if age is None:
        return "unknown"
    return "stale" if age.total_seconds() > settings.BEAT_STALE_SECONDS else "ok"
