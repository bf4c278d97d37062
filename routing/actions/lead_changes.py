"""What holders see of changes of their leads: a closed lead ends the assignment, a lead that comes back is
announced."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User

from config.live import announce
from leads.decisions.stages import gives_turn_back
from leads.models import Lead
from leads.queries.returns import messages_at
from routing.actions.assignment import end_assignment
from routing.actions.notifications import Message, notify_each
from routing.actions.rotation.credits import refund_assignment
from routing.models import Assignment, Notification
from routing.queries.returns import holders_of_returns, returned
from routing.signals import holder_changed

ENDS: dict[str, Assignment.Ended] = {
    Lead.Stage.CONVERTED: Assignment.Ended.CONVERTED,
    Lead.Stage.WON: Assignment.Ended.WON,
    Lead.Stage.LOST: Assignment.Ended.LOST,
    Lead.Stage.DISQUALIFIED: Assignment.Ended.DISQUALIFIED,
}


def end_assignments(leads: Sequence[Lead], *, how: str, by: User | None, at: datetime) -> list[Assignment]:
    """End the assignments of these closed leads; bad leads refund the turn."""
    held = Assignment.objects.open().filter(lead__in=[lead.pk for lead in leads]).order_by("pk")
    ended = [
        end_assignment(
            assignment, how=ENDS.get(how, Assignment.Ended.CLOSED), by=by, at=at, reason=assignment.lead.closed_reason
        )
        for assignment in held.select_related("lead")
    ]
    for assignment in ended:
        if how == Lead.Stage.DISQUALIFIED and gives_turn_back(assignment.end_reason):
            refund_assignment(assignment, reason=assignment.end_reason, by=by, at=at)
    if ended:
        holder_changed.send(Assignment, assignments=ended, at=at)
    return ended


def notify_re_engaged(leads: Sequence[Lead], *, at: datetime) -> None:
    """A lead that comes again belongs to its holder, or to the person who made a deal of it; they get a message with
    what it says (A3)."""
    rows = holders_of_returns(leads)
    said = messages_at([assignment.lead for assignment in rows], at=at)
    notify_each(
        [
            Message(
                assignment.holder_id,
                kind=Notification.Kind.RE_ENGAGED,
                key=f"back-{assignment.lead_id}-{(assignment.lead.reengaged_at or at).isoformat()}",
                lead_id=assignment.lead_id,
                details=returned(assignment.lead, said),
            )
            for assignment in rows
        ],
        at=at,
    )


def announce_corrections(leads: Sequence[Lead]) -> None:
    """Holders of these leads see corrections without reloading the page (C10)."""
    held = Assignment.objects.open().filter(lead__in=[lead.pk for lead in leads]).order_by("holder")
    announce(*(f"holder-{holder}" for holder in held.values_list("holder", flat=True)))
