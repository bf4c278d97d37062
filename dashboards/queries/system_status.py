"""The state of the system: the worker, its sweeps, the review desk, the probe (C8, K5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet, Value
from django_q.models import Failure, Success

from config.counts import counts
from config.models import Heartbeat
from config.worker.heartbeat import WORKER, heartbeat_state
from queues.models import Entry, ReviewItem
from queues.queries.probe import ProbeState, origin_rows, probe_state
from routing.models import Assignment

REVIEW = "review"
SWEEPS = ("queues.tasks.escalate_overdue", "queues.tasks.expire_waits", "queues.tasks.lift_aged")
GRACE = timedelta(minutes=2)  # a sweep runs every minute; a clock that is overdue for longer was missed
ONE_DAY = timedelta(days=1)
OK, WARN, BAD, OFF = "ok", "warn", "bad", "off"


@dataclass(frozen=True, slots=True)
class Sweep:
    """The sweep of one kind of clock: when it ran last (None: not lately), and how many clocks it missed."""

    ran_at: datetime | None
    late: int
    level: str


@dataclass(frozen=True, slots=True)
class SystemStatus:
    worker: str
    beat_age: timedelta | None
    contacts: Sweep
    waits: Sweep
    ages: Sweep
    failed: int
    review_oldest_at: datetime | None
    probe: ProbeState
    level: str


def late_rows(*, at: datetime) -> dict[str, QuerySet]:
    """What system_status() counts: clocks that no sweep saw, tasks that failed, where test leads could come from."""
    late = Entry.objects.waiting().filter(wait_due_at__lt=at - GRACE, wait_breached_at__isnull=True)
    failed = Failure.objects.filter(stopped__gte=at - ONE_DAY)
    return {"contacts": Assignment.objects.overdue(at - GRACE), "waits": late, "failed": failed} | origin_rows()


def system_status(*, at: datetime, found: Mapping[str, int] | None = None) -> SystemStatus:
    """Some three queries, each on an index or a short table; `found` are late_rows() that the caller has counted."""
    ran = _moments()
    age = at - ran[WORKER] if WORKER in ran else None
    found = counts(**late_rows(at=at)) if found is None else found
    contacts = _sweep(ran.get(SWEEPS[0]), found["contacts"], at=at)
    waits = _sweep(ran.get(SWEEPS[1]), found["waits"], at=at)
    ages, failed = _sweep(ran.get(SWEEPS[2]), 0, at=at), found["failed"]
    worker = heartbeat_state(age)
    probe = probe_state(at=at, has_open_origin=any(found[name] for name in origin_rows()))
    return SystemStatus(
        worker=worker,
        beat_age=age,
        contacts=contacts,
        waits=waits,
        ages=ages,
        failed=failed,
        review_oldest_at=ran.get(REVIEW),
        probe=probe,
        level=BAD if probe.is_bad else _worst(worker, contacts, waits, ages, failed),
    )


def _moments() -> dict[str, datetime]:
    """When the worker was heard of, when each sweep ended (django-q keeps only its last few hundred successes), and
    since when the oldest lead is on the review desk; without those that never were. One query."""
    beat = Heartbeat.objects.filter(name=WORKER).order_by().values_list("name").annotate(last=Max("at"))
    runs = Success.objects.filter(func__in=SWEEPS).order_by().values_list("func").annotate(last=Max("stopped"))
    waits = ReviewItem.objects.filter(closed_at__isnull=True).order_by().annotate(name=Value(REVIEW))
    oldest = waits.values_list("name").annotate(last=Min("opened_at"))
    return {name: last for name, last in beat.union(runs, oldest, all=True) if last is not None}


def _sweep(ran_at: datetime | None, late: int, *, at: datetime) -> Sweep:
    if late:
        level = BAD
    elif ran_at is None:
        level = OFF
    else:
        level = OK if at - ran_at <= 2 * GRACE else WARN
    return Sweep(ran_at=ran_at, late=late, level=level)


def _worst(worker: str, *parts: Sweep | int) -> str:
    """The overall level: bad if something stands still, warn if something failed or has never run."""
    levels = {part.level for part in parts if isinstance(part, Sweep)}
    failed = sum(part for part in parts if isinstance(part, int))
    if worker == "stale" or BAD in levels:
        return BAD
    if worker == "unknown" or failed or levels & {WARN, OFF}:
        return WARN
    return OK
