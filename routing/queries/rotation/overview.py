"""Reads rotations for people: members and their state, the next turns, the latest turns with receipts (F1, C6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from routing.decisions.availability.status import AWAY
from routing.decisions.rotation.skipped_turns import credited
from routing.decisions.rotation.state import SKIPPED, Candidate, Line
from routing.decisions.rotation.turns import in_line, pick_many
from routing.models import Rep, Rotation, RotationMember, Turn
from routing.queries.availability.absences import away_until
from routing.queries.rotation.state import line_of as line_now

LATEST = 20
COMING = 5


@dataclass(frozen=True, slots=True)
class Member:
    """One place in the list; `place` is the number of the next turn from now, None when passed over now."""

    number: int
    position: int
    rep: Rep
    is_available: bool
    reason: str
    until: datetime | None
    turns_given: int
    owed: int
    weight: Decimal
    place: int | None
    was_last: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """One turn to come if nothing changes; `passed` are those it would pass over, as (name, reason)."""

    number: int
    rep: Rep | None
    passed: list[tuple[str, str]]
    is_owed: bool


def visible_rotations(user) -> QuerySet[Rotation]:
    """Sales ops see all; managers those in which their reps take turns, or that serve their teams' queues (C9)."""
    rotations = Rotation.objects.select_related("fallback__user").order_by("name", "pk")
    if user.has_perm("queues.operate_queue"):
        return rotations
    if not user.has_perm("queues.watch_queue"):
        return rotations.none()
    mine = Q(members__rep__teams__managers=user) | Q(queues__team__managers=user)
    mine |= Q(segments__queue__team__managers=user)
    return rotations.filter(pk__in=Rotation.objects.filter(mine).values("pk"))


def line_of(rotation: Rotation, *, at: datetime) -> tuple[list[Member], list[Coming]]:
    """The members in order and the next turns, decided as the rotation itself would (F1, F2)."""
    rows = list(RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("position", "pk"))
    now = line_now(rotation, at=at)
    known = {candidate.member_id: candidate for candidate in now.members}
    line = in_line(now)
    away = away_until([row.rep for row in rows], at=at)
    members = [
        _member(number, row, known[row.pk], line, away, last=rotation.pointer)
        for number, row in enumerate(rows, start=1)
        if row.pk in known
    ]
    return members, _coming(rotation, now, {row.rep_id: row.rep for row in rows})


def turns_then(rotation: Rotation, *, rep: Rep, turns: int, at: datetime) -> tuple[list[Coming], str]:
    """The next turns, should this member be given so many ahead of the line (F10); and why the member is passed over
    now, "" for one who is not."""
    now = line_now(rotation, at=at)
    reason = next((each.skip_reason for each in now.members if each.rep_id == rep.pk), "")
    members = tuple(credited(each, turns) if each.rep_id == rep.pk else each for each in now.members)
    rows = RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("pk")
    return _coming(rotation, replace(now, members=members), {row.rep_id: row.rep for row in rows}), reason


def latest_turns(rotation: Rotation, *, most: int = LATEST) -> list[Turn]:
    return list(
        Turn.objects.filter(rotation=rotation)
        .select_related("rep__user", "lead", "assignment")
        .order_by("-number", "-pk")[:most]
    )


def _member(
    number: int,
    row: RotationMember,
    seen: Candidate,
    line: Sequence[int],
    away: dict[int, datetime],
    *,
    last: int | None,
) -> Member:
    reason = seen.skip_reason
    until = {"switched_off": row.rep.away_until}.get(reason) or (away.get(row.rep_id) if reason in AWAY else None)
    return Member(
        number=number,
        position=row.position,
        rep=row.rep,
        is_available=not reason,
        reason=reason,
        until=until,
        turns_given=row.turns_given,
        owed=row.owed,
        weight=row.weight.normalize(),
        place=line.index(row.rep_id) + 1 if row.rep_id in line else None,
        was_last=row.position == last,
    )


def _coming(rotation: Rotation, line: Line, reps: dict[int, Rep]) -> list[Coming]:
    """Without anybody available there is nothing to foretell."""
    picks = pick_many(line, COMING) if line.members else ()
    found = []
    for step, pick in enumerate(picks, start=1):
        if pick.chosen is None:
            break
        passed = [(str(reps[look.rep_id]), look.reason) for look in pick.looks if look.outcome == SKIPPED]
        found.append(Coming(rotation.turns_taken + step, reps[pick.chosen.rep_id], passed, pick.is_owed))
    return found
