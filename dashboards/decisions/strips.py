"""Strips: small mirrored bars, one strip for each queue or source, all on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 44
AXIS = HEIGHT / 2
REACH = AXIS - 2


@dataclass(frozen=True, slots=True)
class Pair:
    """What came (up) and went (down) in one hour or day, in the units of the strip's view box."""

    x: float
    width: float
    in_y: float
    in_height: float
    out_height: float


def strip_of(ins: Sequence[int], outs: Sequence[int], *, top: int) -> tuple[Pair, ...]:
    """`top` is the largest number on all strips; empty hours draw nothing."""
    slot = WIDTH / max(len(ins), 1)
    scale = REACH / max(top, 1)
    return tuple(
        Pair(
            x=slot * place + slot / 6,
            width=slot * 2 / 3,
            in_y=AXIS - came * scale,
            in_height=came * scale,
            out_height=went * scale,
        )
        for place, (came, went) in enumerate(zip(ins, outs, strict=True))
        if came or went
    )
