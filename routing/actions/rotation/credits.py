"""Turns that are refunded, given ahead of the others, or counted: each with a ledger line that says who and why (F6b,
F6c)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from routing.actions.rotation.ledger import LedgerSession, close_session, mark_changed, open_session
from routing.decisions.rotation.skipped_turns import charge_lead
from routing.decisions.rotation.state import TURN, Candidate, adjust_balance
from routing.decisions.rotation.strategies.by_value import count_for_spread
from routing.models import Assignment, LedgerLine, Rep, Rotation, RotationMember, Turn
from routing.queries.rotation.ledger import unused_by_line

MAX_TURNS = 100
REASSIGNED = "reassigned"


class NotAMember(Exception):
    """This rep is no member of this rotation (any more)."""


class TooManyTurns(Exception):
    """Between 1 and MAX_TURNS turns can be given at once."""


class AlreadyGiven(Exception):
    """The same person gave the same turns since the page was shown: a second click, not a second decision."""


class NothingLeft(Exception):
    """All turns of this catch-up were used or taken back."""


@transaction.atomic
def refund_turn(turn: Turn, *, reason: str, by: User | None, at: datetime) -> None:
    """The member whose turn was spent on a bad lead gets one ahead of the others (C4). Nothing happens if the member
    left."""
    session = lock_and_open(turn.rotation_id, at=at)
    member = next((each for each in session.state.members if each.rep_id == turn.rep_id), None)
    if member is None:
        return
    details = {"reason": reason, "turn": turn.number}
    size = _weight_of(session, turn)
    _credit(session, member, 1, size=size, kind=LedgerLine.Kind.CREDIT, by=by, details=details)


def refund_assignment(ended: Assignment, *, reason: str, by: User | None, at: datetime) -> bool:
    """Refund the turn that was spent on this lead, or that the lead counted as; False when there was none."""
    if ended.turn is None:
        return uncount_turn(ended, reason=reason, by=by, at=at)
    refund_turn(ended.turn, reason=reason, by=by, at=at)
    return True


@transaction.atomic
def catch_up(
    rotation: Rotation, *, rep: Rep, turns: int, why: str, by: User | None, at: datetime, known: int | None = None
) -> RotationMember:
    """Give this rep the next turns, ahead of the others; logged with who and why (F10). `known` is the number of the
    newest ledger line that the page showed; None for a caller without a page."""
    if not 1 <= turns <= MAX_TURNS:
        raise TooManyTurns
    session = lock_and_open(rotation.pk, at=at)
    member = next((each for each in session.state.members if each.rep_id == rep.pk), None)
    if member is None:
        raise NotAMember
    if known is not None:
        same = LedgerLine.objects.filter(rotation=rotation, rep=rep, by=by, kind=LedgerLine.Kind.CATCH_UP)
        if same.filter(pk__gt=known, owed=turns, details__why=why).exists():
            raise AlreadyGiven
    _credit(session, member, turns, kind=LedgerLine.Kind.CATCH_UP, by=by, details={"why": why})
    _announce(rep.user_id)
    return RotationMember.objects.get(pk=member.member_id)


@transaction.atomic
def take_back_catch_up(line: LedgerLine, *, why: str, by: User | None, at: datetime) -> int:
    """Take back the turns of a catch-up that are not used yet, with a ledger line of their own (F10). Returns how many.
    Raises NothingLeft."""
    session = lock_and_open(line.rotation_id, at=at)
    member = next((each for each in session.state.members if each.member_id == line.member), None)
    left = unused_by_line([line], {line.member or 0: member.owed if member else 0})[line.pk]
    if member is None or line.rep is None or not left:
        raise NothingLeft
    details = {"why": why, "takes_back": line.pk}
    _credit(session, member, -left, kind=LedgerLine.Kind.CATCH_UP, by=by, details=details)
    _announce(line.rep.user_id)
    return left


def _announce(user_id: int) -> None:
    announce("people", f"holder-{user_id}")


@transaction.atomic
def count_as_turn(
    rotation: Rotation,
    *,
    user_id: int,
    size: int = TURN,
    why: str,
    by: User | None,
    at: datetime,
    assignment: Assignment | None = None,
    instead_of: Assignment | None = None,
) -> bool:
    """Count a lead that was given outside the rotation as a turn (F6c); False when the user is no member. The receipt
    of the assignment names the rotation, so that an undo finds it. `instead_of` is the assignment that ended with it:
    its turn is refunded, because somebody else has the lead now."""
    session = lock_and_open(rotation.pk, at=at)
    refunded = False
    if instead_of is not None and assignment is not None:
        refunded = _refund_former_holder(session, instead_of, assignment, size=size, by=by)
    member = _member_of_user(session, user_id)
    if member is None:
        if refunded:
            close_session(session)
        return False
    session.state = charge_lead(session.state, member, size=size)
    session.count(member, is_owed=False)
    details = {"why": why} | ({"assignment": assignment.pk} if assignment else {})
    session.note(LedgerLine.Kind.COUNTED, member, given=size, details=details, by=by)
    close_session(session)
    if assignment is not None:
        assignment.receipt |= {"counted": {"rotation": rotation.pk, "name": rotation.name, "why": why}}
        assignment.save(update_fields=["receipt"])
    return True


def _refund_former_holder(
    session: LedgerSession, former: Assignment, assignment: Assignment, *, size: int, by: User | None
) -> bool:
    """The receipt of the new assignment names the rep and what was refunded (`size`, or what the turn weighed), so that
    an undo can take it back. False when the lead was no turn of this rotation, or the former holder is no member."""
    turn, counted = former.turn, (former.receipt or {}).get("counted")
    spent_in = turn.rotation_id if turn is not None else counted["rotation"] if counted else None
    member = _member_of_user(session, former.holder_id)
    if spent_in != session.rotation.pk or member is None:
        return False
    details = {"reason": REASSIGNED, "turn": turn.number if turn is not None else None}
    size = _weight_of(session, turn) if turn is not None else size
    session.state = adjust_balance(session.state, member, size, owed=1)
    mark_changed(session, [member.member_id])
    session.note(LedgerLine.Kind.CREDIT, member, owed=1, given=-size, details=details, by=by)
    assignment.receipt |= {"refunded": {"rotation": session.rotation.pk, "rep": member.rep_id, "size": size}}
    assignment.save(update_fields=["receipt"])
    return True


@transaction.atomic
def take_back_refund(assignment: Assignment, *, by: User | None, at: datetime) -> None:
    """An undone assignment had refunded the turn of the former holder, who has the lead again and pays for it."""
    refunded = (assignment.receipt or {}).get("refunded")
    if not refunded:
        return
    session = lock_and_open(refunded["rotation"], at=at)
    _charge_again(session, refunded["rep"], assignment, size=refunded.get("size", TURN), by=by)


def _charge_again(session: LedgerSession, rep_id: int, assignment: Assignment, *, size: int, by: User | None) -> None:
    member = next((each for each in session.state.members if each.rep_id == rep_id), None)
    if member is not None:
        owed = -1 if member.owed > 0 else 0  # else the refunded turn was given by now
        counted = member if owed else count_for_spread(session.state, member)
        session.state = adjust_balance(session.state, counted, -size, owed=owed)
        mark_changed(session, [member.member_id])
        details = {"why": "undone", "assignment": assignment.pk}
        session.note(LedgerLine.Kind.COUNTED, member, owed=owed, given=size, details=details, by=by)
    close_session(session)


@transaction.atomic
def spend_again(assignment: Assignment, *, by: User | None, at: datetime) -> None:
    """The opposite of refund_assignment(): the lead is no bad lead after all, so its holder pays for it."""
    turn, counted = assignment.turn, (assignment.receipt or {}).get("counted")
    if turn is not None:
        session = lock_and_open(turn.rotation_id, at=at)
        _charge_again(session, turn.rep_id, assignment, size=_weight_of(session, turn), by=by)
    elif counted:
        session = lock_and_open(counted["rotation"], at=at)
        member = _member_of_user(session, assignment.holder_id)
        lines = LedgerLine.objects.filter(rotation=session.rotation, kind=LedgerLine.Kind.COUNTED)
        first = lines.filter(details__assignment=assignment.pk, given__gt=0).order_by("pk").first()
        if member is not None and first is not None:
            session.state = charge_lead(session.state, member, size=first.given)
            session.count(member, is_owed=False)
            details = {"why": "undone", "assignment": assignment.pk}
            session.note(LedgerLine.Kind.COUNTED, member, given=first.given, details=details, by=by)
        close_session(session)


@transaction.atomic
def uncount_turn(assignment: Assignment, *, reason: str, by: User | None, at: datetime) -> bool:
    """A lead that was given outside the rotation and counted as a turn counts no more: it was undone, or it was a bad
    lead (C4, C4b). False when it did not count, does not count any more, or the member left."""
    counted = (assignment.receipt or {}).get("counted")
    if not counted:
        return False
    session = lock_and_open(counted["rotation"], at=at)
    member = _member_of_user(session, assignment.holder_id)
    if member is None:
        return False
    counted_lines = LedgerLine.objects.filter(
        rotation=session.rotation, rep=member.rep_id, kind=LedgerLine.Kind.COUNTED
    )
    lines = list(counted_lines.filter(details__assignment=assignment.pk).order_by("pk"))
    if not lines or sum(line.given for line in lines) <= 0:
        return False
    size = lines[0].given
    session.state = charge_lead(session.state, member, size=-size)
    session.uncount(member, given_at=lines[0].at)
    details = {"why": reason, "assignment": assignment.pk}
    session.note(LedgerLine.Kind.COUNTED, member, given=-size, details=details, by=by)
    close_session(session)
    return True


def lock_and_open(rotation_id: int, *, at: datetime) -> LedgerSession:
    """Lock the rotation and open a session on it."""
    rotation = Rotation.objects.select_for_update(no_key=True).get(pk=rotation_id)
    return open_session(rotation, at=at)


def _member_of_user(session: LedgerSession, user_id: int) -> Candidate | None:
    return next((session.member(pk) for pk, user in session.state.users.items() if user == user_id), None)


def _weight_of(session: LedgerSession, turn: Turn) -> int:
    """What the turn weighed: its value where value is shared (F8), else one turn."""
    return turn.size or TURN if session.rotation.way == Rotation.Strategy.VALUE else TURN


def _credit(
    session: LedgerSession,
    member: Candidate,
    turns: int,
    *,
    kind: str,
    by: User | None,
    details: dict,
    size: int = TURN,
) -> None:
    """`size` is what each of the turns weighs."""
    session.state = adjust_balance(session.state, member, turns * size, owed=turns)
    mark_changed(session, [member.member_id])
    session.note(kind, member, owed=turns, given=-turns * size, details=details, by=by)
    close_session(session)
