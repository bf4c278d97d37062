"""Decide about many leads at once, in the weekly cleanup (D7) or at the review desk (A6), and undo that: each in a
background job with progress, which a person can stop."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.jobs.run import run_job
from config.live import announce
from config.models import BackgroundJob
from leads.models import Lead
from queues.actions.cleanup.acts import Refusal, do_act, lock_for_act
from queues.actions.cleanup.undoing import MovedOn, undo_act
from queues.actions.review import many
from queues.actions.review.together import TOGETHER, decide_together
from queues.actions.review.undo_together import undo_together
from queues.models import CleanupRun, CleanupStep, PartnerPool, Queue, ReviewItem
from queues.queries.cleanup import CleanupFilters, can_undo, matching, running_jobs, subject_of
from routing.actions.assignment import lock_lead

log = logging.getLogger(__name__)
CLEAN_UP, UNDO_CLEANUP = "cleanup", "cleanup_undo"
CHUNK_SIZE = 50
AT_ONCE = 25  # of the desk in one transaction: others wait that long for a turn to write on SQLite
TOPIC = "cleanup"


class CannotUndoCleanup(Exception):
    """It is undone already, still under way, or too old."""


class CannotStop(Exception):
    """It has ended, or somebody has stopped it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One lead of a run: `number` is its place, by which the job goes on; at the desk with its item."""

    number: int
    lead_id: int
    item_id: int = 0


def start_cleanup(
    act: str,
    *,
    leads: list[int] | None = None,
    filters: CleanupFilters | None = None,
    reason: str = "",
    queue: Queue | None = None,
    pool: PartnerPool | None = None,
    token: UUID | None = None,
    by: User,
    at: datetime,
) -> CleanupRun:
    """These leads, or all of the list. A second time with the same token is the first run."""
    wanted: dict[str, object] = (
        {"leads": leads} if leads is not None else {"filters": (filters or CleanupFilters()).as_json()}
    )
    run = CleanupRun(act=act, reason=reason, queue=queue, pool=pool, wanted=wanted, at=at, by=by)
    return _start(run, token, at=at)


def start_on_desk(
    act: str,
    items: Sequence[int],
    *,
    reason: str = "",
    queue: Queue | None = None,
    gone: int = 0,
    over_limit: bool = False,
    token: UUID | None = None,
    by: User,
    at: datetime,
) -> CleanupRun:
    """These items of the review desk, in this order. `gone`: so many more the person saw were decided by others before;
    `over_limit`: all of them go into the queue, whatever its limits say. A second time with the same token is the first
    run."""
    wanted = {"items": list(items), "gone": gone, "over_limit": over_limit}
    run = CleanupRun(act=act, reason=reason, queue=queue, is_desk=True, wanted=wanted, at=at, by=by)
    return _start(run, token, at=at)


def _start(run: CleanupRun, token: UUID | None, *, at: datetime) -> CleanupRun:
    if token is not None:
        run.token = token
    if run.act == CleanupRun.Act.LOOKED:
        run.finished_at = at
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            if run.act == CleanupRun.Act.LOOKED:
                return run
            job = start_job(CLEAN_UP, subject=subject_of(run), arguments={"run": run.pk}, by=run.by, at=at)
            run.total = job.total
            run.save(update_fields=["total"])
    except IntegrityError:
        return CleanupRun.objects.get(token=run.token)
    return _at_once(run, job, at=at)


@transaction.atomic
def stop_run(run: CleanupRun, *, by: User, at: datetime) -> CleanupRun:
    """What is done stays done, and can be undone; the other leads are left alone. Raises CannotStop."""
    locked = CleanupRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.finished_at is not None or locked.stopped_at is not None or not running_jobs([locked]):
        raise CannotStop
    locked.stopped_at, locked.stopped_by = at, by
    locked.save(update_fields=["stopped_at", "stopped_by"])
    announce(TOPIC)
    return locked


def start_undo(run: CleanupRun, *, by: User, at: datetime) -> CleanupRun:
    """Each lead that has not moved on goes back where it was. Raises CannotUndoCleanup."""
    with transaction.atomic():
        locked = CleanupRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if not can_undo(locked, is_running=bool(running_jobs([locked])), at=at):
            raise CannotUndoCleanup
        locked.undo_at, locked.undo_by = at, by
        locked.save(update_fields=["undo_at", "undo_by"])
        job = start_job(UNDO_CLEANUP, subject=subject_of(run), arguments={"run": run.pk}, by=by, at=at)
    return _at_once(locked, job, at=at)


def _at_once(run: CleanupRun, job: BackgroundJob, *, at: datetime) -> CleanupRun:
    """What fits into one chunk is done before the answer."""
    if not job.is_large:
        run_job(job.pk, clock=lambda: at)
        run.refresh_from_db()
    return run


def count_leads(arguments: Arguments) -> int:
    run = CleanupRun.objects.get(pk=arguments["run"])
    return len(run.wanted["items"]) if run.is_desk else _wanted(run).count()


def clean_up_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The next leads, each in a transaction of its own: what one refuses stops no other."""
    run = CleanupRun.objects.select_related("queue", "pool", "by").get(pk=arguments["run"])
    if run.stopped_at is not None:
        return Chunk(0, after, is_last=True)
    some = _next_on_desk(run, after) if run.is_desk else _next_in_list(run, after)
    for start in range(0, len(some), AT_ONCE):
        _decide_some(run, some[start : start + AT_ONCE], at=at)
    if run.is_desk:
        many.serve_queues_of([each.lead_id for each in some], at=at)
    CleanupRun.objects.filter(pk=run.pk).update(done=run.steps.filter(refused="").count())
    announce(TOPIC)
    return Chunk(len(some), some[-1].number if some else after, is_last=len(some) < CHUNK_SIZE)


