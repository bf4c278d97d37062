"""The six steps of a new installation, in their order (M1)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    COMPANY = "company"
    PEOPLE = "people"
    TEAM = "team"
    RULES = "rules"
    DOOR = "door"
    TEST = "test"


STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` in any order: each step can be done by another page."""

    done: frozenset[Step]

    @property
    def count(self) -> int:
        return len(self.done)

    @property
    def is_complete(self) -> bool:
        return self.count == len(STEPS)

    @property
    def now(self) -> Step | None:
        """The first that is open; None when all are done."""
        return next((step for step in STEPS if step not in self.done), None)


def progress_of(done: Collection[Step]) -> Progress:
    return Progress(frozenset(done))
