"""A rep hands a lead to a named colleague, where a manager lets the team do so (M7)."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from config.web.people import display_name
from queues.models import Escalation, Queue
from queues.queries.handing_over import Colleague, colleagues, hands_over
from queues.queries.limits import terms_of
from routing.actions.assignment import AssignmentRequest, NotTheHolder, lock_lead, reassign
from routing.models import Assignment, Rep


class HandOverRefusal(StrEnum):
    """Why a lead stays with its holder."""

    OFF = "off"  # no team of this person hands leads over
    NOBODY = "nobody"  # not a colleague who may have it
    AWAY = "away"  # away or full; `anyway` was not chosen
    CONTACT_FIRST = "contact_first"  # it was handed to this person, who has contacted no one
    ESCALATED = "escalated"  # a manager decides about it


class HandOverRefused(Exception):
    """`colleague`: who is away or full."""

    def __init__(self, code: HandOverRefusal, colleague: Colleague | None = None) -> None:
        self.code, self.colleague = code, colleague
        super().__init__(code)


@transaction.atomic
def hand_over(
    assignment: Assignment, *, to: Rep, reason: str, note: str, anyway: bool, by: User, at: datetime
) -> Assignment:
    """The colleague holds the lead with a new clock to first contact, as after every change of holder (D2), and gets a
    message with the reason.

    No rotation moves (F6c): the giver has had the turn for this lead, so it is not refunded, and a colleague who was
    not asked pays for none. A lead that was handed over is contacted before it is handed on, and one that a manager
    decides about stays, or clocks could be renewed from hand to hand. Raises NotTheHolder, HandOverRefused.
    """
    lock_lead(assignment.lead_id)
    held = Assignment.objects.select_for_update(of=("self",)).select_related("lead").get(pk=assignment.pk)
    if not held.is_open or held.holder_id != by.pk:
        raise NotTheHolder
    _check(held, by)
    _choose(held, to, anyway=anyway, at=at)
    queue = Queue.objects.filter(pk=held.place_id).first() if held.place_id else None
    why = {"by_name": display_name(by), "reason": reason, "note": note}
    request = AssignmentRequest(
        lead=held.lead,
        holder_id=to.user_id,
        how=Assignment.How.HANDED_OVER,
        place_name=held.place_name,
        receipt={"kind": "handed_over", "how": Assignment.How.HANDED_OVER, "by": display_name(by), "reason": reason},
        terms=terms_of(queue, held.lead.lead_type),
        why=why,
    )
    return reassign(held, request=request, ended_how=Assignment.Ended.REASSIGNED, by=by, at=at)


def _check(held: Assignment, by: User) -> None:
    if not hands_over(by):
        raise HandOverRefused(HandOverRefusal.OFF)
    if held.how == Assignment.How.HANDED_OVER and held.first_contact_at is None:
        raise HandOverRefused(HandOverRefusal.CONTACT_FIRST)
    if Escalation.objects.filter(lead=held.lead_id, closed_at__isnull=True).exists():
        raise HandOverRefused(HandOverRefusal.ESCALATED)


def _choose(held: Assignment, to: Rep, *, anyway: bool, at: datetime) -> None:
    chosen = next((one for one in colleagues(held, at=at) if one.rep.pk == to.pk), None)
    if chosen is None:
        raise HandOverRefused(HandOverRefusal.NOBODY)
    if not chosen.is_ready and not anyway:
        raise HandOverRefused(HandOverRefusal.AWAY, chosen)
