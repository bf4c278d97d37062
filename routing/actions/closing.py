"""End a holder's work on a lead: opportunity, won, lost, disqualified (C4)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from leads.actions.stages import close_lead
from leads.models import Lead
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.models import Assignment


@transaction.atomic
def close_held_lead(
    assignment: Assignment, *, stage: str, by: User, at: datetime, reason: str = "", note: str = ""
) -> Lead:
    """close_lead() for the holder; raises NotTheHolder when somebody else has the lead now."""
    lock_lead(assignment.lead_id)
    if not Assignment.objects.open().filter(pk=assignment.pk).exists():
        raise NotTheHolder
    return close_lead(assignment.lead, stage=stage, reason=reason, note=note, by=by, at=at)
