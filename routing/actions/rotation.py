"""Take turns: decide who is next under the rotation's lock and write turn, pointer and assignment together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from leads.models import Lead
from routing.actions.assignment import Gift, assign_many
from routing.decisions.rotation import CHOSEN, Candidate, Look, Pick, pick_next, served
from routing.models import Assignment, Rep, Rotation, RotationMember, Turn
from routing.queries import candidates


class NobodyAvailable(Exception):
    """No member can be given a lead now, and the rotation says hold (F6); `looks` says why for each."""

    def __init__(self, looks: Sequence[Look] = ()) -> None:
        self.looks = tuple(looks)
        super().__init__("nobody available")


class RotationIsOff(NobodyAvailable):
    """The rotation is switched off; its leads wait."""


@dataclass(frozen=True)
class Wish:
    """A lead that wants an owner, and what its assignment should carry."""

    lead: Lead
    place_name: str = ""
    contact_minutes: int = 120
    not_to: frozenset[int] = frozenset()


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
    members = candidates(locked, at=at)
    reps = {rep.pk: rep for rep in Rep.objects.filter(pk__in=[m.rep_id for m in members]).select_related("user")}
    if locked.fallback_id and locked.fallback_id not in reps:
        reps[locked.fallback_id] = Rep.objects.select_related("user").get(pk=locked.fallback_id)
    turns: list[tuple[Wish, Pick]] = []
    last: Pick | None = None
    for wish in wishes:
        last = _decide(locked, [_as_asked(m, reps[m.rep_id], wish) for m in members], reps)
        if last.chosen is None:
            if wish.not_to:
                continue
            break
        turns.append((wish, last))
        locked.pointer = last.pointer_after
        members = [served(member, last) for member in members]
    if not turns:
        raise NobodyAvailable(last.looks if last else ())
    return _write(locked, turns, reps, how=how, by=by, at=at)


def _as_asked(member: Candidate, rep: Rep, wish: Wish) -> Candidate:
    """Who gave this lead back is passed over for it, and the receipt says so (C4)."""
    return replace(member, is_available=False, reason="declined") if rep.user_id in wish.not_to else member


def _decide(rotation: Rotation, members: list[Candidate], reps: dict[int, Rep]) -> Pick:
    pick = pick_next(members, rotation.pointer)
    if pick.chosen is not None or rotation.when_nobody == Rotation.WhenNobody.HOLD:
        return pick
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK:
        person = reps.get(rotation.fallback_id or 0)
        if person is None or not person.user.is_active:
            return pick
        stand_in = Candidate(member_id=0, rep_id=person.pk, position=0, reason="fallback")
        return replace(pick, chosen=stand_in)
    willing = [
        replace(m, is_available=reps[m.rep_id].user.is_active and m.reason != "declined", room=None) for m in members
    ]
    second = pick_next(willing, rotation.pointer)
    return replace(second, looks=pick.looks)


def _write(
    rotation: Rotation, turns: Sequence[tuple[Wish, Pick]], reps: dict[int, Rep], *, how: str, by, at: datetime
) -> list[Assignment]:
    first = rotation.turns_taken + 1
    rows = Turn.objects.bulk_create(
        [
            Turn(
                rotation=rotation,
                number=first + step,
                version=rotation.version,
                at=at,
                lead=wish.lead,
                rep_id=pick.chosen.rep_id,
                position=pick.chosen.position,
                looks=_looks(pick, reps),
                pointer_before=pick.pointer_before,
                pointer_after=pick.pointer_after,
            )
            for step, (wish, pick) in enumerate(turns)
        ]
    )
    rotation.turns_taken += len(rows)
    # an update, because save() would write a version into the history of changes, and a turn is no change
    Rotation.objects.filter(pk=rotation.pk).update(pointer=rotation.pointer, turns_taken=rotation.turns_taken)
    given: dict[int, int] = {}
    back: dict[int, int] = {}
    for _wish, pick in turns:
        given[pick.chosen.member_id] = given.get(pick.chosen.member_id, 0) + 1
        if pick.is_turn_back:
            back[pick.chosen.member_id] = back.get(pick.chosen.member_id, 0) + 1
    for member_id in sorted(given):
        RotationMember.objects.filter(pk=member_id).update(
            turns_given=F("turns_given") + given[member_id], turns_back=F("turns_back") - back.get(member_id, 0)
        )
    gifts = [
        Gift(
            lead=wish.lead,
            holder_id=reps[pick.chosen.rep_id].user_id,
            how=how,
            place_name=wish.place_name,
            receipt=_receipt(rotation, turn, pick),
            contact_minutes=wish.contact_minutes,
            turn=turn,
        )
        for turn, (wish, pick) in zip(rows, turns, strict=True)
    ]
    return assign_many(gifts, by=by, at=at)


def _receipt(rotation: Rotation, turn: Turn, pick: Pick) -> dict:
    return {
        "kind": "turn",
        "turn": turn.number,
        "rotation": rotation.name,
        "version": turn.version,
        "position": pick.chosen.position,
        "skipped": [look for look in turn.looks if look["outcome"] == "skipped"],
        "because": "fallback"
        if pick.chosen.reason == "fallback"
        else ("turn_back" if pick.is_turn_back else "in_turn"),
        "pointer_before": pick.pointer_before,
        "pointer_after": pick.pointer_after,
    }


def _looks(pick: Pick, reps: dict[int, Rep]) -> list[dict]:
    """Everybody down to the chosen one; those behind were not reached and are not written (C6)."""
    reached = []
    for look in pick.looks:
        if look.outcome not in (CHOSEN, "skipped"):
            continue
        reached.append(
            {
                "rep": look.rep_id,
                "name": str(reps[look.rep_id]),
                "position": look.position,
                "outcome": look.outcome,
                "reason": look.reason,
            }
        )
    return reached
