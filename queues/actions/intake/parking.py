"""Park leads that a queue takes none of now: they wait on the review desk in their order of arrival (D5, D8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from config.bulk_insert import bulk_insert
from config.live import announce
from leads.actions.stages import change_stage
from leads.models import Activity, Lead
from queues.actions.intake.state import lock_states, note_full
from queues.decisions.placement import ReviewReason
from queues.models import PartnerPool, Queue, ReviewItem
from queues.queries.intake import Room, paused_sources, room_in

if TYPE_CHECKING:
    from queues.actions.entries.placement import Arrival

Parked = ReviewItem.Parked
REASONS: Mapping[str, ReviewReason] = {
    Parked.FULL: ReviewReason.QUEUE_FULL,
    Parked.AGED: ReviewReason.QUEUE_AGED,
    Parked.SOURCE: ReviewReason.SOURCE_PAUSED,
}


@dataclass
class Split:
    """Which arrivals enter which queue, in order, which go to a partner, and which are parked why."""

    entering: list[tuple[Queue, list[Arrival]]] = field(default_factory=list)
    parked: list[tuple[ReviewItem.Parked, list[Arrival]]] = field(default_factory=list)
    to_partner: list[tuple[PartnerPool, list[Arrival]]] = field(default_factory=list)


class Intakes(Protocol):
    """How many leads queues take now; a forecast answers without a write."""

    def room(self, queue: Queue, arrivals: int) -> Room: ...

    def note_full(self, queue: Queue) -> None: ...


class Rooms:
    """How many leads queues take now, asked under the locks that a placement needs."""

    def __init__(self, queues: Mapping[int, Queue], *, at: datetime) -> None:
        self.queues, self.at = queues, at

    def room(self, queue: Queue, arrivals: int) -> Room:
        room = room_in(queue, arrivals, at=self.at)
        if room.is_close:
            lock_states(list(self.queues.values()))
            room = room_in(queue, arrivals, at=self.at)
        return room

    def note_full(self, queue: Queue) -> None:
        note_full(queue, at=self.at)


def split_arrivals(queue: Queue, arrivals: Sequence[Arrival], queues: Mapping[int, Queue], *, rooms: Intakes) -> Split:
    """What rules would add to this queue: as many enter as it takes, the others go to its overflow queue or
    partner pool, and what none of them takes is parked for this one. `queues` has the overflow queues too."""
    split, left, why = Split(), list(arrivals), Parked.FULL
    if paused := paused_sources(queue) if getattr(queue, "has_pauses", True) else set():
        held = [each for each in left if each.lead.source_id in paused]
        left = [each for each in left if each.lead.source_id not in paused]
        split.parked += [(Parked.SOURCE, held)] if held else []
    target: Queue | None = queue
    seen: set[int] = set()
    while left and target is not None and target.pk not in seen:
        seen.add(target.pk)
        is_looked_at_again = False
        if target.is_active or target == queue:
            room = rooms.room(target, len(left))
            taken, left = left[: room.entering], left[room.entering :]
            split.entering += [(target, taken)] if taken else []
            why = room.why or why if target == queue else why
            if room.is_crossing:
                rooms.note_full(target)
                is_looked_at_again = target == queue and target.dispatch != Queue.Dispatch.PULL
        pool = partner_of(target)
        if left and pool is not None and not is_looked_at_again:  # else its rotation comes first (after_serving)
            split.to_partner, left = [(pool, left)], []
        is_passing_on = target.when_full == Queue.WhenFull.OVERFLOW and target.overflow_queue_id is not None
        target = queues.get(target.overflow_queue_id or 0) if is_passing_on else None
    split.parked += [(why, left)] if left else []
    return split


def partner_of(queue: Queue) -> PartnerPool | None:
    """The pool that gets the overflow of this queue now."""
    pool = queue.overflow_pool if queue.when_full == Queue.WhenFull.PARTNER else None
    return pool if pool is not None and pool.is_active else None


@transaction.atomic
def park(queue: Queue, arrivals: Sequence[Arrival], why: ReviewItem.Parked, *, at: datetime) -> None:
    """They keep the time of arrival. The rule that chose the queue is in the trail; the item names none, because no
    rule sent them to a person."""
    reasons = [REASONS[why].value]
    ReviewItem.objects.bulk_create(
        [
            ReviewItem(
                lead=each.lead,
                opened_at=each.since_at,
                reasons=reasons,
                trail=each.trail,
                parked_for=queue,
                parked_why=why,
            )
            for each in arrivals
        ],
        ignore_conflicts=True,
    )
    leads: list[Lead] = [each.lead for each in arrivals]
    change_stage(leads, Lead.Stage.REVIEW, at=at)
    details = {"reasons": reasons, "parked_for": queue.name}
    bulk_insert(Activity, [Activity(lead=lead, kind=Activity.Kind.REVIEW, at=at, details=details) for lead in leads])
    announce("review", queue.topic)
