"""Heartbeats of background work: how they are written and how old they are."""

from datetime import datetime, timedelta

from django.conf import settings

from config.models import Heartbeat

WORKER = "worker"
OUTBOX = "outbox"


def record_heartbeat(name: str = WORKER, *, at: datetime, note: str = "") -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "note": note})


def worker_heartbeat_age(at: datetime) -> timedelta | None:
    """How long the worker has been silent; None before its first heartbeat."""
    return heartbeat_ages(at, WORKER)[WORKER]


def heartbeat_ages(at: datetime, *names: str) -> dict[str, timedelta | None]:
    """How long each of these has been silent; None before its first heartbeat."""
    last = dict(Heartbeat.objects.filter(name__in=names).order_by("name").values_list("name", "at"))
    return {name: at - last[name] if name in last else None for name in names}


def heartbeat_state(age: timedelta | None) -> str:
    """One of "ok", "stale" (timers stand still until the supervisor restarts the worker) and "unknown" (never seen)."""
    if age is None:
        return "unknown"
    return "stale" if age.total_seconds() > settings.BEAT_STALE_SECONDS else "ok"
