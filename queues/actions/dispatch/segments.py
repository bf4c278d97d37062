"""Choose for each lead of a queue the rotation of its segment, as it enters and when it or the segments change (F7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from config.live import announce
from leads.queries.leads import rule_facts
from queues.actions.dispatch.serve import serve_waiting
from queues.decisions.routing_trail import only_owner_steps
from queues.models import Entry, Queue
from queues.queries.segments import Plan, plan_of

AT_ONCE = 250


def choose_rotations(queue: Queue, entries: Sequence[Entry], facts: Mapping[int, Mapping[str, object]]) -> None:
    """Note on new stays, which the caller writes, whose turn the lead will be."""
    plan = plan_of(queue)
    for entry in entries:
        _note(entry, plan, facts[entry.lead_id])


def choose_again(entries: Sequence[Entry]) -> list[Entry]:
    """These leads changed: who stands for another rotation now; the caller writes them."""
    plans: dict[int, Plan] = {}
    changed = []
    for entry in entries:
        if entry.queue_id not in plans:
            plans[entry.queue_id] = plan_of(entry.queue)
        plan = plans[entry.queue_id]
        if plan.rules or entry.rotation_id is not None:
            before = entry.rotation_id, entry.steps
            _note(entry, plan, rule_facts([entry.lead])[entry.lead_id])
            changed += [entry] if (entry.rotation_id, entry.steps) != before else []
    return changed


@transaction.atomic
def follow_segments(queue: Queue, *, at: datetime) -> None:
    """Call it when a segment is saved, moved or deleted: leads that wait follow after the commit, and are served."""
    transaction.on_commit(partial(_follow, queue, at=at), robust=True)
    announce(queue.topic)


def _follow(queue: Queue, *, at: datetime) -> None:
    """In chunks with a transaction each, so that nobody who takes a lead meanwhile waits long."""
    last = 0
    while True:
        with transaction.atomic():
            rows = Entry.objects.waiting().filter(queue=queue, pk__gt=last).order_by("pk")
            rows = rows.select_related("lead__source", "lead__account", "queue__rotation")
            chunk = list(rows.select_for_update(of=("self",))[:AT_ONCE])
            Entry.objects.bulk_update(choose_again(chunk), ["rotation", "steps"])
        if len(chunk) < AT_ONCE:
            break
        last = chunk[-1].pk
    serve_waiting(at=at, queue_ids=[queue.pk])


def _note(entry: Entry, plan: Plan, facts: Mapping[str, object]) -> None:
    entry.rotation_id, steps = plan.way(facts)
    entry.steps = [*only_owner_steps(entry.steps), *steps]
