"""Whether a target of a mean wait is kept (E1): below it, and whether the mean got worse since the period before."""

from dataclasses import dataclass
from enum import StrEnum

WORSE_BY = 0.1  # of the mean before: less is the noise of a month
WORSE_BY_SECONDS = 60


class Kept(StrEnum):
    KEPT = "kept"
    GETTING_WORSE = "getting_worse"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`by` is how far above the target the mean lies, in seconds; 0 where it is kept."""

    kept: Kept
    by: float = 0.0


def verdict(mean: float | None, before: float | None, target: float | None) -> Verdict:
    """A mean exactly at the target misses it: the targets say "below 2 h" (E1, L1)."""
    if mean is None or target is None:
        return Verdict(Kept.UNKNOWN)
    if mean >= target:
        return Verdict(Kept.MISSED, mean - target)
    return Verdict(Kept.GETTING_WORSE if got_worse(mean, before) else Kept.KEPT)


def got_worse(mean: float, before: float | None) -> bool:
    """Longer by more than a tenth, and by more than a minute."""
    return before is not None and mean - before > max(WORSE_BY * before, WORSE_BY_SECONDS)
