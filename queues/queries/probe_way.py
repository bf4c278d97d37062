"""Tell the way of a lead that was just sent, step by step, from what the real steps wrote (K5, M3).

No contact data is in a step. The names of its keys are stored.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from leads.models import Activity, Capture, Lead
from leads.queries.leads import facts_of
from queues.decisions.ordering import QueueCounts
from queues.decisions.probe import REVIEW_STOPS, End, Step, Stop, Way
from queues.models import Entry, EntryRule, Queue, ReviewItem
from queues.queries.access import reps_of
from queues.queries.counts import queue_counts
from queues.queries.rules import preview_decision
from queues.queries.waits_for import what_they_wait_for
from routing.models import Assignment, Notification
from routing.queries.availability.absences import away_until
from routing.queries.availability.status import availability_of

MOST_RULES, MOST_SKIPPED, MOST_REPS = 20, 5, 200
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
        {"step": Step.SENT, "company": lead.company_name, "people": lead.company_size, "title": lead.title},
        {"step": Step.SCORED, "score": lead.score, "type": lead.lead_type},
    ]
    entry = (
        Entry.objects.filter(lead=lead)
        .select_related("queue__rotation", "rotation", "rule", "lead__source")
        .order_by("-pk")
        .first()
    )
    if entry is not None:
        return _through_queue(begun, lead, entry, at=at)
    item = (
        ReviewItem.objects.filter(lead=lead, closed_at__isnull=True)
        .select_related("parked_for", "rule__queue", "lead__source", "lead__account")
        .first()
    )
    return _to_desk(begun, item) if item is not None else _aside(begun, lead)


def _through_queue(begun: list[dict], lead: Lead, entry: Entry, *, at: datetime) -> Way:
    queue = entry.queue
    placed: dict = {"step": Step.PLACED, "queue": queue.name, "slug": queue.slug}
    placed["queue_id"] = queue.pk
    steps = [*begun, _ruled(entry.trail, entry.rule), placed | _depth(queue_counts(queue, at=at), entry)]
    held = Assignment.objects.open().filter(lead=lead).select_related("holder", "turn").first()
    if held is not None:
        steps += [_served(held), _clocks(entry, held)]
        return Way(tuple(steps), End.ASSIGNED, None if _is_found_when_late(held) else Stop.NO_CLOCK)
    reps = 1  # who is in a rotation is another question, which its own alerts ask (F11c)
    if not queue.is_pull:
        steps.append(_held_back(queue, entry, at=at))
    if queue.is_pull or queue.dispatch == Queue.Dispatch.HYBRID:
        opened = _opened(queue, at=at)
        reps = opened["reps"]
        steps.append(opened)
    steps.append(_clocks(entry, None))
    ended = End.CLAIMABLE if queue.is_pull else End.WAITS
    return Way(tuple(steps), ended, None if reps else Stop.NOBODY)


def _to_desk(begun: list[dict], item: ReviewItem) -> Way:
    desk: dict = {"step": Step.ASIDE, "where": End.REVIEW, "reasons": item.reasons}
    if item.parked_for is not None:
        desk |= {"where": End.PARKED, "queue": item.parked_for.name, "slug": item.parked_for.slug}
    stop = next((REVIEW_STOPS[reason] for reason in item.reasons if reason in REVIEW_STOPS), None)
    ended = End.NOWHERE if stop is not None else End(desk["where"])
    rule, trail = item.rule, item.trail
    if rule is None and stop == Stop.QUEUE_OFF:  # the item of a queue that is off names no rule
        decision = preview_decision(facts_of(item.lead))
        rule = EntryRule.objects.select_related("queue").filter(pk=decision.rule_id or 0).first()
        trail = [line.as_stored() for line in decision.trail]
    if rule is not None and rule.queue is not None:
        desk |= {"queue": rule.queue.name, "queue_id": rule.queue.pk}
    return Way((*begun, _ruled(trail, rule), desk), ended, stop)


def _aside(begun: list[dict], lead: Lead) -> Way:
    """To a partner, to nurture, or rejected; those keep no trail, only the rule."""
    ended = {Lead.Stage.PARTNER: End.PARTNER, Lead.Stage.NURTURE: End.NURTURE, Lead.Stage.REJECTED: End.REJECTED}
    found = ended.get(Lead.Stage(lead.stage), End.NOWHERE)
    last = Activity.objects.filter(lead=lead).order_by("-pk").first()
    rule = EntryRule.objects.filter(pk=last.details.get("rule") or 0).first() if last else None
    ruled = {"step": Step.RULED, "rule": rule.name if rule else "", "passed": []} | _asked_of(rule)
    stopped = Stop.STEP_FAILED if found == End.NOWHERE else None
    return Way((*begun, ruled, {"step": Step.ASIDE, "where": found, "reasons": []}), found, stopped)


def _held_back(queue: Queue, entry: Entry, *, at: datetime) -> dict:
    """For whom or what the lead would wait, as sentences of queues.presenters.waits_for say it."""
    rotation = entry.rotation or queue.rotation
    step: dict = {"step": Step.HELD_BACK, "rotation": rotation.name if rotation else ""}
    if rotation is not None:
        step["rotation_id"] = rotation.pk
    found = what_they_wait_for(queue, [entry], at=at).get(entry.pk)
    if found is None:
        return step
    waits = found.waits
    people = [(each.name, each.reason, each.until) for each in waits.people]
    return step | {"what": waits.what, "limit": waits.limit, "until": _iso(waits.until), "people": _people(people)}


def _opened(queue: Queue, *, at: datetime) -> dict:
    """How many reps may take it, how many of them are there now, and if none is, who is back first."""
    reps = reps_of(queue, at=at)
    first = list(reps[:MOST_REPS])
    states = availability_of(first, at=at)
    after = 0 if queue.is_pull else queue.opens_after_minutes
    free = sum(1 for rep in first if states[rep.pk].is_available)
    opened = {"step": Step.OPEN, "reps": reps.count(), "after": after, "free": free, "slug": queue.slug}
    if free or not first:
        return opened
    back = away_until(first, at=at)
    away = [(str(rep), states[rep.pk].reason, back.get(rep.pk) or rep.away_until) for rep in first]
    away.sort(key=lambda each: (each[2] is None, each[2] or at))
    return opened | {"people": _people(away[:MOST_SKIPPED])}


def _people(people: Sequence[tuple[str, str, datetime | None]]) -> list[dict]:
    return [{"name": name, "reason": reason, "until": _iso(until)} for name, reason, until in people]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def _asked_of(rule: EntryRule | None) -> dict:
    return {"rule_id": rule.pk, "conditions": rule.conditions} if rule is not None else {}


def _ruled(trail: list[dict], rule: EntryRule | None) -> dict:
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
    } | _asked_of(rule)


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
        "place": held.turn.position + 1 if held.turn is not None else None,
        "skipped": skipped,
        "skipped_in_all": receipt.get("skipped_in_all", len(skipped)),
        "never_in": held.holder.last_login is None and not held.holder.has_usable_password(),
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
