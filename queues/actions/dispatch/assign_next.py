"""Assign next: a manager has the first lead in order assigned to an available rep (C3)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.web.people import display_name
from leads.models import Lead
from queues.actions.claims.guards import is_reserved
from queues.actions.claims.take import QueueIsEmpty, claim_receipt
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_request
from queues.decisions.assign_next import ChoiceOutcome, RepChoice, SkipReason, choose_rep
from queues.decisions.ordering import Position
from queues.models import Entry, Queue
from queues.queries.counts import queue_counts
from queues.queries.guards import assignment_candidates, reserved_entries
from queues.queries.waiting import first_positions
from routing.actions.assignment import AssignmentRequest, assign_many
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Rep

MAX_LEADS_TRIED = 8  # further leads are tried if everybody available gave back the first ones
MAX_CANDIDATES_IN_RECEIPT = 100


class NobodyToAssign(Exception):
    """No rep of the queue can be given a lead now; `skipped` says why, as (name, reason)."""

    def __init__(self, skipped: Sequence[tuple[str, str]]) -> None:
        self.skipped = tuple(skipped)
        super().__init__("nobody to assign")


@transaction.atomic
def assign_next(queue: Queue, *, by: User, at: datetime) -> Assignment:
    """Assign the first lead in order that is not reserved: to the next member of the queue's rotation, or in a queue
    without one to the available rep below capacity with the fewest open leads (decisions.assign_next).

    If everybody available gave the first lead back, the next leads are tried. Raises QueueIsEmpty and NobodyToAssign.
    """
    rotation = queue.rotation if queue.is_push else None
    if rotation is None:
        _lock_queue(queue)
    else:
        lock_rotations([queue.pk])
    depth = queue_counts(queue, at=at).waiting
    skipped: Sequence[tuple[str, str]] | None = None
    for entry, position in _locked_heads(queue, at=at):
        try:
            if rotation is None:
                return _to_least_loaded(entry, position, queue, depth, by=by, at=at)
            if entry.owner_id is not None and queue.asks_owner:
                raise NobodyToAssign([(display_name(entry.owner), SkipReason.WAITS_FOR_OWNER)])
            request = turn_request(entry, queue)
            return take_turns(entry.rotation or rotation, [request], at=at, how=Assignment.How.ASSIGN_NEXT, by=by)[0]
        except NobodyToAssign as nobody:
            skipped = skipped or nobody.skipped
        except NobodyAvailable as nobody:
            skipped = skipped or _named_reasons(nobody)
    if skipped is None:
        raise QueueIsEmpty
    raise NobodyToAssign(skipped)


def _lock_queue(queue: Queue) -> None:
    """Two managers who press at once assign one after the other, so that the second counts the first assignment."""
    if connection.features.has_select_for_update:
        Queue.objects.select_for_update(no_key=True).only("pk").get(pk=queue.pk)


def _locked_heads(queue: Queue, *, at: datetime) -> Iterator[tuple[Entry, Position]]:
    """The first leads in order, each locked with its entry; locked and reserved leads are skipped."""
    kept = reserved_entries(queue, None, at=at)
    for position in first_positions(queue, at=at, limit=MAX_LEADS_TRIED, excluding=kept):
        lead = Lead.objects.filter(entries__pk=position.entry.id, entries__left_at__isnull=True).only("pk")
        if lead.select_for_update(skip_locked=True, no_key=True, of=("self",)).first() is None:
            continue
        rows = (
            Entry.objects.waiting()
            .filter(pk=position.entry.id)
            .select_related("lead", "owner", "rotation")
            .prefetch_related("lead__declines")
        )
        entry = rows.select_for_update(no_key=True, of=("self",)).first()
        if entry is not None and not is_reserved(entry, queue, None, at=at):
            yield entry, position


def _to_least_loaded(
    entry: Entry, position: Position, queue: Queue, depth: int, *, by: User, at: datetime
) -> Assignment:
    people, candidates = assignment_candidates(queue, entry, at=at)
    choices = choose_rep(candidates, uncontacted_limit=queue.uncontacted_limit)
    if not choices or choices[0].outcome != ChoiceOutcome.CHOSEN:
        raise NobodyToAssign([(str(people[choice.candidate.rep_id]), choice.reason) for choice in choices])
    how = Assignment.How.ASSIGN_NEXT
    receipt = claim_receipt(queue, entry, position, depth, how=how, at=at)
    receipt |= {"kind": "assign_next", "blind": False, "by": display_name(by)}
    receipt |= {"trail": entry.steps} if entry.steps else {}
    receipt["candidates"] = [_candidate_row(choice, people) for choice in choices[:MAX_CANDIDATES_IN_RECEIPT]]
    receipt["of_candidates"] = len(choices)
    request = AssignmentRequest(
        lead=entry.lead,
        holder_id=people[choices[0].candidate.rep_id].user_id,
        how=how,
        place_name=queue.name,
        receipt=receipt,
        contact_minutes=queue.contact_minutes,
    )
    return assign_many([request], by=by, at=at)[0]


def _candidate_row(choice: RepChoice, people: dict[int, Rep]) -> dict:
    each = choice.candidate
    row = {"rep": each.rep_id, "name": str(people[each.rep_id]), "outcome": choice.outcome, "reason": choice.reason}
    return row | {"open": each.open_leads, "last_at": each.last_at.isoformat() if each.last_at else None}


def _named_reasons(nobody: NobodyAvailable) -> list[tuple[str, str]]:
    names = {
        rep.pk: str(rep)
        for rep in Rep.objects.filter(pk__in=[choice.rep_id for choice in nobody.results]).select_related("user")
    }
    return [(names[choice.rep_id], choice.reason) for choice in nobody.results]
