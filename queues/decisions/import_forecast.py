"""Where the rows of a file would go, as counts: by place, by the rule that decides, and why rows are refused (A9)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import ceil, floor
from typing import Any

from leads.decisions.conditions.parsing import Condition

SHOWN_LINES = 20  # of each reason for which rows are refused
MAX_WORDS = 100  # words for new sources; a column with more is hardly the source
TOP_SCORE = 100


class PlaceKind(StrEnum):
    """Where a lead would be after the import."""

    QUEUE = "queue"
    PARKED = "parked"  # the queue takes none now; it waits on the review desk
    PARTNER = "partner"
    REVIEW = "review"
    NURTURE = "nurture"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Place:
    """A place and why. `queue_id` is that of the queue it enters or is parked for; `chosen_id` the queue that the rule
    chose, if another takes its overflow. `reason` is the rule's name or a ReviewReason."""

    kind: str
    rule_id: int | None = None
    queue_id: int | None = None
    chosen_id: int | None = None
    pool_id: int | None = None
    reason: str = ""


@dataclass(slots=True)
class PlaceCount:
    """How many leads go to a place: new ones, and known ones that come back; of all how many came without a score, and
    without any way to reach the person."""

    made: int = 0
    back: int = 0
    unscored: int = 0
    unreachable: int = 0

    @property
    def leads(self) -> int:
        return self.made + self.back


@dataclass(slots=True)
class ImportCounts:
    """What a forecast has counted so far. `joined_here` of the `merged` join a lead that is here before the import;
    `refused_why` has the number of rows and the first lines by problem; `sources` the words for sources that are not
    known, each with its spelling and its rows. `more_words` counts rows with other words, past MAX_WORDS."""

    made: int = 0
    merged: int = 0
    unchanged: int = 0
    refused: int = 0
    flawed: int = 0
    joined_here: int = 0
    more_words: int = 0
    places: dict[Place, PlaceCount] = field(default_factory=dict)
    refused_why: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    sources: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.made + self.merged + self.unchanged + self.refused

    def add_states(self, states: Iterable[str]) -> None:
        counted = Counter(states)
        for name in ("made", "merged", "unchanged", "refused"):
            setattr(self, name, getattr(self, name) + counted[name])

    def add_place(self, place: Place, *, is_made: bool, is_unscored: bool, is_unreachable: bool) -> None:
        count = self.places.setdefault(place, PlaceCount())
        count.made += is_made
        count.back += not is_made
        count.unscored += is_unscored
        count.unreachable += is_unreachable

    def add_refused(self, code: str, line: int) -> None:
        rows, lines = self.refused_why.get(code, (0, []))
        self.refused_why[code] = (rows + 1, [*lines, line] if len(lines) < SHOWN_LINES else lines)

    def add_source(self, slug: str, label: str) -> None:
        if slug not in self.sources and len(self.sources) >= MAX_WORDS:
            self.more_words += 1
            return
        spelling, rows = self.sources.get(slug, (label, 0))
        self.sources[slug] = (spelling, rows + 1)

    def as_stored(self) -> dict[str, Any]:
        stored = {name: getattr(self, name) for name in _PLAIN}
        places = [[asdict(place), asdict(count)] for place, count in self.places.items()]
        return stored | {"places": places, "refused_why": self.refused_why, "sources": self.sources}


def escaping_score(conditions: Iterable[Condition]) -> int | None:
    """The least score with which a rule no longer takes a lead because of its score; None if no score does that."""
    found = [score for each in conditions if each.field == "score" and (score := _above(each)) is not None]
    return min(found, default=None)


def _above(condition: Condition) -> int | None:
    value: Any = condition.value
    least = {
        "less_than": lambda: ceil(value),
        "at_most": lambda: floor(value) + 1,
        "between": lambda: floor(value[1]) + 1,
        "is": lambda: floor(value) + 1,
        "is_unknown": lambda: 0,
    }.get(condition.operator)
    score = least() if least else None
    return score if score is not None and 0 <= score <= TOP_SCORE else None


def counts_of(stored: Mapping[str, Any]) -> ImportCounts:
    """Reads what as_stored() wrote; {} is nothing counted yet."""
    return ImportCounts(
        **{name: stored.get(name, 0) for name in _PLAIN},
        places={Place(**place): PlaceCount(**count) for place, count in stored.get("places", ())},
        refused_why={code: (rows, lines) for code, (rows, lines) in stored.get("refused_why", {}).items()},
        sources={slug: (label, rows) for slug, (label, rows) in stored.get("sources", {}).items()},
    )


_PLAIN = ("made", "merged", "unchanged", "refused", "flawed", "joined_here", "more_words")
