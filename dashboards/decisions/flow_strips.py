"""Geometry of the strips: one small flow chart for each queue or source, all on one scale (C8)."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 44
EDGE = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Leads in (up) and out (down) in one hour or day, in units of the view box."""

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


def flow_strip(ins: Sequence[int], outs: Sequence[int], *, most_in: int, most_out: int) -> Strip:
    """`most_in` and `most_out` are the largest numbers on all strips: they set the scale. Empty hours draw nothing."""
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
