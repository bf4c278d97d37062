"""Undo that a holder returned a lead: the same person holds it again, with its clocks as they were (M7)."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.decisions.stages import gives_turn_back
from leads.models import Activity, Lead
from queues.actions.entries.leaving import announce_departures
from queues.models import Decline, Entry, Escalation, ReviewItem
from routing.actions.assignment import lock_lead, spent_a_turn
from routing.actions.rotation.credits import spend_again
from routing.actions.undo import TooLateToUndo, reopen_assignment
from routing.models import Assignment
from routing.queries.assignments import UNDO_WITHIN

WAYS = (Lead.Stage.WAITING, Lead.Stage.REVIEW, Lead.Stage.NURTURE, Lead.Stage.REJECTED)  # where a return can lead


class NotReturned(Exception):
    """This assignment is open, or it ended in another way: a second press."""


class WhyStays(StrEnum):
    """Why a return stays."""

    TAKEN = "taken"  # somebody has the lead by now
    LOOKED_AT = "looked_at"  # somebody has opened it at this moment (C4c)
    MOVED = "moved"


class ReturnStands(Exception):
    """Nothing has changed. `who` has the lead, or looks at it."""

    def __init__(self, code: WhyStays, who: User | None = None) -> None:
        self.code, self.who = code, who
        super().__init__(code)


@transaction.atomic
def undo_return(assignment: Assignment, *, by: User, at: datetime) -> Assignment:
    """Within five minutes, and as long as nobody has the lead or looks at it: its new stay in the queue is as if it had
    never been, it does not count as given back, and a turn that came back is spent again. The view checks who may.

    Raises NotReturned, TooLateToUndo, ReturnStands.
    """
    lock_lead(assignment.lead_id)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "holder", "turn")
    ended = rows.get(pk=assignment.pk)
    if ended.ended_at is None or ended.ended_how != Assignment.Ended.RETURNED:
        raise NotReturned
    if at - ended.ended_at > UNDO_WITHIN:
        raise TooLateToUndo
    spends = gives_turn_back(ended.end_reason) and spent_a_turn(ended)
    _leave_again(ended.lead, ended.ended_at, by=by, at=at)
    _forget_decline(ended)
    details = {"returned": ended.pk, "holder": ended.holder_id}
    reopen_assignment(ended)
    Activity.objects.create(lead=ended.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    if spends:  # the rotation is locked last
        spend_again(ended, by=by, at=at)
    return ended


def _leave_again(lead: Lead, since: datetime, *, by: User, at: datetime) -> None:
    """Take it from where the return put it at that moment, with the case that nobody is left to take it."""
    if lead.stage == Lead.Stage.HELD:
        taken = Assignment.objects.open().filter(lead=lead).select_related("holder").first()
        raise ReturnStands(WhyStays.TAKEN, taken.holder if taken is not None else None)
    if lead.stage_at != since or lead.stage not in WAYS:
        raise ReturnStands(WhyStays.MOVED)
    if lead.stage == Lead.Stage.WAITING:
        _leave_queue(lead, by=by, at=at)
    elif ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).delete()[0]:
        announce("review")
    cases = Escalation.objects.filter(lead=lead, opened_at__gte=since, closed_at__isnull=True)
    if cases.update(closed_at=at, closed_how=Escalation.Closed.TAKEN, closed_by=by):
        announce("escalations")


def _leave_queue(lead: Lead, *, by: User, at: datetime) -> None:
    rows = Entry.objects.waiting().filter(lead=lead).select_related("queue", "reserved_by")
    entry = rows.select_for_update(of=("self",)).first()
    if entry is None:
        raise ReturnStands(WhyStays.MOVED)
    if entry.reserved_until is not None and entry.reserved_until > at and entry.reserved_by_id != by.pk:
        raise ReturnStands(WhyStays.LOOKED_AT, entry.reserved_by)
    announce_departures([entry])
    entry.delete()


def _forget_decline(ended: Assignment) -> None:
    """An earlier return of the same lead by the same person counts again."""
    mine = Assignment.objects.standing().filter(lead=ended.lead_id, holder=ended.holder_id).exclude(pk=ended.pk)
    earlier = mine.filter(ended_how=Assignment.Ended.RETURNED).order_by("-ended_at", "-pk").first()
    declines = Decline.objects.filter(lead=ended.lead_id, user=ended.holder_id)
    if earlier is None or earlier.ended_at is None:
        declines.delete()
    else:
        declines.update(reason=earlier.end_reason, at=earlier.ended_at)
