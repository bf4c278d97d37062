"""Signs of life of background work: how they are written and how old they are."""

from datetime import datetime, timedelta

from django.conf import settings

from config.models import Beat

WORKER = "worker"


def record_beat(name: str = WORKER, *, at: datetime, note: str = "") -> None:
    Beat.objects.update_or_create(name=name, defaults={"at": at, "note": note})


def worker_beat_age(at: datetime) -> timedelta | None:
    """How long the worker has been silent; None before its first beat."""
    last = Beat.objects.filter(name=WORKER).values_list("at", flat=True).first()
    return None if last is None else at - last


def worker_state(at: datetime) -> str:
    """The worker's state as pages show it."""
    return state_of(worker_beat_age(at))


def state_of(age: timedelta | None) -> str:
    """One of "ok", "stale" (timers stand still until the supervisor restarts it) and "unknown" (never seen)."""
    if age is None:
        return "unknown"
    return "stale" if age.total_seconds() > settings.BEAT_STALE_SECONDS else "ok"
