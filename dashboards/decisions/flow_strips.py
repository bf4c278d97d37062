"""Strips: small mirrored bars, one strip for each queue or source, all on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 44
EDGE = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """What came (up) and went (down) in one hour or day, in the units of the strip's view box."""

    x: float
    width: float
    in_y: float
    in_height: float
    out_height: float


@dataclass(frozen=True, slots=True)
class Strip:
    """`axis` is the line between in and out, the same on all strips of a page."""

    axis: float
    pairs: tuple[Pair, ...]


def strip_of(ins: Sequence[int], outs: Sequence[int], *, most_in: int, most_out: int) -> Strip:
    """The largest numbers on all strips set the one scale; empty hours draw nothing."""
    slot = WIDTH / max(len(ins), 1)
    scale = (HEIGHT - 2 * EDGE) / max(most_in + most_out, 1)
    axis = EDGE + most_in * scale
    pairs = tuple(
        Pair(
            x=slot * place + slot / 6,
            width=slot * 2 / 3,
            in_y=axis - came * scale,
            in_height=came * scale,
            out_height=went * scale,
        )
        for place, (came, went) in enumerate(zip(ins, outs, strict=True))
        if came or went
    )
    return Strip(axis, pairs)
