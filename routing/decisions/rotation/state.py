"""What a rotation knows when it decides a turn: its members, its pointer, and what each member is due (F1, F4, F6b).

What a member is due grows with every turn by weight / (sum of the weights of those who take part). A virtual clock,
`virtual`, counts it: each turn moves the clock on by (size of the turn / sum of the weights), and a member who takes
part has become due by weight x (how far the clock moved since `base`). So a turn writes one row, that of the member
who got the lead, however long the list is. All numbers are whole: a turn is TURN units.

A lead that asks for a skill is shared only by those who hold it. The clock of all others stands still for it: each
skill counts how far the clock moved for it, and members with the same skills share one clock (needs.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from json import loads
from zoneinfo import ZoneInfo

from routing.decisions.availability.skip_reasons import SkipReason

TURN = 10**12  # units of one turn
ROUNDING = TURN // 10**6  # the most that rounding adds up to; far below any share that matters
WEIGHT_ONE = 100  # weight 1, in hundredths


class Strategy(StrEnum):
    """How a rotation shares leads (F3, F4, F8). While all weights are equal SMOOTH and BLOCKS are the plain list."""

    SMOOTH = "smooth"
    BLOCKS = "blocks"
    VALUE = "value"
    MOST_FREE = "most_free"
    FEWEST_OPEN = "fewest_open"

    @property
    def compares_room(self) -> bool:
        """Whether leads go by what each member holds now, so that weights and balances decide nothing."""
        return self in BY_ROOM

    @property
    def measure(self) -> str:
        """What balances are counted in. They start over when a rotation comes to share something else."""
        return "turns" if self in (Strategy.SMOOTH, Strategy.BLOCKS) else self.value


BY_ROOM = frozenset({Strategy.MOST_FREE, Strategy.FEWEST_OPEN})


class CandidateOutcome(StrEnum):
    """What happened to one member in one turn. Turns and receipts store these values."""

    CHOSEN = "chosen"
    SKIPPED = "skipped"
    NOT_REACHED = "not_reached"


class TurnKind(StrEnum):
    """Why a lead goes to a member, or to nobody. Receipts store these values under "because"."""

    IN_TURN = "in_turn"
    OWED = "owed"
    FALLBACK = "fallback"
    ANYWAY = "anyway"
    WAITS = "waits"


@dataclass(slots=True)  # nobody changes one, but a thousand frozen ones take four times as long to make
class Candidate:
    """A member at the moment of the turn; `reason` says why the member is not available.

    `owed` counts turns that the member gets ahead of the others (C4, F5, F10), and `owed_today` how many of them may be
    given today (None: all). `remaining` is how many more leads the member may be given by capacity and caps (None: no
    limit), and `limit_reason` names the limit that says so. `weight` is in hundredths, 0 is paused (L10). `balance` is
    what was due less what was given when the clock stood at `base`, in units, owed turns included; `takes_part` says
    whether more became due since. A member who is away takes part too where skipped turns are made up (F5).
    `comes_first`: before equals, because the member was passed over for a lead that only this member could not have.
    `room` is what MOST_FREE and FEWEST_OPEN compare: the places that are free, or the open leads counted below zero.
    `last_turn` is the number of the last turn that the member got, 0 for none. `spread_count` counts leads for the
    spread limit (strategies/by_value.py). Members with the same `group` have the same skills and share a clock.
    """

    member_id: int
    rep_id: int
    position: int
    is_available: bool = True
    reason: str = ""
    is_paused: bool = False
    owed: int = 0
    owed_today: int | None = None
    remaining: int | None = None
    limit_reason: str = SkipReason.OVER_CAPACITY
    weight: int = WEIGHT_ONE
    balance: int = 0
    base: int = 0
    takes_part: bool = True
    comes_first: bool = False
    room: int = 0
    last_turn: int = 0
    spread_count: int = 0
    group: str = ""

    @property
    def skip_reason(self) -> str:
        """Why the member can get no lead at all now; "" when the member can."""
        if self.is_paused or self.weight <= 0:
            return SkipReason.PAUSED
        if not self.is_available:
            return self.reason or SkipReason.UNAVAILABLE
        if self.remaining is not None and self.remaining <= 0:
            return self.limit_reason
        return ""

    def balance_at(self, clock: int) -> int:
        """What is due less what was given, in units, when the member's clock stands there."""
        return self.balance + (self.weight * (clock - self.base) if self.takes_part else 0)


