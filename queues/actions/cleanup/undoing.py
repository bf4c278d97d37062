"""Undo what a cleanup did with one lead: it is where it was, with its age (D7)."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib.auth.models import User

from leads.actions.merging import SplitRefused
from leads.actions.not_duplicates import undo_not_duplicates
from leads.actions.stages import restore_stage
from leads.models import Activity, Lead, Merge
from queues.actions.clocks.cleanup import StepCannotBeUndone, undo_step
from queues.actions.entries.leaving import announce_departures, restore_entry
from queues.actions.entries.placement import place_leads
from queues.actions.partners.handing import NotWithPartner, call_back
from queues.actions.review.decisions import DecisionCannotBeUndone, undo_decision
from queues.actions.review.merging import undo_merge
from queues.models import CleanupRun, CleanupStep, Entry, Escalation, KeptLead, PartnerLead, ReviewItem, StaleStep
from routing.actions.assignment import lock_lead
from routing.actions.undo import reopen_assignment
from routing.models import Assignment

Act = CleanupRun.Act


class MovedOn(Exception):
    """Something happened to the lead since, so it stays where it is."""


def undo_act(step: CleanupStep, act: str, *, by: User, at: datetime) -> None:
    """Within the caller's transaction. Raises MovedOn; then nothing has changed."""
    try:
        UNDOS[act](step, by=by, at=at)
    except (StepCannotBeUndone, SplitRefused, DecisionCannotBeUndone, NotWithPartner):
        raise MovedOn from None


def _aside(step: CleanupStep, *, by: User, at: datetime) -> None:
    undo_step(StaleStep.objects.get(pk=step.before["step"]), by=by, at=at)


def _keep(step: CleanupStep, *, by: User, at: datetime) -> None:
    if not KeptLead.objects.filter(lead=step.lead_id, at=step.at).delete()[0]:
        raise MovedOn


def _partner(step: CleanupStep, *, by: User, at: datetime) -> None:
    call_back(PartnerLead.objects.get(pk=step.before["stay"]), by=by, at=at)


def _merge(step: CleanupStep, *, by: User, at: datetime) -> None:
    undo_merge(Merge.objects.get(pk=step.before["merge"]), by=by, at=at)


def _apart(step: CleanupStep, *, by: User, at: datetime) -> None:
    if "item" in step.before:
        undo_decision(ReviewItem.objects.get(pk=step.before["item"]), by=by, at=at)
        return
    lock_lead(step.lead_id)
    lead = Lead.objects.get(pk=step.lead_id)
    if lead.stage == Lead.Stage.MERGED or lead.resembles_id is not None:
        raise MovedOn
    undo_not_duplicates(lead, decided_at=step.at)
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})


def _move(step: CleanupStep, *, by: User, at: datetime) -> None:
    before = step.before
    if "item" in before:
        undo_decision(ReviewItem.objects.get(pk=before["item"]), by=by, at=at)
        return
    lock_lead(step.lead_id)
    lead = Lead.objects.get(pk=step.lead_id)
    rows = Entry.objects.waiting().filter(lead=lead, entered_at=step.at).select_for_update(of=("self",))
    entry = rows.select_related("queue").first()
    is_looked_at = entry is not None and entry.reserved_until is not None and entry.reserved_until > at
    if entry is None or is_looked_at:
        raise MovedOn
    announce_departures([entry])
    entry.delete()
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
    _back(step, lead, at=at)


def _back(step: CleanupStep, lead: Lead, *, at: datetime) -> None:
    """To its queue, or to its holder; else the rules decide."""
    before = step.before
    if "assignment" in before:
        held = Assignment.objects.select_related("holder", "lead").get(pk=before["assignment"])
        if held.holder.is_active:
            reopen_assignment(held)
            return
    elif restore_entry(lead, left_at=step.at):
        queue = Entry.objects.filter(pk=before["entry"]).values("queue")[:1]
        Escalation.objects.filter(lead=lead, closed_at__isnull=True).update(queue=queue)
        restore_stage(lead, before)
        return
    place_leads([lead], at=at)


UNDOS: Mapping[str, Callable[..., None]] = {
    Act.NURTURE: _aside,
    Act.RECYCLE: _aside,
    Act.ARCHIVE: _aside,
    Act.REJECT: _aside,
    Act.KEEP: _keep,
    Act.PARTNER: _partner,
    Act.MERGE: _merge,
    Act.APART: _apart,
    Act.MOVE: _move,
}
