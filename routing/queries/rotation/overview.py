"""Reads a rotation for its page: the members and their state, the next turns, the latest turns (F1, C6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from routing.decisions.availability.caps import CAPPED
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.rotation.skipped_turns import credit_turns
from routing.decisions.rotation.state import Candidate, CandidateOutcome, RotationState, Strategy
from routing.decisions.rotation.turns import pick_many, upcoming_reps
from routing.decisions.rotation.weights import parts_of_leads
from routing.models import Rep, Rotation, RotationMember, Turn
from routing.queries.availability.absences import away_until
from routing.queries.availability.holidays import holiday_names
from routing.queries.rotation.caps import cap_ends
from routing.queries.rotation.state import load_state

MAX_LATEST = 20
MAX_UPCOMING = 5


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member in the list. `place` says in how many turns it is the member's turn, None when passed over now. `room`
    is the places that are free, or the open leads, where leads go by them."""

    number: int
    position: int
    rep: Rep
    is_available: bool
    reason: str
    until: datetime | None
    turns_given: int
    owed: int
    weight: Decimal
    ramp: str
    part: Fraction
    place: int | None
    was_last: bool
    holiday: str = ""
    room: int = 0


@dataclass(frozen=True, slots=True)
class UpcomingTurn:
    """One of the next turns if nothing changes; `passed` lists who would be passed over, as (name, reason, name of the
    holiday)."""

    number: int
    rep: Rep | None
    passed: list[tuple[str, str, str]]
    is_owed: bool


def visible_rotations(user: User) -> QuerySet[Rotation]:
    """Sales ops see all; managers see those with their reps as members, or that serve the queues of their teams
    (C9)."""
    rotations = Rotation.objects.select_related("fallback__user").order_by("name", "pk")
    if user.has_perm("queues.operate_queue"):
        return rotations
    if not user.has_perm("queues.watch_queue"):
        return rotations.none()
    mine = Q(members__rep__teams__managers=user, members__left_at=None) | Q(queues__team__managers=user)
    mine |= Q(segments__queue__team__managers=user)
    return rotations.filter(pk__in=Rotation.objects.filter(mine).values("pk"))


def openable_rotations(user: User, ids: Iterable[int]) -> set[int]:
    """Those of these rotations whose page this person may open."""
    return set(visible_rotations(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def rotation_overview(rotation: Rotation, *, at: datetime) -> tuple[list[MemberRow], list[UpcomingTurn]]:
    """The members in order and the next turns, decided by the same functions as real turns (F1, F2)."""
    rows = list(RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("position", "pk"))
    state = load_state(rotation, at=at)
    known = {candidate.member_id: candidate for candidate in state.members}
    line = upcoming_reps(state)
    away, caps = away_until([row.rep for row in rows], at=at), cap_ends(rotation, state, at=at)
    parts = {} if state.strategy.compares_room else parts_of_leads(state)  # by room nobody has a fixed part
    holidays = _holidays(state, at=at)
    members = [
        _member(
            number,
            row,
            known[row.pk],
            line,
            until=caps.get(row.pk) or away.get(row.rep_id),
            part=parts.get(row.pk, Fraction(0)),
            holiday=holidays.get(row.rep_id, ""),
            last=rotation.pointer,
            way=state.strategy,
        )
        for number, row in enumerate(rows, start=1)
        if row.pk in known
    ]
    return members, _upcoming(rotation, state, {row.rep_id: row.rep for row in rows}, holidays)


def preview_turns(rotation: Rotation, *, rep: Rep, turns: int, at: datetime) -> tuple[list[UpcomingTurn], str]:
    """The next turns if this member were given this many ahead of the others (F10), and why the member is passed over
    now ("" if not)."""
    state = load_state(rotation, at=at)
    reason = next((each.skip_reason for each in state.members if each.rep_id == rep.pk), "")
    member = next((each for each in state.members if each.rep_id == rep.pk), None)
    credited = credit_turns(state, member, turns) if member else state
    rows = RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("pk")
    return _upcoming(rotation, credited, {row.rep_id: row.rep for row in rows}, _holidays(state, at=at)), reason


def latest_turns(rotation: Rotation, *, limit: int = MAX_LATEST) -> list[Turn]:
    return list(
        Turn.objects.filter(rotation=rotation)
        .select_related("rep__user", "lead", "assignment")
        .order_by("-number", "-pk")[:limit]
    )


def _member(
    number: int,
    row: RotationMember,
    candidate: Candidate,
    line: Sequence[int],
    *,
    until: datetime | None,
    part: Fraction,
    holiday: str,
    last: int | None,
    way: Strategy,
) -> MemberRow:
    """`until` is when the absence or the cap ends."""
    reason = candidate.skip_reason
    has_end = reason in AWAY or reason in CAPPED.values()
    return MemberRow(
        number=number,
        position=row.position,
        rep=row.rep,
        is_available=not reason,
        reason=reason,
        until=row.rep.away_until if reason == SkipReason.SWITCHED_OFF else until if has_end else None,
        turns_given=row.turns_given,
        owed=row.owed,
        weight=row.weight,
        ramp=row.ramp,
        part=part,
        place=line.index(row.rep_id) + 1 if row.rep_id in line else None,
        was_last=row.position == last,
        holiday=holiday,
        room=-candidate.room if way == Strategy.FEWEST_OPEN else max(candidate.room, 0),
    )


def _holidays(state: RotationState, *, at: datetime) -> dict[int, str]:
    """What the holiday of members is called who are off for one."""
    return holiday_names([each.rep_id for each in state.members if each.reason == SkipReason.PUBLIC_HOLIDAY], at=at)


def _upcoming(
    rotation: Rotation, state: RotationState, reps: dict[int, Rep], holidays: Mapping[int, str]
) -> list[UpcomingTurn]:
    """Empty when nobody is available."""
    picks = pick_many(state, MAX_UPCOMING) if state.members else ()
    found = []
    for number, pick in enumerate(picks, start=rotation.turns_taken + 1):
        if pick.chosen is None:
            break
        skipped = [result for result in pick.results if result.outcome == CandidateOutcome.SKIPPED]
        passed = [
            (str(reps[result.rep_id]), result.reason, holidays.get(result.rep_id, ""))
            for result in skipped
            if result.reason != SkipReason.DUE_LESS
        ]
        found.append(UpcomingTurn(number, reps[pick.chosen.rep_id], passed, pick.is_owed))
    return found
