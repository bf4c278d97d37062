"""Close entries when leads leave queues, and return leads to their queue."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_update import bulk_update
from config.live import announce, announce_removed, announce_restored
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.declined import escalate_if_all_declined
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.entries.counts import count_in, count_out
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, place_leads
from queues.models import Decline, Entry, Escalation, Queue, ReviewItem
from queues.queries.access import is_offered_again
from queues.queries.limits import waited_by_clock
from routing.models import Assignment

CLAIMED_HOW = {Assignment.How.TAKE_NEXT, Assignment.How.PICK, Assignment.How.BATCH}
READ = ("lead", "band", "since_at", "is_recycled", "queue__team", "queue__wait_counts")
LEAVING_FIELDS = ["assignment", "left_at", "left_how", "waited_seconds", "reserved_until", "reserved_by"]


@transaction.atomic
def close_entries(assignments: Sequence[Assignment], *, at: datetime) -> None:
    """These leads have a holder now: close their entries, escalations and review items."""
    by_lead = {assignment.lead_id: assignment for assignment in assignments}
    rows = Entry.objects.waiting().filter(lead__in=by_lead).select_related("queue").only(*READ, *LEAVING_FIELDS)
    entries = list(rows.select_for_update(of=("self",)).order_by("pk"))
    note_waits(entries, at=at)
    for entry in entries:
        assignment = by_lead[entry.lead_id]
        entry.assignment = assignment
        entry.left_at = at
        entry.left_how = Entry.Left.CLAIMED if assignment.how in CLAIMED_HOW else Entry.Left.ASSIGNED
        entry.reserved_until = entry.reserved_by = None
    if len(entries) == 1:
        entries[0].save(update_fields=LEAVING_FIELDS)
    elif entries:
        bulk_update(Entry, entries, LEAVING_FIELDS)
    announce_departures(entries)
    _note_recycled(by_lead, entries, at=at)
    _close_cases(list(by_lead), escalation=Escalation.Closed.TAKEN, at=at)


def _note_recycled(by_lead: Mapping[int, Assignment], entries: Sequence[Entry], *, at: datetime) -> None:
    """The receipt says of a recycled lead that it is one (L9), also when it goes from holder to holder. The claim in
    one SQL statement does the same itself."""
    recycled = {entry.lead_id for entry in entries if entry.is_recycled}
    if handed := by_lead.keys() - {entry.lead_id for entry in entries}:
        before = Assignment.objects.filter(lead__in=handed, ended_at=at, receipt__recycled=True)
        recycled |= set(before.order_by("pk").values_list("lead", flat=True))
    for lead_id in sorted(recycled):
        assignment = by_lead[lead_id]
        assignment.receipt = {**assignment.receipt, "recycled": True}
        assignment.save(update_fields=["receipt"])


@transaction.atomic
def withdraw(leads: Sequence[Lead], *, how: str, by: User | None, at: datetime) -> None:
    """These leads are closed: close their entries, escalations and review items."""
    ids = [lead.pk for lead in leads]
    waiting = Entry.objects.waiting().filter(lead__in=ids).select_related("queue")
    entries = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    note_waits(entries, at=at)
    by_stage: dict[str, Entry.Left] = {
        Lead.Stage.NURTURE: Entry.Left.NURTURED,
        Lead.Stage.RECYCLED: Entry.Left.NURTURED,
        Lead.Stage.ARCHIVED: Entry.Left.ARCHIVED,
        Lead.Stage.PARTNER: Entry.Left.PARTNER,
    }
    left = by_stage.get(how, Entry.Left.CLOSED)
    for entry in entries:
        entry.left_at, entry.left_how = at, left
    bulk_update(Entry, entries, ["left_at", "left_how", "waited_seconds"])
    announce_departures(entries)
    review = ReviewItem.Closed.MERGED if how == Lead.Stage.MERGED else ReviewItem.Closed.CLOSED
    _close_cases(ids, escalation=Escalation.Closed.CLOSED, review=review, by=by, at=at)


@transaction.atomic
def undo_placement(lead: Lead, *, placed_at: datetime) -> bool:
    """Undo that this lead was placed at that moment. The caller has locked the lead and sets its new stage. False if
    the lead has moved on since: somebody took it, or a clock ran out."""
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
    announce_departures([entry])
    entry.delete()
    return True


@transaction.atomic
def restore_entry(lead: Lead, *, left_at: datetime) -> bool:
    """The entry that the lead left at that moment waits again as if it had not left, and so does its escalation. The
    caller has locked the lead and sets its stage. False if there is none, or its queue is off by now."""
    left = Entry.objects.filter(lead=lead, left_at=left_at).select_related("queue").order_by("-pk")
    entry = left.select_for_update(of=("self",)).first()
    if entry is None or not _stays_open(entry.queue_id):
        return False
    entry.left_at, entry.left_how, entry.waited_seconds = None, "", None
    entry.save(update_fields=["left_at", "left_how", "waited_seconds"])
    count_in(entry.queue_id, bands=Counter([entry.band]))
    ended = Escalation.objects.filter(lead=lead, closed_at=left_at, closed_how=Escalation.Closed.CLOSED)
    if ended.update(closed_at=None, closed_how="", closed_by=None):
        announce("escalations")
    announce_restored(entry.queue.topic, entry.pk)
    return True


def _stays_open(queue_id: int) -> bool:
    """Whether this queue is on, and stays on until this transaction ends: check_can_close() waits for its row."""
    rows = Queue.objects.active().select_for_update(no_key=True).filter(pk=queue_id)
    return rows.order_by("pk").first() is not None


def note_waits(entries: Sequence[Entry], *, at: datetime) -> None:
    """How long each waited by its queue's clock (D3). Save `waited_seconds` then. The claim in one SQL statement does
    the same itself."""
    for entry, waited in zip(entries, waited_by_clock(entries, at=at), strict=True):
        entry.waited_seconds = None if waited is None else int(waited.total_seconds())


def announce_departures(entries: Sequence[Entry]) -> None:
    """Count entries that leave out of their queues, and remove their rows from every open list (C10). The claim in one
    SQL statement does the same itself."""
    leaving: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        leaving[entry.queue_id].append(entry)
    for queue_id in sorted(leaving):
        count_out(queue_id, bands=Counter(entry.band for entry in leaving[queue_id]))
        announce_removed(f"queue-{queue_id}", [entry.pk for entry in leaving[queue_id]])


def _close_cases(
    lead_ids: Sequence[int],
    *,
    escalation: Escalation.Closed,
    at: datetime,
    by: User | None = None,
    review: ReviewItem.Closed = ReviewItem.Closed.CLOSED,
) -> None:
    open_ones = Escalation.objects.filter(lead__in=lead_ids, closed_at__isnull=True)
    if open_ones.update(closed_at=at, closed_how=escalation, closed_by=by):
        announce("escalations")
    reviews = ReviewItem.objects.filter(lead__in=lead_ids, closed_at__isnull=True)
    if reviews.update(closed_at=at, closed_how=review, closed_by=by):
        announce("review")


@transaction.atomic
def return_to_queue(assignments: Sequence[Assignment], *, at: datetime) -> None:
    """Returned leads go back to their queue with the original time (C4). For leads that came from no queue, the entry
    rules decide."""
    ids = [assignment.pk for assignment in assignments]
    entries = Entry.objects.filter(assignment__in=ids).select_related("queue", "lead").order_by("pk")
    came_from = {entry.assignment_id: entry for entry in entries}
    without_queue = []
    lock_rotations([entry.queue_id for entry in entries])
    for assignment in assignments:
        entry = came_from.get(assignment.pk) or _last_entry(assignment)
        if entry is None or not entry.queue.is_active:
            without_queue.append(assignment.lead)
            continue
        _record_decline(assignment, at=at)
        try:
            _reenter(entry, assignment, at=at)
        except QueueIsOff:
            without_queue.append(assignment.lead)
    if without_queue:
        place_leads(without_queue, at=at)


def _last_entry(assignment: Assignment) -> Entry | None:
    """A lead that went from holder to holder came from the queue that it was in last."""
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


def _reenter(before: Entry, assignment: Assignment, *, at: datetime) -> None:
    lead = assignment.lead
    facts = rule_facts([lead])[lead.pk]
    arrival = Arrival(lead, facts, since_at=before.since_at, rule_id=before.rule_id, trail=before.trail)
    arrival = replace(arrival, is_recycled=before.is_recycled)
    entry = enter_if_active(before.queue, [arrival], at=at, by=assignment.ended_by)[0]
    entry.escalated_at = before.escalated_at
    entry.is_open_to_decliners = is_offered_again(lead.pk, before.queue, at=at)
    entry.save(update_fields=["is_open_to_decliners", "escalated_at"])
    escalate_if_all_declined(entry, at=at)
