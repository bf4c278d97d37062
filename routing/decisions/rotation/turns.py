"""Turns: who is next in a rotation, who was passed over and why (F1-F4, F8, C6).

The pointer is the position served last. Positions may have gaps and members may come and go: the next in turn is
whoever stands first behind the pointer, and after the last member the list begins anew.

Smooth weights: at every moment each member has had less than one turn more, and less than one turn less, than its
share. Of those who are due anything, the one whose next turn must come soonest is served, and among equals the first
in turn. (Each member's turns have windows; serving the earliest end of a window among those that have begun keeps all
of them, as on one processor with periodic work.) With equal weights this is the plain list, and that is what is used.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

from routing.decisions.rotation.state import (
    CHOSEN,
    HAD_ONE,
    NOT_REACHED,
    SKIPPED,
    TURN,
    Candidate,
    Line,
    Look,
    Way,
    settled,
    stepped,
)

NEARLY = TURN // 10**6  # what rounding may add up to; far below any share that counts


@dataclass(frozen=True, slots=True)
class Pick:
    """One turn. `barred` are members who cannot have this very lead, with why; `passed` those whose turn was had in
    advance. `size` is what the turn weighs: TURN, or the lead's value in a rotation that shares value."""

    chosen: Candidate | None
    line: Line
    asked: tuple[Candidate, ...] = ()
    barred: Mapping[int, str] | None = None
    passed: tuple[int, ...] = ()
    is_owed: bool = False
    in_block: int = 0
    size: int = TURN

    @property
    def winner(self) -> Candidate:
        """Who has the turn; only where somebody has it."""
        assert self.chosen is not None
        return self.chosen

    @property
    def pointer_before(self) -> int | None:
        return self.line.pointer

    @property
    def pointer_after(self) -> int | None:
        return self.line.pointer if self.chosen is None or self.is_owed else self.chosen.position

    @property
    def looks(self) -> tuple[Look, ...]:
        """Every member in turn order; only those who were asked before the choice fell can have been skipped."""
        reached = {each.member_id: self.look_at(each) for each in (*self.asked, *filter(None, [self.chosen]))}
        return tuple(
            reached.get(each.member_id) or Look(each.member_id, each.rep_id, each.position, NOT_REACHED)
            for each in self.line.in_turn
        )

    def look_at(self, member: Candidate) -> Look:
        """What became of one who was asked."""
        is_chosen = self.chosen is not None and member.member_id == self.chosen.member_id
        why = "" if is_chosen else member.skip_reason or (self.barred or {}).get(member.member_id, "") or HAD_ONE
        outcome = CHOSEN if is_chosen else SKIPPED
        return Look(member.member_id, member.rep_id, member.position, outcome, why)


def pick_next(line: Line, *, barred: Mapping[int, str] | None = None, size: int = TURN) -> Pick:
    """Whose turn it is; nobody available leaves the pointer where it is.

    Members with a turn to be made good come first; those who then wait behind them count as not reached.
    """
    barred = barred or {}
    in_turn = line.in_turn
    able = [each for each in in_turn if not each.skip_reason and each.member_id not in barred]
    owed = [each for each in able if each.owed > 0 and each.owed_today != 0]
    if owed:
        behind = [each for each in in_turn if each.owed > 0]
        before = behind[: next(step for step, each in enumerate(behind) if each is owed[0])]
        return Pick(owed[0], line, tuple(before), barred, is_owed=True, in_block=line.in_block, size=size)
    if not able:
        return Pick(None, line, tuple(in_turn), barred, in_block=line.in_block, size=size)
    if line.way == Way.VALUE:
        chosen = _furthest_below(line, able, size)
    elif line.has_weights and line.way == Way.SMOOTH:
        chosen = _soonest(line, able, size)
    elif line.has_weights:
        return _in_blocks(line, in_turn, able, barred)
    else:
        return _in_turn(line, in_turn, able, barred)
    asked = tuple(each for each in in_turn if each.skip_reason or each.member_id in barred)
    return Pick(chosen, line, asked, barred, size=size)


def after(line: Line, pick: Pick) -> Line:
    """The rotation when this turn is over: the clock has run on, and who got the lead has had it."""
    if pick.chosen is None:
        return line
    sharing = sharing_weight(line, pick.barred or ())
    virtual, rest = stepped(line.virtual, line.rest, size=pick.size, weights=sharing)
    run = virtual - line.virtual
    members = []
    for each in line.members:
        if each.member_id in (pick.barred or ()) and each.takes_part:  # this lead could never have been theirs
            each = replace(each, balance=each.balance - each.weight * run)
        if each.member_id in pick.passed:
            each = replace(each, owed=each.owed + pick.passed.count(each.member_id))
        if each.member_id == pick.chosen.member_id:
            each = _had(settled(each, virtual), pick)
        members.append(each)
    return replace(
        line,
        members=tuple(members),
        pointer=pick.pointer_after,
        in_block=pick.in_block,
        virtual=virtual,
        rest=rest,
    )


