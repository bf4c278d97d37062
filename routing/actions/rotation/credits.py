"""Turns given back, caught up or counted: always with a line in the ledger that says who and why (F6b, F6c)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from config.live import announce
from routing.actions.rotation.ledger import Book, close, opened, touch
from routing.decisions.rotation.skipped_turns import counted, credited
from routing.decisions.rotation.state import TURN, Candidate, Way
from routing.models import Assignment, LedgerLine, Rotation, RotationMember, Turn
from routing.queries.rotation.ledger import unused
from routing.queries.rotation.state import seen

MOST_AT_ONCE = 100


class NotAMember(Exception):
    """This rep takes no turns in this rotation (any more)."""


class TooManyTurns(Exception):
    """Between 1 and MOST_AT_ONCE turns can be given at once."""


class GivenAlready(Exception):
    """The same was given by the same person since the page was shown: a second click, not a second act."""


class NothingLeft(Exception):
    """All turns of this catch-up were made good, or were taken back."""


@transaction.atomic
def give_turn_back(turn: Turn, *, reason: str, by, at: datetime) -> None:
    """The member whose turn was spent on a bad lead gets one ahead of the line (C4). Nothing, if the member left."""
    book = locked(turn.rotation_id, at=at)
    member = next((each for each in book.line.members if each.rep_id == turn.rep_id), None)
    if member is None:
        return
    _credit(book, member, 1, kind=LedgerLine.Kind.CREDIT, by=by, details={"reason": reason, "turn": turn.number})


def give_back(ended: Assignment, *, reason: str, by, at: datetime) -> bool:
    """The turn that was spent on this lead, or that it counted as; False when there was none."""
    if ended.turn_id is None:
        return uncount(ended, reason=reason, by=by, at=at)
    give_turn_back(ended.turn, reason=reason, by=by, at=at)
    return True


@transaction.atomic
def catch_up(
    rotation: Rotation, *, rep, turns: int, why: str, by, at: datetime, known: int | None = None
) -> RotationMember:
    """Give this rep the next turns, ahead of the line; logged with who and why (F10). `known` is the newest line of the
    ledger that the page had shown, None for a caller that shows no page."""
    if not 1 <= turns <= MOST_AT_ONCE:
        raise TooManyTurns
    book = locked(rotation.pk, at=at)
    member = next((each for each in book.line.members if each.rep_id == rep.pk), None)
    if member is None:
        raise NotAMember
    if known is not None:
        same = LedgerLine.objects.filter(rotation=rotation, rep=rep, by=by, kind=LedgerLine.Kind.CATCH_UP)
        if same.filter(pk__gt=known, owed=turns, details__why=why).exists():
            raise GivenAlready
    _credit(book, member, turns, kind=LedgerLine.Kind.CATCH_UP, by=by, details={"why": why})
    _tell(rep.user_id)
    return RotationMember.objects.get(pk=member.member_id)


@transaction.atomic
def take_catch_up_back(line: LedgerLine, *, why: str, by, at: datetime) -> int:
    """The turns of a catch-up that are not used yet are given no more, as a line of its own; how many they were (F10).
    Raises NothingLeft."""
    book = locked(line.rotation_id, at=at)
    member = next((each for each in book.line.members if each.member_id == line.member), None)
    left = unused([line], {line.member: member.owed if member else 0})[line.pk]
    if member is None or not left:
        raise NothingLeft
    details = {"why": why, "takes_back": line.pk}
    _credit(book, member, -left, kind=LedgerLine.Kind.CATCH_UP, by=by, details=details)
    _tell(line.rep.user_id)
    return left


def _tell(user_id: int) -> None:
    announce("people", f"holder-{user_id}")


@transaction.atomic
def count_as_turn(
    rotation: Rotation,
    *,
    user_id: int,
    size: int = TURN,
    why: str,
    by,
    at: datetime,
    assignment: Assignment | None = None,
) -> bool:
    """A lead that came by another way counts as a turn, where the rotation says so (F6c); False: not a member. The
    receipt of the assignment names the rotation, so that an undo finds it."""
    book = locked(rotation.pk, at=at)
    pk = next((pk for pk, user in book.users.items() if user == user_id), None)
    if pk is None:
        return False
    member = book.member(pk)
    in_turn = book.line.way != Way.VALUE and not (book.line.way == Way.SMOOTH and book.line.has_weights)
    had = counted(member, book.line.virtual, size=size, in_turn=in_turn)
    _put(book, had)
    book.count(had, is_owed=False)
    due = had.balance + size - member.balance
    details = {"why": why} | ({"assignment": assignment.pk} if assignment else {})
    book.note(LedgerLine.Kind.COUNTED, member, due=due, given=size, owed=-int(in_turn), details=details, by=by)
    close(book)
    if assignment is not None:
        assignment.receipt |= {"counted": {"rotation": rotation.pk, "name": rotation.name, "why": why}}
        assignment.save(update_fields=["receipt"])
    return True


@transaction.atomic
def uncount(assignment: Assignment, *, reason: str, by, at: datetime) -> bool:
    """A lead that counted as a turn by another way counts no more: it was undone, or it was a bad one (C4, C4b).
    False when it never counted, counts no more already, or the member left."""
    told = (assignment.receipt or {}).get("counted")
    if not told:
        return False
    book = locked(told["rotation"], at=at)
    member = next((book.member(pk) for pk, user in book.users.items() if user == assignment.holder_id), None)
    if member is None:
        return False
    lines = LedgerLine.objects.filter(rotation=book.rotation, rep=member.rep_id, kind=LedgerLine.Kind.COUNTED)
    lines = list(lines.filter(details__assignment=assignment.pk).order_by("pk"))
    if not lines or sum(line.given for line in lines) <= 0:
        return False
    size, owed = lines[0].given, -lines[0].owed
    had = counted(member, book.line.virtual, size=-size, in_turn=False)
    had = replace(had, owed=had.owed + owed)
    _put(book, had)
    book.count(had, is_owed=False, turns=-1)
    due = had.balance - size - member.balance
    details = {"why": reason, "assignment": assignment.pk}
    book.note(LedgerLine.Kind.COUNTED, member, due=due, given=-size, owed=owed, details=details, by=by)
    close(book)
    return True


def locked(rotation_id: int, *, at: datetime) -> Book:
    """The rotation's book under its lock."""
    rotation = Rotation.objects.select_for_update(no_key=True).get(pk=rotation_id)
    return opened(rotation, seen(rotation, at=at), at=at)


def _credit(book: Book, member: Candidate, turns: int, *, kind: str, by, details: dict) -> None:
    _put(book, credited(member, turns))
    book.note(kind, member, owed=turns, given=-turns * TURN, details=details, by=by)
    close(book)


def _put(book: Book, changed: Candidate) -> None:
    members = tuple(changed if each.member_id == changed.member_id else each for each in book.line.members)
    book.line = replace(book.line, members=members)
    touch(book, [changed.member_id])
