"""Notice that a whole way out is down, or works again: one cause, told once to sales ops (I1)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from config.reach.outcome import Came, Outcome
from routing.actions.notifications import notify
from routing.decisions.outages import (
    FORGOTTEN_AFTER,
    MANY,
    TOLD_AFTER,
    WAITS_AT_MOST,
    is_down,
    is_of_the_way,
)
from routing.models import Channel, Delivery, Notification, Outage
from routing.queries.audience import ops_ids

State = Delivery.State
Kind = Notification.Kind


def note_outcome(channel: Channel, outcome: Outcome, *, at: datetime, known: Collection[str]) -> bool:
    """Whether the way of this channel is down. `known` are kinds with an outage, so that what works costs nothing."""
    kind = channel.kind
    if outcome.came == Came.RETRY and is_of_the_way(kind, outcome.problem):
        return _failed(kind, channel.pk, outcome.problem, at=at)
    if kind in known and outcome.came != Came.UNSURE:
        _worked(kind, at=at)
    return False


def kinds_with_outage() -> dict[str, bool]:
    """Each kind with failures since the last that worked, and whether it is down."""
    rows = Outage.objects.filter(ended_at=None).order_by("kind", "pk")
    return {row.kind: is_down(row.kind, len(row.channels)) for row in rows}


@transaction.atomic
def _failed(kind: str, channel: int, problem: str, *, at: datetime) -> bool:
    Outage.objects.bulk_create([Outage(kind=kind, since=at, last_at=at)], ignore_conflicts=True)
    outage = Outage.objects.select_for_update().filter(kind=kind, ended_at=None).first()
    if outage is None:  # what another process sent a moment ago arrived
        return False
    if outage.told_at is None and at - outage.last_at > FORGOTTEN_AFTER:
        outage.since, outage.channels = at, []
    outage.channels = sorted({*outage.channels, channel})[:MANY]
    outage.problem, outage.last_at = problem[:40], at
    found = is_down(kind, len(outage.channels))
    if found and outage.told_at is None and at - outage.since >= TOLD_AFTER:
        outage.told_at = at
        _tell(outage, Kind.WAY_DOWN, at=at)
    outage.save()
    return found


@transaction.atomic
def _worked(kind: str, *, at: datetime) -> None:
    """What waited goes out now. Its tries begin again, so that no channel is given up for the time of the outage."""
    outage = Outage.objects.select_for_update().filter(kind=kind, ended_at=None).first()
    if outage is None:
        return
    outage.ended_at = at
    outage.save(update_fields=["ended_at"])
    if not is_down(kind, len(outage.channels)):
        return
    waits = Delivery.objects.filter(channel__kind=kind, state__in=(State.WAITING, State.HELD), attempts__gt=0)
    waits.filter(next_at__gt=at).update(next_at=at)
    waits.update(attempts=1)
    if outage.told_at is not None:
        _tell(outage, Kind.WAY_BACK, at=at)


def _tell(outage: Outage, kind: Notification.Kind, *, at: datetime) -> None:
    details = {"channel": outage.kind, "since": outage.since.isoformat(), "problem": outage.problem}
    notify(ops_ids(), kind=kind, key=f"{kind}-{outage.pk}", at=at, details=details)


def give_up_waiting(*, at: datetime) -> int:
    """What waited a day for a way that is down fails with the cause; its channel stays in use."""
    failed = 0
    for outage in Outage.objects.filter(ended_at=None).order_by("pk"):
        if not is_down(outage.kind, len(outage.channels)):
            continue
        waits = Delivery.objects.filter(channel__kind=outage.kind, state__in=(State.WAITING, State.HELD))
        late = waits.annotate(waits_from=Coalesce("first_try_at", "next_at"))
        late = late.filter(waits_from__lte=at - WAITS_AT_MOST)
        failed += Delivery.objects.filter(pk__in=late.order_by().values("pk")).update(
            state=State.FAILED, next_at=None, problem=outage.problem
        )
    return failed
