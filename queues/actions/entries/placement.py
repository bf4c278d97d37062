"""Place leads: the first matching rule sends a lead to a queue; otherwise it goes to the review desk (A5, A8)."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.bulk_insert import bulk_insert
from config.live import announce
from leads.actions.stages import change_stage
from leads.decisions.conditions.parsing import parse
from leads.decisions.facts.fields import UNIDENTIFIED
from leads.decisions.facts.normalisation import is_usable
from leads.decisions.identity.merging import KNOWN_AS_ANOTHER, SAME_BUT_OTHER
from leads.models import Activity, Lead
from leads.queries.leads import as_facts, rule_facts
from leads.queries.own_fields import OwnFields
from queues.actions.dispatch.owners import note_owners
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.segments import choose_rotations
from queues.actions.entries.counts import count_in
from queues.actions.intake.parking import Rooms, park, split_arrivals
from queues.actions.partners.overflow import send_overflow
from queues.decisions.ordering import base_keys
from queues.decisions.placement import Decision, Outcome, ReviewReason, Tier, decide, tier_for
from queues.models import Entry, PriorityTier, Queue, ReviewItem
from queues.queries.intake import queues_with_overflow
from queues.queries.limits import TypeLimits, type_limits, wait_clock, wait_due
from queues.queries.rules import active_rules
from routing.decisions.availability.work_time import Clock

log = logging.getLogger(__name__)


class QueueIsOff(Exception):
    """Leads cannot go into a queue that is switched off."""


@dataclass(frozen=True)
class Arrival:
    """A lead that enters a queue, with what is stored of the decision. `came_from` names the queue it was in before;
    `is_recycled`: it came back from nurture or the pool some time before (L9), not with this arrival."""

    lead: Lead
    facts: Mapping[str, object]
    since_at: datetime
    rule_id: int | None = None
    trail: list = field(default_factory=list)
    is_front: bool = False
    came_from: str = ""
    is_recycled: bool = False


@dataclass
class Ways:
    """Where leads go by the rules: into queues by id, to the review desk with the reasons, or aside."""

    into: dict[int, list[Arrival]] = field(default_factory=dict)
    to_review: list[tuple[Lead, list[str], Decision | None]] = field(default_factory=list)
    set_aside: dict[str, list[tuple[Lead, Decision]]] = field(
        default_factory=lambda: {Outcome.NURTURE: [], Outcome.REJECT: []}
    )


def priority_tiers() -> list[Tier]:
    rows, own = PriorityTier.objects.order_by("position", "pk"), OwnFields()
    return [Tier(position=row.position, name=row.name, conditions=parse(row.conditions, own)) for row in rows]


@transaction.atomic
def place_leads(leads: Sequence[Lead], *, at: datetime) -> None:
    """Send each lead where its rule says. If a step fails, the lead goes to the review desk and is not lost (A8)."""
    ways = ways_by_rules(leads, at=at)
    queues = queues_with_overflow(ways.into)
    lock_rotations(list(queues))
    to_review = list(ways.to_review)
    for queue_id in sorted(ways.into):
        to_review += _enter_or_review(queue_id, ways.into[queue_id], queues, at=at)
    send_to_review(to_review, at=at)
    _set_aside(ways.set_aside[Outcome.NURTURE], Lead.Stage.NURTURE, Activity.Kind.NURTURED, at=at)
    _set_aside(ways.set_aside[Outcome.REJECT], Lead.Stage.REJECTED, Activity.Kind.CLOSED, at=at)


def ways_by_rules(leads: Sequence[Lead], *, at: datetime) -> Ways:
    """Where the rules send each lead. Reads only; a forecast asks it too (A9)."""
    ways = Ways()
    try:
        rules, facts_of = active_rules(), rule_facts(leads)
    except Exception:
        log.exception("the entry rules could not be read")
        ways.to_review += [(lead, [ReviewReason.STEP_FAILED], None) for lead in leads]
        return ways
    for lead in leads:
        if why := _review_reason(lead):
            ways.to_review.append((lead, [why], None))
            continue
        decision = decide(facts_of[lead.pk], rules)
        if decision.outcome == Outcome.QUEUE and decision.queue_id:
            ways.into.setdefault(decision.queue_id, []).append(
                Arrival(lead, facts_of[lead.pk], since_at=at, rule_id=decision.rule_id, trail=_trail(decision))
            )
        elif decision.outcome in ways.set_aside:
            ways.set_aside[decision.outcome].append((lead, decision))
        else:
            ways.to_review.append((lead, list(decision.reasons), decision))
    return ways


def _review_reason(lead: Lead) -> str:
    """Why a person must decide before any rule: intake failed or nothing says who it is (A8), or the lead may
    be one of known leads (A3)."""
    codes = {problem.get("code") for problem in lead.problems}
    if "failed" in codes:
        return ReviewReason.STEP_FAILED
    if UNIDENTIFIED in codes and not is_usable(as_facts(lead)):
        return ReviewReason.UNIDENTIFIED
    if lead.resembles_id is None:
        return ""
    if KNOWN_AS_ANOTHER in codes:
        return ReviewReason.SEVERAL_LEADS
    return ReviewReason.SAME_BUT_OTHER if SAME_BUT_OTHER in codes else ""


def _enter_or_review(
    queue_id: int, arrivals: list[Arrival], queues: Mapping[int, Queue], *, at: datetime
) -> list[tuple[Lead, list[str], None]]:
    try:
        with transaction.atomic():
            _enter_or_park(queues.get(queue_id), arrivals, queues, at=at)
    except QueueIsOff:
        return [(arrival.lead, [ReviewReason.QUEUE_OFF], None) for arrival in arrivals]
    except Exception:
        log.exception("leads could not enter queue %s", queue_id)
        return [(arrival.lead, [ReviewReason.STEP_FAILED], None) for arrival in arrivals]
    return []


def _enter_or_park(queue: Queue | None, arrivals: list[Arrival], queues: Mapping[int, Queue], *, at: datetime) -> None:
    """Only what rules add meets the limits of a queue; people add leads at any time (D5)."""
    if queue is None or not queue.is_active:
        raise QueueIsOff
    split = split_arrivals(queue, arrivals, queues, rooms=Rooms(queues, at=at))
    for target, some in split.entering:
        came_from = "" if target == queue else queue.name
        enter_if_active(target, [replace(each, came_from=came_from) for each in some], at=at)
    for pool, some in split.to_partner:
        send_overflow(pool, queue, some, at=at)
    for why, some in split.parked:
        park(queue, some, why, at=at)


@transaction.atomic
def enter(queue: Queue, arrivals: Sequence[Arrival], *, at: datetime, by: User | None = None) -> list[Entry]:
    """Create an entry in this queue for each lead; the order counts from `since_at` (B3, L9)."""
    tiers = priority_tiers() if queue.order == Queue.Order.PRIORITY else []
    clock, limits = wait_clock(queue), type_limits([queue.pk])
    entries = [_entry(queue, arrival, tiers, clock, limits, at=at) for arrival in arrivals]
    note_owners(queue, entries, at=at)
    choose_rotations(queue, entries, {arrival.lead.pk: arrival.facts for arrival in arrivals})
    bulk_insert(Entry, entries)
    count_in(queue.pk, bands=Counter(entry.band for entry in entries))
    change_stage([arrival.lead for arrival in arrivals], Lead.Stage.WAITING, at=at)
    bulk_insert(
        Activity,
        [
            Activity(
                lead=arrival.lead,
                kind=Activity.Kind.QUEUED,
                at=at,
                by=by,
                details=_activity_details(queue, entry, arrival),
            )
            for arrival, entry in zip(arrivals, entries, strict=True)
        ],
    )
    announce(queue.topic)
    return entries


@transaction.atomic
def enter_if_active(queue: Queue, arrivals: Sequence[Arrival], *, at: datetime, by: User | None = None) -> list[Entry]:
    """enter(), but raises QueueIsOff if the queue is switched off. The lock waits for check_can_close(), and that waits
    for entries that are being made, so one of the two always sees the other. The foreign key of an entry is no lock:
    it is deferred, so the database looks at the queue only when the transaction commits."""
    if not _lock_active(queue):
        raise QueueIsOff
    return enter(queue, arrivals, at=at, by=by)


def _lock_active(queue: Queue) -> bool:
    """Entries of one queue do not wait for each other: KEY SHARE excludes only FOR UPDATE. SQLite has one writer."""
    lock = "FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM queues_queue WHERE id = %s AND is_active {lock}", [queue.pk])
        return cursor.fetchone() is not None


def _activity_details(queue: Queue, entry: Entry, arrival: Arrival) -> dict[str, object]:
    details = {"queue": queue.name, "entry": entry.pk, "rule": arrival.rule_id}
    front = {"front": True} if arrival.is_front else {}  # for the queue as it stood (K3)
    return details | ({"from": arrival.came_from} if arrival.came_from else {}) | front


def _entry(
    queue: Queue, arrival: Arrival, tiers: Sequence[Tier], clock: Clock, limits: TypeLimits, *, at: datetime
) -> Entry:
    tier = tier_for(arrival.facts, tiers) if tiers else 0
    keys = order_keys(queue, arrival.lead, tier=tier, is_front=arrival.is_front)
    return Entry(
        queue=queue,
        lead=arrival.lead,
        since_at=arrival.since_at,
        entered_at=at,
        rule_id=arrival.rule_id,
        trail=arrival.trail,
        tier=tier,
        key1=keys[0],
        key2=keys[1],
        key3=keys[2],
        is_front=arrival.is_front,
        is_recycled=arrival.is_recycled or getattr(arrival.lead, "from_nurture", False),
        band=band_of(queue, arrival.since_at, at=at),
        wait_due_at=wait_due(queue, arrival.lead, clock, limits, since_at=arrival.since_at, entered_at=at),
    )


def order_keys(queue: Queue, lead: Lead, *, tier: int, is_front: bool) -> tuple[int, int, int]:
    """The stored keys of the base order (B8)."""
    return base_keys(
        queue.order, tier=tier, score=lead.score, deal_size=lead.deal_size, hot_score=queue.hot_score, is_front=is_front
    )


def band_of(queue: Queue, since_at: datetime, *, at: datetime) -> int:
    """0, 1 or 2: which age band an entry has reached (B6)."""
    bands = queue.bands
    age = at - since_at
    return 2 if age >= bands.second_after else 1 if age >= bands.first_after else 0


@transaction.atomic
def send_to_review(cases: Sequence[tuple[Lead, list[str], Decision | None]], *, at: datetime) -> None:
    """Put these leads on the review desk with their reasons. A lead that is there already keeps its item."""
    if not cases:
        return
    ReviewItem.objects.bulk_create(
        [
            ReviewItem(
                lead=lead,
                opened_at=at,
                reasons=reasons,
                rule_id=decision.rule_id if decision else None,
                trail=_trail(decision) if decision else [],
            )
            for lead, reasons, decision in cases
        ],
        ignore_conflicts=True,
    )
    change_stage([lead for lead, _reasons, _decision in cases], Lead.Stage.REVIEW, at=at)
    bulk_insert(
        Activity,
        [
            Activity(lead=lead, kind=Activity.Kind.REVIEW, at=at, details={"reasons": reasons})
            for lead, reasons, _decision in cases
        ],
    )
    announce("review")


def _set_aside(cases: Sequence[tuple[Lead, Decision]], stage: str, kind: str, *, at: datetime) -> None:
    if not cases:
        return
    change_stage([lead for lead, _decision in cases], stage, at=at)
    bulk_insert(
        Activity,
        [
            Activity(
                lead=lead,
                kind=kind,
                at=at,
                details={"stage": stage, "reasons": list(decision.reasons), "rule": decision.rule_id},
            )
            for lead, decision in cases
        ],
    )


def _trail(decision: Decision) -> list[dict]:
    return [line.as_stored() for line in decision.trail]