def joined_in(line: Line) -> Line:
    """Those who can be given leads now take part from now on, the others no longer (F6b); nothing is owed for that
    here (decisions.owing says what a skipped turn means)."""
    members = tuple(
        each
        if each.takes_part != bool(each.skip_reason)
        else settled(each, line.virtual, takes_part=not each.skip_reason)
        for each in line.members
    )
    return line if members == line.members else replace(line, members=members)


def pick_many(line: Line, k: int, *, size: int = TURN) -> tuple[Pick, ...]:
    """`k` turns in a row, always `k` picks: without anybody available each of them chose nobody."""
    picks = []
    line = joined_in(line)
    for _turn in range(k):
        picks.append(pick_next(line, size=size))
        line = joined_in(after(line, picks[-1]))
    return tuple(picks)


def in_line(line: Line) -> list[int]:
    """Rep ids in the order of their next turns, should nothing change; who would be passed over now is not in line."""
    able = [each for each in line.in_turn if not each.skip_reason]
    owed = [each for each in able if each.owed > 0 and each.owed_today != 0]
    if line.way == Way.SMOOTH and not line.has_weights:
        return [each.rep_id for each in owed + [each for each in able if each not in owed]]
    seen: list[int] = []
    line = joined_in(line)
    for _turn in range(len(able) * 8):
        pick = pick_next(line)
        if pick.chosen is None or len(seen) == len(able):
            break
        if pick.chosen.rep_id not in seen:
            seen.append(pick.chosen.rep_id)
        line = after(line, replace(pick, chosen=pick.chosen))
    return seen + [each.rep_id for each in able if each.rep_id not in seen]


def sharing_weight(line: Line, barred: Collection[int]) -> int:
    """The weights of those who share this turn: all who can be given leads now, but for who cannot have this one."""
    return sum(each.weight for each in line.members if each.takes_part and each.member_id not in barred)


def _had(member: Candidate, pick: Pick) -> Candidate:
    room = None if member.room is None else member.room - 1
    today = member.owed_today
    if pick.is_owed:
        today = None if today is None else today - 1
    return replace(
        member,
        balance=member.balance - pick.size,
        owed=member.owed - pick.is_owed,
        owed_today=today,
        room=room,
    )


def _in_turn(line: Line, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]) -> Pick:
    """The first who is able behind the pointer, and has not had this turn in advance."""
    ahead = {each.member_id: -each.owed for each in able if each.owed < 0}
    passed: list[int] = []
    asked: list[Candidate] = []
    fewest = min(ahead.get(each.member_id, 0) for each in able)  # should all have had theirs, that many laps are over
    for each in able:
        passed += [each.member_id] * min(fewest, ahead.get(each.member_id, 0))
        ahead[each.member_id] = ahead.get(each.member_id, 0) - fewest
    for each in in_turn:
        if each.skip_reason or each.member_id in barred:
            asked.append(each)
        elif ahead[each.member_id] > 0:
            passed.append(each.member_id)
            asked.append(each)
        else:
            return Pick(each, line, tuple(asked), barred, tuple(passed))
    raise AssertionError("somebody is able and has nothing in advance")


def _in_blocks(line: Line, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]) -> Pick:
    """Each member has its whole block before the next one begins, as the article writes the list (F4)."""
    unit = gcd(*(each.weight for each in line.members if each.weight > 0))
    last = in_turn[-1]
    is_going_on = last.position == line.pointer and line.in_block < last.weight // unit
    if is_going_on and last in able and last.owed >= 0:
        return Pick(last, line, (), barred, in_block=line.in_block + 1)
    return replace(_in_turn(line, in_turn, able, barred), in_block=1)


def _soonest(line: Line, able: Sequence[Candidate], size: int) -> Candidate:
    """Among those who are due anything with this turn, the one whose share would be a whole turn behind soonest."""
    weights = sum(each.weight for each in able)
    virtual, _rest = stepped(line.virtual, line.rest, size=size, weights=weights)
    due = [each for each in able if each.lag(virtual) > NEARLY]
    if not due:  # after somebody who was due much has left
        return max(able, key=lambda each: each.lag(virtual))
    return min(due, key=lambda each: _turns_left(each.lag(line.virtual), each.weight, weights))


def _turns_left(lag: int, weight: int, weights: int) -> int:
    """After how many turns a member would be one whole turn behind its share, rounded up."""
    return -((lag - TURN + NEARLY) * weights // (weight * TURN))


def _furthest_below(line: Line, able: Sequence[Candidate], size: int) -> Candidate:
    """The member whose value is furthest below its share, this lead counted (F8); among equals the first in turn."""
    virtual, _rest = stepped(line.virtual, line.rest, size=size, weights=sum(each.weight for each in able))
    return max(able, key=lambda each: each.lag(virtual))
