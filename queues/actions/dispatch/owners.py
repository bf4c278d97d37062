"""Give leads to the owners of their accounts, before any rotation or rep is asked (G1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.decisions.identity.account_match import AccountCandidate, Match
from leads.models import Account
from leads.queries.accounts import lookup_of
from queues.actions.claims.guards import is_kept
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.decisions.routing_trail import GIVES, OWNER_STEP, Away, OwnerStep, Then, without_owner_steps
from queues.models import Entry, Queue
from queues.queries.owners import Owners, declines_of, owner_steps, owners
from routing.actions.assignment import Gift, assign_many
from routing.actions.rotation.credits import count_as_turn
from routing.models import Assignment, Rotation
from routing.queries.rotation.lead_requirements import size_of

MOST_OWNERS = 500
MOST_CHUNKS = 100


def ask_owners(queue: Queue, entries: Sequence[Entry], *, at: datetime) -> None:
    """Note on new stays, which the caller writes, whose account the lead belongs to and what follows."""
    if not queue.asks_owner or not entries:
        return
    steps = owner_steps(queue, {entry.lead_id: lookup_of(entry.lead) for entry in entries}, at=at)
    for entry in entries:
        _note(entry, steps[entry.lead_id])


def serve_owners(queue: Queue, *, at: datetime, most: int) -> list[Assignment]:
    """Leads that are meant for owners go to them, oldest first, or to who stands in; those of owners who are away wait
    or go on, as the queue says. Somebody who was deactivated meanwhile gets none (F9)."""
    if not queue.asks_owner:
        return []
    meant = Entry.objects.waiting().filter(queue=queue, owner__isnull=False)
    _ask_again(queue, meant, at=at)
    wanted = list(meant.order_by("owner").values_list("owner", flat=True).distinct()[:MOST_OWNERS])
    if not wanted:
        return []
    known = owners(wanted, at=at)
    ready = [pk for pk in wanted if _plain_step(known, pk, queue).then != Then.WAITS]
    given: list[Assignment] = []
    for _chunk in range(MOST_CHUNKS if ready else 0):
        seen, done = _give(queue, meant.filter(owner__in=ready).oldest_first(), known, at=at, most=most)
        given += done
        if seen < most:
            break
    return given


def _ask_again(queue: Queue, meant: QuerySet[Entry], *, at: datetime) -> None:
    """An account may have another owner, or none, by the time the old one is back."""
    found = {pk: (owner, _step_of(steps).get("account_id")) for pk, owner, steps in _bare(meant)}
    accounts = {account for _owner, account in found.values() if account}
    owners_now = dict(Account.objects.filter(pk__in=accounts).order_by("pk").values_list("pk", "owner"))
    stale = [pk for pk, (owner, account) in found.items() if owners_now.get(account) != owner]
    if not stale:
        return
    with transaction.atomic():
        rows = meant.filter(pk__in=stale).select_related("lead").order_by("pk")
        entries = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
        ask_owners(queue, entries, at=at)
        Entry.objects.bulk_update(entries, ["owner", "steps"])


def _bare(meant: QuerySet[Entry]) -> list[tuple[int, int, list]]:
    return list(meant.order_by("pk").values_list("pk", "owner", "steps")[:MOST_OWNERS])


@transaction.atomic
def _give(queue: Queue, meant, known: Owners, *, at: datetime, most: int) -> tuple[int, list[Assignment]]:
    """How many leads were looked at, and what was given."""
    lock_rotations([queue.pk])
    rows = meant.select_related("lead__source", "rotation").select_for_update(
        skip_locked=True, no_key=True, of=("self", "lead")
    )
    entries = [entry for entry in rows[:most] if not is_kept(entry, queue, None, at=at)]
    declined = declines_of(entry.lead_id for entry in entries)
    gifts = []
    for entry in entries:
        step = known.step(_match_of(entry), away=Away(queue.owner_away), declined=declined.get(entry.lead_id, ()))
        _note(entry, step)
        if step.then in GIVES:
            gifts.append(_gift(entry, queue, step))
    Entry.objects.bulk_update(entries, ["owner", "steps"])
    given = assign_many(gifts, by=None, at=at) if gifts else []
    chosen = {entry.lead_id: entry.rotation for entry in entries}
    for each in given if queue.is_push else ():
        _count(each, chosen[each.lead_id] or queue.rotation, at=at)
    return len(entries), given


def _count(each: Assignment, rotation: Rotation, *, at: datetime) -> None:
    """Where the rotation whose turn it would have been says so, it counts as a turn of who got it (F6c)."""
    if rotation.counts_owner_match:
        size = size_of(rotation, each.lead)
        count_as_turn(rotation, user_id=each.holder_id, size=size, why="owner_match", by=None, at=at, assignment=each)


def _gift(entry: Entry, queue: Queue, step: OwnerStep) -> Gift:
    return Gift(
        lead=entry.lead,
        holder_id=step.to,
        how=Assignment.How.OWNER,
        place_name=queue.name,
        receipt={"kind": "owner", "queue": queue.name, **step.as_kept(), "trail": entry.steps},
        contact_minutes=queue.contact_minutes,
    )


def _note(entry: Entry, step: OwnerStep) -> None:
    entry.owner_id = step.keeps
    entry.steps = [step.as_kept(), *without_owner_steps(entry.steps)]


def _plain_step(known: Owners, owner_id: int, queue: Queue) -> OwnerStep:
    return known.step(Match(AccountCandidate(0, "", owner_id), by=""), away=Away(queue.owner_away))


def _step_of(steps: Sequence[dict]) -> dict:
    return next((step for step in steps if step.get("step") == OWNER_STEP), {})


def _match_of(entry: Entry) -> Match:
    """As it was found when the lead entered the queue."""
    told = _step_of(entry.steps)
    account = AccountCandidate(int(told.get("account_id", 0)), str(told.get("account", "")), entry.owner_id)
    return Match(account, str(told.get("by", "")), int(told.get("percent", 0)), str(told.get("typed", "")))
