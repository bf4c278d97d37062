"""End stays in queues, and put returned leads back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.live import announce, announce_removed
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.clocks.escalations import escalate
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.entries.counts import count_out
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_open, place
from queues.models import Decline, Entry, Escalation, ReviewItem
from queues.queries.access import decliners, people_of
from routing.models import Assignment
from routing.queries.availability.status import availability_of

PULLED = {Assignment.How.TAKE_NEXT, Assignment.How.PICK, Assignment.How.BATCH}
WRITTEN = ["assignment", "left_at", "left_how", "reserved_until", "reserved_by"]


@transaction.atomic
def hand_over(assignments: Sequence[Assignment], *, at: datetime) -> None:
    """These leads have a holder now: their stay in a queue, and what a manager or ops had open on them, ends."""
    by_lead = {assignment.lead_id: assignment for assignment in assignments}
    entries = list(Entry.objects.waiting().filter(lead__in=by_lead).select_for_update().order_by("pk"))
    for entry in entries:
        assignment = by_lead[entry.lead_id]
        entry.assignment = assignment
        entry.left_at = at
        entry.left_how = Entry.Left.CLAIMED if assignment.how in PULLED else Entry.Left.ASSIGNED
        entry.reserved_until = entry.reserved_by = None
    if len(entries) == 1:
        entries[0].save(update_fields=WRITTEN)
    elif entries:
        Entry.objects.bulk_update(entries, WRITTEN)
    tell_gone(entries)
    _settle(list(by_lead), escalation=Escalation.Closed.TAKEN, at=at)


@transaction.atomic
def withdraw(leads: Sequence[Lead], *, how: str, by, at: datetime) -> None:
    """These leads are closed: they wait nowhere any more, and nobody has to decide about them."""
    ids = [lead.pk for lead in leads]
    entries = list(Entry.objects.waiting().filter(lead__in=ids).select_for_update().order_by("pk"))
    left = {
        Lead.Stage.NURTURE: Entry.Left.NURTURED,
        Lead.Stage.RECYCLED: Entry.Left.NURTURED,
        Lead.Stage.ARCHIVED: Entry.Left.ARCHIVED,
    }.get(how, Entry.Left.CLOSED)
    for entry in entries:
        entry.left_at, entry.left_how = at, left
    Entry.objects.bulk_update(entries, ["left_at", "left_how"])
    tell_gone(entries)
    review = ReviewItem.Closed.MERGED if how == Lead.Stage.MERGED else ReviewItem.Closed.CLOSED
    _settle(ids, escalation=Escalation.Closed.CLOSED, review=review, by=by, at=at)


@transaction.atomic
def take_out(lead: Lead, *, placed_at: datetime) -> bool:
    """As if this lead, which the caller has locked, had never been placed at that moment; the caller says where it
    stands then. False when it went on since: somebody took it, or a clock ran out."""
    if lead.stage_at != placed_at:
        return False
    if lead.stage == Lead.Stage.REVIEW:
        ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).delete()
        announce("review")
        return True
    if lead.stage != Lead.Stage.WAITING:
        return lead.stage in (Lead.Stage.NURTURE, Lead.Stage.REJECTED)
    untouched = Entry.objects.waiting().filter(
        lead=lead, entered_at=placed_at, wait_breached_at__isnull=True, escalated_at__isnull=True
    )
    entry = untouched.select_for_update(of=("self",)).first()
    if entry is None:
        return False
    tell_gone([entry])
    entry.delete()
    return True


def tell_gone(entries: Sequence[Entry]) -> None:
    """The door through which entries leave: they are counted out, and every open list takes their rows away (C10).
    The claim in one statement does the same by itself."""
    gone: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        gone[entry.queue_id].append(entry)
    for queue_id in sorted(gone):
        count_out(queue_id, bands=Counter(entry.band for entry in gone[queue_id]))
        announce_removed(f"queue-{queue_id}", [entry.pk for entry in gone[queue_id]])


def _settle(
    lead_ids: Sequence[int],
    *,
    escalation: str,
    at: datetime,
    by=None,
    review: str = ReviewItem.Closed.CLOSED,
) -> None:
    open_ones = Escalation.objects.filter(lead__in=lead_ids, closed_at__isnull=True)
    if open_ones.update(closed_at=at, closed_how=escalation, closed_by=by):
        announce("escalations")
    reviews = ReviewItem.objects.filter(lead__in=lead_ids, closed_at__isnull=True)
    if reviews.update(closed_at=at, closed_how=review, closed_by=by):
        announce("review")


@transaction.atomic
def put_back(assignments: Sequence[Assignment], *, at: datetime) -> None:
    """Returned leads stand in their queue again with the original time of entry (C4); those that came from no queue
    go before the entry rules."""
    ids = [assignment.pk for assignment in assignments]
    entries = Entry.objects.filter(assignment__in=ids).select_related("queue", "lead").order_by("pk")
    came_from = {entry.assignment_id: entry for entry in entries}
    homeless = []
    lock_rotations([entry.queue_id for entry in entries])
    for assignment in assignments:
        entry = came_from.get(assignment.pk) or _last_entry(assignment)
        if entry is None or not entry.queue.is_active:
            homeless.append(assignment.lead)
            continue
        _record_decline(assignment, at=at)
        try:
            _stand_again(entry, assignment, at=at)
        except QueueIsOff:
            homeless.append(assignment.lead)
    if homeless:
        place(homeless, at=at)


def _last_entry(assignment: Assignment) -> Entry | None:
    """A lead that went from holder to holder came from the queue it stood in last."""
    return (
        Entry.objects.filter(lead=assignment.lead_id)
        .select_related("queue", "lead")
        .order_by("-entered_at", "-pk")
        .first()
    )


def _record_decline(assignment: Assignment, *, at: datetime) -> None:
    Decline.objects.update_or_create(
        lead_id=assignment.lead_id,
        user_id=assignment.holder_id,
        defaults={"reason": assignment.end_reason, "at": at},
    )


def _stand_again(before: Entry, assignment: Assignment, *, at: datetime) -> None:
    lead = assignment.lead
    facts = rule_facts([lead])[lead.pk]
    arrival = Arrival(lead, facts, since_at=before.since_at, rule_id=before.rule_id, trail=before.trail)
    entry = enter_open(before.queue, [arrival], at=at, by=assignment.ended_by)[0]
    entry.escalated_at = before.escalated_at
    declined = decliners(lead.pk)
    people = list(people_of(before.queue))
    states = availability_of(people, at=at)
    if all(person.user_id in declined for person in people):
        entry.is_open_to_decliners = True
    entry.save(update_fields=["is_open_to_decliners", "escalated_at"])
    available = [person for person in people if states[person.pk].is_available]
    if available and all(person.user_id in declined for person in available):
        escalate(lead, queue=before.queue, kind=Escalation.Kind.DECLINED, broke_at=at, at=at)
