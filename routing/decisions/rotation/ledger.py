"""Audit a rotation's ledger: replay it, decide every turn again from what was known at the time, and compare (F6b).

Each line of the ledger is one event. The function that decided the real turns decides them again, on the roster of that
time. The audit compares the rep of every turn and, at the end, the state of the rotation and its members.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import repeat
from json import dumps

from routing.decisions.rotation.needs import regroup
from routing.decisions.rotation.reset import reset_state
from routing.decisions.rotation.settlement import apply_deltas
from routing.decisions.rotation.state import (
    Candidate,
    RotationState,
    Strategy,
    adjust_balance,
    settle_balance,
    spread,
    swap_member,
)
from routing.decisions.rotation.strategies.by_value import count_for_spread
from routing.decisions.rotation.turns import apply_pick, pick_next

# Of a member, in the order of ledger lines and turns. What is new comes last, as older ones do not have it.
STATE_FIELDS = ("balance", "base", "owed", "takes_part", "weight", "comes_first", "last_turn", "spread_count")
RESTORED = tuple(name for name in STATE_FIELDS if name != "weight")  # by an undo
MAX_TURNS_KEPT = 500  # an undo can be replayed this many turns back; five minutes hold fewer


class LedgerKind(StrEnum):
    """The kinds of LedgerLine, with the same values."""

    OPENING = "opening"
    GIVEN = "given"
    AWAY = "away"
    BACK = "back"
    CREDIT = "credit"
    CATCH_UP = "catch_up"
    COUNTED = "counted"
    UNDONE = "undone"
    EDITED = "edited"
    RESET = "reset"
    RAMP = "ramp"
    SETTLED = "settled"


class UndoMode(StrEnum):
    """What an undo did with the turn. The ledger stores these values under "way"."""

    WHOLE = "whole"  # everything stands as before the turn
    CREDIT = "credit"  # the rotation had moved on, so the member gets one turn ahead of the others
    NONE = "none"  # the rep is no member any more


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One line of the ledger. A given turn has its roster: (member, rep, position, weight, why passed over). `rooms` is
    the room of each of them, empty where it follows from the turn before. `need` is what the lead asked for, and
    `skills` are those of the members by id as text, None where the rotation asks for none (needs.py)."""

    kind: LedgerKind
    member: int | None = None
    rep: int | None = None
    owed: int = 0
    due: int = 0
    size: int = 0
    turn: int = 0
    undo_mode: str = ""
    day: str = ""
    state: Mapping | None = None
    roster: Sequence[Sequence] = ()
    rooms: Sequence[int] = ()
    rules: Mapping = field(default_factory=dict)
    barred: Mapping[int, str] = field(default_factory=dict)
    need: str = ""
    skills: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What differs: reps or figures as they are and as the replay has them. `turn` 0 is the state at the end."""

    turn: int
    what: str
    actual: object
    expected: object


@dataclass
class LedgerAudit:
    """`state` is the rotation as the ledger has it so far."""

    state: RotationState = field(default_factory=lambda: RotationState(()))
    turns: int = 0
    faults: list[AuditFault] = field(default_factory=list)
    paid: dict[int, tuple[str, int]] = field(default_factory=dict)
    before: dict[int, RotationState] = field(default_factory=dict)

    def replay(self, events: Iterable[LedgerEvent]) -> "LedgerAudit":
        """Go through the lines of the ledger, oldest first."""
        replay_line = {
            LedgerKind.OPENING: self._load_state,
            LedgerKind.EDITED: self._load_state,
            LedgerKind.GIVEN: self._repeat_turn,
            LedgerKind.AWAY: self._leave,
            LedgerKind.BACK: self._return,
            LedgerKind.CREDIT: self._credit,
            LedgerKind.CATCH_UP: self._credit,
            LedgerKind.COUNTED: self._charge,
            LedgerKind.UNDONE: self._undo,
            LedgerKind.RESET: self._reset,
            LedgerKind.RAMP: self._take_step,
            LedgerKind.SETTLED: self._settle,
        }
        for event in events:
            replay_line[event.kind](event)
        return self

    def compare(self, now: RotationState) -> "LedgerAudit":
        """Compare with the rotation and its members as they are now."""
        self._same("pointer", now.pointer, self.state.pointer)
        self._same("virtual", now.virtual, self.state.virtual)
        known = {each.member_id: each for each in self.state.members}
        for each in now.members:
            replayed = known.get(each.member_id)
            if replayed is None:
                continue
            self._same(f"owed of member {each.member_id}", each.owed, replayed.owed)
            if now.strategy.compares_room:
                self._same(f"last turn of member {each.member_id}", each.last_turn, replayed.last_turn)
            if now.spread_limit is not None:
                self._same(f"spread of member {each.member_id}", each.spread_count, replayed.spread_count)
            self._same(f"due of member {each.member_id}", now.balance_of(each), self.state.balance_of(replayed))
        return self

    def _same(self, what: str, actual: object, expected: object) -> None:
        if actual != expected:
            self.faults.append(AuditFault(0, what, actual, expected))

    def _load_state(self, event: LedgerEvent) -> None:
        """Lines of earlier releases have fewer fields."""
        state, known = event.state or {}, {each.member_id: each for each in self.state.members}
        members = []
        for key, values in state["members"].items():
            one = known.get(int(key)) or Candidate(member_id=int(key), rep_id=0, position=0)
            members.append(replace(one, group="", **dict(zip(STATE_FIELDS, values, strict=False))))
        self.state = replace(
            self.state,
            members=tuple(members),
            pointer=state["pointer"],
            in_block=state["in_block"],
            virtual=state["virtual"],
            rest=state["rest"],
            needs={},
            behind={},
        )
        self.paid |= {int(pk): (day, number) for pk, (day, number) in state.get("paid", {}).items()}

    def _repeat_turn(self, event: LedgerEvent) -> None:
        self.turns += 1
        self._load_roster(event)
        self.before[event.turn] = self.state
        self.before.pop(event.turn - MAX_TURNS_KEPT, None)
        if event.member is None:  # it went to the fallback person
            return
        pick = pick_next(self.state, barred=event.barred, size=event.size, need=event.need)
        if pick.chosen is None:  # nobody was available, and the rotation assigns anyway
            pick = replace(pick, chosen=self._member(event), is_owed=event.owed < 0)
        elif pick.chosen.rep_id != event.rep:
            self.faults.append(AuditFault(event.turn, "owner", event.rep, pick.chosen.rep_id))
            pick = replace(pick, chosen=self._member(event) or pick.chosen, is_owed=event.owed < 0)
        if pick.chosen is None:
            return
        self.state = apply_pick(self.state, pick)
        if pick.is_owed:
            day, number = self.paid.get(pick.chosen.member_id, ("", 0))
            self.paid[pick.chosen.member_id] = (event.day, number + 1 if day == event.day else 1)

    def _load_roster(self, event: LedgerEvent) -> None:
        """Put the members as the roster of this turn has them."""
        known, a_day = {each.member_id: each for each in self.state.members}, event.rules.get("a_day")
        members, rooms = [], event.rooms or repeat(None)
        for (pk, rep, position, weight, reason), room in zip(event.roster, rooms, strict=False):
            one = known.get(pk) or Candidate(member_id=pk, rep_id=rep, position=position, takes_part=False)
            day, number = self.paid.get(pk, ("", 0))
            members.append(
                replace(
                    one,
                    rep_id=rep,
                    position=position,
                    weight=weight,
                    is_available=not reason,
                    reason=reason,
                    is_paused=False,
                    owed_today=None if a_day is None else max(a_day - (number if day == event.day else 0), 0),
                    remaining=None,
                    room=one.room if room is None else room,
                )
            )
        self.state = replace(
            self.state,
            members=tuple(members),
            strategy=Strategy(event.rules.get("way", Strategy.SMOOTH)),
            turns=event.turn - 1,
            spread_limit=event.rules.get("spread"),
        )
        if event.skills is not None:
            groups = {each.member_id: dumps(event.skills.get(str(each.member_id), [])) for each in members}
            self.state = regroup(self.state, groups)

    def _leave(self, event: LedgerEvent) -> None:
        one = self._member(event)
        if one is None:
            return
        accrues = bool((event.state or {}).get("accrues"))
        left = settle_balance(one, self.state.clock_of(one), takes_part=accrues)
        if left.balance - one.balance != event.due:
            self.faults.append(AuditFault(self.turns, "due", event.due, left.balance - one.balance))
        self._put(left)

    def _return(self, event: LedgerEvent) -> None:
        one = self._member(event)
        if one is not None:
            count = max((event.state or {}).get("spread_count", 0), one.spread_count)
            back = replace(
                one, balance=one.balance + event.due, base=self.state.clock_of(one), owed=one.owed + event.owed
            )
            self._put(replace(back, takes_part=True, spread_count=count))
            if forgiven := (event.state or {}).get("forgiven", 0):
                self.state = spread(self.state, forgiven)

    def _take_step(self, event: LedgerEvent) -> None:
        """A step of a ramp: another weight from now on."""
        one, state = self._member(event), event.state or {}
        if one is not None:
            if state["forgiven"]:
                self.state = spread(self.state, state["forgiven"])
            due, count = one.balance + event.due, state.get("spread_count", one.spread_count)
            base = self.state.clock_of(one) - state.get("run", 0)  # of an absence that goes on
            stepped = replace(one, balance=due, base=base, owed=one.owed + event.owed)
            self._put(replace(stepped, weight=state["weight"], spread_count=count))

    def _settle(self, event: LedgerEvent) -> None:
        """The counts were brought into proportion, or that was taken back."""
        state = event.state or {}
        deltas = {int(pk): delta for pk, delta in state["deltas"].items()}
        self.state = apply_deltas(self.state, deltas, shared=state["shared"], missed=_missed(state))

    def _credit(self, event: LedgerEvent) -> None:
        one = self._member(event)
        if one is not None:
            self.state = adjust_balance(self.state, one, -event.size, owed=event.owed)

    def _charge(self, event: LedgerEvent) -> None:
        one = self._member(event)
        if one is not None:
            if not event.owed:
                one = count_for_spread(self.state, one, 1 if event.size > 0 else -1)
            self.state = adjust_balance(self.state, one, -event.size, owed=event.owed)

    def _undo(self, event: LedgerEvent) -> None:
        one = self._member(event)
        if event.undo_mode == UndoMode.WHOLE and event.turn in self.before:
            then = {each.member_id: each for each in self.before[event.turn].members}
            was = self.before[event.turn]
            self.state = replace(
                was,
                members=tuple(then.get(each.member_id, each) for each in self.state.members),
            )
        elif event.undo_mode == UndoMode.CREDIT and one is not None:
            self.state = adjust_balance(self.state, one, event.size, owed=1)
        self._pay_back(event)

    def _pay_back(self, event: LedgerEvent) -> None:
        """An undone owed turn uses none of that day's allowance. Lines of releases that kept it used name no day."""
        day, number = self.paid.get(event.member or 0, ("", 0))
        if number and day == (event.state or {}).get("paid_on"):
            self.paid[event.member or 0] = (day, number - 1)

    def _reset(self, event: LedgerEvent) -> None:
        state = event.state or {}
        self.state = reset_state(self.state, left_owed=state.get("left_owed", 0), missed=_missed(state))

    def _member(self, event: LedgerEvent) -> Candidate | None:
        return next((each for each in self.state.members if each.member_id == event.member), None)

    def _put(self, changed: Candidate) -> None:
        self.state = swap_member(self.state, changed)


def _missed(state: Mapping) -> dict[int, int]:
    """What absences that go on had missed. Lines of earlier releases, which owed turns for it at once, have none."""
    return {int(pk): units for pk, units in state.get("missed", {}).items()}
