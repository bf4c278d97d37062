"""Replay leads of the past through a rotation as it is, or as a draft would have it; nothing is saved (F11b).

All members start with the same balance. The functions that decide real turns decide these too, each at the time at
which its lead came, with the absences of that time, caps, owed turns and resets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from routing.decisions.availability.caps import CapWindows, Counts, add_given, remaining, windows_at
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.availability.status import places_left
from routing.decisions.fairness import due_of
from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.pick import Pick
from routing.decisions.rotation.reset import period_start, reset_state
from routing.decisions.rotation.skipped_turns import missed_so_far
from routing.decisions.rotation.state import TURN, Candidate, RotationState, TurnKind
from routing.decisions.rotation.strategies.by_room import room_of
from routing.decisions.rotation.turns import apply_pick
from routing.decisions.simulation.open_leads import OpenLeads
from routing.decisions.simulation.trial import SampleLead, SimulatedTurn, SimulationSetup, simulate_turn


@dataclass(frozen=True, slots=True)
class PastLead:
    """One lead of the past: when it came, what its turn weighs, and by member who cannot have it and who was away.

    Where leads go by room: until when the lead was open, and by member how many more leads from elsewhere were open
    than when the lead before came.
    """

    at: datetime
    size: int = TURN
    barred: Mapping[int, str] = field(default_factory=dict)
    away: Mapping[int, str] = field(default_factory=dict)
    open_until: datetime | None = None
    opened: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """The rules of a rotation that its state does not hold. `caps` are by member: for each window the member's own cap,
    or else the rotation's. `zones` are those in which the days of a member's caps are counted if not the rotation's.
    `capacities` are by member, where leads go by room; `checks_capacity` says whether who is above it is passed over.
    """

    tz: ZoneInfo
    resets: str = "never"
    caps: Mapping[int, Mapping[str, int | None]] = field(default_factory=dict)
    zones: Mapping[int, ZoneInfo] = field(default_factory=dict)
    capacities: Mapping[int, int] = field(default_factory=dict)
    checks_capacity: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """`due` is by rep, in turns: the size of each turn, shared by weight among those who could have had it."""

    turns: tuple[SimulatedTurn, ...]
    due: Mapping[int, Fraction]

    @property
    def waits(self) -> int:
        """How many leads nobody gets."""
        return sum(turn.pick.chosen is None for turn in self.turns)


def replay_leads(setup: SimulationSetup, leads: Sequence[PastLead], rules: ReplayRules) -> Replay:
    """These leads in the order in which they came. A lead that nobody can have does not hold up the leads behind it."""
    run = _ReplayRun(setup, rules)
    return Replay(tuple(run.take_turn(lead) for lead in leads), run.due)


class _ReplayRun:
    def __init__(self, setup: SimulationSetup, rules: ReplayRules) -> None:
        level = [
            replace(each, balance=0, base=0, owed=0, takes_part=True, last_turn=0, spread_count=0)
            for each in setup.state.members
        ]
        self.state = RotationState(tuple(level), strategy=setup.state.strategy, spread_limit=setup.state.spread_limit)
        self.setup, self.rules = setup, rules
        self.loads = OpenLeads()
        self.away_for: dict[int, str] = {}
        self.counts: dict[int, Counts] = {}
        self.windows_in: dict[ZoneInfo, CapWindows] = {}  # of the lead at hand
        self.owed_given: dict[int, tuple[date, int]] = {}  # on which day, how many
        self.period: date | None = None
        self.shared: dict[tuple[tuple[int, int], ...], int] = {}

    def take_turn(self, lead: PastLead) -> SimulatedTurn:
        today = lead.at.astimezone(self.rules.tz).date()
        self._reset_if_due(today)
        self.windows_in = {}
        self.loads.move_to(lead.at, lead.opened)
        members = tuple(self._member_at(each, lead, today) for each in self.state.members)
        state = replace(self.state, members=members)
        self.state, changes = update_participation(state, self.away_for, self.setup.policy)
        self.away_for |= {change.before.member_id: change.away_for for change in changes}
        turn = simulate_turn(self.setup, self.state, SampleLead(lead.size, lead.barred))
        if turn.pick.chosen is not None:
            self._add_shared(turn.pick, lead)
        if turn.member is not None:
            self._count(turn, lead, today)
            self.loads.give(turn.member, until=lead.open_until)
            self.state = apply_pick(self.state, turn.pick)
        return turn

    @property
    def due(self) -> dict[int, Fraction]:
        return due_of(self.shared, unit=TURN)

    def _reset_if_due(self, today: date) -> None:
        period = period_start(self.rules.resets, on=today)
        if period is not None and self.period is not None and self.period < period:
            state, changes = update_participation(self.state, self.away_for, self.setup.policy)
            self.away_for |= {change.before.member_id: change.away_for for change in changes}
            self.state = reset_state(state, missed=missed_so_far(state, self.away_for))
        self.period = period

    def _member_at(self, member: Candidate, lead: PastLead, today: date) -> Candidate:
        """The member as it was when this lead came."""
        pk, reason = member.member_id, lead.away.get(member.member_id, "")
        left, limit = None, member.limit_reason
        if caps := self.rules.caps.get(pk):
            found = remaining(caps, self.counts.get(pk, {}), self._windows(pk, lead))
            left, limit = found.left, found.reason or limit
        room, capacity = 0, self.rules.capacities.get(pk)
        if capacity is not None:
            room = room_of(self.state.strategy, capacity=capacity, open_leads=self.loads.of(pk))
            free = places_left(capacity, self.loads.of(pk))
            if self.rules.checks_capacity and (left is None or free < left):
                left, limit = free, SkipReason.OVER_CAPACITY
        a_day = self.setup.policy.max_a_day
        owed_today = None if a_day is None else max(a_day - self._owed_given_on(pk, today), 0)
        now = (member.reason, member.remaining, member.limit_reason, member.owed_today, member.room)
        if now == (reason, left, limit, owed_today, room):
            return member
        return replace(
            member,
            is_available=not reason,
            reason=reason,
            remaining=left,
            limit_reason=limit,
            owed_today=owed_today,
            room=room,
        )

    def _windows(self, pk: int, lead: PastLead) -> CapWindows:
        zone = self.rules.zones.get(pk, self.rules.tz)
        return self.windows_in.get(zone) or self.windows_in.setdefault(zone, windows_at(lead.at, zone))

    def _owed_given_on(self, pk: int, today: date) -> int:
        day, number = self.owed_given.get(pk, (today, 0))
        return number if day == today else 0

    def _add_shared(self, pick: Pick, lead: PastLead) -> None:
        """Remember who could have had the lead, for what was due."""
        barred = pick.barred or {}
        able = tuple(
            (each.rep_id, each.weight)
            for each in pick.state.members
            if not each.skip_reason and each.member_id not in barred
        )
        self.shared[able] = self.shared.get(able, 0) + lead.size

    def _count(self, turn: SimulatedTurn, lead: PastLead, today: date) -> None:
        """Count the lead against the caps, and against the owed turns of the day."""
        pk = turn.pick.winner.member_id
        if pk in self.rules.caps:
            self.counts[pk] = add_given(self.counts.get(pk, {}), self._windows(pk, lead))
        if turn.kind == TurnKind.OWED:
            self.owed_given[pk] = (today, self._owed_given_on(pk, today) + 1)
