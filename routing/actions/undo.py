"""Undo an assignment within five minutes: turn, ledger and former holder are as before (C4b)."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.actions.stages import change_stage
from leads.models import Activity, Lead
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.actions.rotation.credits import lock_and_open, take_back_refund, uncount_turn
from routing.actions.rotation.ledger import LedgerSession, close_session, mark_changed
from routing.decisions.rotation.ledger import RESTORED, UndoMode
from routing.decisions.rotation.needs import settle_needs
from routing.decisions.rotation.state import Candidate, adjust_balance
from routing.models import Assignment, LedgerLine, Turn
from routing.queries.assignments import UNDO_WITHIN

TURNS_ONLY = {LedgerLine.Kind.GIVEN, LedgerLine.Kind.UNDONE}


class TooLateToUndo(Exception):
    """More than five minutes have passed; exactly five is in time."""


class AlreadyWorkedOn(Exception):
    """The lead was contacted, or a contact limit of this assignment passed: that cannot be undone."""


@transaction.atomic
def revert_assignment(assignment: Assignment, *, by: User | None, at: datetime) -> tuple[Assignment, Assignment | None]:
    """End an open assignment as if it had not been made. If it took the lead from somebody, that earlier assignment is
    open again; otherwise the caller puts the lead back where it waited. Returns both, None for no earlier one.

    Raises NotTheHolder when the assignment has ended, TooLateToUndo, AlreadyWorkedOn.
    """
    lock_lead(assignment.lead_id)
    undone = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "turn").get(pk=assignment.pk)
    if not undone.is_open:
        raise NotTheHolder
    if at - undone.assigned_at > UNDO_WITHIN:
        raise TooLateToUndo
    if undone.first_contact_at is not None or undone.breaches or _is_touched(undone):
        raise AlreadyWorkedOn
    undone.ended_at, undone.ended_how, undone.ended_by = at, Assignment.Ended.UNDONE, by
    undone.save(update_fields=["ended_at", "ended_how", "ended_by"])
    if undone.turn is not None:
        _undo_turn(undone.turn, by=by, at=at)
    else:
        uncount_turn(undone, reason="undone", by=by, at=at)
        take_back_refund(undone, by=by, at=at)
    before = _reopen_previous(undone)
    details = {"assignment": undone.pk, "holder": undone.holder_id, "how": undone.how}
    Activity.objects.create(lead=undone.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    announce(f"holder-{undone.holder_id}", *([f"holder-{before.holder_id}"] if before else []))
    return undone, before


def _is_touched(undone: Assignment) -> bool:
    """What a colleague handed over is the new holder's from the first note on (M7)."""
    if undone.how != Assignment.How.HANDED_OVER:
        return False
    acts = Activity.objects.filter(lead=undone.lead_id, by=undone.holder_id, at__gte=undone.assigned_at)
    return acts.exists()


def _undo_turn(turn: Turn, *, by: User | None, at: datetime) -> None:
    """If nothing has moved the rotation since this turn, its state becomes what it was before. Otherwise the rotation
    goes on from where it is, and the member gets one turn ahead of the others."""
    session = lock_and_open(turn.rotation_id, at=at)
    member = next((each for each in session.state.members if each.rep_id == turn.rep_id), None)
    if member is None or not turn.before or _is_fallback(turn):
        session.note(LedgerLine.Kind.UNDONE, member, turn=turn, details={"way": UndoMode.NONE}, by=by)
        close_session(session)
        return
    is_whole = not _moved_since(turn)
    if is_whole:
        _restore(session, turn)
    else:
        session.state = adjust_balance(session.state, member, turn.size, owed=1)
        mark_changed(session, [member.member_id])
    session.uncount(member, given_at=turn.at)
    owed = int(turn.is_owed) if is_whole else 1
    details: dict[str, str] = {"way": UndoMode.WHOLE if is_whole else UndoMode.CREDIT}
    if turn.is_owed:
        day = _day_of(turn, session)
        session.paid_back[member.member_id] = day
        details["paid_on"] = day.isoformat()
    session.note(LedgerLine.Kind.UNDONE, member, turn=turn, given=-turn.size, owed=owed, details=details, by=by)
    close_session(session)


def _day_of(turn: Turn, session: LedgerSession) -> date:
    """The day whose allowance of owed turns the turn used, in the time zone that held then."""
    zone = turn.roster.rules.get("tz") if turn.roster is not None else None
    return turn.at.astimezone(ZoneInfo(zone) if zone else session.tz).date()


def _is_fallback(turn: Turn) -> bool:
    return LedgerLine.objects.filter(turn=turn, kind=LedgerLine.Kind.GIVEN, member__isnull=True).exists()


def _moved_since(turn: Turn) -> bool:
    """Whether the ledger has anything after this turn except turns that were undone completely."""
    own = LedgerLine.objects.filter(turn=turn, kind=LedgerLine.Kind.GIVEN).values_list("pk", flat=True).first()
    later = LedgerLine.objects.filter(rotation=turn.rotation_id, pk__gt=own or 0).order_by("pk")
    if later.exclude(kind__in=TURNS_ONLY).exists():
        return True
    undone = later.filter(kind=LedgerLine.Kind.UNDONE)
    if undone.exclude(details__way=UndoMode.WHOLE).exists():
        return True
    return later.filter(kind=LedgerLine.Kind.GIVEN).exclude(turn__in=undone.values("turn")).exists()


def _restore(session: LedgerSession, turn: Turn) -> None:
    pointer, in_block, virtual, rest = turn.before["rotation"]
    then = turn.before["members"]
    has_needs, run = bool(session.state.needs), turn.virtual - virtual
    session.state = settle_needs(session.state)
    lacking = set(turn.roster.lacking(turn.need)) if turn.roster is not None else set()

    def before(each: Candidate) -> Candidate:
        if str(each.member_id) in then:
            return replace(each, **dict(zip(RESTORED, then[str(each.member_id)], strict=False)))
        return replace(each, base=each.base - run) if each.member_id in lacking else each

    members = tuple([before(each) for each in session.state.members])
    session.state = replace(
        session.state, members=members, pointer=pointer, in_block=in_block, virtual=virtual, rest=rest
    )
    everybody = has_needs or bool(lacking)
    mark_changed(session, [each.member_id for each in members if everybody or str(each.member_id) in then])


def _reopen_previous(undone: Assignment) -> Assignment | None:
    """Reopen the assignment that ended when the undone one began, with its clocks as they were."""
    rows = Assignment.objects.standing().filter(lead=undone.lead_id, ended_at=undone.assigned_at)
    before = rows.exclude(pk=undone.pk).exclude(ended_how=Assignment.Ended.RETURNED).order_by("-pk").first()
    if before is None:
        return None
    before.lead = undone.lead
    return reopen_assignment(before)


def reopen_assignment(ended: Assignment) -> Assignment:
    """Its holder has the lead again, with its clocks as they were. The caller has locked the lead, which nobody holds
    and which waits nowhere."""
    ended.ended_at, ended.ended_how, ended.ended_by, ended.end_reason = None, "", None, ""
    ended.save(update_fields=["ended_at", "ended_how", "ended_by", "end_reason"])
    change_stage([ended.lead], Lead.Stage.HELD, at=ended.assigned_at)
    announce(f"holder-{ended.holder_id}")
    return ended
