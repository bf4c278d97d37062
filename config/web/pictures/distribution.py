"""Geometry of a distribution: a bar for each class of a time, the targets as dashed marks between them (E1, E3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1028, 222
TOP, FLOOR, TALLEST, GAP = 10.0, 196.0, 138.0, 6.0
REST_ROOM = 160  # what the words on the right of the last mark need, in units of the view box


@dataclass(frozen=True, slots=True)
class Class:
    """`starts` is the label at its left edge ("2 h"), `span` names it in a list ("2–4 h"); `is_late`: beyond every
    target."""

    starts: str
    span: str
    count: int
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """`edge` is where the label of its left edge stands, `share` its part of the tallest one in percent."""

    starts: str
    span: str
    count: int
    is_late: bool
    x: float
    y: float
    width: float
    height: float
    edge: float
    share: float
    mark: str = ""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def label_y(self) -> float:
        return self.y - 7


@dataclass(frozen=True, slots=True)
class Mark:
    """A dashed line before a class; `words` stand on its left."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """`says` is the picture in a sentence; `rest` are the words on the right of the last mark."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    says: str
    rest: str
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: float = FLOOR


def distribution(
    classes: Sequence[Class], marks: Mapping[int, str], *, says: str, rest: str = "", short_rest: str = ""
) -> Distribution:
    """`marks` are words by the place of the class that begins there; `short_rest` stands in for `rest` where there is
    little room on the right."""
    step = (WIDTH + GAP) / max(len(classes), 1)
    most = max((one.count for one in classes), default=0)
    bars = []
    for place, one in enumerate(classes):
        height = TALLEST * one.count / most if most else 0.0
        edge = step * place - GAP / 2 if place else 0.0
        bars.append(
            Bar(
                one.starts,
                one.span,
                one.count,
                one.is_late,
                x=round(step * place, 1),
                y=round(FLOOR - height, 1),
                width=round(step - GAP, 1),
                height=round(height, 1),
                edge=round(edge, 1),
                share=round(100 * one.count / most, 1) if most else 0.0,
                mark=marks.get(place + 1, ""),
            )
        )
    lines = tuple(Mark(round(step * place - GAP / 2, 1), words) for place, words in sorted(marks.items()))
    has_room = not lines or WIDTH - lines[-1].x > REST_ROOM
    return Distribution(tuple(bars), lines, says, rest if has_room else short_rest, sum(one.count for one in classes))