@dataclass(frozen=True, slots=True)
class RampStep:
    """What a member has from a day on: the percentage, the weight in hundredths, and when the next step comes (K4)."""

    percent: int
    weight: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class RotationState:
    """A rotation at one moment. `pointer` is the position served last, `in_block` how many turns of the running block
    that member has had (0: no block is running), `rest` what the last step of the clock could not share in whole units,
    `turns` the number of the last turn. `spread_limit` only where value is shared: how many leads more than another a
    member may have. `needs` says by need how far the clock moved for leads with it, and `behind` by group of members
    how far it moved for leads that they could not have (needs.py).

    The mappings are by member and are read with the members, so that they are not read again: the user, why a member
    takes no part, what counts against the caps (as JSON text), how many turns were given, the steps of ramps that are
    due but not taken yet, and in which time zone the days of caps are counted if it is not the rotation's.
    `regrouped` are members who have other skills than the last turn knew.
    """

    members: tuple[Candidate, ...]
    pointer: int | None = None
    strategy: Strategy = Strategy.SMOOTH
    in_block: int = 0
    virtual: int = 0
    rest: int = 0
    turns: int = 0
    spread_limit: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    behind: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[int, int] = field(default_factory=dict, compare=False)
    away_for: Mapping[int, str] = field(default_factory=dict, compare=False)
    counts: Mapping[int, str] = field(default_factory=dict, compare=False)
    given: Mapping[int, int] = field(default_factory=dict, compare=False)
    steps: Mapping[int, RampStep] = field(default_factory=dict, compare=False)
    zones: Mapping[int, ZoneInfo] = field(default_factory=dict, compare=False)
    regrouped: Sequence[int] = field(default=(), compare=False)

    @property
    def in_turn(self) -> list[Candidate]:
        """The members from the one behind the pointer, around to the one who was served last."""
        members = by_position(self.members)
        if self.pointer is None:
            return members
        behind = [each for each in members if each.position > self.pointer]
        return behind + [each for each in members if each.position <= self.pointer]

    def clock_of(self, member: Candidate) -> int:
        """Where the clock of this member stands."""
        return self.virtual - self.behind.get(member.group, 0)

    def balance_of(self, member: Candidate) -> int:
        """What is due to the member now less what was given, in units."""
        return member.balance_at(self.clock_of(member))

    @property
    def skills(self) -> dict[int, Sequence[str]]:
        """The words of each member's skills, where the rotation counts them."""
        return {each.member_id: words_of(each.group) for each in self.members if each.group}

    @property
    def has_weights(self) -> bool:
        return len({each.weight for each in self.members if each.weight > 0}) > 1


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """What happened to one member in one turn; `reason` only for the skipped."""

    member_id: int
    rep_id: int
    position: int
    outcome: CandidateOutcome
    reason: str = ""


@lru_cache(maxsize=4096)
def words_of(group: str) -> tuple[str, ...]:
    """The skills of a group of members (needs.py)."""
    return tuple(loads(group)) if group else ()


def by_position(members: Sequence[Candidate]) -> list[Candidate]:
    """In order of position. If two share a position, everybody is numbered 0, 1, 2 ... for this decision; otherwise the
    second of the two would never be reached."""
    in_order = sorted(members, key=lambda each: (each.position, each.member_id))
    if len({each.position for each in in_order}) == len(in_order):
        return in_order
    return [replace(each, position=number) for number, each in enumerate(in_order)]


def advance_clock(virtual: int, rest: int, *, size: int, weights: int) -> tuple[int, int]:
    """The clock after a turn of this size is shared, or is taken from all (below 0). While nobody takes part it is kept
    in `rest` for those who do next."""
    if weights <= 0:
        return virtual, rest + size
    whole, left = divmod(size + rest, weights)
    return virtual + whole, left


def settle_balance(member: Candidate, clock: int, *, takes_part: bool | None = None) -> Candidate:
    """The member with the balance of this moment, when the member's clock stands there. Needed before the member joins,
    leaves or changes weight."""
    goes_on = member.takes_part if takes_part is None else takes_part
    return replace(member, balance=member.balance_at(clock), base=clock, takes_part=goes_on)


def keep_missed(member: Candidate, clock: int, missed: int, *, weight: int | None = None) -> Candidate:
    """The member with the balance of this moment, of which so many units are still what an absence that goes on has
    missed (F5), with another weight from now on if there is one. The member is due as much as before."""
    settled, weight = settle_balance(member, clock), member.weight if weight is None else weight
    run, left = divmod(missed, weight) if missed else (0, 0)
    return replace(settled, balance=settled.balance - missed + left, base=clock - run, weight=weight)


def swap_member(state: RotationState, changed: Candidate) -> RotationState:
    """The state with this member in place of its earlier self."""
    members = tuple(changed if each.member_id == changed.member_id else each for each in state.members)
    return replace(state, members=members)


def spread(state: RotationState, size: int) -> RotationState:
    """Share this much among all who take part, by weight; below 0 it is taken from them. So all balances together stay
    at zero when one member is credited or charged (L11). While nobody takes part all members pay, not only the one who
    comes first."""
    weights = sum(each.weight for each in state.members if each.takes_part)
    if weights <= 0 and (whole := sum(each.weight for each in state.members)) > 0:
        parts = [size * each.weight // whole for each in state.members]
        members = tuple(
            replace(each, balance=each.balance + part) for each, part in zip(state.members, parts, strict=True)
        )
        return replace(state, members=members, rest=state.rest + size - sum(parts))
    virtual, rest = advance_clock(state.virtual, state.rest, size=size, weights=weights)
    return replace(state, virtual=virtual, rest=rest)


def adjust_balance(state: RotationState, member: Candidate, units: int, *, owed: int = 0) -> RotationState:
    """Credit (or charge) one member outside the turns, at the cost (or for the good) of all who take part."""
    changed = replace(member, balance=member.balance + units, owed=member.owed + owed)
    return spread(swap_member(state, changed), -units)
