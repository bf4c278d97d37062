"""What a question of the reports answers: a sentence, pictures and a table, ready for templates and CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure
from dashboards.presenters.reports.tables import Table


@dataclass(frozen=True, slots=True)
class Picture:
    """`template` draws what `draw` gives, which only the picture shown is asked for. `label` stands on the switch where
    an answer has several, `title` above the picture; `when` names its time if that is not the period."""

    key: str
    label: str
    title: str
    template: str
    draw: Callable[[], Any]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """Why there is nothing to show, and what to do about it."""

    why: str
    what_to_do: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`says` is the template of the sentence, which gets `facts`. With `empty` there is neither picture nor table.
    `notes` are warnings above the answer, such as figures that are being rebuilt."""

    says: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    empty: Empty | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the reports. `unused` are filters that mean nothing here; their chips say so."""

    slug: str
    title: Any
    says: Any
    answer: Callable[[Asked], Answer]
    figures: Sequence[Figure] = ()
    unused: frozenset[str] = frozenset()
