"""Take turns: decide who is next under the rotation's lock, and write turn, ledger, pointer and assignment together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads.models import Lead
from routing.actions.assignment import Gift, assign_many
from routing.actions.rotation.ledger import Book, close, opened, roster_for, take_part, touch
from routing.decisions.rotation.fallback import FALLBACK, anyway, stood_in
from routing.decisions.rotation.reset import anew, begins
from routing.decisions.rotation.state import SKIPPED, Look, settled
from routing.decisions.rotation.turns import Pick, after, pick_next
from routing.models import Assignment, LedgerLine, Rep, Rotation, Turn
from routing.queries.rotation.lead_requirements import size_of, unskilled
from routing.queries.rotation.state import seen


class NobodyAvailable(Exception):
    """No member can be given a lead now, and the rotation says hold (F6); `looks` says why for each."""

    def __init__(self, looks: Sequence[Look] = ()) -> None:
        self.looks = tuple(looks)
        super().__init__("nobody available")


class RotationIsOff(NobodyAvailable):
    """The rotation is switched off; its leads wait."""


@dataclass(frozen=True)
class Wish:
    """A lead that wants an owner, and what its assignment should carry. `trail` is how it came to this rotation."""

    lead: Lead
    place_name: str = ""
    contact_minutes: int = 120
    not_to: frozenset[int] = frozenset()
    trail: tuple[dict, ...] = ()


@transaction.atomic
def take_turns(
    rotation: Rotation, wishes: Sequence[Wish], *, at: datetime, how: str = Assignment.How.ROTATION, by=None
) -> list[Assignment]:
    """Give these leads out in order, many turns under one lock (F1, F2); `by` is who asked for it, if somebody did.

    The rotation row is locked first and the members are read in the next statement, so that what is decided on is
    newer than the lock. A lead that everybody available gave back does not hold up those behind it; at the first other
    lead for which nobody is available it stops, and returns what was assigned until then. Raises NobodyAvailable when
    that is nothing.
    """
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    if not locked.is_active:
        raise RotationIsOff
    found = seen(locked, at=at)
    book = opened(locked, found, at=at)
    start_anew(book)
    take_part(book)
    turns: list[tuple[Wish, Pick, Turn]] = []
    last: Pick | None = None
    for wish in wishes:
        barred = _barred(locked, wish, book, found.skills)
        last = _decide(locked, book, wish, barred)
        if last.chosen is None:
            if barred:
                continue
            break
        turns.append((wish, last, _turn(book, wish, last)))
        _go_on(book, last, turns[-1][2])
    if not turns:
        raise NobodyAvailable(last.looks if last else ())
    return _write(book, turns, how=how, by=by, at=at)


def start_anew(book: Book) -> None:
    """A rotation that begins anew each day or week does so with its first turn of it (F10); what is owed stays."""
    rotation = book.rotation
    since = begins(rotation.resets, on=book.at.astimezone(book.tz).date())
    if since is None or (rotation.reset_on is not None and rotation.reset_on >= since):
        return
    is_first = rotation.reset_on is None
    rotation.reset_on = since
    if is_first:
        return
    book.line = anew(book.line)
    book.note(LedgerLine.Kind.RESET, details={"resets": rotation.resets, "keeps_owed": True})
    touch(book, [each.member_id for each in book.line.members])


def _barred(rotation: Rotation, wish: Wish, book: Book, skills: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Who cannot have this very lead: those who gave it back (C4), and who lack the skill that it asks for (F5)."""
    declined = {pk: "declined" for pk, user in book.users.items() if user in wish.not_to}
    return unskilled(rotation, wish.lead, skills) | declined


def _decide(rotation: Rotation, book: Book, wish: Wish, barred: Mapping[int, str]) -> Pick:
    pick = pick_next(book.line, barred=barred, size=size_of(rotation, wish.lead))
    if pick.chosen is not None or rotation.when_nobody == Rotation.WhenNobody.HOLD:
        return pick
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        return anyway(pick)
    person = Rep.objects.select_related("user").filter(pk=rotation.fallback_id).first()
    if person is None or not person.user.is_active or person.user_id in wish.not_to:
        return pick
    return stood_in(pick, person.pk)


