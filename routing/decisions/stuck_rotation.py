"""Whether leads of a rotation wait because nobody can be given one, and why (F6, F11c)."""

from collections.abc import Sequence
from enum import StrEnum

from routing.decisions.availability.skip_reasons import AWAY, SkipReason

# Caps, capacity and the end of the working day pass by themselves; they need no message, unless a fallback person
# should have the leads then and is away.
ABSENT = AWAY | {
    SkipReason.INACTIVE,
    SkipReason.SWITCHED_OFF,
    SkipReason.NOT_SEEN,
    SkipReason.PAUSED,
    SkipReason.UNAVAILABLE,
}


class StuckReason(StrEnum):
    """Stored with the rotation and in messages."""

    OFF = "off"
    EMPTY = "empty"
    ABSENT = "absent"
    FALLBACK = "fallback"


def why_stuck(
    skip_reasons: Sequence[str],
    *,
    is_active: bool,
    gives_anyway: bool = False,
    fallback_is_there: bool | None = None,
) -> str:
    """A StuckReason, "" if somebody can have leads or will without anybody's doing. `skip_reasons` has one for each
    member. A rotation that gives its leads anyway gives them to everybody but deactivated people (F9).
    `fallback_is_there` is None where no fallback person gets the leads."""
    if not is_active:
        return StuckReason.OFF
    if fallback_is_there:
        return ""
    if not skip_reasons:
        return StuckReason.EMPTY
    absent = {SkipReason.INACTIVE} if gives_anyway else ABSENT
    if set(skip_reasons) <= absent:
        return StuckReason.ABSENT
    return StuckReason.FALLBACK if fallback_is_there is False and all(skip_reasons) else ""
