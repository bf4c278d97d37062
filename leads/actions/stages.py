"""Change the stage of leads. No other code writes it, except the claim in queues/actions/claims/take_next.sql."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from leads.decisions.stages import CLOSED, Stage, stages_before
from leads.models import Activity, Lead
from leads.signals import lead_closed

CLOSING = CLOSED - {Stage.MERGED}  # leads.actions.merging closes a lead that is merged
ACTIVITY_KINDS: Mapping[str, str] = {
    Stage.NURTURE: Activity.Kind.NURTURED,
    Stage.RECYCLED: Activity.Kind.RECYCLED,
    Stage.ARCHIVED: Activity.Kind.ARCHIVED,
    Stage.PARTNER: Activity.Kind.PARTNER,
}


class StageRefusal(StrEnum):
    """Why a lead cannot go to a stage."""

    STAGE = "stage"  # no lead goes there from the stage that it has
    REASON = "reason"  # this stage needs a reason
    ALREADY = "already"  # it has this stage
    MOVED = "moved"  # it has left the stage that the caller expected
    MERGED = "merged"


class StageRefused(Exception):
    """A lead cannot go to this stage; nothing has changed."""

    def __init__(self, code: StageRefusal) -> None:
        self.code = code
        super().__init__(code)


def change_stage(
    leads: Sequence[Lead], stage: str, *, at: datetime, closed_reason: str = "", merged_into: Lead | None = None
) -> None:
    """Move all these leads to one stage, in one UPDATE inside the caller's transaction. Raises StageRefused if one of
    them may not go there from the stage that it has in the database; the caller then rolls back."""
    ids = {lead.pk for lead in leads}
    changes = {"stage": stage, "stage_at": at, "closed_reason": closed_reason}
    if stage == Stage.MERGED:
        changes["merged_into"] = merged_into
    if Lead.objects.filter(pk__in=ids, stage__in=stages_before(stage)).update(**changes) != len(ids):
        raise StageRefused(StageRefusal.STAGE)
    for lead in leads:
        for name, value in changes.items():
            setattr(lead, name, value)


def suppose_stage(lead: Lead, stage: str) -> None:
    """Of a forecast: the object has this stage, and nothing is stored."""
    lead.stage = stage


def stage_snapshot(lead: Lead) -> dict[str, str]:
    """What restore_stage() needs, as JSON can hold it."""
    since = lead.stage_at.astimezone(UTC).isoformat()
    return {"stage": str(lead.stage), "stage_at": since, "closed_reason": lead.closed_reason}


def restore_stage(lead: Lead, snapshot: Mapping[str, str]) -> None:
    """Undo: the lead has the stage of this snapshot again, since the same moment. The caller has locked the lead and
    checked that what it undoes was the last change. A lead that was merged becomes a lead of its own again."""
    lead.stage, lead.stage_at = Stage(snapshot["stage"]), datetime.fromisoformat(snapshot["stage_at"])
    lead.closed_reason, lead.merged_into = snapshot["closed_reason"], None
    lead.save(update_fields=["stage", "stage_at", "closed_reason", "merged_into"])


@transaction.atomic
def close_lead(
    lead: Lead,
    *,
    stage: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    note: str = "",
    details: Mapping[str, object] | None = None,
    only_from: str = "",
) -> Lead:
    """End the work on a lead: its clocks stop, its holder has room for another lead, and it leaves its queue. With
    `only_from`, refuses a lead that no longer has this stage."""
    if stage not in CLOSING:
        raise StageRefused(StageRefusal.STAGE)
    if stage == Stage.DISQUALIFIED and not reason:
        raise StageRefused(StageRefusal.REASON)
    locked = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
    if locked.stage == Stage.MERGED:
        raise StageRefused(StageRefusal.MERGED)
    if locked.stage == stage:
        raise StageRefused(StageRefusal.ALREADY)
    if only_from and locked.stage != only_from:
        raise StageRefused(StageRefusal.MOVED)
    closing = {"reason": reason, "note": note, **(details or {})}
    _close([locked], stage=stage, by=by, at=at, reason=reason, details=closing)
    return locked


@transaction.atomic
def close_leads(leads: Sequence[Lead], *, stage: str, by: User | None, at: datetime, reason: str = "") -> None:
    """close_lead() for many leads, which the caller has locked and just read. Raises StageRefused."""
    if stage not in CLOSING or any(lead.stage == stage for lead in leads):
        raise StageRefused(StageRefusal.STAGE)
    _close(leads, stage=stage, by=by, at=at, reason=reason, details={"reason": reason, "note": ""})


def _close(
    leads: Sequence[Lead],
    *,
    stage: str,
    by: User | None,
    at: datetime,
    reason: str,
    details: Mapping[str, object],
) -> None:
    kind, before = ACTIVITY_KINDS.get(stage, Activity.Kind.CLOSED), {lead.pk: lead.stage for lead in leads}
    change_stage(leads, stage, at=at, closed_reason=reason)
    details_of = {pk: {"stage": stage, "from": was, **details} for pk, was in before.items()}
    Activity.objects.bulk_create(
        [Activity(lead=lead, kind=kind, at=at, by=by, details=details_of[lead.pk]) for lead in leads]
    )
    lead_closed.send(Lead, leads=list(leads), how=stage, by=by, at=at)