def _turn(book: Book, wish: Wish, pick: Pick) -> Turn:
    """The row of a turn, with what was before it for an undo (C4b)."""
    touched = {pick.chosen.member_id, *pick.passed, *(pick.barred or {})}
    before = {
        "rotation": [book.line.pointer, book.line.in_block, book.line.virtual, book.line.rest],
        "members": {
            str(each.member_id): [each.balance, each.base, each.owed, each.takes_part]
            for each in book.line.members
            if each.member_id in touched
        },
    }
    book.rotation.turns_taken += 1
    return Turn(
        rotation=book.rotation,
        number=book.rotation.turns_taken,
        version=book.rotation.version,
        at=book.at,
        lead=wish.lead,
        rep_id=pick.chosen.rep_id,
        position=pick.chosen.position,
        roster=roster_for(book),
        barred={str(pk): reason for pk, reason in (pick.barred or {}).items()},
        size=pick.size,
        is_owed=pick.is_owed,
        pointer_before=pick.pointer_before,
        before=before,
    )


def _go_on(book: Book, pick: Pick, turn: Turn) -> None:
    """The rotation after this turn. A stand-in from outside moves nothing."""
    if pick.chosen.member_id == 0:
        turn.pointer_after, turn.virtual = book.line.pointer, book.line.virtual
        book.note(LedgerLine.Kind.GIVEN, given=0, turn=turn, details={"fallback": pick.chosen.rep_id})
        return
    was = book.member(pick.chosen.member_id)
    book.line = after(book.line, pick)
    due = settled(was, book.line.virtual).balance - was.balance
    turn.pointer_after, turn.virtual = book.line.pointer, book.line.virtual
    book.count(was, is_owed=pick.is_owed)
    touch(book, [*pick.passed, *(pick.barred or {})])
    book.note(LedgerLine.Kind.GIVEN, was, due=due, given=pick.size, owed=-int(pick.is_owed), turn=turn)
    take_part(book)


def _write(book: Book, turns: Sequence[tuple[Wish, Pick, Turn]], *, how: str, by, at: datetime) -> list[Assignment]:
    wanted = {look.rep_id for _wish, pick, _turn in turns for look in _reached(pick)}
    reps = Rep.objects.select_related("user").in_bulk(wanted | {turn.rep_id for _wish, _pick, turn in turns})
    for _wish, pick, turn in turns:
        turn.looks = _looks(pick, reps)
    Turn.objects.bulk_create([turn for _wish, _pick, turn in turns])
    for row in book.lines:
        row.turn = row.turn  # takes the key that a new turn has got now
    close(book)
    gifts = [
        Gift(
            lead=wish.lead,
            holder_id=reps[turn.rep_id].user_id,
            how=how,
            place_name=wish.place_name,
            receipt=_receipt(book.rotation, turn, pick, wish),
            contact_minutes=wish.contact_minutes,
            turn=turn,
        )
        for wish, pick, turn in turns
    ]
    return assign_many(gifts, by=by, at=at)


def _receipt(rotation: Rotation, turn: Turn, pick: Pick, wish: Wish) -> dict:
    is_fallback = pick.chosen.reason == FALLBACK
    return {
        "kind": "turn",
        "turn": turn.number,
        "rotation": rotation.name,
        "version": turn.version,
        "position": turn.position,
        "skipped": [look for look in turn.looks if look["outcome"] == SKIPPED],
        "skipped_in_all": len(pick.asked),
        "because": "fallback" if is_fallback else "owed" if pick.is_owed else "in_turn",
        "pointer_before": turn.pointer_before,
        "pointer_after": turn.pointer_after,
        **({"trail": list(wish.trail)} if wish.trail else {}),
    }


def _reached(pick: Pick) -> list[Look]:
    """Everybody who was passed over, the first of many, and the chosen one; the others were not reached (C6)."""
    asked = [each for each in pick.asked if each is not pick.chosen][: Turn.LOOKS - 1]
    return [*(pick.look_at(each) for each in asked), pick.look_at(pick.chosen)]


def _looks(pick: Pick, reps: Mapping[int, Rep]) -> list[dict]:
    return [
        {
            "rep": look.rep_id,
            "name": str(reps[look.rep_id]),
            "position": look.position,
            "outcome": look.outcome,
            "reason": look.reason,
        }
        for look in _reached(pick)
    ]
