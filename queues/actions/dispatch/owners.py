"""Assign leads to the owners of their accounts, before any rotation or rep gets them (G1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from config.bulk_update import bulk_update
from leads.decisions.identity.account_match import AccountCandidate, Match, MatchedBy
from leads.models import Account
from leads.queries.accounts import lookup_of
from queues.actions.claims.guards import is_reserved
from queues.actions.dispatch.needs import note_needs
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.decisions.routing_trail import (
    ASSIGNING_OUTCOMES,
    OwnerAway,
    OwnerOutcome,
    OwnerStep,
    StepKind,
    without_owner_steps,
)
from queues.models import Entry, Queue
from queues.queries.limits import TypeLimits, contact_terms, type_limits
from queues.queries.owners import OwnerDirectory, declines_of, owner_directory, owner_steps
from routing.actions.assignment import AssignmentRequest, assign_many
from routing.actions.rotation.credits import count_as_turn
from routing.models import Assignment, Rotation
from routing.queries.rotation.lead_requirements import turn_size

MAX_OWNERS = 500
MAX_CHUNKS = 100


def note_owners(queue: Queue, entries: Sequence[Entry], *, at: datetime) -> None:
    """Set owner and owner step on new entries, which the caller saves."""
    if not queue.asks_owner or not entries:
        return
    steps = owner_steps(queue, {entry.lead_id: lookup_of(entry.lead) for entry in entries}, at=at)
    for entry in entries:
        _set_owner_step(entry, steps[entry.lead_id])


def serve_owners(queue: Queue, *, at: datetime, limit: int) -> list[Assignment]:
    """Assign leads that wait for owners to them or to their stand-ins, oldest first. Leads of owners who are away wait
    or go on to the rotation, as the queue says. Deactivated users get no lead (F9)."""
    if not queue.asks_owner:
        return []
    for_owners = Entry.objects.waiting().filter(queue=queue, owner__isnull=False)
    _refresh_owners(queue, for_owners, at=at)
    owner_ids = list(for_owners.order_by("owner").values_list("owner", flat=True).distinct()[:MAX_OWNERS])
    if not owner_ids:
        return []
    known = owner_directory(owner_ids, at=at)
    ready = [pk for pk in owner_ids if _plain_step(known, pk, queue).then != OwnerOutcome.WAITS]
    given: list[Assignment] = []
    for _chunk in range(MAX_CHUNKS if ready else 0):
        seen, done = _give(queue, for_owners.filter(owner__in=ready).oldest_first(), known, at=at, limit=limit)
        given += done
        if seen < limit:
            break
    return given


def _refresh_owners(queue: Queue, for_owners: QuerySet[Entry], *, at: datetime) -> None:
    """Update entries whose account has another owner, or none, by now."""
    found = {pk: (owner, _step_of(steps).get("account_id")) for pk, owner, steps in _owner_columns(for_owners)}
    accounts = {account for _owner, account in found.values() if account}
    owners_now = dict(Account.objects.filter(pk__in=accounts).order_by("pk").values_list("pk", "owner"))
    stale = [pk for pk, (owner, account) in found.items() if owners_now.get(account or 0) != owner]
    if not stale:
        return
    with transaction.atomic():
        rows = for_owners.filter(pk__in=stale).select_related("queue", "lead__source").order_by("pk")
        entries = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
        note_owners(queue, entries, at=at)
        note_needs(entries)
        bulk_update(Entry, entries, ["owner", "steps", "needs"])


def _owner_columns(for_owners: QuerySet[Entry]) -> list[tuple[int, int, list]]:
    return list(for_owners.order_by("pk").values_list("pk", "owner", "steps")[:MAX_OWNERS])


@transaction.atomic
def _give(
    queue: Queue, for_owners: QuerySet[Entry], known: OwnerDirectory, *, at: datetime, limit: int
) -> tuple[int, list[Assignment]]:
    """How many entries were looked at, and the new assignments."""
    lock_rotations([queue.pk])
    rows = for_owners.select_related("queue", "lead__source", "rotation").select_for_update(
        skip_locked=True, no_key=True, of=("self", "lead")
    )
    entries = [entry for entry in rows[:limit] if not is_reserved(entry, queue, None, at=at)]
    declined = declines_of(entry.lead_id for entry in entries)
    requests, limits = [], type_limits([queue.pk])
    for entry in entries:
        step = known.step(_match_of(entry), away=OwnerAway(queue.owner_away), declined=declined.get(entry.lead_id, ()))
        _set_owner_step(entry, step)
        if step.then in ASSIGNING_OUTCOMES and step.to is not None:
            requests.append(_assignment_request(entry, queue, step, limits, holder_id=step.to))
    note_needs(entries)
    bulk_update(Entry, entries, ["owner", "steps", "needs"])
    given = assign_many(requests, by=None, at=at) if requests else []
    chosen = {entry.lead_id: entry.rotation for entry in entries}
    for each in given if queue.is_push else ():
        _count_turn(each, chosen[each.lead_id] or queue.rotation, at=at)
    return len(entries), given


def _count_turn(each: Assignment, rotation: Rotation | None, *, at: datetime) -> None:
    """Count it as a turn of the owner, if the rotation that would have been asked says so (F6c)."""
    if rotation is not None and rotation.counts_owner_match:
        size = turn_size(rotation, each.lead)
        count_as_turn(rotation, user_id=each.holder_id, size=size, why="owner_match", by=None, at=at, assignment=each)


def _assignment_request(
    entry: Entry, queue: Queue, step: OwnerStep, limits: TypeLimits, *, holder_id: int
) -> AssignmentRequest:
    return AssignmentRequest(
        lead=entry.lead,
        holder_id=holder_id,
        how=Assignment.How.OWNER,
        place_name=queue.name,
        receipt={"kind": "owner", "queue": queue.name, **step.as_stored(), "trail": entry.steps},
        terms=contact_terms(queue, entry.lead.lead_type, limits),
    )


def _set_owner_step(entry: Entry, step: OwnerStep) -> None:
    entry.owner_id = step.waits_for
    entry.steps = [step.as_stored(), *without_owner_steps(entry.steps)]


def _plain_step(known: OwnerDirectory, owner_id: int, queue: Queue) -> OwnerStep:
    return known.step(Match(AccountCandidate(0, "", owner_id), by=""), away=OwnerAway(queue.owner_away))


def _step_of(steps: Sequence[dict]) -> dict:
    return next((step for step in steps if step.get("step") == StepKind.OWNER), {})


def _match_of(entry: Entry) -> Match:
    """The match as it was found when the lead entered the queue."""
    step = _step_of(entry.steps)
    account = AccountCandidate(int(step.get("account_id", 0)), str(step.get("account", "")), entry.owner_id)
    found_by: MatchedBy | Literal[""] = MatchedBy(step["by"]) if step.get("by") else ""
    return Match(account, found_by, int(step.get("percent", 0)), str(step.get("typed", "")))
