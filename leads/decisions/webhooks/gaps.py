"""Which activities were not there yet when later ones were read (I3).

Ids are given before a transaction commits, so a smaller one may appear after a larger one. Reading the last minutes
again at every second would read thousands of rows; the ids that were missing are few.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PATIENCE = timedelta(minutes=5)  # no transaction takes longer; after that the id was rolled back
MOST_GAPS = 500


@dataclass(frozen=True, slots=True)
class Gap:
    first: int
    last: int
    since: datetime

    def as_stored(self) -> list:
        return [self.first, self.last, self.since.astimezone(UTC).isoformat()]


def read_gaps(stored: Iterable[Sequence]) -> list[Gap]:
    return [Gap(first, last, datetime.fromisoformat(since)) for first, last, since in stored]


def gaps_after(
    known: Iterable[Gap], *, came: Collection[int], after: int, new: Sequence[int], at: datetime
) -> list[Gap]:
    """What is missing now: of the `known` gaps without those that `came` since, and between the `new` ids, which
    ascend and all lie beyond `after`. The newest, if there are too many."""
    found = [part for gap in known if gap.since > at - PATIENCE for part in _without(gap, came)]
    for before, number in zip((after, *new), new, strict=False):
        if number - before > 1:
            found.append(Gap(before + 1, number - 1, at))
    return found[-MOST_GAPS:]


def _without(gap: Gap, came: Collection[int]) -> list[Gap]:
    parts, first = [], gap.first
    for number in sorted(each for each in came if gap.first <= each <= gap.last):
        if number > first:
            parts.append(Gap(first, number - 1, gap.since))
        first = number + 1
    if first <= gap.last:
        parts.append(Gap(first, gap.last, gap.since))
    return parts
