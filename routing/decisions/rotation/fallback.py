"""Nobody is available: the fallback person stands in, or the lead is assigned anyway, in turn (F6)."""

from dataclasses import replace

from routing.decisions.availability.status import INACTIVE
from routing.decisions.rotation.state import Candidate, Way
from routing.decisions.rotation.turns import Pick, pick_next

FALLBACK = "fallback"


def stood_in(pick: Pick, rep_id: int) -> Pick:
    """The person from outside has no place in the list; the turn moves nothing."""
    return replace(pick, chosen=Candidate(member_id=0, rep_id=rep_id, position=0, reason=FALLBACK))


def anyway(pick: Pick) -> Pick:
    """The next in turn, whatever keeps the members away; but never a deactivated one, nor who cannot have this lead."""
    willing = tuple(
        replace(each, is_available=each.reason != INACTIVE, room=None, takes_part=True) for each in pick.line.members
    )
    line = replace(pick.line, members=willing, way=Way.SMOOTH)
    second = pick_next(line, barred=pick.barred, size=pick.size)
    if second.chosen is None:
        return pick
    chosen = next(each for each in pick.line.members if each.member_id == second.chosen.member_id)
    return replace(pick, chosen=chosen)
