"""Reads the turns of the last days and runs them through a rotation as it stands now, or as a draft makes it (F11b).

Who was on leave, in a meeting, on a public holiday or outside the hours then is read anew, so that other rules, people
and switches count. Who had paused, was not seen or stood above the capacity then is known of members of then only, as
the roster of each turn says it; of others nobody knows it afterwards.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from leads.models import Lead
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.availability.hours import is_working
from routing.decisions.availability.status import (
    INACTIVE,
    NOT_SEEN,
    OVER_CAPACITY,
    SWITCHED_OFF,
    Absence,
    Person,
    availability,
)
from routing.decisions.fairness import Share, Verdict, due_of, verdict
from routing.decisions.rotation.state import TURN
from routing.decisions.simulation.replay import Case, Rerun, Rules, rerun
from routing.decisions.simulation.trial import Setup, Step
from routing.models import Assignment, Rep, Roster, Rotation, RotationMember, TimeOff, Turn
from routing.queries.rotation.lead_requirements import size_of, unskilled
from routing.queries.rotation.state import Seen, hours_of_members, seen, skipped_of, skips_of

MOST = 5000  # the newest turns; a rotation with more of them in the time says so
DAYS = (30, 90)
KNOWN_THEN = (SWITCHED_OFF, NOT_SEEN, OVER_CAPACITY, INACTIVE)


@dataclass(frozen=True, slots=True)
class Compared:
    """One lead: who got it, with how many breaches, and what the replay makes of it."""

    turn: int
    lead: Lead
    at: datetime
    went_to: int
    breaches: int
    value: int
    step: Step

    @property
    def goes_to(self) -> int | None:
        return self.step.pick.chosen.rep_id if self.step.pick.chosen else None

    @property
    def is_same(self) -> bool:
        return self.goes_to == self.went_to


@dataclass(frozen=True, slots=True)
class RepSum:
    """One rep, then and in the replay. `value` is the sum of scores, or of deals where a rotation
    shares those; `would_breach` is an estimate: the breaches of
    leads that stay, and the own rate for those that come."""

    rep: int
    had: int
    gets: int
    had_value: int
    gets_value: int
    breaches: int
    would_breach: Fraction


@dataclass(frozen=True, slots=True)
class Replayed:
    since: datetime
    cases: Sequence[Compared]
    sums: Sequence[RepSum]
    then: Verdict
    now: Verdict
    names: Mapping[int, str]
    left_out: int

    @property
    def moved(self) -> int:
        return sum(each.goes_to is not None and not each.is_same for each in self.cases)

    @property
    def waits(self) -> int:
        return sum(each.goes_to is None for each in self.cases)


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that a replay asks of a rotation; of a draft it is read while it is tried, and computed after that, so
    that nobody waits for it."""

    rotation: Rotation
    days: int
    at: datetime
    found: Seen
    setup: Setup
    rules: Rules
    away: "_Away"


def ready(rotation: Rotation, *, days: int, at: datetime) -> Ready:
    """`rotation` with the members that stand in the database now: those of a draft while it is tried."""
    found = seen(rotation, at=at)
    away = _Away(rotation, found, since=at - timedelta(days=days), at=at)
    return Ready(rotation, days, at, found, _setup(rotation, found), _rules(rotation), away)


def replay(told: Ready) -> Replayed:
    rotation, found, at = told.rotation, told.found, told.at
    since = at - timedelta(days=told.days)
    rows = _turns(rotation, since, at)
    turns = list(rows.select_related("lead__source")[:MOST])
    left_out = rows.count() - MOST if len(turns) == MOST else 0
    turns.reverse()
    rosters = Roster.objects.in_bulk({turn.roster_id for turn in turns if turn.roster_id})
    cases = [_case(rotation, found, turn, rosters.get(turn.roster_id), told.away) for turn in turns]
    done = rerun(told.setup, cases, told.rules)
    breaches = dict(
        Assignment.objects.filter(turn__in=[turn.pk for turn in turns]).order_by("pk").values_list("turn", "breaches")
    )
    compared = [
        Compared(
            turn=turn.number,
            lead=turn.lead,
            at=turn.at,
            went_to=turn.rep_id,
            breaches=breaches.get(turn.pk, 0),
            value=_value(rotation, turn.lead),
            step=step,
        )
        for turn, step in zip(turns, done.steps, strict=True)
    ]
    sums = _sums(compared, {member.rep_id for member in found.line.members})
    reps = {each.rep for each in sums}
    names = {rep.pk: str(rep) for rep in Rep.objects.filter(pk__in=reps).select_related("user").order_by("pk")}
    return Replayed(since, compared, sums, _then(turns, rosters), _now(compared, done, found), names, left_out)


def _turns(rotation: Rotation, since: datetime, at: datetime) -> QuerySet[Turn]:
    """Those that stand, newest first."""
    rows = Turn.objects.filter(rotation=rotation, at__gte=since, at__lt=at)
    return rows.exclude(assignment__ended_how=Assignment.Ended.UNDONE).order_by("-number", "-pk")


def _case(rotation: Rotation, found: Seen, turn: Turn, roster: Roster | None, away: "_Away") -> Case:
    reps = {str(pk): rep for pk, rep, *_rest in roster.members} if roster else {}
    gave_back = {reps[pk]: why for pk, why in (turn.barred or {}).items() if pk in reps and why != "no_skill"}
    barred = {each.member_id: gave_back[each.rep_id] for each in found.line.members if each.rep_id in gave_back}
    if rotation.skill:
        barred |= unskilled(rotation, turn.lead, found.skills)
    known = {rep: reason for _pk, rep, _place, _weight, reason in roster.members} if roster else {}
    return Case(turn.at, size_of(rotation, turn.lead), barred, away.of(turn.at, known))


