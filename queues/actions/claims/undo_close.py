"""Undo that a holder closed a lead: the same person holds it again, with its clocks as they were (M7)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from leads.decisions.stages import gives_turn_back
from leads.models import Activity, Lead
from queues.actions.claims.undo import reopen_cases
from routing.actions.assignment import lock_lead
from routing.actions.lead_changes import ENDS
from routing.actions.rotation.credits import spend_again
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo, reopen_assignment
from routing.models import Assignment
from routing.queries.assignments import UNDO_WITHIN

STAGES: dict[str, str] = {how: stage for stage, how in ENDS.items()}


class NotClosed(Exception):
    """This assignment is open, or it ended in another way: a second press, or never closed."""


@transaction.atomic
def undo_close(assignment: Assignment, *, by: User, at: datetime) -> Assignment:
    """Within five minutes the lead is with its holder again, cases that the close settled are open, and a turn that it
    gave back is spent again. The view checks who may.

    Raises NotClosed, TooLateToUndo, and AlreadyWorkedOn when the lead has moved on since.
    """
    lock_lead(assignment.lead_id)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "turn")
    ended = rows.get(pk=assignment.pk)
    if ended.ended_at is None or ended.ended_how not in STAGES:
        raise NotClosed
    if at - ended.ended_at > UNDO_WITHIN:
        raise TooLateToUndo
    return reopen_closed(ended, by=by, at=at)


def reopen_closed(ended: Assignment, *, by: User, at: datetime) -> Assignment:
    """The caller has locked the lead, then the assignment. Raises AlreadyWorkedOn."""
    lead, closed_at, refunded = ended.lead, ended.ended_at, has_refunded(ended)
    if lead.stage != STAGES.get(ended.ended_how) or lead.stage_at != closed_at or closed_at is None:
        raise AlreadyWorkedOn
    details = {"closed": lead.stage, "holder": ended.holder_id}
    reopen_assignment(ended)
    reopen_cases(ended.lead_id, closed_at=closed_at)
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    if refunded:  # the rotation is locked last
        spend_again(ended, by=by, at=at)
    return ended


def has_refunded(ended: Assignment) -> bool:
    """Whether its close gave a turn back."""
    return ended.ended_how == ENDS[Lead.Stage.DISQUALIFIED] and gives_turn_back(ended.end_reason)
