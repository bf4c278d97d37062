"""Geometry of the flow chart: bars of leads in above the axis, leads out below it, for SVG attributes (C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.decisions.time_spans import HOUR, Span, wall_time

LEFT, RIGHT = 34, 898
TOP, BOTTOM = 46, 268  # between them the bars, above and below it their numbers
GAP = 1  # between a bar and the line
LABEL_SHARE = 0.4  # bars with at least this share of the longest carry their number
GRID_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)
MAX_GRID_LINES = 5
MIN_LABEL_WIDTH = 118  # what the name of a day needs, in units of the view box


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day. `tells_in` and `tells_out`: the bar is long enough to carry its number."""

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
        return self.x - LEFT > MIN_LABEL_WIDTH

    @property
    def has_room_after(self) -> bool:
        return RIGHT - self.x > MIN_LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch outside working hours."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Both directions have one scale; `axis` lies so that the longest bars fit above and below it."""

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


def flow_chart(span: Span, ins: Sequence[int], outs: Sequence[int], *, is_idle: Sequence[bool] = ()) -> Chart:
    """`is_idle`: for each hour or day, whether no team works then; empty if no working hours are known."""
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
            [Line(value, axis - value * scale) for value in grid_values(top) if value <= most_in]
            + [Line(value, axis + value * scale) for value in grid_values(top) if value <= most_out]
        ),
        edges=_edges(span, slot),
        shades=_shades(idle, slot),
        came=sum(ins),
        went=sum(outs),
        idle_came=sum(came for came, away in zip(ins, idle, strict=True) if away),
        idle_went=sum(went for went, away in zip(outs, idle, strict=True) if away),
    )


def grid_values(top: int) -> list[int]:
    """The values of the grid lines: at most five round numbers up to the top."""
    step = next((step for step in GRID_STEPS if top // step <= MAX_GRID_LINES), None)
    if step is None:
        digits = 10 ** (len(str(top)) - 1)
        step = next(digits * times for times in (1, 2, 5) if top // (digits * times) <= MAX_GRID_LINES)
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
        tells_in=came >= LABEL_SHARE * top and came > 0,
        tells_out=went >= LABEL_SHARE * top and went > 0,
    )


def _edges(span: Span, slot: float) -> tuple[Edge, ...]:
    """Midnights between hours, first days of months between days."""
    found = []
    for place, (before, after) in enumerate(zip(span.cuts, span.cuts[1:], strict=False), start=1):
        first, second = wall_time(before), wall_time(after)
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