def _value(rotation: Rotation, lead: Lead) -> int:
    is_deal = rotation.way == Rotation.Way.VALUE and rotation.value_of == Rotation.ValueOf.DEAL
    return int(lead.deal_size or 0) if is_deal else lead.score


def _setup(rotation: Rotation, found: Seen) -> Setup:
    stand_in = None
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK and rotation.fallback and rotation.fallback.user.is_active:
        stand_in = rotation.fallback_id
    return Setup(
        line=found.line,
        skipped=skipped_of(rotation),
        is_anyway=rotation.when_nobody == Rotation.WhenNobody.ANYWAY,
        stand_in=stand_in,
    )


def _rules(rotation: Rotation) -> Rules:
    caps = {}
    columns = [f"cap_{window}" for window in WINDOWS]
    for pk, *own in RotationMember.objects.filter(rotation=rotation).order_by("pk").values_list("pk", *columns):
        both = [mine if mine is not None else getattr(rotation, name) for mine, name in zip(own, columns, strict=True)]
        if any(cap is not None for cap in both):
            caps[pk] = dict(zip(WINDOWS, both, strict=True))
    return Rules(ZoneInfo(rotation.time_zone), rotation.resets, caps)


class _Away:
    """Who of the members could not be given leads at a moment of the past, and why."""

    def __init__(self, rotation: Rotation, found: Seen, *, since: datetime, at: datetime) -> None:
        self.skips = skips_of(rotation)
        self.plain = replace(self.skips, over_capacity=False, not_seen=False)
        self.members = {each.member_id: each.rep_id for each in found.line.members}
        self.hours = hours_of_members(rotation, at=at) if self.skips.outside_hours else {}
        reps = set(self.members.values())
        self.active = set(Rep.objects.filter(pk__in=reps, user__is_active=True).values_list("pk", flat=True))
        rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=since, starts_at__lte=at).order_by("starts_at", "pk")
        self.absences: dict[int, list[Absence]] = {}
        for rep, starts_at, ends_at, kind in rows.values_list("rep", "starts_at", "ends_at", "kind"):
            self.absences.setdefault(rep, []).append(Absence(starts_at, ends_at, kind))

    def of(self, at: datetime, known: Mapping[int, str]) -> dict[int, str]:
        at_work: dict[int, bool] = {}
        return {pk: why for pk, rep in self.members.items() if (why := self._reason(rep, at, known, at_work))}

    def _reason(self, rep: int, at: datetime, known: Mapping[int, str], at_work: dict[int, bool]) -> str:
        then = known.get(rep)
        is_active = rep in self.active if then is None else then != INACTIVE
        if is_active and self._held_then(then):
            return then
        hours = self.hours.get(rep)
        works = True
        if hours is not None:
            works = at_work.get(id(hours))
            if works is None:
                works = at_work[id(hours)] = is_working(at, hours)
        absences = tuple(each for each in self.absences.get(rep, ()) if each.starts_at <= at < each.ends_at)
        if is_active and works and not absences:
            return ""
        person = Person(rep_id=rep, is_active=is_active, absences=absences, hours=hours, is_at_work=works)
        return availability(person, self.plain, at).reason

    def _held_then(self, then: str | None) -> bool:
        asked = {SWITCHED_OFF: self.skips.switched_off, NOT_SEEN: self.skips.not_seen}
        asked[OVER_CAPACITY] = self.skips.over_capacity
        return bool(then) and asked.get(then, False)


def _sums(cases: Sequence[Compared], members: set[int]) -> list[RepSum]:
    had, gets, had_value, gets_value, breaches = Counter(), Counter(), Counter(), Counter(), Counter()
    for each in cases:
        had[each.went_to] += 1
        had_value[each.went_to] += each.value
        breaches[each.went_to] += each.breaches
        if each.goes_to is not None:
            gets[each.goes_to] += 1
            gets_value[each.goes_to] += each.value
    overall = Fraction(sum(breaches.values()), len(cases)) if cases else Fraction(0)
    would = Counter()
    for each in cases:
        if each.goes_to is None:
            continue
        rate = Fraction(breaches[each.goes_to], had[each.goes_to]) if had[each.goes_to] else overall
        would[each.goes_to] += each.breaches if each.is_same else rate
    return [
        RepSum(rep, had[rep], gets[rep], had_value[rep], gets_value[rep], breaches[rep], Fraction(would[rep]))
        for rep in sorted(members | had.keys() | gets.keys())
    ]


def _then(turns: Sequence[Turn], rosters: Mapping[int, Roster]) -> Verdict:
    """What really happened, by the rosters of then (queries_fairness)."""
    given, shared = Counter(), Counter()
    for turn in turns:
        given[turn.rep_id] += Fraction(turn.size, TURN)
        roster = rosters.get(turn.roster_id)
        shared[roster.shared_by(turn.barred) if roster else ()] += turn.size
    due = due_of(shared, unit=TURN)
    return verdict([Share(rep, given[rep], due.get(rep, Fraction(0))) for rep in sorted(due.keys() | given.keys())])


def _now(cases: Sequence[Compared], done: Rerun, found: Seen) -> Verdict:
    given = Counter()
    for each in cases:
        if each.goes_to is not None:
            given[each.goes_to] += Fraction(each.step.pick.size, TURN)
    members = {member.rep_id for member in found.line.members if member.weight and not member.is_paused}
    reps = members | done.due.keys() | given.keys()
    return verdict([Share(rep, given[rep], Fraction(done.due.get(rep, 0))) for rep in sorted(reps)])
