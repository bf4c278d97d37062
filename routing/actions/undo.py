"""Take an assignment back within five minutes: turn, ledger and former holder are as before (C4b)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from config.live import announce
from leads.actions.stages import change_stage
from leads.models import Activity, Lead
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.actions.rotation.credits import locked, uncount
from routing.actions.rotation.ledger import Book, close, touch
from routing.decisions.rotation.skipped_turns import credited
from routing.models import Assignment, LedgerLine, Turn
from routing.queries.assignments import UNDO_WITHIN

TAKEN_ONLY = {LedgerLine.Kind.GIVEN, LedgerLine.Kind.UNDONE}


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
        _undo_turn(undone.turn, by=by, at=at)
    else:
        uncount(undone, reason="undone", by=by, at=at)
    before = _stand_again(undone)
    details = {"assignment": undone.pk, "holder": undone.holder_id, "how": undone.how}
    Activity.objects.create(lead=undone.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    announce(f"holder-{undone.holder_id}", *([f"holder-{before.holder_id}"] if before else []))
    return undone, before


def _undo_turn(turn: Turn, *, by, at: datetime) -> None:
    """The newest turn of its rotation that stands is taken back whole. When anything else moved the rotation since, it
    goes on from where it stands, and the member has one turn ahead of the line instead."""
    book = locked(turn.rotation_id, at=at)
    member = next((each for each in book.line.members if each.rep_id == turn.rep_id), None)
    if member is None or not turn.before or _is_fallback(turn):
        book.note(LedgerLine.Kind.UNDONE, member, turn=turn, details={"way": "none"}, by=by)
        close(book)
        return
    is_whole = not _moved_since(turn)
    if is_whole:
        _restore(book, turn)
    else:
        back = credited(member, 1)
        back = replace(back, balance=member.balance + turn.size)
        members = tuple(back if each is member else each for each in book.line.members)
        book.line = replace(book.line, members=members)
        touch(book, [member.member_id])
    book.count(member, is_owed=False, turns=-1)
    owed = int(turn.is_owed) if is_whole else 1
    details = {"way": "whole" if is_whole else "credit"}
    book.note(LedgerLine.Kind.UNDONE, member, turn=turn, given=-turn.size, owed=owed, details=details, by=by)
    close(book)


def _is_fallback(turn: Turn) -> bool:
    return LedgerLine.objects.filter(turn=turn, kind=LedgerLine.Kind.GIVEN, member__isnull=True).exists()


def _moved_since(turn: Turn) -> bool:
    """Whether anything but turns that were undone themselves, whole, stands in the ledger after this turn."""
    own = LedgerLine.objects.filter(turn=turn, kind=LedgerLine.Kind.GIVEN).values_list("pk", flat=True).first()
    later = LedgerLine.objects.filter(rotation=turn.rotation_id, pk__gt=own or 0).order_by("pk")
    if later.exclude(kind__in=TAKEN_ONLY).exists():
        return True
    undone = later.filter(kind=LedgerLine.Kind.UNDONE)
    if undone.exclude(details__way="whole").exists():
        return True
    return later.filter(kind=LedgerLine.Kind.GIVEN).exclude(turn__in=undone.values("turn")).exists()


def _restore(book: Book, turn: Turn) -> None:
    pointer, in_block, virtual, rest = turn.before["rotation"]
    then = turn.before["members"]
    members = tuple(
        replace(each, **dict(zip(("balance", "base", "owed", "takes_part"), then[str(each.member_id)], strict=True)))
        if str(each.member_id) in then
        else each
        for each in book.line.members
    )
    book.line = replace(book.line, members=members, pointer=pointer, in_block=in_block, virtual=virtual, rest=rest)
    touch(book, [each.member_id for each in members if str(each.member_id) in then])


def _stand_again(undone: Assignment) -> Assignment | None:
    """Whoever held the lead until this very moment holds it again, with the clocks of then."""
    rows = Assignment.objects.standing().filter(lead=undone.lead_id, ended_at=undone.assigned_at)
    before = rows.exclude(pk=undone.pk).exclude(ended_how=Assignment.Ended.RETURNED).order_by("-pk").first()
    if before is None:
        return None
    before.ended_at, before.ended_how, before.ended_by, before.end_reason = None, "", None, ""
    before.save(update_fields=["ended_at", "ended_how", "ended_by", "end_reason"])
    change_stage([undone.lead], Lead.Stage.HELD, at=before.assigned_at)
    return before
