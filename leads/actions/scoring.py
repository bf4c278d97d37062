"""Score a lead: the caller's number, or the sum that the score rules give (A4)."""

from collections.abc import Sequence

from leads.decisions.conditions import parse
from leads.decisions.scoring import ScoreRule as Rule
from leads.decisions.scoring import score
from leads.models import Lead, ScoreRule
from leads.queries import facts_of


def scored(lead: Lead, *, given: int | None, rules: Sequence[ScoreRule]) -> tuple[int, dict]:
    """The score and its parts as {"fit": [points, ceiling], ...}; a given score has the one part "given"."""
    if given is not None:
        return given, {"given": [given, 100]}
    plain = [Rule(part=row.part, name=row.name, conditions=parse(row.conditions), points=row.points) for row in rules]
    source = Rule(part="source", name=lead.source.name, conditions=(), points=lead.source.points)
    found = score(facts_of(lead), [*plain, source])
    return found.total, {part: list(pair) for part, pair in found.parts.items()}
