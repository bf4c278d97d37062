"""Take back a correction of a lead's fields (M7)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from config.company import company_zone
from leads.actions.corrections import correct_lead
from leads.decisions.own_fields.names import kind_and_key
from leads.decisions.own_fields.reading import FieldReading, read_value
from leads.models import Account, Activity, Lead
from leads.queries.corrections import Change, changes_of, is_taken_back

UNDO_WITHIN = timedelta(minutes=5)
NUMBERS = {"company_size", "score", "engagement"}
KEPT_AS_NAMES = {"account", "source", "deal_size"}  # the activity has their names only


class CorrectionIsUndone(Exception):
    """This was taken back already."""


class CorrectionStays(Exception):
    """Too late, or a value that was there before is not known."""


@transaction.atomic
def undo_correction(act: Activity, *, by: User, at: datetime) -> Activity:
    """Within five minutes the fields, identities, score and place are as before. It is a correction of its own, because
    a queue as it stood (K3) reads what there was in between. The view checks who may.

    Raises CorrectionIsUndone, CorrectionStays, and what correct_lead() raises; Outdated when a field has changed since.
    """
    lead = Lead.objects.select_for_update(no_key=True).get(pk=act.lead_id)
    if is_taken_back(act):
        raise CorrectionIsUndone
    changes = changes_of([act]).get(act.pk, [])
    if at - act.at > UNDO_WITHIN or not changes or not all(_is_known(each) for each in changes):
        raise CorrectionStays
    before: dict[str, object] = {each.field: _value(each.field, each.before) for each in changes}
    after = {each.field: _value(each.field, each.after) for each in changes}
    if "account_was" in act.details:
        before["account"] = Account.objects.filter(pk=act.details["account_was"]).first()
    return correct_lead(lead, before, by=by, at=at, expected=after, undoes=act).activity


def _is_known(change: Change) -> bool:
    return change.is_known and change.field not in KEPT_AS_NAMES


def _value(field: str, value: str | int | None) -> str | int | float | None:
    if own := kind_and_key(field):
        kind, key = own
        return read_value(FieldReading(key, kind), value or "", company_zone())
    return value if field in NUMBERS else value or ""
