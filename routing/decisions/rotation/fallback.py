"""When nobody is available: the fallback person gets the lead, or it is assigned anyway, in turn (F6)."""

from dataclasses import replace

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.pick import Pick
from routing.decisions.rotation.state import Candidate, Strategy, TurnKind, settle_balance
from routing.decisions.rotation.turns import pick_next


def assign_fallback(pick: Pick, rep_id: int) -> Pick:
    """The fallback person is no member (`member_id` 0), so the turn changes nothing on the rotation."""
    return replace(pick, chosen=Candidate(member_id=0, rep_id=rep_id, position=0, reason=TurnKind.FALLBACK))


def assign_anyway(pick: Pick) -> Pick:
    """The next in turn although nobody is available; never a deactivated member or one who cannot have this lead.
    Where leads go by what each member holds, these do too, also beyond the capacity."""
    willing = tuple(
        replace(
            settle_balance(each, pick.state.clock_of(each), takes_part=True),
            is_available=each.reason != SkipReason.INACTIVE,
            remaining=None,
        )
        for each in pick.state.members
    )
    strategy = pick.state.strategy if pick.state.strategy.compares_room else Strategy.SMOOTH
    state = replace(pick.state, members=willing, strategy=strategy)
    second = pick_next(state, barred=pick.barred, size=pick.size)
    if second.chosen is None:
        return pick
    chosen = next(each for each in pick.state.members if each.member_id == second.chosen.member_id)
    return replace(pick, chosen=chosen, is_owed=second.is_owed)
