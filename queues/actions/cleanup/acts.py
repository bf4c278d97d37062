"""What a cleanup can do with one lead, wherever it is; each act returns what its undo needs (D7)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from leads.actions.merging import MergeRefused, lock_leads
from leads.actions.not_duplicates import mark_not_duplicates
from leads.actions.stages import StageRefused, change_stage, stage_snapshot
from leads.models import Lead
from leads.queries.leads import rule_facts
from leads.queries.merging import possible_duplicates_of
from queues.actions.clocks.cleanup import set_aside
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.coming_back import LeadIsLookedAt
from queues.actions.entries.moving import move_entries
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active
from queues.actions.partners.handing import NotWithPartner, PoolIsOff, call_back, send_to_partner
from queues.actions.review.decisions import AlreadyDecided, NoLookalike, approve, keep_both
from queues.actions.review.merging import merge_pair
from queues.models import CleanupRun, Entry, KeptLead, ReviewItem, StaleStep
from queues.queries.partners import stays_of
from queues.queries.stale import OPEN_STAGES
from routing.actions.assignment import lock_lead, take_away
from routing.models import Assignment

Act = CleanupRun.Act
KEPT_FOR = timedelta(days=7)
Before = dict[str, Any]


class Refusal(Exception):
    """This lead cannot be cleaned up so; `code` says why: moved, looked_at, alone, held, deal, queue_off,
    pool_off, there."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def do_act(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    """One act on one lead, within the caller's transaction. Raises Refusal; then nothing has changed."""
    try:
        return ACTS[run.act](run, lead, by=by, at=at)
    except (StageRefused, AlreadyDecided, NotWithPartner):
        raise Refusal("moved") from None
    except PoolIsOff:
        raise Refusal("pool_off") from None
    except LeadIsLookedAt:
        raise Refusal("looked_at") from None
    except (NoLookalike, MergeRefused) as refused:
        raise Refusal(getattr(refused, "code", "alone")) from None
    except QueueIsOff:
        raise Refusal("queue_off") from None


def _aside(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    step = set_aside(lead, StaleStep.Step(run.act), by=by, at=at, reason=run.reason)
    return {"step": step.pk}


def _keep(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    _check_open(lead)
    KeptLead.objects.update_or_create(lead=lead, defaults={"until": at + KEPT_FOR, "at": at, "by": by})
    return {}


def _partner(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    if run.pool is None:
        raise PoolIsOff
    return {"stay": send_to_partner(lead, run.pool, by=by, at=at).pk}


def _recall(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    stay = stays_of([lead.pk]).get(lead.pk)
    if stay is None:
        raise Refusal("moved")
    return {"stay": call_back(stay, by=by, at=at).pk}


def _merge(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    _check_open(lead)
    others = possible_duplicates_of(lead)
    if not others:
        raise Refusal("alone")
    return {"merge": merge_pair(lead, others[0], by=by, at=at).pk}


def _apart(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    """On the desk the rules decide about it again, elsewhere it stays where it is."""
    _check_open(lead)
    if (item := _item(lead)) is not None:
        keep_both(item, by=by, at=at)
        return {"item": item.pk}
    others = possible_duplicates_of(lead)
    if not others:
        raise Refusal("alone")
    mark_not_duplicates(lead, others, by=by, at=at)
    return {"apart": True}


def _move(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    """With its age (L9); from the review desk as if it was approved there."""
    _check_open(lead)
    to = run.queue
    if to is None or not to.is_active:
        raise QueueIsOff
    if (item := _item(lead)) is not None:
        approve(item, queue=to, by=by, at=at)
        return {"item": item.pk}
    before: Before = dict(stage_snapshot(lead))
    entry = Entry.objects.waiting().filter(lead=lead).select_related("queue").order_by("pk").first()
    if entry is None:
        return before | _from_holder(run, lead, by=by, at=at)
    if entry.queue_id == to.pk:
        raise Refusal("there")
    if entry.reserved_until is not None and entry.reserved_until > at:
        raise LeadIsLookedAt
    moved = move_entries([entry.pk], entry.queue, to, by=by, at=at)
    if not moved:
        raise Refusal("moved")
    return before | {"entry": entry.pk}


def _from_holder(run: CleanupRun, lead: Lead, *, by: User, at: datetime) -> Before:
    held = Assignment.objects.open().filter(lead=lead).first()
    if held is None or run.queue is None:
        raise Refusal("moved")
    since = Entry.objects.filter(assignment=held).values_list("since_at", flat=True).first()
    lock_rotations([run.queue.pk])
    take_away(held, ended_how=Assignment.Ended.REASSIGNED, by=by, at=at)
    lead = Lead.objects.select_related("source", "account").get(pk=lead.pk)
    change_stage([lead], Lead.Stage.CAPTURED, at=at)
    arrival = Arrival(lead, rule_facts([lead])[lead.pk], since_at=since or held.assigned_at)
    enter_if_active(run.queue, [arrival], at=at, by=by)
    serve(run.queue, at=at)
    return {"assignment": held.pk}


def lock_for_act(lead_id: int, act: str) -> Lead:
    """The lead as it is now, locked; of two that merge the smaller id first."""
    if act == Act.MERGE:
        found = Lead.objects.filter(pk=lead_id).values_list("resembles__merged_into", "resembles").first()
        other = found and (found[0] or found[1])
        return lock_leads(lead_id, *([other] if other else []))[lead_id]
    lock_lead(lead_id)
    return Lead.objects.select_related("source", "account").get(pk=lead_id)


def _check_open(lead: Lead) -> None:
    if lead.stage not in OPEN_STAGES:
        raise Refusal("moved")


def _item(lead: Lead) -> ReviewItem | None:
    return ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).select_related("lead").first()


ACTS: Mapping[str, Callable[..., Before]] = {
    Act.NURTURE: _aside,
    Act.RECYCLE: _aside,
    Act.ARCHIVE: _aside,
    Act.REJECT: _aside,
    Act.KEEP: _keep,
    Act.PARTNER: _partner,
    Act.RECALL: _recall,
    Act.MERGE: _merge,
    Act.APART: _apart,
    Act.MOVE: _move,
}
