"""What a rotation knows when it decides a turn: its members, its pointer, and what each of them is due (F1, F4, F6b).

What a member is due grows with every turn by weight / (sum of the weights of those who take part). It is counted by a
clock of the rotation's own, `virtual`: at each turn the clock runs on by (size of the turn / sum of the weights), and
a member who takes part has become due by weight x (what the clock ran since `base`). So nobody's row is written but
the one of who got the lead, however long the list. All numbers are whole: a turn is TURN units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from routing.decisions.availability.status import OVER_CAPACITY

TURN = 10**12  # units of one turn
FULL = 100  # weight 1, in hundredths
PAUSED = "paused"
HAD_ONE = "had_one"  # a lead that was given by hand counted as this turn (F6c)

CHOSEN = "chosen"
SKIPPED = "skipped"
NOT_REACHED = "not_reached"


class Way(StrEnum):
    """How a rotation shares (F3, F4, F8): in turn while all weights are alike; smooth and blocks know weights."""

    SMOOTH = "smooth"
    BLOCKS = "blocks"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as seen at the moment of the turn; `reason` says why not available.

    `owed` counts turns that are made good ahead of the line (C4, F5, F10), `owed_today` how many of them may be made
    good today (None: all); below 0 it counts turns had in advance, which the line passes over (F6c). `room` counts the
    leads that the member may still be given, by capacity and caps; None is no limit, and `full` says which of them it
    is. `weight` is in hundredths, 0 is paused (L10). `balance` is what was due less what was given when the clock
    stood at `base`, in units; `takes_part` whether it has been due more since.
    """

    member_id: int
    rep_id: int
    position: int
    is_available: bool = True
    reason: str = ""
    is_paused: bool = False
    owed: int = 0
    owed_today: int | None = None
    room: int | None = None
    full: str = OVER_CAPACITY
    weight: int = FULL
    balance: int = 0
    base: int = 0
    takes_part: bool = True

    @property
    def skip_reason(self) -> str:
        """Why no lead can be given now, whatever the lead; "" when one can."""
        if self.is_paused or self.weight <= 0:
            return PAUSED
        if not self.is_available:
            return self.reason or "unavailable"
        if self.room is not None and self.room <= 0:
            return self.full
        return ""

    def lag(self, virtual: int) -> int:
        """Due less given, in units, when the clock stands there."""
        return self.balance + (self.weight * (virtual - self.base) if self.takes_part else 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A rotation at one moment. `pointer` is the position served last, `in_block` how many of its block that member
    has had, `rest` what the last step of the clock could not share out in whole units."""

    members: tuple[Candidate, ...]
    pointer: int | None = None
    way: Way = Way.SMOOTH
    in_block: int = 0
    virtual: int = 0
    rest: int = 0

    @property
    def in_turn(self) -> list[Candidate]:
        """The members from the one behind the pointer, around to the one who was served last."""
        members = numbered(self.members)
        if self.pointer is None:
            return members
        behind = [each for each in members if each.position > self.pointer]
        return behind + [each for each in members if each.position <= self.pointer]

    @property
    def has_weights(self) -> bool:
        return len({each.weight for each in self.members if each.weight > 0}) > 1


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one member in one turn; `reason` only for the skipped."""

    member_id: int
    rep_id: int
    position: int
    outcome: str
    reason: str = ""


def numbered(members: Sequence[Candidate]) -> list[Candidate]:
    """In order of position. Should two share one, everybody is numbered 0, 1, 2 ... for this decision: else the second
    of the two would never be reached."""
    in_order = sorted(members, key=lambda each: (each.position, each.member_id))
    if len({each.position for each in in_order}) == len(in_order):
        return in_order
    return [replace(each, position=place) for place, each in enumerate(in_order)]


def stepped(virtual: int, rest: int, *, size: int, weights: int) -> tuple[int, int]:
    """The clock after one turn of this size; without anybody to share it stands."""
    if weights <= 0:
        return virtual, rest
    whole, left = divmod(size + rest, weights)
    return virtual + whole, left


def settled(member: Candidate, virtual: int, *, takes_part: bool | None = None) -> Candidate:
    """The same member with its balance as of now, from where it goes on: before it comes, leaves or changes weight."""
    goes_on = member.takes_part if takes_part is None else takes_part
    return replace(member, balance=member.lag(virtual), base=virtual, takes_part=goes_on)
