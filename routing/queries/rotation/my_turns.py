"""Reads the turns of a rep's rotations as that rep may see them: the own row only (C6, C9)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet

from routing.decisions.availability.status import AWAY
from routing.decisions.rotation.turns import in_line
from routing.decisions.rotation.why_not_me import Outcome, outcome_for
from routing.models import Assignment, Rep, Roster, Rotation, RotationMember, TimeOff, Turn
from routing.queries.rotation.state import line_of

EACH_PAGE = 25


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the rep stands now: `place` None when passed over, with the reason and until when, if that is known."""

    number: int
    members: int
    place: int | None
    of: int
    reason: str
    until: datetime | None
    turns_given: int
    owed: int


@dataclass(frozen=True, slots=True)
class MyTurn:
    """One turn; `lead_id` only where the rep got it. `began_behind` is the place in the list that was served last."""

    number: int
    at: datetime
    outcome: Outcome
    began_behind: int | None
    lead_id: int | None


def my_rotations(rep: Rep) -> QuerySet[Rotation]:
    """Those in which this rep has a place."""
    return Rotation.objects.filter(pk__in=RotationMember.objects.filter(rep=rep).values("rotation")).order_by(
        "name", "pk"
    )


def standing(rotation: Rotation, rep: Rep, *, at: datetime) -> Standing:
    """Four queries; decided as the rotation itself would."""
    now = line_of(rotation, at=at)
    line = now.members
    mine = next(each for each in line if each.rep_id == rep.pk)
    coming = in_line(now)
    place = coming.index(rep.pk) + 1 if rep.pk in coming else None
    reason = mine.skip_reason
    away = TimeOff.objects.filter(rep=rep, starts_at__lte=at, ends_at__gt=at).order_by("-ends_at", "-pk")
    until = away.values_list("ends_at", flat=True).first() if reason in AWAY else None
    return Standing(
        number=[each.rep_id for each in line].index(rep.pk) + 1,
        members=len(line),
        place=place,
        of=len(coming),
        reason=reason,
        until=rep.away_until if reason == "switched_off" else until,
        turns_given=RotationMember.objects.get(pk=mine.member_id).turns_given,
        owed=mine.owed,
    )


def my_turns(rotation: Rotation, rep: Rep, *, number: object = 1):
    """One page of the turns, newest first, with what each meant for this rep; an unknown page is the first."""
    turns = Turn.objects.filter(rotation=rotation).select_related("assignment").order_by("-number", "-pk")
    page = Paginator(turns, EACH_PAGE).get_page(number)
    positions = RotationMember.objects.filter(rotation=rotation).order_by("position", "pk")
    numbers = {position: step for step, position in enumerate(positions.values_list("position", flat=True), start=1)}
    rosters = Roster.objects.in_bulk({turn.roster_id for turn in page.object_list if turn.roster_id})
    page.object_list = [_mine(turn, rep, numbers, rosters.get(turn.roster_id)) for turn in page.object_list]
    return page


def _mine(turn: Turn, rep: Rep, numbers: dict[int, int], roster: Roster | None) -> MyTurn:
    """A turn keeps the first of many who were passed over; the roster it was decided on has them all, and the turn has
    who could not have this very lead."""
    made = getattr(turn, "assignment", None)
    looks = turn.looks
    if roster is not None and len(looks) >= Turn.LOOKS and not any(look.get("rep") == rep.pk for look in looks):
        mine = [(reason, member) for member, who, _place, _weight, reason in roster.members if who == rep.pk]
        away = [why for reason, member in mine if (why := reason or turn.barred.get(str(member), ""))]
        looks = [*looks, *({"rep": rep.pk, "outcome": "skipped", "reason": reason} for reason in away[:1])]
    outcome = outcome_for(
        rep.pk,
        given_to=turn.rep_id,
        looks=looks,
        because=(made.receipt or {}).get("because", "") if made else "",
        is_undone=made is not None and made.ended_how == Assignment.Ended.UNDONE,
    )
    behind = numbers.get(turn.pointer_before) if turn.pointer_before is not None else None
    lead_id = turn.lead_id if turn.rep_id == rep.pk else None
    return MyTurn(turn.number, turn.at, outcome, began_behind=behind, lead_id=lead_id)
