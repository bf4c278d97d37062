"""Who takes part now: members who came back, with what is owed for skipped turns, and members who are away (F5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from routing.decisions.rotation.skipped_turns import Skipped, back
from routing.decisions.rotation.state import Candidate, Line, settled


@dataclass(frozen=True, slots=True)
class Move:
    """One member came back (`is_back`) or went away; `due` is by how much the balance changed, `reason` why the member
    was away, or is."""

    before: Candidate
    after: Candidate
    is_back: bool
    reason: str
    due: int
    owed: int = 0

    @property
    def away_for(self) -> str:
        return "" if self.is_back else self.reason


def noticed(line: Line, away_for: Mapping[int, str], skipped: Skipped) -> tuple[Line, list[Move]]:
    """The line with everybody settled who can be given leads again, or no longer. Who is away for another reason than
    before came back and went away at once, as only some reasons count as skipped turns."""
    members, moves = [], []
    for each in line.members:
        reason, was = each.skip_reason, away_for.get(each.member_id, "")
        if each.takes_part == (not reason) and (each.takes_part or reason == was):
            members.append(each)
            continue
        if not each.takes_part:
            returned, owed = back(each, line.virtual, reason=was, skipped=skipped, way=line.way)
            moves.append(Move(each, returned, True, was, returned.balance - each.balance, owed))
            each = returned
        if reason:
            left = settled(each, line.virtual, takes_part=False)
            moves.append(Move(each, left, False, reason, left.balance - each.balance))
            each = left
        members.append(each)
    return (replace(line, members=tuple(members)) if moves else line), moves
