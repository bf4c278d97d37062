"""Where rules and the limits of queues would send leads that are not stored: a placement without writing (A9)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from leads.actions.imports.rehearsing import Rehearsed
from leads.actions.stages import suppose_stage
from leads.models import Lead
from queues.actions.entries.placement import Arrival, ways_by_rules
from queues.actions.intake.parking import REASONS, split_arrivals
from queues.decisions.import_forecast import Place, PlaceKind
from queues.decisions.placement import Outcome, ReviewReason
from queues.models import Queue, ReviewItem
from queues.queries.intake import IntakeNow, Room, intake_now, queues_with_overflow, room_of

STAGES = {
    PlaceKind.QUEUE: Lead.Stage.WAITING,
    PlaceKind.PARTNER: Lead.Stage.PARTNER,
    PlaceKind.NURTURE: Lead.Stage.NURTURE,
    PlaceKind.REJECTED: Lead.Stage.REJECTED,
}
ASIDE: dict[str, PlaceKind] = {Outcome.NURTURE: PlaceKind.NURTURE, Outcome.REJECT: PlaceKind.REJECTED}


class RoomsSoFar:
    """How many leads queues would take after those that this forecast has sent there. Nobody takes one in between."""

    def __init__(self, kept: dict[int, IntakeNow | None], *, at: datetime) -> None:
        self.kept, self.at = kept, at

    def room(self, queue: Queue, arrivals: int) -> Room:
        if queue.pk not in self.kept:
            self.kept[queue.pk] = intake_now(queue)
        return room_of(queue, self.kept[queue.pk], arrivals, at=self.at)

    def note_full(self, queue: Queue) -> None:
        now = self.kept[queue.pk]
        if now is not None:
            now.full_since = now.full_since or self.at

    def note_entering(self, queue: Queue, leads: int) -> None:
        now = self.kept.get(queue.pk)
        if now is not None:
            now.depth += leads


def place_rehearsed(rehearsed: Rehearsed, rooms: RoomsSoFar, *, at: datetime) -> Iterator[tuple[Place, Lead]]:
    """The place of each lead that needs one. Sets the stages that these leads would have."""
    ways = ways_by_rules(rehearsed.opened, at=at)
    found: list[tuple[Place, Lead]] = []
    queues = queues_with_overflow(ways.into)
    for queue_id in sorted(ways.into):
        found += _into_queue(queues.get(queue_id), ways.into[queue_id], queues, rooms)
    for lead, reasons, decision in ways.to_review:
        found.append((Place(PlaceKind.REVIEW, decision.rule_id if decision else None, reason=reasons[0]), lead))
    for outcome, cases in ways.set_aside.items():
        found += [(Place(ASIDE[outcome], each.rule_id, reason=each.reasons[0]), lead) for lead, each in cases]
    for place, lead in found:
        suppose_stage(lead, STAGES.get(PlaceKind(place.kind), Lead.Stage.REVIEW))
        yield place, lead


def _into_queue(
    queue: Queue | None, arrivals: Sequence[Arrival], queues: dict[int, Queue], rooms: RoomsSoFar
) -> list[tuple[Place, Lead]]:
    if queue is None or not queue.is_active:
        return [(Place(PlaceKind.REVIEW, each.rule_id, reason=ReviewReason.QUEUE_OFF), each.lead) for each in arrivals]
    split, found = split_arrivals(queue, arrivals, queues, rooms=rooms), []
    for target, some in split.entering:
        rooms.note_entering(target, len(some))
        chosen = queue.pk if target != queue else None
        found += [(Place(PlaceKind.QUEUE, each.rule_id, target.pk, chosen), each.lead) for each in some]
    for pool, some in split.to_partner:
        found += [(Place(PlaceKind.PARTNER, each.rule_id, queue.pk, pool_id=pool.pk), each.lead) for each in some]
    for why, some in split.parked:
        reason = REASONS[ReviewItem.Parked(why)]
        found += [(Place(PlaceKind.PARKED, each.rule_id, queue.pk, reason=reason), each.lead) for each in some]
    return found
