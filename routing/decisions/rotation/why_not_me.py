"""What one turn was for one member: got it, passed over and why, or not reached (C6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from routing.decisions.rotation.state import CandidateOutcome, Strategy, TurnKind

OLD_OWED = "turn_back"  # what older receipts call TurnKind.OWED


class OutcomeCode(StrEnum):
    GOT = "got"
    GOT_OWED = "got_owed"
    STOOD_IN = "stood_in"
    PASSED_OVER = "passed_over"
    OWED_TO_ANOTHER = "owed_to_another"
    BEHIND = "behind"
    LESS_FREE = "less_free"
    MORE_OPEN = "more_open"


BY_ROOM: Mapping[str, OutcomeCode] = {
    Strategy.MOST_FREE: OutcomeCode.LESS_FREE,
    Strategy.FEWEST_OPEN: OutcomeCode.MORE_OPEN,
}


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """`reason` only for a member who was passed over, `holiday` its name if it was one, `ahead` if it was for being so
    many leads ahead; an undone turn counts for nobody."""

    code: OutcomeCode
    reason: str = ""
    is_undone: bool = False
    holiday: str = ""
    ahead: int = 0


def outcome_for(
    rep_id: int, *, given_to: int, results: Sequence[Mapping], because: str = "", way: str = "", is_undone: bool = False
) -> TurnOutcome:
    """`results` are those that the turn stores, down to the rep who got the lead; `because` is as on the receipt, and
    `way` how the rotation shared.

    A rep that the turn did not reach was further back in line, or had less room, or another rep was owed a turn and got
    it first.
    """
    is_owed = because in (TurnKind.OWED, OLD_OWED)
    if given_to == rep_id:
        code = OutcomeCode.GOT_OWED if is_owed else OutcomeCode.GOT
        return TurnOutcome(OutcomeCode.STOOD_IN if because == TurnKind.FALLBACK else code, is_undone=is_undone)
    mine = (each for each in results if each.get("rep") == rep_id and each.get("outcome") == CandidateOutcome.SKIPPED)
    if skipped := next(mine, None):
        why, holiday = str(skipped.get("reason", "")), str(skipped.get("holiday", ""))
        return TurnOutcome(OutcomeCode.PASSED_OVER, why, is_undone, holiday, skipped.get("n", 0))
    behind = BY_ROOM.get(way, OutcomeCode.BEHIND)
    return TurnOutcome(OutcomeCode.OWED_TO_ANOTHER if is_owed else behind, is_undone=is_undone)
