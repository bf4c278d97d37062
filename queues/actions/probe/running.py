"""Run the probe when it is due, keep what came of it, and tell sales ops once of an outage and once of its end (K5)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from queues.actions.probe.sending import trace_lead
from queues.decisions.probe import Way, is_missed
from queues.models import Probe, ProbeRun
from queues.queries.probe import Origin, origin_of, probe_settings
from routing.actions.notifications import notify
from routing.models import Notification
from routing.queries.audience import ops_ids

Kind = Notification.Kind
KEPT_FOR = timedelta(days=14)
EARLY = timedelta(seconds=10)  # the worker looks once a minute, now and then a little early


class NothingToProbe(Exception):
    """There is neither an open form nor a source from which a lead could come."""


def run_due_probe(*, at: datetime) -> bool:
    """Whether a test lead was sent. The worker calls it each minute; of two at once one sends."""
    probe = probe_settings()
    if not probe.is_on:
        return False
    if origin_of(probe) is None:
        _set(heard_at=at)  # so that its silence is no outage
        return False
    _note_silence(at=at)
    if not _take_turn(probe, at=at):
        return False
    run_probe(by=None, at=at)
    return True


def run_probe(*, by: User | None, at: datetime) -> ProbeRun:
    """Send one now, whether it is due or not, and whether the probe is on or not. Raises NothingToProbe."""
    probe = probe_settings()
    origin = origin_of(probe)
    if origin is None:
        raise NothingToProbe
    way, took = trace_lead(origin, longest=probe.longest, at=at)
    return _record(way, took, origin, by=by, at=at)


@transaction.atomic
def lock_probe() -> Probe:
    """The one row, for a transaction of the caller."""
    Probe.objects.bulk_create([Probe(pk=1)], ignore_conflicts=True)
    return Probe.objects.select_for_update().get(pk=1)


def _take_turn(probe: Probe, *, at: datetime) -> bool:
    """One statement decides, so that two workers never send for the same turn, and a run that dies is not repeated at
    once."""
    is_due = Q(due_at__isnull=True) | Q(due_at__lte=at + EARLY)
    return bool(Probe.objects.filter(is_due, is_on=True).update(due_at=at + probe.every))


@transaction.atomic
def _note_silence(*, at: datetime) -> None:
    """A worker that stands still can tell nobody, so the first look after it says since when there was no run."""
    probe = lock_probe()
    if probe.down_since is None and probe.heard_at is not None and is_missed(probe.heard_at, probe.every, at=at):
        minutes = int((at - probe.heard_at).total_seconds() // 60)
        _begin_outage(probe, Probe.Down.MISSED, since=probe.heard_at, at=at, details={"minutes": minutes})


@transaction.atomic
def _record(way: Way, took: timedelta, origin: Origin, *, by: User | None, at: datetime) -> ProbeRun:
    probe = lock_probe()
    run = ProbeRun.objects.create(
        at=at,
        is_ok=way.stopped is None,
        seconds=round(took.total_seconds(), 4),
        origin=origin.name,
        ended=way.ended,
        stopped=way.stopped or "",
        steps=list(way.steps),
        by=by,
    )
    if probe.is_on and (probe.heard_at is None or probe.heard_at <= at):  # a run that ended late tells nothing new
        _follow(probe, run, at=at)
    ProbeRun.objects.filter(at__lt=at - KEPT_FOR).delete()
    return run


def _follow(probe: Probe, run: ProbeRun, *, at: datetime) -> None:
    _set(heard_at=at)
    if not run.is_ok and probe.down_since is None:
        _begin_outage(probe, Probe.Down.FAILED, since=at, at=at, details={"origin": run.origin})
    elif run.is_ok and probe.down_since is not None:
        _tell(Kind.PROBE_WELL, probe, at=at, details={"minutes": int((at - probe.down_since).total_seconds() // 60)})
        _set(down_since=None, down_why="")


def _begin_outage(probe: Probe, why: Probe.Down, *, since: datetime, at: datetime, details: dict) -> None:
    probe.down_since, probe.down_why = since, why
    _set(down_since=since, down_why=why)
    _tell(Kind.PROBE_DOWN, probe, at=at, details=details)


def _set(**state: object) -> None:
    """What is no setting makes no version of the history (C8)."""
    Probe.objects.filter(pk=1).update(**state)


def _tell(kind: Notification.Kind, probe: Probe, *, at: datetime, details: dict) -> None:
    """One message for each outage, however often this runs."""
    since = probe.down_since or at
    told = {"why": probe.down_why, "since": since.isoformat()} | details
    notify(ops_ids(), kind=kind, key=f"{kind}-{since:%Y%m%d%H%M%S%f}", at=at, details=told)
