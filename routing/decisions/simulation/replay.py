"""Run leads of the past through a rotation as it is, or as a draft would have it; nothing is kept (F11b).

Everybody begins level. Turns are decided by the functions that decide real ones, each at the time at which its lead
came, with who was away then, caps, owed turns, and new beginnings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from routing.decisions.availability.caps import Counts, given, keys_at, room
from routing.decisions.fairness import due_of
from routing.decisions.rotation.participation import noticed
from routing.decisions.rotation.reset import anew, begins
from routing.decisions.rotation.state import TURN, Candidate, Line
from routing.decisions.rotation.turns import Pick, after
from routing.decisions.simulation.trial import OWED, Sample, Setup, Step, step_of


@dataclass(frozen=True, slots=True)
class Case:
    """One lead of the past: when it came, what its turn weighs, who cannot have it, and who was away, by member."""

    at: datetime
    size: int = TURN
    barred: Mapping[int, str] = field(default_factory=dict)
    away: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a rotation asks beside its line. `caps` are by member, each window's own or the rotation's."""

    tz: ZoneInfo
    resets: str = "never"
    caps: Mapping[int, Mapping[str, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rerun:
    """`due` is by rep: each turn's size by weight among those who could have had it, in turns."""

    steps: tuple[Step, ...]
    due: Mapping[int, Fraction]

    @property
    def waits(self) -> int:
        return sum(step.pick.chosen is None for step in self.steps)


def rerun(setup: Setup, cases: Sequence[Case], rules: Rules) -> Rerun:
    """These leads in the order in which they came; one for which there is nobody does not hold up those behind it."""
    run = _Run(setup, rules)
    return Rerun(tuple(run.take(case) for case in cases), run.due)


class _Run:
    def __init__(self, setup: Setup, rules: Rules) -> None:
        level = [replace(each, balance=0, base=0, owed=0, takes_part=True) for each in setup.line.members]
        self.line = Line(tuple(level), pointer=None, way=setup.line.way, in_block=0, virtual=0, rest=0)
        self.setup, self.rules = setup, rules
        self.away_for: dict[int, str] = {}
        self.counts: dict[int, Counts] = {}
        self.paid: dict[int, tuple[date, int]] = {}
        self.since: date | None = None
        self.shared: dict[tuple[tuple[int, int], ...], int] = {}

    def take(self, case: Case) -> Step:
        today = case.at.astimezone(self.rules.tz).date()
        begun = begins(self.rules.resets, on=today)
        if begun is not None and self.since is not None and self.since < begun:
            self.line = anew(self.line)
        self.since = begun
        keys = keys_at(case.at, self.rules.tz) if self.rules.caps else {}
        members = tuple(self._now(each, case, keys, today) for each in self.line.members)
        self.line, moves = noticed(replace(self.line, members=members), self.away_for, self.setup.skipped)
        self.away_for |= {move.before.member_id: move.away_for for move in moves}
        step = step_of(self.setup, self.line, Sample(case.size, case.barred))
        if step.pick.chosen is not None:
            self._count(step.pick, case)
        if step.member is not None:
            self._write(step, keys, today)
            self.line = after(self.line, step.pick)
        return step

    def _now(self, member: Candidate, case: Case, keys: Mapping[str, str], today: date) -> Candidate:
        """The member as this moment finds it."""
        pk, reason, left, full = member.member_id, case.away.get(member.member_id, ""), None, member.full
        if caps := self.rules.caps.get(pk):
            found = room(caps, self.counts.get(pk, {}), keys)
            left, full = found.left, found.reason or full
        a_day = self.setup.skipped.most_a_day
        owed_today = None
        if a_day is not None:
            day, paid = self.paid.get(pk, (today, 0))
            owed_today = max(a_day - (paid if day == today else 0), 0)
        known = (member.reason, member.room, member.full, member.owed_today)
        if known == (reason, left, full, owed_today):
            return member
        return replace(member, is_available=not reason, reason=reason, room=left, full=full, owed_today=owed_today)

    def _count(self, pick: Pick, case: Case) -> None:
        """Only what the list itself could have given is shared."""
        barred = pick.barred or {}
        able = tuple(
            (each.rep_id, each.weight)
            for each in pick.line.members
            if not each.skip_reason and each.member_id not in barred
        )
        self.shared[able] = self.shared.get(able, 0) + case.size

    @property
    def due(self) -> dict[int, Fraction]:
        return due_of(self.shared, unit=TURN)

    def _write(self, step: Step, keys: Mapping[str, str], today: date) -> None:
        pk = step.pick.winner.member_id
        if keys:
            self.counts[pk] = given(self.counts.get(pk, {}), keys)
        if step.kind == OWED:
            day, paid = self.paid.get(pk, (today, 0))
            self.paid[pk] = (today, (paid if day == today else 0) + 1)
