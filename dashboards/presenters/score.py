"""Tells what a score is made of: its parts, and the rules that gave them (A4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.models import Lead


@dataclass(frozen=True, slots=True)
class PartWords:
    """`percent` of the ceiling; `why` names the rules with their points, and what the ceiling cut off."""

    label: str
    points: int
    ceiling: int
    percent: int
    why: str


def part_words(lead: Lead) -> list[PartWords]:
    """As it was scored last: rules that were changed since are told as they were then."""
    labels = {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "source": _("Source"),
        "given": _("As delivered"),
    }
    return [
        PartWords(
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
    told = ", ".join(f"{name}\xa0{f'{gave:+d}'.replace('-', '−')}" for name, gave in rules)
    whole = sum(gave for _name, gave in rules)
    if whole > points:
        return _("%(rules)s; %(whole)s, more than fits") % {"rules": told, "whole": whole}
    if whole < points:
        return _("%(rules)s; below 0 counts as 0") % {"rules": told}
    return told
