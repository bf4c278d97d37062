"""The state of the system: the worker, the outbox, their sweeps, the review desk, the probe (C8, K5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet, Value
from django_q.models import Failure, Success

from config.counts import counts
from config.models import Heartbeat
from config.worker.heartbeat import OUTBOX, WORKER, heartbeat_state
from leads.queries.webhook_backlog import late_events, late_messages
from queues.models import Entry, ReviewItem
from queues.queries.probe import ProbeState, origin_rows, probe_state
from routing.models import Assignment

REVIEW, MESSAGES, EVENTS = "review", "messages", "events"
MOST_COUNTED = 1_000
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
class Outbox:
    """The process that sends what happens to other programs at once; without it the worker does so once a minute. So
    many messages are `late`, since `since`; at most a thousand of a kind are counted."""

    state: str
    beat_age: timedelta | None
    late: int
    since: datetime | None
    level: str


@dataclass(frozen=True, slots=True)
class SystemStatus:
    worker: str
    beat_age: timedelta | None
    outbox: "Outbox"
    contacts: Sweep
    waits: Sweep
    ages: Sweep
    failed: int
    review_oldest_at: datetime | None
    probe: ProbeState
    level: str


def late_rows(*, at: datetime) -> dict[str, QuerySet]:
    """What system_status() counts: clocks that no sweep saw, tasks that failed, messages and events that should have
    left, where test leads could come from."""
    late = Entry.objects.waiting().filter(wait_due_at__lt=at - GRACE, wait_breached_at__isnull=True)
    failed = Failure.objects.filter(stopped__gte=at - ONE_DAY)
    leaving = {MESSAGES: late_messages(at)[:MOST_COUNTED], EVENTS: late_events(at)[:MOST_COUNTED]}
    rows = {"contacts": Assignment.objects.overdue(at - GRACE), "waits": late, "failed": failed}
    return rows | leaving | origin_rows()


def system_status(*, at: datetime, found: Mapping[str, int] | None = None) -> SystemStatus:
    """Some three queries, each on an index or a short table; `found` are late_rows() that the caller has counted."""
    ran = _moments(at)
    age = at - ran[WORKER] if WORKER in ran else None
    found = counts(**late_rows(at=at)) if found is None else found
    contacts = _sweep(ran.get(SWEEPS[0]), found["contacts"], at=at)
    waits = _sweep(ran.get(SWEEPS[1]), found["waits"], at=at)
    ages, failed = _sweep(ran.get(SWEEPS[2]), 0, at=at), found["failed"]
    worker = heartbeat_state(age)
    outbox = _outbox(ran, found, worker=worker, at=at)
    probe = probe_state(at=at, has_open_origin=any(found[name] for name in origin_rows()))
    return SystemStatus(
        worker=worker,
        beat_age=age,
        outbox=outbox,
        contacts=contacts,
        waits=waits,
        ages=ages,
        failed=failed,
        review_oldest_at=ran.get(REVIEW),
        probe=probe,
        level=BAD if probe.is_bad else _worst(worker, outbox, contacts, waits, ages, failed),
    )


def _moments(at: datetime) -> dict[str, datetime]:
    """When the worker and the outbox were heard of, when each sweep ended (django-q keeps only its last few hundred
    successes), since when messages and events should have left, and since when the oldest lead is on the review desk;
    without those that never were. One query."""
    beat = Heartbeat.objects.filter(name__in=(WORKER, OUTBOX)).order_by().values_list("name").annotate(last=Max("at"))
    runs = Success.objects.filter(func__in=SWEEPS).order_by().values_list("func").annotate(last=Max("stopped"))
    waits = ReviewItem.objects.filter(closed_at__isnull=True).order_by().annotate(name=Value(REVIEW))
    oldest = waits.values_list("name").annotate(last=Min("opened_at"))
    messages = late_messages(at).order_by().annotate(name=Value(MESSAGES)).values_list("name")
    events = late_events(at).order_by().annotate(name=Value(EVENTS)).values_list("name")
    left = (messages.annotate(last=Min("next_at")), events.annotate(last=Min("at")))
    return {name: last for name, last in beat.union(runs, oldest, *left, all=True) if last is not None}


def _outbox(ran: Mapping[str, datetime], found: Mapping[str, int], *, worker: str, at: datetime) -> Outbox:
    age = at - ran[OUTBOX] if OUTBOX in ran else None
    state, late = heartbeat_state(age), found[MESSAGES] + found[EVENTS]
    levels = {"ok": OK, "unknown": WARN if late else OFF, "stale": WARN if worker == "ok" else BAD}
    since = min((ran[name] for name in (MESSAGES, EVENTS) if name in ran), default=None)
    return Outbox(state=state, beat_age=age, late=late, since=since, level=levels[state])


def _sweep(ran_at: datetime | None, late: int, *, at: datetime) -> Sweep:
    if late:
        level = BAD
    elif ran_at is None:
        level = OFF
    else:
        level = OK if at - ran_at <= 2 * GRACE else WARN
    return Sweep(ran_at=ran_at, late=late, level=level)


def _worst(worker: str, outbox: Outbox, *parts: Sweep | int) -> str:
    """The overall level: bad if something stands still, warn if something failed or has never run."""
    levels = {part.level for part in parts if isinstance(part, Sweep)}
    failed = sum(part for part in parts if isinstance(part, int))
    if worker == "stale" or BAD in levels | {outbox.level}:
        return BAD
    if worker == "unknown" or failed or outbox.level == WARN or levels & {WARN, OFF}:
        return WARN
    return OK
