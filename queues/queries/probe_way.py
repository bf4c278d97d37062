"""Tell the way of a lead that was just sent, step by step, from what the real steps wrote (K5, M3).

No contact data is in a step. The names of its keys are stored.
"""

from datetime import datetime, timedelta

from leads.models import Activity, Capture, Lead
from queues.decisions.ordering import QueueCounts
from queues.decisions.probe import REVIEW_STOPS, End, Step, Stop, Way
from queues.models import Entry, EntryRule, Queue, ReviewItem
from queues.queries.access import reps_of
from queues.queries.counts import queue_counts
from routing.models import Assignment, Notification

MOST_RULES, MOST_SKIPPED = 20, 5
INSTANT = timedelta(seconds=1)


def way_of(capture: Capture, *, at: datetime) -> Way:
    """Some ten queries. Called in the transaction that sent the lead."""
    if capture.state == Capture.State.REFUSED:
        codes = sorted({str(problem.get("code")) for problem in capture.problems})
        return Way(({"step": Step.SENT, "problems": codes},), End.NOWHERE, Stop.REFUSED)
    lead = Lead.objects.filter(pk=capture.lead_id or 0).first()
    if lead is None or capture.state != Capture.State.MADE:
        return Way(({"step": Step.SENT},), End.NOWHERE, Stop.KNOWN)
    begun: list[dict] = [
        {"step": Step.SENT},
        {"step": Step.SCORED, "score": lead.score, "type": lead.lead_type},
    ]
    entry = Entry.objects.filter(lead=lead).select_related("queue", "rotation").order_by("-pk").first()
    if entry is not None:
        return _through_queue(begun, lead, entry, at=at)
    item = ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).select_related("parked_for").first()
    return _to_desk(begun, item) if item is not None else _aside(begun, lead)


def _through_queue(begun: list[dict], lead: Lead, entry: Entry, *, at: datetime) -> Way:
    queue = entry.queue
    placed = {"step": Step.PLACED, "queue": queue.name, "slug": queue.slug}
    steps = [*begun, _ruled(entry.trail), placed | _depth(queue_counts(queue, at=at), entry)]
    held = Assignment.objects.open().filter(lead=lead).select_related("holder", "turn").first()
    if held is not None:
        steps += [_served(held), _clocks(entry, held)]
        return Way(tuple(steps), End.ASSIGNED, None if _is_found_when_late(held) else Stop.NO_CLOCK)
    if queue.is_pull or queue.dispatch == Queue.Dispatch.HYBRID:
        reps = reps_of(queue, at=at).count()
        after = 0 if queue.is_pull else queue.opens_after_minutes
        steps.append({"step": Step.OPEN, "reps": reps, "after": after})
    else:
        reps = 1  # who is in the rotation is another question, which its own alerts ask (F11c)
        rotation = entry.rotation or queue.rotation
        steps.append({"step": Step.HELD_BACK, "rotation": rotation.name if rotation else ""})
    steps.append(_clocks(entry, None))
    ended = End.CLAIMABLE if queue.is_pull else End.WAITS
    return Way(tuple(steps), ended, None if reps else Stop.NOBODY)


def _to_desk(begun: list[dict], item: ReviewItem) -> Way:
    desk = {"step": Step.ASIDE, "where": End.REVIEW, "reasons": item.reasons}
    if item.parked_for is not None:
        desk |= {"where": End.PARKED, "queue": item.parked_for.name, "slug": item.parked_for.slug}
    stop = next((REVIEW_STOPS[reason] for reason in item.reasons if reason in REVIEW_STOPS), None)
    ended = End.NOWHERE if stop is not None else End(desk["where"])
    return Way((*begun, _ruled(item.trail), desk), ended, stop)


def _aside(begun: list[dict], lead: Lead) -> Way:
    """To a partner, to nurture, or rejected; those keep no trail, only the rule."""
    ended = {Lead.Stage.PARTNER: End.PARTNER, Lead.Stage.NURTURE: End.NURTURE, Lead.Stage.REJECTED: End.REJECTED}
    found = ended.get(Lead.Stage(lead.stage), End.NOWHERE)
    last = Activity.objects.filter(lead=lead).order_by("-pk").first()
    rule = EntryRule.objects.filter(pk=last.details.get("rule") or 0).first() if last else None
    ruled = {"step": Step.RULED, "rule": rule.name if rule else "", "passed": []}
    stopped = Stop.STEP_FAILED if found == End.NOWHERE else None
    return Way((*begun, ruled, {"step": Step.ASIDE, "where": found, "reasons": []}), found, stopped)


def _ruled(trail: list[dict]) -> dict:
    """Which rule took it, and what the rules before it were not met on."""
    matched = next((line for line in trail if line.get("matched")), None)
    passed = [
        [line.get("rule_name", ""), line.get("failed_on", ""), bool(line.get("is_missing"))]
        for line in trail
        if not line.get("matched")
    ]
    return {
        "step": Step.RULED,
        "rule": matched.get("rule_name", "") if matched else "",
        "passed": passed[:MOST_RULES],
        "passed_in_all": len(passed),
    }


def _depth(counts: QueueCounts, entry: Entry) -> dict:
    """How many wait in the queue beside the test lead."""
    return {"waiting": max(counts.waiting - (entry.left_at is None), 0)}


def _served(held: Assignment) -> dict:
    receipt = held.receipt or {}
    skipped = [
        {name: each[name] for name in ("name", "reason", "holiday", "n") if name in each}
        for each in receipt.get("skipped", [])[:MOST_SKIPPED]
    ]
    return {
        "step": Step.SERVED,
        "name": held.holder.get_full_name() or held.holder.get_username(),
        "how": held.how,
        "turn": held.turn.number if held.turn is not None else None,
        "rotation": receipt.get("rotation", ""),
        "skipped": skipped,
        "skipped_in_all": receipt.get("skipped_in_all", len(skipped)),
        "messages": Notification.objects.filter(lead=held.lead_id).count(),
    }


def _clocks(entry: Entry, held: Assignment | None) -> dict:
    due = held.contact_due_at if held is not None else None
    return {
        "step": Step.CLOCKS,
        "wait_due_at": entry.wait_due_at.isoformat(),
        "contact_due_at": due.isoformat() if due is not None else "",
    }


def _is_found_when_late(held: Assignment) -> bool:
    """Whether the sweep of contact clocks would find it the moment after its deadline (D2)."""
    due_at = held.contact_due_at
    return due_at is not None and Assignment.objects.overdue(due_at + INSTANT).filter(pk=held.pk).exists()
