"""The score of a lead: points from rules, in three parts that each have a ceiling (A4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from leads.decisions.conditions.parsing import Condition, check

CEILINGS: Mapping[str, int] = MappingProxyType({"fit": 40, "engagement": 40, "source": 20})
MAX_SCORE = 100


@dataclass(frozen=True, slots=True)
class PointsRule:
    """Points for leads that match all conditions; points may be negative. Part: fit, engagement or source."""

    part: str
    name: str
    conditions: tuple[Condition, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """A score of 0 to 100, with (points, ceiling) of each part, and the rules that matched."""

    total: int
    parts: dict[str, tuple[int, int]]
    matched: tuple[PointsRule, ...] = ()


def score(facts: Mapping[str, object], rules: Iterable[PointsRule], ceilings: Mapping[str, int] = CEILINGS) -> Score:
    """Add up the points of each part, between 0 and its ceiling. Rules of an unknown part do not count."""
    matched = tuple(rule for rule in rules if rule.part in ceilings and check(rule.conditions, facts).holds)
    parts = {
        part: (min(max(sum(rule.points for rule in matched if rule.part == part), 0), ceiling), ceiling)
        for part, ceiling in ceilings.items()
    }
    return Score(min(sum(points for points, _ in parts.values()), MAX_SCORE), parts, matched)
