"""The formulas behind the numbers on the dashboards (E1-E7). None means "n/a" (L2)."""

from collections.abc import Sequence


def share(part: float, whole: float) -> float | None:
    """Part of the whole, 0..1; None when there is no whole."""
    return part / whole if whole else None


def depth_history(current_depth: int, ins: Sequence[int], outs: Sequence[int]) -> list[int]:
    """Depth at the end of each hour, oldest first, counted back from now; the last is the current depth.

    `ins` and `outs` are leads that entered and left in each hour, oldest first. The depth never goes
    below zero, even if the counts do not add up.
    """
    depths: list[int] = []
    depth = current_depth
    for came, went in zip(reversed(ins), reversed(outs), strict=True):
        depths.append(max(depth, 0))
        depth += went - came
    return depths[::-1]
