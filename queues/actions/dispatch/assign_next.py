"""Assign next: push the first lead in order to an available rep, at a manager's word (C3)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from config.web.people import display_name
from leads.models import Lead
from queues.actions.claims.guards import is_kept
from queues.actions.claims.take import QueueIsEmpty, place_receipt
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import wish_of
from queues.decisions import assign_next as assigning
from queues.decisions.assign_next import Look, choose
from queues.decisions.ordering import Place
from queues.models import Entry, Queue
from queues.queries.counts import tally
from queues.queries.guards import assignable, reserved_entries
from queues.queries.waiting import first_places
from routing.actions.assignment import Gift, assign_many
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Rep

WAITS_FOR_OWNER = "waits_for_owner"
A_FEW = 8  # leads that are tried when everybody available gave back those before
MOST_KEPT = 100  # candidates in a receipt


class NobodyToAssign(Exception):
    """None of the queue's people can be given a lead now; `passed` says why, as (name, reason)."""

    def __init__(self, passed: Sequence[tuple[str, str]]) -> None:
        self.passed = tuple(passed)
        super().__init__("nobody to assign")


@transaction.atomic
def auto_assign(queue: Queue, *, by, at: datetime) -> Assignment:
    """The first lead in order that nobody looks at goes to the next of the queue's rotation; in a queue without one, to
    the available rep below capacity with the fewest open leads (decisions.assigning).

    A lead that everybody available gave back does not hold up those behind it. Raises QueueIsEmpty and NobodyToAssign.
    """
    through = queue.rotation if queue.is_push else None
    if through is None:
        _lock_queue(queue)
    else:
        lock_rotations([queue.pk])
    depth, passed = tally(queue, at=at).waiting, None
    for entry, place in _heads(queue, at=at):
        try:
            if through is None:
                return _to_the_freest(entry, place, queue, depth, by=by, at=at)
            if entry.owner_id is not None and queue.asks_owner:
                raise NobodyToAssign([(display_name(entry.owner), WAITS_FOR_OWNER)])
            wish = wish_of(entry, queue)
            return take_turns(entry.rotation or through, [wish], at=at, how=Assignment.How.ASSIGN_NEXT, by=by)[0]
        except NobodyToAssign as nobody:
            passed = passed or nobody.passed
        except NobodyAvailable as nobody:
            passed = passed or _named(nobody)
    if passed is None:
        raise QueueIsEmpty
    raise NobodyToAssign(passed)


def _lock_queue(queue: Queue) -> None:
    """Two managers who press at once give one after the other, so that the second counts what the first gave."""
    if connection.features.has_select_for_update:
        Queue.objects.select_for_update(no_key=True).only("pk").get(pk=queue.pk)


def _heads(queue: Queue, *, at: datetime) -> Iterator[tuple[Entry, Place]]:
    """The first leads in order, each with its entry locked; what is being taken or looked at is passed over."""
    kept = reserved_entries(queue, None, at=at)
    for place in first_places(queue, at=at, limit=A_FEW, besides=kept):
        lead = Lead.objects.filter(entries__pk=place.entry.id, entries__left_at__isnull=True).only("pk")
        if lead.select_for_update(skip_locked=True, no_key=True, of=("self",)).first() is None:
            continue
        rows = (
            Entry.objects.waiting()
            .filter(pk=place.entry.id)
            .select_related("lead", "owner", "rotation")
            .prefetch_related("lead__declines")
        )
        entry = rows.select_for_update(no_key=True, of=("self",)).first()
        if entry is not None and not is_kept(entry, queue, None, at=at):
            yield entry, place


def _to_the_freest(entry: Entry, place: Place, queue: Queue, depth: int, *, by, at: datetime) -> Assignment:
    people, candidates = assignable(queue, entry, at=at)
    looks = choose(candidates, uncontacted_limit=queue.uncontacted_limit)
    if not looks or looks[0].outcome != assigning.CHOSEN:
        raise NobodyToAssign([(str(people[look.candidate.rep_id]), look.reason) for look in looks])
    how = Assignment.How.ASSIGN_NEXT
    receipt = place_receipt(queue, entry, place, depth, how=how, at=at)
    receipt |= {"kind": "assign_next", "blind": False, "by": display_name(by)}
    receipt |= {"trail": entry.steps} if entry.steps else {}
    receipt["candidates"] = [_kept(look, people) for look in looks[:MOST_KEPT]]
    receipt["of_candidates"] = len(looks)
    gift = Gift(
        lead=entry.lead,
        holder_id=people[looks[0].candidate.rep_id].user_id,
        how=how,
        place_name=queue.name,
        receipt=receipt,
        contact_minutes=queue.contact_minutes,
    )
    return assign_many([gift], by=by, at=at)[0]


def _kept(look: Look, people: dict[int, Rep]) -> dict:
    each = look.candidate
    told = {"rep": each.rep_id, "name": str(people[each.rep_id]), "outcome": look.outcome, "reason": look.reason}
    return told | {"open": each.open_leads, "last_at": each.last_at.isoformat() if each.last_at else None}


def _named(nobody: NobodyAvailable) -> list[tuple[str, str]]:
    names = {
        rep.pk: str(rep)
        for rep in Rep.objects.filter(pk__in=[look.rep_id for look in nobody.looks]).select_related("user")
    }
    return [(names[look.rep_id], look.reason) for look in nobody.looks]
