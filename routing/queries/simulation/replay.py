"""Reads the turns of the last days and replays them through a rotation as it is now, or as a draft makes it (F11b)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from leads.models import Lead
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.fairness import Share, Verdict, due_of, verdict
from routing.decisions.rotation.state import TURN, RotationState
from routing.decisions.simulation.replay import PastLead, Replay, ReplayRules, replay_leads
from routing.decisions.simulation.trial import SimulatedTurn, SimulationSetup
from routing.models import Assignment, Roster, Rotation, Turn
from routing.queries.rotation.caps import caps_by_member
from routing.queries.rotation.lead_requirements import members_without_skill, need_of_lead, turn_size
from routing.queries.rotation.state import availability_rules, load_state
from routing.queries.simulation.past_absences import PastAbsences
from routing.queries.simulation.past_loads import PastLoads
from routing.queries.simulation.setup import rep_names, simulation_setup

MAX_TURNS = 5000  # the newest turns; the page says so if there are more in the period
DAYS = (30, 90)


@dataclass(frozen=True, slots=True)
class ComparedLead:
    """One lead: who got it, with how many breaches, and who gets it in the replay."""

    turn: int
    lead: Lead
    at: datetime
    went_to: int
    breaches: int
    value: int
    simulated: SimulatedTurn

    @property
    def goes_to(self) -> int | None:
        chosen = self.simulated.pick.chosen
        return chosen.rep_id if chosen else None

    @property
    def is_same(self) -> bool:
        return self.goes_to == self.went_to


@dataclass(frozen=True, slots=True)
class RepComparison:
    """One rep, at the time and in the replay. The values are sums of scores, or of deals where the rotation shares
    those. `would_breach` is an estimate: the breaches of leads that stay, and the rep's own rate for leads that
    come."""

    rep: int
    had: int
    gets: int
    had_value: int
    gets_value: int
    breaches: int
    would_breach: Fraction


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """`then` is the verdict on what happened, `now` that on the replay. `left_out` counts older turns that were too
    many."""

    since: datetime
    leads: Sequence[ComparedLead]
    reps: Sequence[RepComparison]
    then: Verdict
    now: Verdict
    names: Mapping[int, str]
    left_out: int
    goes_by_room: bool = False

    @property
    def moved(self) -> int:
        return sum(each.goes_to is not None and not each.is_same for each in self.leads)

    @property
    def waits(self) -> int:
        return sum(each.goes_to is None for each in self.leads)


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """Everything that a replay needs of a rotation. For a draft it is read in a transaction that holds locks, and the
    replay runs afterwards, so that nobody waits for it."""

    rotation: Rotation
    days: int
    at: datetime
    state: RotationState
    setup: SimulationSetup
    rules: ReplayRules
    absences: PastAbsences


def load_replay(rotation: Rotation, *, days: int, at: datetime) -> ReplayInput:
    """Reads the members that are in the database now: those of a draft during its preview."""
    state = load_state(rotation, at=at)
    absences = PastAbsences(rotation, state, since=at - timedelta(days=days), at=at)
    rules = ReplayRules(ZoneInfo(rotation.time_zone), rotation.resets, caps_by_member(rotation), state.zones)
    return ReplayInput(rotation, days, at, state, simulation_setup(rotation, state), rules, absences)


def run_replay(given: ReplayInput) -> ReplayReport:
    rotation, state, since = given.rotation, given.state, given.at - timedelta(days=given.days)
    rows = _standing_turns(rotation, since, given.at)
    turns = list(rows.select_related("lead__source")[:MAX_TURNS])
    left_out = rows.count() - MAX_TURNS if len(turns) == MAX_TURNS else 0
    turns.reverse()
    rosters = Roster.objects.in_bulk({turn.roster_id for turn in turns if turn.roster_id})
    past = [_past_lead(rotation, state, turn, rosters.get(turn.roster_id), given.absences) for turn in turns]
    rules = given.rules
    if state.strategy.compares_room:
        past, rules = _with_loads(rotation, state, turns, past, rules)
    replay = replay_leads(given.setup, past, rules)
    leads = _compare(rotation, turns, replay)
    reps = _compare_reps(leads, {member.rep_id for member in state.members})
    names = rep_names({each.rep for each in reps})
    then, now = _verdict_then(turns, rosters), _verdict_now(leads, replay, state)
    return ReplayReport(since, leads, reps, then, now, names, left_out, state.strategy.compares_room)


def _standing_turns(rotation: Rotation, since: datetime, at: datetime) -> QuerySet[Turn]:
    """Turns that were not undone, newest first."""
    rows = Turn.objects.filter(rotation=rotation, at__gte=since, at__lt=at)
    return rows.exclude(assignment__ended_how=Assignment.Ended.UNDONE).order_by("-number", "-pk")


def _past_lead(
    rotation: Rotation, state: RotationState, turn: Turn, roster: Roster | None, absences: PastAbsences
) -> PastLead:
    rows = roster.members if roster else ()
    reps = {str(pk): rep for pk, rep, *_rest in rows}
    barred_then = {pk: why for pk, why in (turn.barred or {}).items() if why != SkipReason.NO_SKILL}
    gave_back = {reps[pk]: why for pk, why in barred_then.items() if pk in reps}
    barred = {each.member_id: gave_back[each.rep_id] for each in state.members if each.rep_id in gave_back}
    barred |= members_without_skill(need_of_lead(rotation, turn.lead), state.members)
    recorded = {rep: reason for _pk, rep, _place, _weight, reason in rows}
    return PastLead(turn.at, turn_size(rotation, turn.lead), barred, absences.reasons_at(turn.at, recorded))


def _with_loads(
    rotation: Rotation, state: RotationState, turns: Sequence[Turn], past: Sequence[PastLead], rules: ReplayRules
) -> tuple[list[PastLead], ReplayRules]:
    """With what everybody had open then, for a rotation that goes by it."""
    loads = PastLoads(state, turns)
    leads = [
        replace(lead, open_until=loads.open_until(turn), opened=loads.opened_by(turn.at))
        for turn, lead in zip(turns, past, strict=True)
    ]
    checks_capacity = availability_rules(rotation).over_capacity
    return leads, replace(rules, capacities=loads.capacities, checks_capacity=checks_capacity)


def _compare(rotation: Rotation, turns: Sequence[Turn], replay: Replay) -> list[ComparedLead]:
    rows = Assignment.objects.filter(turn__in=[turn.pk for turn in turns]).order_by("pk")
    breaches = dict(rows.values_list("turn", "breaches"))
    return [
        ComparedLead(
            turn=turn.number,
            lead=turn.lead,
            at=turn.at,
            went_to=turn.rep_id,
            breaches=breaches.get(turn.pk, 0),
            value=_value(rotation, turn.lead),
            simulated=simulated,
        )
        for turn, simulated in zip(turns, replay.turns, strict=True)
    ]


def _value(rotation: Rotation, lead: Lead) -> int:
    is_deal = rotation.way == Rotation.Strategy.VALUE and rotation.value_of == Rotation.ValueOf.DEAL
    return int(lead.deal_size or 0) if is_deal else lead.score


def _compare_reps(leads: Sequence[ComparedLead], members: set[int]) -> list[RepComparison]:
    had, gets, had_value, gets_value, breaches = Counter(), Counter(), Counter(), Counter(), Counter()
    for each in leads:
        had[each.went_to] += 1
        had_value[each.went_to] += each.value
        breaches[each.went_to] += each.breaches
        if each.goes_to is not None:
            gets[each.goes_to] += 1
            gets_value[each.goes_to] += each.value
    overall = Fraction(sum(breaches.values()), len(leads)) if leads else Fraction(0)
    would = Counter()
    for each in leads:
        if each.goes_to is None:
            continue
        rate = Fraction(breaches[each.goes_to], had[each.goes_to]) if had[each.goes_to] else overall
        would[each.goes_to] += each.breaches if each.is_same else rate
    return [
        RepComparison(rep, had[rep], gets[rep], had_value[rep], gets_value[rep], breaches[rep], Fraction(would[rep]))
        for rep in sorted(members | had.keys() | gets.keys())
    ]


def _verdict_then(turns: Sequence[Turn], rosters: Mapping[int, Roster]) -> Verdict:
    """The verdict on what really happened, by the rosters of that time."""
    given, shared = Counter(), Counter()
    for turn in turns:
        given[turn.rep_id] += Fraction(turn.size, TURN)
        roster = rosters.get(turn.roster_id)
        shared[roster.shared_by(turn.barred, turn.need) if roster else ()] += turn.size
    due = due_of(shared, unit=TURN)
    return verdict([Share(rep, given[rep], due.get(rep, Fraction(0))) for rep in sorted(due.keys() | given.keys())])


def _verdict_now(leads: Sequence[ComparedLead], replay: Replay, state: RotationState) -> Verdict:
    given = Counter()
    for each in leads:
        if each.goes_to is not None:
            given[each.goes_to] += Fraction(each.simulated.pick.size, TURN)
    members = {member.rep_id for member in state.members if member.weight and not member.is_paused}
    reps = members | replay.due.keys() | given.keys()
    return verdict([Share(rep, given[rep], Fraction(replay.due.get(rep, 0))) for rep in sorted(reps)])
