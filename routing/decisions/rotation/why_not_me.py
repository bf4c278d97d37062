"""What one turn meant for one member: got it, passed over and why, or not reached (C6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GOT, GOT_OWED, STOOD_IN = "got", "got_owed", "stood_in"
PASSED_OVER, OWED_TO_ANOTHER, BEHIND = "passed_over", "owed_to_another", "behind"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` only for who was passed over; an undone turn counts for nobody."""

    code: str
    reason: str = ""
    is_undone: bool = False


def outcome_for(
    rep_id: int, *, given_to: int, looks: Sequence[Mapping], because: str = "", is_undone: bool = False
) -> Outcome:
    """`looks` are those that the turn kept: everybody down to who got it; `because` as on its receipt.

    Whoever the turn never reached stood behind in line, unless a turn that was owed to somebody was made good first.
    """
    if given_to == rep_id:
        code = {"owed": GOT_OWED, "turn_back": GOT_OWED, "fallback": STOOD_IN}.get(because, GOT)
        return Outcome(code, is_undone=is_undone)
    mine = next((look for look in looks if look.get("rep") == rep_id and look.get("outcome") == "skipped"), None)
    if mine is not None:
        return Outcome(PASSED_OVER, str(mine.get("reason", "")), is_undone)
    return Outcome(OWED_TO_ANOTHER if because in ("owed", "turn_back") else BEHIND, is_undone=is_undone)
