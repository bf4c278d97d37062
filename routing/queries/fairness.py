"""Reads what the members of a rotation were due and were given in a stretch of time (H1, F12)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone

from routing.decisions.fairness import Share, Verdict, due_of, verdict
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, Rep, Roster, Rotation, Turn

PERIODS = ("week", "month", "quarter")
QUARTER = timedelta(days=90)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A period up to now: this week from Monday, this month from its first day, or 90 days (H1)."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Fairness:
    """`rows` are those of the verdict with the rep of each; `turns` those that stand."""

    span: Span
    verdict: Verdict
    reps: dict[int, Rep]
    turns: int


def span_of(key: str, *, at: datetime) -> Span:
    """An unknown key is the month."""
    midnight = at.astimezone(get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    if key == "week":
        return Span(key, midnight - timedelta(days=midnight.weekday()), at)
    if key == "quarter":
        return Span(key, at - QUARTER, at)
    return Span("month", midnight.replace(day=1), at)


def fairness(rotation: Rotation, span: Span) -> Fairness:
    """What was due follows from the roster of each turn: its size, shared by weight among those who could have had it.

    Undone turns count for nobody. Queries: turns, rosters, leads that counted as turns (F6c), reps; none a member.
    """
    given, alike, shared = Counter(), Counter(), Counter()
    turns = list(
        _standing(rotation, span)
        .values_list("roster", "rep", "size", "barred")
        .order_by("pk")
        .iterator(chunk_size=2000)
    )
    for roster, rep, size, barred in turns:
        alike[roster, tuple(sorted(barred))] += size  # shared among the same people by the same weights
        given[rep] += size
    given = Counter({rep: Fraction(size, TURN) for rep, size in given.items()})
    rosters = Roster.objects.in_bulk({roster for roster, _barred in alike})
    for (roster, barred), size in alike.items():
        shared[rosters[roster].shared_by(barred)] += size
    due = due_of(shared, unit=TURN)
    for rep, size in LedgerLine.objects.filter(
        rotation=rotation, kind=LedgerLine.Kind.COUNTED, at__gte=span.start, at__lt=span.end
    ).values_list("rep", "given"):
        given[rep] += Fraction(size, TURN)
    members = set(rotation.members.order_by("pk").values_list("rep", flat=True))
    waited = _waited(rotation, turns=len(turns), at=span.end)
    shares = [
        Share(rep, given[rep], due.get(rep, Fraction(0)), waited=rep in waited)
        for rep in sorted(members | due.keys() | given.keys())
    ]
    reps = Rep.objects.select_related("user").in_bulk([share.rep_id for share in shares])
    return Fairness(span, verdict(shares), reps, len(turns))


def _standing(rotation: Rotation, span: Span) -> QuerySet[Turn]:
    return (
        Turn.objects.filter(rotation=rotation, at__gte=span.start, at__lt=span.end, roster__isnull=False)
        .exclude(assignment__ended_how=Assignment.Ended.UNDONE)
        .exclude(size=0)
    )


def _waited(rotation: Rotation, *, turns: int, at: datetime) -> set[int]:
    """Reps who were due a turn within 24 hours, at every turn of them, and got none (H1)."""
    day = _standing(rotation, Span("day", at - ONE_DAY, at))
    rows = list(day.values_list("roster", "rep").order_by("pk"))
    if len(rows) < 2:
        return set()
    rosters = Roster.objects.in_bulk({roster for roster, _rep in rows})
    able = [
        {who for _pk, who, _place, _weight, reason in rosters[roster].members if not reason} for roster, _rep in rows
    ]
    always = set.intersection(*able)
    enough = len(rows) >= max(len(who) for who in able)  # else nobody's turn need have come
    return always - {rep for _roster, rep in rows} if enough else set()