def _decide_some(run: CleanupRun, some: Sequence[Target], *, at: datetime) -> None:
    """In one transaction, where that is possible; else one by one, so that a lead that fails stops no other."""
    if run.is_desk and run.act in TOGETHER and run.by is not None:
        try:
            decide_together(run, [each.item_id for each in some], [each.lead_id for each in some], by=run.by, at=at)
            return
        except Exception:
            log.exception("%s leads of run %s are decided one by one", len(some), run.pk)
    for each in some:
        _clean_up(run, each, at=at)


def _next_on_desk(run: CleanupRun, after: int) -> list[Target]:
    """In their order, numbered from 1. One that is erased is no lead any more."""
    wanted = run.wanted["items"][after : after + CHUNK_SIZE]
    leads = dict(ReviewItem.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "lead_id"))
    return [Target(number, leads.get(pk, 0), pk) for number, pk in enumerate(wanted, start=after + 1)]


def _next_in_list(run: CleanupRun, after: int) -> list[Target]:
    """By id."""
    ids = _wanted(run).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK_SIZE]
    return [Target(pk, pk) for pk in ids]


@transaction.atomic
def _clean_up(run: CleanupRun, target: Target, *, at: datetime) -> None:
    lead_id, by = target.lead_id, cast(User, run.by)
    try:
        lead = lock_for_act(lead_id, run.act)
    except Lead.DoesNotExist:  # erased since
        return
    if CleanupStep.objects.filter(run=run, lead=lead_id).exists():  # the job ran twice
        return
    step = CleanupStep(run=run, lead_id=lead_id, at=at)
    try:
        with transaction.atomic():
            if run.is_desk:
                step.before = many.decide(run, target.item_id, by=by, at=at)
            else:
                step.before = do_act(run, lead, by=by, at=at)
    except Refusal as refusal:
        step.refused, step.before = refusal.code, {"item": target.item_id} if run.is_desk else {}
    except Exception:
        log.exception("lead %s could not be cleaned up", lead_id)
        step.refused = "failed"
    step.save(force_insert=True)


def finish_cleanup(arguments: Arguments, *, by: User | None, at: datetime) -> None:
    CleanupRun.objects.filter(pk=arguments["run"], finished_at__isnull=True).update(finished_at=at)
    announce(TOPIC)


def count_steps(arguments: Arguments) -> int:
    return _to_undo(arguments).count()


def undo_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    run = CleanupRun.objects.select_related("undo_by").get(pk=arguments["run"])
    ids = list(_to_undo(arguments).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK_SIZE])
    for start in range(0, len(ids), AT_ONCE):
        for pk in _undone_together(run, ids[start : start + AT_ONCE], at=at):
            _undo(run, pk, at=at)
    CleanupRun.objects.filter(pk=run.pk).update(undone=run.steps.filter(undone_at__isnull=False).count())
    announce(TOPIC)
    return Chunk(len(ids), ids[-1] if ids else after, is_last=len(ids) < CHUNK_SIZE)


def _undone_together(run: CleanupRun, ids: list[int], *, at: datetime) -> list[int]:
    """Returns those that are left, to be undone one by one."""
    if not run.is_desk or run.undo_by is None:
        return ids
    try:
        return undo_together(run, ids, by=run.undo_by, at=at)
    except Exception:
        log.exception("%s leads of run %s are undone one by one", len(ids), run.pk)
        return ids


@transaction.atomic
def _undo(run: CleanupRun, step_id: int, *, at: datetime) -> None:
    found = CleanupStep.objects.filter(pk=step_id).first()
    if found is None:  # the lead was erased since
        return
    if run.act != CleanupRun.Act.MERGE:  # a merge locks both leads, the smaller id first
        lock_lead(found.lead_id)
    step = CleanupStep.objects.select_for_update(of=("self",)).get(pk=step_id)
    if step.undone_at is not None or step.stayed:
        return
    try:
        with transaction.atomic():
            if run.is_desk:
                many.undo(step, by=cast(User, run.undo_by), at=at)
            else:
                undo_act(step, run.act, by=cast(User, run.undo_by), at=at)
        step.undone_at = at
    except MovedOn:
        step.stayed = True
    except Exception:
        log.exception("the cleanup of lead %s could not be undone", step.lead_id)
        step.stayed = True
    step.save(update_fields=["undone_at", "stayed"])


def _to_undo(arguments: Arguments) -> QuerySet[CleanupStep]:
    return CleanupStep.objects.filter(run=arguments["run"], refused="", undone_at__isnull=True, stayed=False)


def _wanted(run: CleanupRun) -> QuerySet[Lead]:
    """The list as it was when the run began: what came later is left alone."""
    wanted: Mapping[str, Any] = run.wanted
    if "leads" in wanted:
        return Lead.objects.filter(pk__in=wanted["leads"])
    return matching(CleanupFilters(**wanted["filters"]), at=run.at).filter(created_at__lte=run.at)
