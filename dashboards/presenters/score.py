"""The parts of a score in words, with the rules that gave the points (A4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.models import Lead


@dataclass(frozen=True, slots=True)
class ScorePart:
    """`percent` is the share of the ceiling; `why` names the rules with their points, and what the ceiling cut off."""

    label: str
    points: int
    ceiling: int
    percent: int
    why: str


def score_parts(lead: Lead) -> list[ScorePart]:
    """The score as it was computed last, with the rules as they were then."""
    labels = {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "source": _("Source"),
        "given": _("As delivered"),
    }
    return [
        ScorePart(
            label=labels.get(part, part),
            points=points,
            ceiling=ceiling,
            percent=max(0, min(100, points * 100 // ceiling)),
            why="" if part == "given" else _why(points, rules[0] if rules else []),
        )
        for part, (points, ceiling, *rules) in (lead.score_parts or {}).items()
        if ceiling
    ]


def _why(points: int, rules: Sequence[tuple[str, int]]) -> str:
    if not rules:
        return ""
    listed = ", ".join(f"{name}\xa0{f'{gave:+d}'.replace('-', '−')}" for name, gave in rules)
    whole = sum(gave for _name, gave in rules)
    if whole > points:
        return _("%(rules)s; %(whole)s, more than fits") % {"rules": listed, "whole": whole}
    if whole < points:
        return _("%(rules)s; below 0 counts as 0") % {"rules": listed}
    return listed
