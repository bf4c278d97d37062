"""Assign next: a manager has the first lead in order assigned to an available rep (C3)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.web.people import display_name
from leads.models import Lead
from queues.actions.claims.guards import is_reserved
from queues.actions.claims.take import QueueIsEmpty, claim_receipt
from queues.actions.dispatch.first_givable import first_givable, keep_needs_current
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_requests
from queues.decisions.assign_next import ChoiceOutcome, RepChoice, SkipReason, choose_rep
from queues.decisions.ordering import Position
from queues.models import Entry, Queue
from queues.queries.counts import queue_counts
from queues.queries.guards import assignment_candidates, reserved_entries
from queues.queries.limits import terms_of
from queues.queries.waiting import first_positions, given_back_by_all, rotations_with_blocked
from routing.actions.assignment import AssignmentRequest, assign_many
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Rep, Rotation
from routing.queries.rotation.openings import openings

MAX_LEADS_TRIED = 8  # more are tried where another process holds one, or nobody may have it
MAX_CANDIDATES_IN_RECEIPT = 100


class NobodyToAssign(Exception):
    """No rep of the queue can be given a lead now; `skipped` says why, as (name, reason). `free` are the users who can
    be given leads and gave this one back."""

    def __init__(self, skipped: Sequence[tuple[str, str]], *, free: Collection[int] = ()) -> None:
        self.skipped = tuple(skipped)
        self.free = frozenset(free)
        super().__init__("nobody to assign")


@transaction.atomic
def assign_next(queue: Queue, *, by: User, at: datetime) -> Assignment:
    """Assign the first lead in order that is not reserved: to the next member of the queue's rotation, or in a queue
    without one to the available rep below capacity with the fewest open leads (decisions.assign_next).

    If nobody who is free may have the first lead, the first one that somebody may have. Raises QueueIsEmpty and
    NobodyToAssign.
    """
    if queue.is_push and queue.rotation is not None:
        return _by_rotation(queue, queue.rotation, by=by, at=at)
    _lock_queue(queue)
    depth = queue_counts(queue, at=at).waiting
    refused: list[NobodyToAssign] = []
    for entry, position in _locked_heads(queue, at=at):
        try:
            return _to_least_loaded(entry, position, queue, depth, by=by, at=at)
        except NobodyToAssign as nobody:
            refused.append(nobody)
    if not refused:
        raise QueueIsEmpty
    for entry, position in _locked_heads(queue, at=at, not_given_back_by=refused[0].free):
        return _to_least_loaded(entry, position, queue, depth, by=by, at=at)
    raise refused[0]


def _by_rotation(queue: Queue, own: Rotation, *, by: User, at: datetime) -> Assignment:
    """The first lead that somebody free may have; if there is none, say why nobody may have the first leads."""
    lock_rotations([queue.pk])
    now = {rotation: openings(rotation, at=at) for rotation, _blocked in rotations_with_blocked(queue)}
    keep_needs_current(queue, now, at=at)
    kept = reserved_entries(queue, None, at=at)
    ids = first_givable(queue, now, queue_counts(queue, at=at), at=at, limit=MAX_LEADS_TRIED, excluding=kept)
    first: NobodyToAssign | None = None
    for entry in chain(_locked(ids, queue, at=at), (entry for entry, _position in _locked_heads(queue, at=at))):
        try:
            return _give_in_turn(entry, queue, own, by=by, at=at)
        except NobodyToAssign as nobody:
            first = first or nobody
    raise first or QueueIsEmpty


def _give_in_turn(entry: Entry, queue: Queue, own: Rotation, *, by: User, at: datetime) -> Assignment:
    if entry.owner_id is not None and queue.asks_owner:
        raise NobodyToAssign([(display_name(entry.owner), SkipReason.WAITS_FOR_OWNER)])
    requests = turn_requests([entry], queue)
    try:
        return take_turns(entry.rotation or own, requests, at=at, how=Assignment.How.ASSIGN_NEXT, by=by)[0]
    except NobodyAvailable as nobody:
        raise NobodyToAssign(_named_reasons(nobody)) from None


def _lock_queue(queue: Queue) -> None:
    """Two managers who press at once assign one after the other, so that the second counts the first assignment."""
    if connection.features.has_select_for_update:
        Queue.objects.select_for_update(no_key=True).only("pk").get(pk=queue.pk)


def _locked_heads(
    queue: Queue, *, at: datetime, not_given_back_by: Collection[int] | None = None
) -> Iterator[tuple[Entry, Position]]:
    """The first leads in order, each locked with its entry; locked and reserved leads are skipped, and those that all
    of the users in `not_given_back_by` gave back (with nobody in it, all are)."""
    kept = reserved_entries(queue, None, at=at)
    blocked = None if not_given_back_by is None else given_back_by_all(not_given_back_by)
    positions = first_positions(queue, at=at, limit=MAX_LEADS_TRIED, excluding=kept, blocked=blocked)
    by_id = {position.entry.id: position for position in positions}
    for entry in _locked(list(by_id), queue, at=at):
        yield entry, by_id[entry.pk]


def _locked(ids: Sequence[int], queue: Queue, *, at: datetime) -> Iterator[Entry]:
    for pk in ids:
        lead = Lead.objects.filter(entries__pk=pk, entries__left_at__isnull=True).only("pk")
        if lead.select_for_update(skip_locked=True, no_key=True, of=("self",)).first() is None:
            continue
        rows = (
            Entry.objects.waiting()
            .filter(pk=pk)
            .select_related("lead", "owner", "rotation")
            .prefetch_related("lead__declines")
        )
        entry = rows.select_for_update(no_key=True, of=("self",)).first()
        if entry is not None and not is_reserved(entry, queue, None, at=at):
            yield entry


def _to_least_loaded(
    entry: Entry, position: Position, queue: Queue, depth: int, *, by: User, at: datetime
) -> Assignment:
    people, candidates = assignment_candidates(queue, entry, at=at)
    limit = {"uncontacted_limit": queue.uncontacted_limit}
    choices = choose_rep(candidates, **limit)
    if not choices or choices[0].outcome != ChoiceOutcome.CHOSEN:
        named = [(str(people[choice.candidate.rep_id]), choice.reason) for choice in choices]
        willing = choose_rep([replace(each, has_declined=False) for each in candidates], **limit)
        free = [choice.candidate.rep_id for choice in willing if choice.outcome != ChoiceOutcome.SKIPPED]
        raise NobodyToAssign(named, free=[people[pk].user_id for pk in free])
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
        terms=terms_of(queue, entry.lead.lead_type),
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
