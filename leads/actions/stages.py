"""Close leads and reopen them: won, lost, disqualified, nurture, rejected."""

from datetime import datetime

from django.db import transaction

from leads.models import Activity, Lead
from leads.signals import lead_closed, lead_opened

CLOSING = {
    Lead.Stage.CONVERTED,
    Lead.Stage.WON,
    Lead.Stage.LOST,
    Lead.Stage.DISQUALIFIED,
    Lead.Stage.REJECTED,
    Lead.Stage.NURTURE,
    Lead.Stage.RECYCLED,
    Lead.Stage.ARCHIVED,
}
ACTIVITY = {
    Lead.Stage.NURTURE: Activity.Kind.NURTURED,
    Lead.Stage.RECYCLED: Activity.Kind.RECYCLED,
    Lead.Stage.ARCHIVED: Activity.Kind.ARCHIVED,
}


class StageRefused(Exception):
    """A lead cannot go to this stage; `code` is `stage`, `reason`, `already`, `moved` or `merged`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def close_lead(
    lead: Lead,
    *,
    stage: str,
    by,
    at: datetime,
    reason: str = "",
    note: str = "",
    details: dict | None = None,
    only_from: str = "",
) -> Lead:
    """End the work on a lead: the clocks stop, the holder is free, the waiting place is given up. `only_from` refuses
    a lead that has left this stage meanwhile."""
    if stage not in CLOSING:
        raise StageRefused("stage")
    if stage == Lead.Stage.DISQUALIFIED and not reason:
        raise StageRefused("reason")
    locked = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
    if locked.stage == Lead.Stage.MERGED:
        raise StageRefused("merged")
    if locked.stage == stage:
        raise StageRefused("already")
    if only_from and locked.stage != only_from:
        raise StageRefused("moved")
    before = locked.stage
    locked.stage, locked.stage_at, locked.closed_reason = stage, at, reason
    locked.save(update_fields=["stage", "stage_at", "closed_reason"])
    Activity.objects.create(
        lead=locked,
        kind=ACTIVITY.get(stage, Activity.Kind.CLOSED),
        at=at,
        by=by,
        details={"stage": stage, "from": before, "reason": reason, "note": note, **(details or {})},
    )
    lead_closed.send(Lead, leads=[locked], how=stage, by=by, at=at)
    return locked


@transaction.atomic
def reopen_lead(lead: Lead, *, by, at: datetime) -> Lead:
    """Put a closed lead before the entry rules again; it keeps its age (L9), a recycled lead starts a new clock."""
    locked = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
    if locked.stage not in CLOSING:
        raise StageRefused("stage")
    before = locked.stage
    locked.stage, locked.stage_at, locked.closed_reason = Lead.Stage.CAPTURED, at, ""
    locked.save(update_fields=["stage", "stage_at", "closed_reason"])
    Activity.objects.create(lead=locked, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": before})
    lead_opened.send(Lead, leads=[locked], at=at)
    return locked
