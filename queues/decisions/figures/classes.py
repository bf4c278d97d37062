"""Times sorted into sixteen classes: what percentiles and shares of a long history are read from (E1, E3)."""

from collections.abc import Sequence

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Seconds at which the next class begins; a class is half-open, so exactly two hours are not "below two hours" (L1).
WAIT_EDGES = (
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    16 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
)
CONTACT_EDGES = (
    30,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    16 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    7 * DAY,
    30 * DAY,
)
CLASSES = len(WAIT_EDGES) + 1


def below(counts: Sequence[int], seconds: int, edges: Sequence[int]) -> int:
    """How many times are shorter than `seconds`, which must be one of the edges. Raises ValueError otherwise."""
    return sum(counts[: edges.index(seconds) + 1])


def percentile_in_classes(counts: Sequence[int], percent: int, edges: Sequence[int], *, longest: float) -> float | None:
    """About the nearest-rank percentile, in seconds; None without any time (L2).

    The class is exact. Within it times are taken to be spread evenly on a logarithmic scale, evenly in the first class,
    and up to the longest measured time in the last.
    """
    total = sum(counts)
    if not total:
        return None
    rank, before = -(-total * percent // 100), 0
    for place, count in enumerate(counts):
        if before + count >= rank:
            return _inside(place, (rank - before) / count, edges, longest)
        before += count
    raise ValueError("The counts of the classes are not a distribution")


def _inside(place: int, part: float, edges: Sequence[int], longest: float) -> float:
    low = edges[place - 1] if place else 0
    high = min(edges[place], longest) if place < len(edges) else longest
    if high <= low:
        return float(high)
    if not low:
        return high * part
    return min(low * (high / low) ** part, float(high))
