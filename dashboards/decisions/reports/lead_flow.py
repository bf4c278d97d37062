"""Where leads went: counts and the geometry of the flow from captured to how they stand today (E2).

Every lead is in exactly one place of every column: at the step, on its way to a later one, or at its end. So each
column adds up to all leads.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    CAPTURED = "captured"
    REVIEWED = "reviewed"
    QUEUED = "queued"
    CLAIMED = "claimed"
    CONTACTED = "contacted"


class End(StrEnum):
    CONVERTED = "converted"
    LOST = "lost"
    STALE = "stale"
    PARTNER = "partner"
    OPEN = "open"


ENDS: dict[str, End] = {  # by the codes of leads.decisions.stages; a merged lead counts as the lead it became
    "converted": End.CONVERTED,
    "won": End.CONVERTED,
    "lost": End.LOST,
    "disqualified": End.LOST,
    "rejected": End.LOST,
    "nurture": End.STALE,
    "recycled": End.STALE,
    "archived": End.STALE,
    "partner": End.PARTNER,
    "captured": End.OPEN,
    "waiting": End.OPEN,
    "held": End.OPEN,
    "review": End.OPEN,
}
ON_ITS_WAY = "on_its_way"
STEPS = tuple(Step)
WIDTH, HEIGHT = 1028, 320
LEFT, RIGHT, TOP, FLOOR = 0.0, 850.0, 52.0, 312.0
NODE, GAP, LABEL_ROOM = 10.0, 10.0, 36.0


@dataclass(frozen=True, slots=True)
class Went:
    """`count` leads that took the same way; `steps` are those they reached, captured first."""

    steps: frozenset[Step]
    end: End
    count: int

    def place(self, column: int) -> str:
        """Where they are in a column; the last column holds the ends."""
        if column >= len(STEPS):
            return self.end
        if STEPS[column] in self.steps:
            return STEPS[column]
        return ON_ITS_WAY if self.steps.intersection(STEPS[column:]) else self.end


@dataclass(frozen=True, slots=True)
class Node:
    """A bar of the picture; `label_y` keeps its words apart from those of the bar above."""

    name: str
    count: int
    x: float
    y: float
    height: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Band:
    """Leads on their way from one column to the next, as the path of an SVG; `kind` is their end, or "on"."""

    path: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """`reached` counts by step and end: how many leads that ended so had reached the step."""

    steps: tuple[Node, ...]
    ends: tuple[Node, ...]
    bands: tuple[Band, ...]
    total: int
    reached: dict[tuple[Step, End], int]
    width: int = WIDTH
    height: int = HEIGHT
    node: float = NODE

    def of_step(self, step: Step) -> int:
        return sum(count for (each, _end), count in self.reached.items() if each == step)

    def of_end(self, end: End) -> int:
        return self.reached[Step.CAPTURED, end]


def lead_flow(went: Iterable[Went]) -> Flow:
    ways = [each for each in went if each.count]
    total = sum(each.count for each in ways)
    reached = {(step, end): 0 for step in STEPS for end in End}
    for each in ways:
        for step in each.steps:
            reached[step, each.end] += each.count
    columns = [_column(ways, number) for number in range(len(STEPS) + 1)]
    most = max(len(column) for column in columns)
    scale = (FLOOR - TOP - GAP * max(most - 1, 0)) / total if total else 0.0
    tops = [_tops(column, scale) for column in columns]
    return Flow(
        steps=tuple(_node(step, columns[number], tops[number], number, scale) for number, step in enumerate(STEPS)),
        ends=_apart([_node(end, columns[-1], tops[-1], len(STEPS), scale) for end in End if end in columns[-1]]),
        bands=tuple(_bands(ways, tops, scale)),
        total=total,
        reached=reached,
    )


def _column(ways: Sequence[Went], number: int) -> dict[str, int]:
    """Counts by place, from the top: the step, those on their way, the ends."""
    counts: Counter[str] = Counter()
    for each in ways:
        counts[each.place(number)] += each.count
    step = [STEPS[number]] if number < len(STEPS) else []
    return {name: counts[name] for name in (*step, ON_ITS_WAY, *End) if counts[name]}


def _tops(column: dict[str, int], scale: float) -> dict[str, float]:
    found, y = {}, TOP
    for name, count in column.items():
        found[name] = y
        y += count * scale + GAP
    return found


def _x(number: int) -> float:
    return LEFT + (RIGHT - LEFT - NODE) * number / len(STEPS)


def _node(name: str, column: dict[str, int], tops: dict[str, float], number: int, scale: float) -> Node:
    count, y = column.get(name, 0), tops.get(name, TOP)
    height = round(max(count * scale, 1.0), 1) if count else 0.0
    return Node(name, count, round(_x(number), 1), round(y, 1), height, round(y + height / 2, 1))


def _apart(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Labels at the ends at least LABEL_ROOM from each other, none below the floor."""
    ys: list[float] = []
    for node in nodes:
        ys.append(max(node.label_y, ys[-1] + LABEL_ROOM if ys else TOP + LABEL_ROOM / 3))
    lowest = FLOOR
    for place in range(len(ys) - 1, -1, -1):
        ys[place] = min(ys[place], lowest)
        lowest = ys[place] - LABEL_ROOM
    return tuple(
        Node(node.name, node.count, node.x, node.y, node.height, round(y, 1)) for node, y in zip(nodes, ys, strict=True)
    )


def _bands(ways: Sequence[Went], tops: Sequence[dict[str, float]], scale: float) -> Iterable[Band]:
    """Between each column and the next, in the order of both, so that they cross as little as they can."""
    for number in range(len(STEPS)):
        counts: Counter[tuple[str, str]] = Counter()
        for each in ways:
            counts[each.place(number), each.place(number + 1)] += each.count
        here, there = dict(tops[number]), dict(tops[number + 1])
        left, right = list(here), list(there)
        for start in left:
            for end in right:
                if not (count := counts[start, end]):
                    continue
                thick = count * scale
                kind = end if end in list(End) else "on"
                yield Band(_path(_x(number), here[start], _x(number + 1), there[end], thick, start), kind, count)
                here[start] += thick
                there[end] += thick


def _path(x: float, y: float, to_x: float, to_y: float, thick: float, start: str) -> str:
    """A band with flat ends; it begins behind the bar of a step, and goes on where there is none."""
    x += NODE if start in list(Step) else 0.0
    middle = (x + to_x) / 2
    upper = f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    lower = f"V{to_y + thick:.1f}C{middle:.1f} {to_y + thick:.1f} {middle:.1f} {y + thick:.1f} {x:.1f} {y + thick:.1f}Z"
    return upper + lower
