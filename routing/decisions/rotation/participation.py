"""Who takes part in the turns: members who came back, with turns owed for skipped ones, and members who left (F5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from routing.decisions.rotation.skipped_turns import SkippedTurnPolicy, rejoin
from routing.decisions.rotation.state import Candidate, RotationState, settle_balance


@dataclass(frozen=True, slots=True)
class ParticipationChange:
    """One member came back (`is_back`) or left. `due` is the change of the balance, `reason` why the member was away,
    or is away now."""

    before: Candidate
    after: Candidate
    is_back: bool
    reason: str
    due: int
    owed: int = 0

    @property
    def away_for(self) -> str:
        return "" if self.is_back else self.reason


def update_participation(
    state: RotationState, away_for: Mapping[int, str], policy: SkippedTurnPolicy
) -> tuple[RotationState, list[ParticipationChange]]:
    """The state in which those who can be given leads again take part, and those who cannot do not. A member who is
    away for another reason than before counts as back and away again, because only some reasons count as skipped
    turns."""
    members, changes = [], []
    for each in state.members:
        reason, was = each.skip_reason, away_for.get(each.member_id, "")
        if each.takes_part == (not reason) and (each.takes_part or reason == was):
            members.append(each)
            continue
        if not each.takes_part:
            returned, owed = rejoin(each, state.virtual, reason=was, policy=policy, strategy=state.strategy)
            changes.append(ParticipationChange(each, returned, True, was, returned.balance - each.balance, owed))
            each = returned
        if reason:
            left = settle_balance(each, state.virtual, takes_part=False)
            changes.append(ParticipationChange(each, left, False, reason, left.balance - each.balance))
            each = left
        members.append(each)
    return (replace(state, members=tuple(members)) if changes else state), changes
