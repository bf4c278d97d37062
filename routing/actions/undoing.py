"""Take an assignment back within five minutes: turn and former holder are as before (C4b)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from config.live import announce
from leads.models import Activity, Lead
from routing.actions.assignment import NotTheHolder, give_turn_back, lock_lead
from routing.models import Assignment, Rotation, RotationMember, Turn
from routing.queries import UNDO_WITHIN


class TooLateToUndo(Exception):
    """More than five minutes have passed; exactly five is in time."""


class WorkedSince(Exception):
    """The lead was contacted, or a clock of this assignment ran out: what came of it cannot be taken back."""


@transaction.atomic
def take_back(assignment: Assignment, *, by, at: datetime) -> tuple[Assignment, Assignment | None]:
    """End an open assignment as if it had never been; returns it and the one before it that stands again, if it took
    the lead from somebody. Where no one held the lead before, the caller puts it back where it waited.

    Raises NotTheHolder when it has ended, TooLateToUndo, WorkedSince.
    """
    lock_lead(assignment.lead_id)
    undone = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "turn").get(pk=assignment.pk)
    if not undone.is_open:
        raise NotTheHolder
    if at - undone.assigned_at > UNDO_WITHIN:
        raise TooLateToUndo
    if undone.first_contact_at is not None or undone.breaches:
        raise WorkedSince
    undone.ended_at, undone.ended_how, undone.ended_by = at, Assignment.Ended.UNDONE, by
    undone.save(update_fields=["ended_at", "ended_how", "ended_by"])
    if undone.turn is not None:
        _undo_turn(undone)
    before = _stand_again(undone)
    details = {"assignment": undone.pk, "holder": undone.holder_id, "how": undone.how}
    Activity.objects.create(lead=undone.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    announce(f"holder-{undone.holder_id}", *([f"holder-{before.holder_id}"] if before else []))
    return undone, before


def _undo_turn(undone: Assignment) -> None:
    """The newest turn of its rotation that stands is taken back whole. When others were taken since, the pointer stays
    where they left it, and the member has one turn ahead of the line instead."""
    turn = undone.turn
    rotation = Rotation.objects.select_for_update(no_key=True).get(pk=turn.rotation_id)
    later = Turn.objects.filter(rotation=rotation, number__gt=turn.number)
    member = RotationMember.objects.filter(rotation=rotation, rep=turn.rep_id, turns_given__gt=0)
    if later.exclude(assignment__ended_how=Assignment.Ended.UNDONE).exists():
        if member.update(turns_given=F("turns_given") - 1):
            give_turn_back(turn.pk)
        return
    was_turn_back = undone.receipt.get("because") == "turn_back"
    member.update(turns_given=F("turns_given") - 1, turns_back=F("turns_back") + int(was_turn_back))
    # an update, because save() would write a version into the history of changes, and a turn is no change
    Rotation.objects.filter(pk=rotation.pk).update(pointer=turn.pointer_before)


def _stand_again(undone: Assignment) -> Assignment | None:
    """Whoever held the lead until this very moment holds it again, with the clocks of then."""
    rows = Assignment.objects.standing().filter(lead=undone.lead_id, ended_at=undone.assigned_at)
    before = rows.exclude(pk=undone.pk).exclude(ended_how=Assignment.Ended.RETURNED).order_by("-pk").first()
    if before is None:
        return None
    before.ended_at, before.ended_how, before.ended_by, before.end_reason = None, "", None, ""
    before.save(update_fields=["ended_at", "ended_how", "ended_by", "end_reason"])
    Lead.objects.filter(pk=undone.lead_id).update(stage_at=before.assigned_at)
    return before
