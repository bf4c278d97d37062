"""What a run does with many leads of the review desk in one transaction, in a fixed number of statements (A6, A9).

It does what queues.actions.review.many does for one lead; the tests hold the two together. Who calls it tries lead by
lead if it raises anything, so that one lead that fails stops no other.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_update import bulk_update
from config.live import announce
from leads.actions.not_duplicates import mark_not_duplicates
from leads.actions.stages import close_leads
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from leads.queries.merging import possible_duplicates_of
from queues.actions.cleanup.acts import Before
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, place_leads
from queues.actions.entries.reordering import reorder_leads
from queues.actions.intake.parking import REASONS
from queues.actions.intake.state import lock_states, note_full
from queues.actions.review.many import KEPT_OF_ITEM, PARKED
from queues.models import CleanupRun, CleanupStep, Entry, Queue, ReviewItem
from queues.queries.intake import Room, came_back, room_in

Act = CleanupRun.Act
Closed = ReviewItem.Closed
CLOSING = ["closed_at", "closed_by", "closed_how"]
Results = dict[int, Before | str]  # by item: what the undo needs, or the code of a refusal


@transaction.atomic
def decide_together(
    run: CleanupRun, item_ids: Sequence[int], lead_ids: Sequence[int], *, by: User, at: datetime
) -> None:
    """Those that have a step of this run are left alone: the job ran twice."""
    leads = lock_leads_of(lead_ids)
    seen = set(CleanupStep.objects.filter(run=run, lead__in=lead_ids).values_list("lead", flat=True))
    rows = ReviewItem.objects.select_for_update(of=("self",)).filter(pk__in=item_ids).order_by("pk")
    items = {item.pk: item for item in rows if item.lead_id in leads and item.lead_id not in seen}
    todo = []
    for pk in item_ids:
        if pk in items and items[pk].closed_at is None:
            items[pk].lead = leads[items[pk].lead_id]
            todo.append(items[pk])
    results: Results = dict.fromkeys(items, "moved")
    results |= TOGETHER[run.act](run, todo, by=by, at=at) if todo else {}
    CleanupStep.objects.bulk_create([_step(run, items[pk], result, at=at) for pk, result in results.items()])


def lock_leads_of(lead_ids: Sequence[int]) -> dict[int, Lead]:
    """With what the entry rules ask for; all before anything else is written, in one order."""
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=lead_ids)
    return {lead.pk: lead for lead in rows.select_related("source", "account").order_by("pk")}


def _step(run: CleanupRun, item: ReviewItem, result: Before | str, *, at: datetime) -> CleanupStep:
    if isinstance(result, str):
        return CleanupStep(run=run, lead_id=item.lead_id, at=at, refused=result, before={"item": item.pk})
    return CleanupStep(run=run, lead_id=item.lead_id, at=at, before={"item": item.pk} | result)


def _close(items: Sequence[ReviewItem], how: Closed, *, by: User, at: datetime) -> None:
    for item in items:
        item.closed_at, item.closed_by, item.closed_how = at, by, how
    ReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(closed_at=at, closed_by=by, closed_how=how)
    announce("review")


def _aside(run: CleanupRun, items: Sequence[ReviewItem], *, by: User, at: datetime) -> Results:
    is_nurture = run.act == Act.NURTURE
    _close(items, Closed.NURTURED if is_nurture else Closed.REJECTED, by=by, at=at)
    stage = Lead.Stage.NURTURE if is_nurture else Lead.Stage.REJECTED
    close_leads([item.lead for item in items], stage=stage, by=by, at=at, reason="" if is_nurture else run.reason)
    return {item.pk: {} for item in items}


def _approve(run: CleanupRun, items: Sequence[ReviewItem], *, by: User, at: datetime) -> Results:
    queue = run.queue
    if queue is None or not queue.is_active:
        raise QueueIsOff
    lock_rotations([queue.pk])
    room = Room(len(items)) if run.wanted.get("over_limit") else _room(queue, len(items), at=at)
    entering, rest = list(items[: room.entering]), list(items[room.entering :])
    there = [item for item in rest if item.parked_for_id == queue.pk]
    parking = [item for item in rest if item.parked_for_id != queue.pk]
    for item in [*entering, *parking]:
        if others := possible_duplicates_of(item.lead):
            mark_not_duplicates(item.lead, others, by=by, at=at)
    if entering:
        _enter(queue, entering, by=by, at=at)
    results: Results = {item.pk: {"went": Lead.Stage.WAITING.value} for item in entering}
    results |= {item.pk: "parked" for item in there}
    return results | _park(queue, parking, room.why or ReviewItem.Parked.FULL, by=by, at=at)


def _room(queue: Queue, arrivals: int, *, at: datetime) -> Room:
    room = room_in(queue, arrivals, at=at)
    if room.is_close:
        lock_states([queue])
        room = room_in(queue, arrivals, at=at)
    if room.is_crossing:
        note_full(queue, at=at)
    return room


def _enter(queue: Queue, items: Sequence[ReviewItem], *, by: User, at: datetime) -> None:
    _close(items, Closed.APPROVED, by=by, at=at)
    facts, recycled = rule_facts([item.lead for item in items]), came_back(items)
    arrivals = [
        Arrival(
            item.lead,
            facts[item.lead_id],
            since_at=item.opened_at if item.parked_why else at,
            trail=item.trail,
            is_recycled=item.pk in recycled,
        )
        for item in items
    ]
    enter_if_active(queue, arrivals, at=at, by=by)


def _park(queue: Queue, items: Sequence[ReviewItem], why: ReviewItem.Parked, *, by: User, at: datetime) -> Results:
    results: Results = {}
    reasons = [REASONS[why].value]
    for item in items:
        results[item.pk] = {"went": PARKED, "was": {name: getattr(item, name) for name in KEPT_OF_ITEM}}
        item.reasons, item.rule, item.parked_for, item.parked_why = reasons, None, queue, why
    if items:
        bulk_update(ReviewItem, items, ["reasons", "rule", "parked_for", "parked_why"])
        details = {"reasons": reasons, "parked_for": queue.name}
        Activity.objects.bulk_create(
            [Activity(lead=item.lead, kind=Activity.Kind.REVIEW, at=at, by=by, details=details) for item in items]
        )
        announce("review", queue.topic)
    return results


def _ask(run: CleanupRun, items: Sequence[ReviewItem], *, by: User, at: datetime) -> Results:
    """On the desk a lead keeps its age; in a queue it counts from now, for a parked one from its arrival (L9)."""
    _close(items, Closed.ASKED, by=by, at=at)
    leads = [item.lead for item in items]
    place_leads(leads, at=at)
    by_lead = {item.lead_id: item for item in items}
    again = list(ReviewItem.objects.filter(lead__in=by_lead, closed_at__isnull=True).order_by("pk"))
    for new in again:
        new.opened_at = by_lead[new.lead_id].opened_at
    bulk_update(ReviewItem, again, ["opened_at"])
    parked = [item for item in items if item.parked_why]
    entries = list(Entry.objects.waiting().filter(lead__in=[item.lead_id for item in parked]).order_by("pk"))
    for entry in entries:
        entry.since_at = by_lead[entry.lead_id].opened_at
    if entries:
        bulk_update(Entry, entries, ["since_at"])
        reorder_leads([by_lead[entry.lead_id].lead for entry in entries], at=at)
    return {item.pk: {"went": str(item.lead.stage)} for item in items}


TOGETHER: Mapping[str, Callable[..., Results]] = {
    Act.MOVE: _approve,
    Act.NURTURE: _aside,
    Act.REJECT: _aside,
    Act.ASK: _ask,
}
