"""Merging two leads that are one: which may be absorbed, whose value stays, and what follows from that (A3)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from leads.decisions.stages import Stage

KEPT, ABSORBED = SIDES = ("kept", "absorbed")

# What a person chooses, and the fields that go with each choice.
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
DEPENDENT_FIELDS = ("account_id", "engagement", "message", "extra", "problems")  # nobody chooses these
KNOWN_AS_ANOTHER = "of_another"  # the problem of a value by which another lead is known

# Somebody works on it, or it is a deal that numbers count: such a lead can only be the one that stays.
MUST_STAY = frozenset({Stage.HELD, Stage.CONVERTED, Stage.WON})


def merge_refusal(absorbed_stage: str, kept_stage: str) -> str:
    """Why these two cannot become one: "absorbed_merged", "kept_merged", "held", "deal", or "" when they can."""
    if absorbed_stage == Stage.MERGED:
        return "absorbed_merged"
    if kept_stage == Stage.MERGED:
        return "kept_merged"
    if absorbed_stage in MUST_STAY:
        return "held" if absorbed_stage == Stage.HELD else "deal"
    return ""


def default_side(part: str, kept: Mapping[str, object], absorbed: Mapping[str, object]) -> str:
    """Whose value stays unless somebody says otherwise: the kept lead's if it has one, and of two scores the higher."""
    name = PARTS[part][0]
    if part == "score":
        return ABSORBED if absorbed[name] > kept[name] else KEPT
    has = any(kept[each] not in (None, "") for each in PARTS[part])
    return KEPT if has or all(absorbed[each] in (None, "") for each in PARTS[part]) else ABSORBED


def merged_values(
    kept: Mapping[str, object], absorbed: Mapping[str, object], picks: Mapping[str, str]
) -> dict[str, object]:
    """The fields of the kept lead that change, with their new values. `picks` names a side for each part; what is not
    named, or not known, is as default_side() says."""
    sides = {part: picks.get(part) for part in PARTS}
    sides = {part: side if side in SIDES else default_side(part, kept, absorbed) for part, side in sides.items()}
    taken = {name for part, names in PARTS.items() for name in names if sides[part] == ABSORBED}
    values = {name: absorbed[name] for name in taken} | _dependent_values(kept, absorbed, sides, taken)
    return {name: value for name, value in values.items() if value != kept[name]}


def _dependent_values(
    kept: Mapping[str, object], absorbed: Mapping[str, object], sides: Mapping[str, str], taken: Iterable[str]
) -> dict[str, object]:
    """The account goes with the domain, the keener engagement counts, no extra column is dropped (A2), and a problem
    stays as long as its field does."""
    first, second = (absorbed, kept) if sides["company_domain"] == ABSORBED else (kept, absorbed)
    engagements = [each["engagement"] for each in (kept, absorbed) if each["engagement"] is not None]
    problems = [problem for problem in kept["problems"] if problem.get("field") not in taken]
    problems += [problem for problem in absorbed["problems"] if problem.get("field") in taken]
    return {
        "account_id": first["account_id"] or second["account_id"],
        "engagement": max(engagements, default=None),
        "message": kept["message"] or absorbed["message"],
        "extra": {**absorbed["extra"], **kept["extra"]},
        "problems": [problem for problem in problems if problem.get("code") != KNOWN_AS_ANOTHER],
    }
