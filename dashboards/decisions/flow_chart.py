"""Mirrored bars: leads in above the line, leads out below it, as numbers for SVG attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.decisions.time_spans import HOUR, Span, wall

LEFT, RIGHT = 34, 898
TOP, BOTTOM = 46, 268  # between them the bars, above and below it their numbers
GAP = 1  # between a bar and the line
TELLING = 0.4  # bars of this share of the longest say their number
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)
MOST_LINES = 5
ROOM = 118  # a day's name needs so much


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day. `tells_in` and `tells_out`: long enough to carry its number."""

    starts_at: datetime
    came: int
    went: int
    x: float
    width: float
    middle: float
    in_y: float
    in_height: float
    out_y: float
    out_height: float
    tells_in: bool
    tells_out: bool

    @property
    def in_label_y(self) -> float:
        return self.in_y - 5

    @property
    def out_label_y(self) -> float:
        return self.out_y + self.out_height + 13


@dataclass(frozen=True, slots=True)
class Line:
    """One grid line."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """Where one day (or month) ends and the next begins; labels stand on both sides."""

    x: float
    before: datetime
    after: datetime

    @property
    def has_room_before(self) -> bool:
        return self.x - LEFT > ROOM

    @property
    def has_room_after(self) -> bool:
        return RIGHT - self.x > ROOM


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch outside working hours."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`axis` lies where the longest bars up and down share the height, both in one scale."""

    axis: float
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    edges: tuple[Edge, ...]
    shades: tuple[Shade, ...]
    came: int
    went: int
    idle_came: int
    idle_went: int

    @property
    def peak_in(self) -> Bar | None:
        return max(self.bars, key=lambda bar: bar.came) if self.came else None

    @property
    def peak_out(self) -> Bar | None:
        return max(self.bars, key=lambda bar: bar.went) if self.went else None


def chart_of(span: Span, ins: Sequence[int], outs: Sequence[int], *, is_idle: Sequence[bool] = ()) -> Chart:
    """`is_idle` says for each cut that nobody works then; empty when no working hours are known."""
    most_in, most_out = max(ins, default=0), max(outs, default=0)
    top = max(most_in, most_out, 1)
    slot = (RIGHT - LEFT) / len(span.cuts)
    scale = (BOTTOM - TOP - 2 * GAP) / max(most_in + most_out, 1)
    axis = TOP + GAP + most_in * scale if most_in + most_out else (TOP + BOTTOM) / 2
    idle = list(is_idle) or [False] * len(span.cuts)
    bars = tuple(
        _bar(cut, came, went, x=LEFT + slot * place, slot=slot, scale=scale, axis=axis, top=top)
        for place, (cut, came, went) in enumerate(zip(span.cuts, ins, outs, strict=True))
    )
    return Chart(
        axis=axis,
        bars=bars,
        lines=tuple(
            [Line(value, axis - value * scale) for value in grid(top) if value <= most_in]
            + [Line(value, axis + value * scale) for value in grid(top) if value <= most_out]
        ),
        edges=_edges(span, slot),
        shades=_shades(idle, slot),
        came=sum(ins),
        went=sum(outs),
        idle_came=sum(came for came, away in zip(ins, idle, strict=True) if away),
        idle_went=sum(went for went, away in zip(outs, idle, strict=True) if away),
    )


def grid(top: int) -> list[int]:
    """Round numbers up to the top, a handful of them."""
    step = next((step for step in STEPS if top // step <= MOST_LINES), None)
    if step is None:
        digits = 10 ** (len(str(top)) - 1)
        step = next(digits * times for times in (1, 2, 5) if top // (digits * times) <= MOST_LINES)
    return list(range(step, top + 1, step))


def _bar(cut: datetime, came: int, went: int, *, x: float, slot: float, scale: float, axis: float, top: int) -> Bar:
    width = slot * 2 / 3
    return Bar(
        starts_at=cut,
        came=came,
        went=went,
        x=x + slot / 6,
        width=width,
        middle=x + slot / 2,
        in_y=axis - GAP - came * scale,
        in_height=came * scale,
        out_y=axis + GAP,
        out_height=went * scale,
        tells_in=came >= TELLING * top and came > 0,
        tells_out=went >= TELLING * top and went > 0,
    )


def _edges(span: Span, slot: float) -> tuple[Edge, ...]:
    """Midnights between hours, first days of months between days."""
    found = []
    for place, (before, after) in enumerate(zip(span.cuts, span.cuts[1:], strict=False), start=1):
        first, second = wall(before), wall(after)
        is_new = first.date() != second.date() if span.unit == HOUR else first.month != second.month
        if is_new:
            found.append(Edge(LEFT + slot * place, before, after))
    return tuple(found)


def _shades(idle: Sequence[bool], slot: float) -> tuple[Shade, ...]:
    found: list[Shade] = []
    begin = None
    for place, away in enumerate([*idle, False]):
        if away and begin is None:
            begin = place
        elif not away and begin is not None:
            found.append(Shade(LEFT + slot * begin, slot * (place - begin)))
            begin = None
    return tuple(found)
