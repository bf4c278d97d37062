"""Who takes part in the turns: members who came back, with turns owed for skipped ones, and members who left (F5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from routing.decisions.rotation.skipped_turns import SkippedTurnPolicy, accrues, is_at_limit, rejoin
from routing.decisions.rotation.state import Candidate, RotationState, Strategy, advance_clock, settle_balance
from routing.decisions.rotation.strategies.by_value import level_spread


@dataclass(frozen=True, slots=True)
class ParticipationChange:
    """One member came back (`is_back`) or left. `due` is the change of the balance, `reason` why the member was away,
    or is away now; `forgiven` is what the others get back. `virtual` is the clock at that moment, and `accrues` says
    whether the member who left goes on to be due a part of every lead."""

    before: Candidate
    after: Candidate
    is_back: bool
    reason: str
    due: int
    virtual: int
    owed: int = 0
    forgiven: int = 0

    @property
    def away_for(self) -> str:
        return "" if self.is_back else self.reason

    @property
    def accrues(self) -> bool:
        return not self.is_back and self.after.takes_part


def update_participation(
    state: RotationState, away_for: Mapping[int, str], policy: SkippedTurnPolicy
) -> tuple[RotationState, list[ParticipationChange]]:
    """The state in which those who can be given leads again take part, and those who cannot do not, unless skipped
    turns are made up. A member who is away for another reason than before, or has become due all that the rotation
    allows, counts as back and away again."""
    virtual, rest = state.virtual, state.rest
    sharing = sum(each.weight for each in state.members if each.takes_part)
    members, changes = [], []
    present = _present(state, away_for) if state.spread_limit is not None else []
    for each in state.members:
        reason, was = each.skip_reason, away_for.get(each.member_id, "")
        behind = state.behind.get(each.group, 0)
        if _is_as_it_was(each, reason, was, virtual - behind, policy, state.strategy):
            members.append(each)
            continue
        if was or not each.takes_part:
            sharing += 0 if each.takes_part else each.weight
            back = rejoin(each, virtual - behind, policy=policy, strategy=state.strategy)
            due = back.member.balance - each.balance
            after = level_spread(back.member, present) if present and not reason else back.member
            changes.append(ParticipationChange(each, after, True, was, due, virtual, back.owed, back.forgiven))
            if back.forgiven:
                virtual, rest = advance_clock(virtual, rest, size=back.forgiven, weights=sharing)
            each = after
        if reason:
            left = settle_balance(each, virtual - behind, takes_part=accrues(reason, policy, each))
            changes.append(ParticipationChange(each, left, False, reason, left.balance - each.balance, virtual))
            sharing -= 0 if left.takes_part else left.weight
            each = left
        members.append(each)
    if not changes:
        return state, changes
    return replace(state, members=tuple(members), virtual=virtual, rest=rest), changes


def participating(state: RotationState, policy: SkippedTurnPolicy) -> tuple[RotationState, dict[int, str]]:
    """The state as its next turn would find it, and why members take no part then, by member."""
    state, changes = update_participation(state, state.away_for, policy)
    return state, dict(state.away_for) | {change.before.member_id: change.away_for for change in changes}


def _present(state: RotationState, away_for: Mapping[int, str]) -> list[Candidate]:
    """Who is there, and was before."""
    return [
        each
        for each in state.members
        if each.takes_part and not each.skip_reason and not away_for.get(each.member_id, "")
    ]


def _is_as_it_was(
    member: Candidate, reason: str, was: str, clock: int, policy: SkippedTurnPolicy, strategy: Strategy
) -> bool:
    if member.takes_part and not was:
        return not reason
    if not reason or reason != was:
        return False
    return not member.takes_part or not is_at_limit(member, clock, policy, strategy)
