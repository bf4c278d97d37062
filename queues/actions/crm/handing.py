"""Give a lead to the person whom somebody made its owner in a CRM (I4)."""

from datetime import datetime

from leads.models import Lead
from queues.models import Connection, Entry
from queues.queries.limits import terms_of
from routing.actions.assignment import AssignmentRequest, assign_many, reassign
from routing.models import Assignment


def hand_to(user_id: int, lead: Lead, held: Assignment | None, *, connection: Connection, at: datetime) -> Assignment:
    """From its holder, out of its queue, or off the review desk; the caller has locked the lead and checked that this
    person can hold leads. A new clock to first contact starts, as after every change of holder (D2). No turn is
    charged or given back (F6c): no rotation had a part in it."""
    entry = Entry.objects.filter(lead=lead).select_related("queue").order_by("-entered_at", "-pk").first()
    queue = entry.queue if entry is not None else None
    request = AssignmentRequest(
        lead=lead,
        holder_id=user_id,
        how=Assignment.How.CRM,
        place_name=queue.name if queue is not None else "",
        receipt={"kind": "crm", "how": Assignment.How.CRM, "crm": connection.kind, "connection": connection.name},
        terms=terms_of(queue, lead.lead_type),
        why={"crm": connection.kind, "connection": connection.name},
    )
    if held is not None:
        return reassign(held, request=request, ended_how=Assignment.Ended.REASSIGNED, by=None, at=at)
    return assign_many([request], by=None, at=at)[0]
