"""Decide how two leads that are the same become one: which may be absorbed, and which values stay (A3)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from leads.decisions.stages import Stage

KEPT, ABSORBED = SIDES = ("kept", "absorbed")


class MergeRefusal(StrEnum):
    """Why two leads cannot become one."""

    SAME = "same"
    ABSORBED_MERGED = "absorbed_merged"
    KEPT_MERGED = "kept_merged"
    HELD = "held"
    DEAL = "deal"


# What a person can choose, and the fields that go with each choice.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("first_name", "last_name"),
        "email": ("email",),
        "phone": ("phone",),
        "title": ("title",),
        "company_name": ("company_name", "company_key"),
        "company_domain": ("company_domain",),
        "city": ("city",),
        "country": ("country",),
        "company_size": ("company_size",),
        "industry": ("industry",),
        "source": ("source_id",),
        "lead_type": ("lead_type",),
        "score": ("score", "score_parts"),
        "deal_size": ("deal_size",),
        "external_id": ("external_id",),
    }
)
DEPENDENT_FIELDS = ("account_id", "engagement", "message", "extra", "own", "problems")  # these follow from the choices
KNOWN_AS_ANOTHER = "of_another"  # the problem of a value that identifies another lead
# The problem of a weak identity that another lead has, of another person; its value names what differs.
SAME_BUT_OTHER = "same_but_other"
IN_DOUBT = frozenset({KNOWN_AS_ANOTHER, SAME_BUT_OTHER})

# A rep works on such a lead, or reports count it as a deal. It can only be the kept one.
MUST_BE_KEPT = frozenset({Stage.HELD, Stage.CONVERTED, Stage.WON})


def merge_refusal(absorbed_stage: str, kept_stage: str) -> MergeRefusal | Literal[""]:
    """Why these two leads cannot become one; "" if they can."""
    if absorbed_stage == Stage.MERGED:
        return MergeRefusal.ABSORBED_MERGED
    if kept_stage == Stage.MERGED:
        return MergeRefusal.KEPT_MERGED
    if absorbed_stage in MUST_BE_KEPT:
        return MergeRefusal.HELD if absorbed_stage == Stage.HELD else MergeRefusal.DEAL
    return ""


def default_side(part: str, kept: Mapping[str, Any], absorbed: Mapping[str, Any]) -> str:
    """Whose value stays unless a person chooses: the kept lead's, if it has one. Of two scores, the higher one."""
    name = PARTS[part][0]
    if part == "score":
        return ABSORBED if absorbed[name] > kept[name] else KEPT
    has_value = any(kept[each] not in (None, "") for each in PARTS[part])
    return KEPT if has_value or all(absorbed[each] in (None, "") for each in PARTS[part]) else ABSORBED


def merged_values(kept: Mapping[str, Any], absorbed: Mapping[str, Any], picks: Mapping[str, str]) -> dict[str, object]:
    """The fields of the kept lead that change, with their new values. `picks` gives the chosen side of each part;
    for a part without a valid side, default_side() decides."""
    sides = {part: picks[part] if picks.get(part) in SIDES else default_side(part, kept, absorbed) for part in PARTS}
    taken = {name for part, names in PARTS.items() for name in names if sides[part] == ABSORBED}
    values = {name: absorbed[name] for name in taken} | _dependent_values(kept, absorbed, sides, taken)
    return {name: value for name, value in values.items() if value != kept[name]}


def _dependent_values(
    kept: Mapping[str, Any], absorbed: Mapping[str, Any], sides: Mapping[str, str], taken: Iterable[str]
) -> dict[str, object]:
    """The account goes with the domain, the higher engagement counts, no extra column or own field is dropped (A2,
    A9), and a problem stays with its field."""
    first, second = (absorbed, kept) if sides["company_domain"] == ABSORBED else (kept, absorbed)
    engagements = [each["engagement"] for each in (kept, absorbed) if each["engagement"] is not None]
    problems = [problem for problem in kept["problems"] if problem.get("field") not in taken]
    problems += [problem for problem in absorbed["problems"] if problem.get("field") in taken]
    return {
        "account_id": first["account_id"] or second["account_id"],
        "engagement": max(engagements, default=None),
        "message": kept["message"] or absorbed["message"],
        "extra": {**absorbed["extra"], **kept["extra"]},
        "own": {**absorbed["own"], **{name: value for name, value in kept["own"].items() if value is not None}},
        "problems": [problem for problem in problems if problem.get("code") not in IN_DOUBT],
    }
