"""Serve fast lanes: give the hottest leads of a queue through the lane's rotation, parked ones too (D8)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from config.live import announce
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import CHUNK_SIZE, lock_free, turn_requests
from queues.actions.intake.admitting import admit
from queues.decisions.routing_trail import fast_lane_steps, only_owner_steps
from queues.models import Entry, FastLane
from queues.queries.fast_lanes import hot_entries, hot_parked, open_lanes
from queues.queries.guards import reserved_entries
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.actions.rotation.versions import publish_due_of
from routing.models import Assignment, Rotation
from routing.queries.rotation.openings import openings

SPARE = 20  # so many more are offered than can be taken, because some of them nobody who is free may have


def serve_lanes(*, at: datetime, queue_ids: Collection[int] | None = None) -> int:
    """Until no hot lead is left or nobody is free; for all lanes, or for those of these queues."""
    if queue_ids is not None and not queue_ids:
        return 0
    lanes = list(open_lanes(queue_ids))
    if connection.in_atomic_block and lanes:  # several rotations in one transaction are locked in one order
        lock_rotations(sorted(queue_ids) if queue_ids is not None else [lane.queue_id for lane in lanes])
    served = 0
    for lane in lanes:
        while True:
            done = len(serve_lane(lane, at=at))
            served += done
            if done < CHUNK_SIZE:
                break
    return served


@transaction.atomic
def serve_lane(lane: FastLane, *, at: datetime, limit: int = CHUNK_SIZE) -> list[Assignment]:
    """Give up to `limit` leads. Parked leads enter with their age when nobody hot waits any more and somebody is free
    for them: they overtake the colder ones that are parked, which is what the lane is for."""
    lock_rotations([lane.queue_id])
    rows = FastLane.objects.open().select_for_update(no_key=True, of=("self",)).select_related("queue", "rotation")
    locked = rows.filter(pk=lane.pk).first()
    if locked is None or not locked.queue.is_active or locked.rotation is None:
        return []
    rotation = locked.rotation
    if publish_due_of(rotation, at=at):
        rotation.refresh_from_db()
    now = openings(rotation, at=at)
    if now.turns == 0:
        return []
    wanted = limit if now.turns is None else min(limit, now.turns)
    kept = reserved_entries(locked.queue, None, at=at)
    ids = hot_entries(locked, limit=wanted + len(kept) + SPARE)
    if len(ids) < wanted and hot_parked(locked).exists():
        admit(locked.queue, wanted - len(ids), at=at, score_from=locked.min_score)
        ids = hot_entries(locked, limit=wanted + len(kept) + SPARE)
    offered = [pk for pk in ids if pk not in kept][: wanted + SPARE]
    given = _take_turns(locked, rotation, lock_free(offered, locked.queue, at=at), at=at)
    if given:
        locked.given += len(given)
        locked.save(update_fields=["given"])
        announce(locked.queue.topic)
    return given


def _take_turns(lane: FastLane, rotation: Rotation, entries: list[Entry], *, at: datetime) -> list[Assignment]:
    if not entries:
        return []
    asked = zip(turn_requests(entries, lane.queue), entries, strict=True)
    requests = [replace(request, trail=_trail(lane, rotation, entry)) for request, entry in asked]
    try:
        return take_turns(rotation, requests, at=at)
    except NobodyAvailable:
        return []


def _trail(lane: FastLane, rotation: Rotation, entry: Entry) -> tuple[dict, ...]:
    steps = fast_lane_steps(min_score=lane.min_score, score=entry.lead.score, rotation=rotation.name)
    return tuple(dict(step) for step in (*only_owner_steps(entry.steps), *steps))
