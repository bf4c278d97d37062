"""Replay a rotation's ledger: decide every turn again from what was known then, and compare (F6b).

Each line is one event; the turns are decided anew by the very function that decided them, on the roster of then. What
is compared is the owner of every turn, and at the end what stands on the members and the rotation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from routing.decisions.rotation.reset import anew
from routing.decisions.rotation.state import TURN, Candidate, Line, Way, settled
from routing.decisions.rotation.turns import after, pick_next

KEPT = 500  # so many turns back an undo can be replayed; five minutes hold fewer


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger; of a given turn with its roster: (member, rep, position, weight, why passed over)."""

    kind: str
    member: int | None = None
    rep: int | None = None
    owed: int = 0
    due: int = 0
    size: int = 0
    turn: int = 0
    way: str = ""
    day: str = ""
    state: Mapping | None = None
    roster: Sequence[Sequence] = ()
    rules: Mapping = field(default_factory=dict)
    barred: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not agree: `turn` 0 is the state at the end; reps or figures as they are, and as they should be."""

    turn: int
    what: str
    was: object
    should: object


@dataclass
class Replay:
    """`line` is the rotation as the ledger has it."""

    line: Line = field(default_factory=lambda: Line(()))
    turns: int = 0
    faults: list[Fault] = field(default_factory=list)
    paid: dict[int, tuple[str, int]] = field(default_factory=dict)
    before: dict[int, Line] = field(default_factory=dict)

    def play(self, events: Iterable[Event]) -> "Replay":
        acts = {
            "opening": self._state,
            "edited": self._state,
            "given": self._given,
            "away": self._away,
            "back": self._back,
            "credit": self._credit,
            "catch_up": self._credit,
            "counted": self._counted,
            "undone": self._undone,
            "reset": self._reset,
        }
        for event in events:
            acts[event.kind](event)
        return self

    def compare(self, now: Line) -> "Replay":
        """With what stands on the rotation and its members."""
        self._same("pointer", now.pointer, self.line.pointer)
        self._same("virtual", now.virtual, self.line.virtual)
        known = {each.member_id: each for each in self.line.members}
        for each in now.members:
            told = known.get(each.member_id)
            if told is None:
                continue
            self._same(f"owed of member {each.member_id}", each.owed, told.owed)
            self._same(f"due of member {each.member_id}", each.lag(now.virtual), told.lag(now.virtual))
        return self

    def _same(self, what: str, was: object, should: object) -> None:
        if was != should:
            self.faults.append(Fault(0, what, was, should))

    def _state(self, event: Event) -> None:
        state, known = event.state or {}, {each.member_id: each for each in self.line.members}
        members = []
        for key, (balance, base, owed, takes_part, weight) in state["members"].items():
            one = known.get(int(key)) or Candidate(member_id=int(key), rep_id=0, position=0)
            members.append(replace(one, balance=balance, base=base, owed=owed, takes_part=takes_part, weight=weight))
        self.line = replace(
            self.line,
            members=tuple(members),
            pointer=state["pointer"],
            in_block=state["in_block"],
            virtual=state["virtual"],
            rest=state["rest"],
        )

    def _given(self, event: Event) -> None:
        self.turns += 1
        self._seat(event)
        self.before[event.turn] = self.line
        self.before.pop(event.turn - KEPT, None)
        if event.member is None:  # to a stand-in from outside
            return
        pick = pick_next(self.line, barred=event.barred, size=event.size)
        if pick.chosen is None:  # nobody could, and the rotation says: assign anyway
            chosen = next((each for each in self.line.members if each.member_id == event.member), None)
            pick = replace(pick, chosen=chosen)
        elif pick.chosen.rep_id != event.rep:
            self.faults.append(Fault(event.turn, "owner", event.rep, pick.chosen.rep_id))
            chosen = next((each for each in self.line.members if each.member_id == event.member), pick.chosen)
            pick = replace(pick, chosen=chosen, is_owed=event.owed < 0)
        if pick.chosen is None:
            return
        self.line = after(self.line, pick)
        if pick.is_owed:
            day, number = self.paid.get(pick.chosen.member_id, ("", 0))
            self.paid[pick.chosen.member_id] = (event.day, number + 1 if day == event.day else 1)

    def _seat(self, event: Event) -> None:
        """The members as the roster of this turn has them."""
        known, a_day = {each.member_id: each for each in self.line.members}, event.rules.get("a_day")
        members = []
        for pk, rep, position, weight, reason in event.roster:
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
                    room=None,
                )
            )
        self.line = replace(self.line, members=tuple(members), way=Way(event.rules.get("way", Way.SMOOTH)))

    def _away(self, event: Event) -> None:
        one = self._member(event)
        if one is None:
            return
        left = settled(one, self.line.virtual, takes_part=False)
        if left.balance - one.balance != event.due:
            self.faults.append(Fault(self.turns, "due", event.due, left.balance - one.balance))
        self._put(left)

    def _back(self, event: Event) -> None:
        one = self._member(event)
        if one is not None:
            back = replace(one, balance=one.balance + event.due, base=self.line.virtual, owed=one.owed + event.owed)
            self._put(replace(back, takes_part=True))

    def _credit(self, event: Event) -> None:
        one = self._member(event)
        if one is not None:
            self._put(replace(one, owed=one.owed + event.owed, balance=one.balance + event.owed * TURN))

    def _counted(self, event: Event) -> None:
        one = self._member(event)
        if one is not None:
            had = settled(one, self.line.virtual)
            self._put(replace(had, balance=had.balance - event.size, owed=had.owed + event.owed))

    def _undone(self, event: Event) -> None:
        one = self._member(event)
        if event.way == "whole" and event.turn in self.before:
            then = {each.member_id: each for each in self.before[event.turn].members}
            was = self.before[event.turn]
            self.line = replace(
                was,
                members=tuple(then.get(each.member_id, each) for each in self.line.members),
            )
        elif event.way == "credit" and one is not None:
            self._put(replace(one, owed=one.owed + 1, balance=one.balance + event.size))

    def _reset(self, event: Event) -> None:
        """Lines of before do not say that what is owed stays beside the share: then it did not."""
        self.line = anew(self.line)
        if not (event.state or {}).get("keeps_owed"):
            self.line = replace(self.line, members=tuple(replace(each, balance=0) for each in self.line.members))

    def _member(self, event: Event) -> Candidate | None:
        return next((each for each in self.line.members if each.member_id == event.member), None)

    def _put(self, changed: Candidate) -> None:
        members = tuple(changed if each.member_id == changed.member_id else each for each in self.line.members)
        self.line = replace(self.line, members=members)
