"""Which reason stands out in which queue or source: given clearly more often there than elsewhere (E4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from queues.decisions.radar import Rate, Sign, Verdict, judge


@dataclass(frozen=True, slots=True)
class Standing:
    """One reason in one part, a queue or a source: so many of all reasons given there, and its share elsewhere."""

    part: int
    reason: str
    here: Rate
    elsewhere: float


def reasons_that_stand_out(counts: Mapping[tuple[int, str], int]) -> list[Standing]:
    """By part and reason, the highest share first. The rule is the radar's: ten cases here and elsewhere, and far
    beyond twice the share elsewhere."""
    by_part: dict[int, int] = {}
    by_reason: dict[str, int] = {}
    for (part, reason), n in counts.items():
        by_part[part] = by_part.get(part, 0) + n
        by_reason[reason] = by_reason.get(reason, 0) + n
    total = sum(counts.values())
    found = []
    for (part, reason), n in counts.items():
        here = Rate(n, by_part[part])
        rest = Rate(by_reason[reason], total) - here
        if rest.share is not None and judge(Sign.REASON, here, rest) == Verdict.UNUSUAL:
            found.append(Standing(part, reason, here, rest.share))
    return sorted(found, key=lambda each: (-(each.here.share or 0), each.part, each.reason))
