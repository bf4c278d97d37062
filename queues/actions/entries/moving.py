"""Move the waiting leads of one queue to another, so that the queue can be switched off; they keep their age (L9)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from config.bulk_update import bulk_update
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.jobs.run import run_job
from config.live import announce
from config.models import BackgroundJob
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.leaving import announce_departures, note_waits
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active
from queues.models import Decline, Entry, Escalation, Queue
from queues.queries.access import reps_of

MOVE = "move"
CHUNK_SIZE = 200


class SameQueue(Exception):
    """Leads cannot be moved to the queue in which they wait."""


def move_waiting(queue: Queue, *, to: Queue, by: User | None, at: datetime) -> BackgroundJob:
    """Move the leads that wait in `queue` to `to`, in a background job. Leads that are taken or arrive in the meantime
    are left alone. If one chunk is enough, the returned job is done."""
    if queue.pk == to.pk:
        raise SameQueue
    if not to.is_active:
        raise QueueIsOff
    last = Entry.objects.waiting().filter(queue=queue).order_by("-pk").values_list("pk", flat=True).first()
    job = start_job(
        MOVE,
        subject=queue.topic,
        subject_name=queue.name,
        arguments={"queue": queue.pk, "to": to.pk, "up_to": last or 0},
        by=by,
        at=at,
    )
    return job if job.is_large else run_job(job.pk, clock=lambda: at) or job


def count_to_move(arguments: Arguments) -> int:
    return _to_move(arguments).count()


def move_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of a move job: the next waiting entries by id."""
    queue, to = Queue.objects.get(pk=arguments["queue"]), Queue.objects.get(pk=arguments["to"])
    rows = _to_move(arguments).filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK_SIZE])
    done = len(move_entries(ids, queue, to, by=by, at=at)) if ids else 0
    return Chunk(done, ids[-1] if ids else after, is_last=len(ids) < CHUNK_SIZE)


def _to_move(arguments: Arguments) -> QuerySet[Entry]:
    return Entry.objects.waiting().filter(queue=arguments["queue"], pk__lte=arguments["up_to"])


@transaction.atomic
def move_entries(ids: Sequence[int], queue: Queue, to: Queue, *, by: User | None, at: datetime) -> list[Entry]:
    """The new entries. Lock the leads first, then their entries. Leads that were taken in the meantime stay with their
    holder."""
    waiting = Entry.objects.waiting().filter(pk__in=ids, queue=queue)
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("source", "account")
    leads = {lead.pk: lead for lead in rows.filter(pk__in=waiting.values("lead").order_by()).order_by("pk")}
    lock_rotations([queue.pk, to.pk])
    locked = waiting.select_related("queue").select_for_update(of=("self",)).order_by("pk")
    entries = [each for each in locked if each.lead_id in leads]
    if not entries:
        return []
    note_waits(entries, at=at)
    for entry in entries:
        entry.left_at, entry.left_how = at, Entry.Left.MOVED
        entry.reserved_until = entry.reserved_by = None
    bulk_update(Entry, entries, ["left_at", "left_how", "waited_seconds", "reserved_until", "reserved_by"])
    announce_departures(entries)
    facts = rule_facts(list(leads.values()))
    arrivals = [
        Arrival(
            leads[entry.lead_id],
            facts[entry.lead_id],
            since_at=entry.since_at,
            trail=entry.trail,
            is_front=entry.is_front,
            is_recycled=entry.is_recycled,
            came_from=queue.name,
        )
        for entry in entries
    ]
    moved = enter_if_active(to, arrivals, at=at, by=by)
    _keep_clocks(entries, moved, to, at=at)
    if Escalation.objects.filter(lead__in=leads, closed_at__isnull=True).update(queue=to):
        announce("escalations")
    transaction.on_commit(partial(serve_waiting, at=at, queue_ids=[to.pk]), robust=True)
    return moved


def _keep_clocks(before: Sequence[Entry], after: Sequence[Entry], to: Queue, *, at: datetime) -> None:
    """Clocks that ran out do not run out again in the new queue. Reps who gave a lead back get it again only if nobody
    else is left there (C4)."""
    declined: dict[int, set[int]] = {}
    for lead_id, user_id in Decline.objects.filter(lead__in=[each.lead_id for each in after]).values_list(
        "lead", "user"
    ):
        declined.setdefault(lead_id, set()).add(user_id)
    people = set(reps_of(to, at=at).values_list("user", flat=True)) if declined else set()
    for old, new in zip(before, after, strict=True):
        new.wait_breached_at, new.escalated_at = old.wait_breached_at, old.escalated_at
        new.is_open_to_decliners = new.lead_id in declined and people <= declined[new.lead_id]
    bulk_update(Entry, after, ["wait_breached_at", "escalated_at", "is_open_to_decliners"])
