"""Reads the turns of a rep's rotations as the rep may see them: without the rows of colleagues (C6, C9)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet

from routing.decisions.availability.caps import CAPPED
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.rotation.state import CandidateOutcome
from routing.decisions.rotation.turns import upcoming_reps
from routing.decisions.rotation.why_not_me import TurnOutcome, outcome_for
from routing.models import Assignment, Rep, Roster, Rotation, RotationMember, Turn
from routing.queries.availability.absences import away_until
from routing.queries.availability.holidays import holiday_names
from routing.queries.rotation.caps import cap_ends
from routing.queries.rotation.state import load_state

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """Where the rep stands now. `place` is None when passed over, with the reason and, if known, until when."""

    number: int
    members: int
    place: int | None
    of: int
    reason: str
    until: datetime | None
    turns_given: int
    owed: int
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class MyTurn:
    """One turn. `lead_id` is set only when the rep got it; `began_behind` is the place in the list served before it."""

    number: int
    at: datetime
    outcome: TurnOutcome
    began_behind: int | None
    lead_id: int | None


def my_rotations(rep: Rep) -> QuerySet[Rotation]:
    """The rotations of which this rep is a member."""
    return Rotation.objects.filter(pk__in=RotationMember.objects.filter(rep=rep).values("rotation")).order_by(
        "name", "pk"
    )


def place_in_line(rotation: Rotation, rep: Rep, *, at: datetime) -> PlaceInLine:
    """Decided by the same functions as real turns; four queries, one more at a cap."""
    state = load_state(rotation, at=at)
    mine = next(each for each in state.members if each.rep_id == rep.pk)
    line = upcoming_reps(state)
    place = line.index(rep.pk) + 1 if rep.pk in line else None
    reason = mine.skip_reason
    until = cap_ends(rotation, state, at=at).get(mine.member_id) if reason in CAPPED.values() else None
    until = away_until([rep], at=at).get(rep.pk) if reason in AWAY else until
    holidays = holiday_names([rep.pk], at=at) if reason == SkipReason.PUBLIC_HOLIDAY else {}
    return PlaceInLine(
        number=[each.rep_id for each in state.members].index(rep.pk) + 1,
        members=len(state.members),
        place=place,
        of=len(line),
        reason=reason,
        until=rep.away_until if reason == SkipReason.SWITCHED_OFF else until,
        turns_given=RotationMember.objects.get(pk=mine.member_id).turns_given,
        owed=mine.owed,
        holiday=holidays.get(rep.pk, ""),
    )


def my_turns(rotation: Rotation, rep: Rep, *, number: object = 1):
    """One page of the turns, newest first, with what each was for this rep. An unknown page number gives the first."""
    turns = Turn.objects.filter(rotation=rotation).select_related("assignment").order_by("-number", "-pk")
    page = Paginator(turns, PAGE_SIZE).get_page(number)
    positions = RotationMember.objects.filter(rotation=rotation).order_by("position", "pk")
    numbers = {position: step for step, position in enumerate(positions.values_list("position", flat=True), start=1)}
    rosters = Roster.objects.in_bulk({turn.roster_id for turn in page.object_list if turn.roster_id})
    page.object_list = [_mine(turn, rep, numbers, rosters.get(turn.roster_id)) for turn in page.object_list]
    return page


def newest_turns(rotation: Rotation, rep: Rep) -> list[MyTurn]:
    """The newest turns, as many as a page shows, without the places in the list; two queries at most."""
    turns = Turn.objects.filter(rotation=rotation).select_related("assignment").order_by("-number", "-pk")[:PAGE_SIZE]
    cut = [turn.roster_id for turn in turns if turn.roster_id and len(turn.results) >= Turn.MAX_RESULTS]
    rosters = Roster.objects.in_bulk(cut) if cut else {}
    return [_mine(turn, rep, {}, rosters.get(turn.roster_id)) for turn in turns]


def _mine(turn: Turn, rep: Rep, numbers: dict[int, int], roster: Roster | None) -> MyTurn:
    """A turn stores the first results only. Of the others, its roster says who was passed over, and `barred` who could
    not have this very lead."""
    assignment = getattr(turn, "assignment", None)
    results = turn.results
    is_cut = len(results) >= Turn.MAX_RESULTS
    if roster is not None and is_cut and not any(each.get("rep") == rep.pk for each in results):
        barred = roster.barred_from(turn)
        mine = [(reason, member) for member, who, _place, _weight, reason in roster.members if who == rep.pk]
        skipped = [why for reason, member in mine if (why := reason or barred.get(member, ""))]
        outcome = CandidateOutcome.SKIPPED
        results = [*results, *({"rep": rep.pk, "outcome": outcome, "reason": reason} for reason in skipped[:1])]
    receipt = (assignment.receipt or {}) if assignment else {}
    outcome = outcome_for(
        rep.pk,
        given_to=turn.rep_id,
        results=results,
        because=receipt.get("because", ""),
        way=receipt.get("shares", ""),
        is_undone=assignment is not None and assignment.ended_how == Assignment.Ended.UNDONE,
    )
    behind = numbers.get(turn.pointer_before) if turn.pointer_before is not None else None
    lead_id = turn.lead_id if turn.rep_id == rep.pk else None
    return MyTurn(turn.number, turn.at, outcome, began_behind=behind, lead_id=lead_id)
