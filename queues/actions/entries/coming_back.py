"""Put a lead back where it was before it was set aside or sent away, with its age (D6, D7, D8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from leads.actions.stages import stage_snapshot
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, place_leads, send_to_review
from queues.actions.review.decisions import reopen_item
from queues.decisions.placement import ReviewReason
from queues.models import Entry, EntryRule, Queue, ReviewItem
from routing.actions.undo import reopen_assignment
from routing.models import Assignment


class LeadIsLookedAt(Exception):
    """Somebody has opened the lead at this moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open lead is: it waits, is on the desk, or is held."""

    entry: Entry | None
    item: ReviewItem | None
    held: Assignment | None

    @property
    def queue(self) -> Queue | None:
        """Where it waits, or is parked for."""
        if self.entry is not None:
            return self.entry.queue
        return self.item.parked_for if self.item is not None else None

    def is_looked_at(self, at: datetime) -> bool:
        until = self.entry.reserved_until if self.entry is not None else None
        return until is not None and until > at


def place_of(lead: Lead) -> Place:
    return Place(
        Entry.objects.waiting().filter(lead=lead).select_related("queue").order_by("pk").first(),
        ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).select_related("parked_for").first(),
        Assignment.objects.open().filter(lead=lead).first(),
    )


def snapshot(lead: Lead, place: Place) -> dict[str, object]:
    """What come_back() needs, as JSON can hold it."""
    kept: dict[str, object] = {**stage_snapshot(lead)}
    if (entry := place.entry) is not None:
        since = entry.since_at.astimezone(UTC).isoformat()
        kept |= {"since_at": since, "is_front": entry.is_front, "rule": entry.rule_id}
    if place.item is not None:
        kept["item"] = place.item.pk
    if place.held is not None:
        kept["assignment"] = place.held.pk
    return kept


def come_back(
    lead: Lead, before: Mapping[str, Any], *, queue: Queue | None, entry: Entry | None, by: User, at: datetime
) -> None:
    """To its queue with its old time of entry, to the desk with its item, or to its holder. Where that is gone, the
    review desk or the rules have it. The caller has locked the lead."""
    if before.get("stage") == Lead.Stage.REVIEW:
        reopen_item(ReviewItem.objects.select_related("lead").get(pk=before["item"]), by=by, at=at)
        return
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
    if before.get("stage") == Lead.Stage.HELD:
        held = Assignment.objects.select_related("holder", "lead").get(pk=before["assignment"])
        if held.holder.is_active:
            reopen_assignment(held)
        else:
            place_leads([lead], at=at)
        return
    try:
        _enter_again(lead, before, queue, entry, by=by, at=at)
    except QueueIsOff:
        send_to_review([(lead, [ReviewReason.QUEUE_OFF], None)], at=at)


def _enter_again(
    lead: Lead,
    before: Mapping[str, Any],
    queue: Queue | None,
    entry: Entry | None,
    *,
    by: User,
    at: datetime,
) -> None:
    if queue is None or not queue.is_active:
        raise QueueIsOff
    lock_rotations([queue.pk])
    rule = entry.rule_id if entry is not None else before.get("rule")
    arrival = Arrival(
        lead,
        rule_facts([lead])[lead.pk],
        since_at=datetime.fromisoformat(before["since_at"]),
        rule_id=rule if rule and EntryRule.objects.filter(pk=rule).exists() else None,
        trail=entry.trail if entry is not None else before.get("trail", []),
        is_front=bool(before.get("is_front")),
        is_recycled=entry.is_recycled if entry is not None else bool(before.get("is_recycled")),
    )
    enter_if_active(queue, [arrival], at=at, by=by)
    serve(Queue.objects.select_related("rotation").get(pk=queue.pk), at=at)
