"""Keep a note, or a contact, of somebody who lost the lead while writing it (M7)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.models import Activity, Lead
from routing.actions.assignment import lock_lead
from routing.queries.assignments import open_assignment


class MayNotSeeTheLead(Exception):
    """Nothing is added to the story of a lead that its writer may no longer see (C9)."""


@transaction.atomic
def add_late_words(lead: Lead, *, text: str, by: User, at: datetime, kind: str = "", outcome: str = "") -> Activity:
    """A note in the lead's story; of a merged lead, in the story of the one that was kept.

    A contact (`kind` and `outcome`) is kept as a note that says so: it stops no clock and counts in no report, because
    the lead was somebody else's by then.
    """
    lock_lead(lead.pk)
    found = Lead.objects.select_related("merged_into").get(pk=lead.pk)
    found = found.merged_into or found
    if not by.has_perm("leads.view_lead", found):
        raise MayNotSeeTheLead
    details = {"text": text} | ({"kind": kind, "outcome": outcome, "note": text} if outcome else {})
    activity = Activity.objects.create(lead=found, kind=Activity.Kind.NOTED, at=at, by=by, details=details)
    held = open_assignment(found.pk)
    if held is not None:
        announce(f"holder-{held.holder_id}")
    return activity
