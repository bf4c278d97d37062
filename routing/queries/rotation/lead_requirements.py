"""Reads what a lead requires of a rotation: what its turn weighs, which skill it asks for, who cannot have it (F5,
F8)."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import override

from leads.decisions.facts.text import folded
from leads.models import Lead, LeadType
from routing.decisions.availability.skills import skill_names
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.needs import lacks, need_of
from routing.decisions.rotation.state import TURN, Candidate
from routing.models import Rotation

MIN_VALUE = 1  # the value of a lead that has none (F8)


def turn_size(rotation: Rotation, lead: Lead) -> int:
    """What the turn weighs: one turn, or the lead's value. A score of 100, or a deal of a million, weighs TURN (F8)."""
    if rotation.way != Rotation.Strategy.VALUE:
        return TURN
    if rotation.value_of == Rotation.ValueOf.DEAL:
        return max(int(lead.deal_size or 0), MIN_VALUE) * (TURN // 10**6)
    return max(lead.score, MIN_VALUE) * (TURN // 100)


def members_without_skill(need: str, members: Iterable[Candidate]) -> dict[int, str]:
    """The members who lack what a lead asks for (need_of_lead), each with the reason (F5)."""
    return {each.member_id: SkipReason.NO_SKILL for each in members if lacks(each.group, need)} if need else {}


def need_of_lead(rotation: Rotation, lead: Lead) -> str:
    """What the lead asks for, as decisions/rotation/needs.py names it; "" for nothing."""
    return need_of(rotation.skill, required_skill(rotation, lead)) if rotation.skill else ""


def required_skill(rotation: Rotation, lead: Lead) -> frozenset[str]:
    """All names of the skill that this lead asks for; empty when it asks for none."""
    if rotation.skill == Rotation.Skill.SOURCE:
        return skill_names(rotation.skill, [lead.source.name, lead.source.slug])
    return names_of_skill(rotation.skill, skill_value(rotation.skill, lead))


def skill_value(kind: str, lead: Lead) -> str:
    """The lead's value that names the skill it asks for; equal values mean equal skills. A source by its slug."""
    if kind == Rotation.Skill.SOURCE:
        return lead.source.slug
    value = str(getattr(lead, kind)) if kind else ""
    return folded(value) if kind == Rotation.Skill.INDUSTRY else value


def names_of_skill(kind: str, value: str, sources: Mapping[str, str] | None = None) -> frozenset[str]:
    """All names of a value from skill_value(); `sources` has the names of sources by slug."""
    if kind == Rotation.Skill.LEAD_TYPE:
        return skill_names(kind, [value, *lead_type_names(value)])
    if kind == Rotation.Skill.SOURCE:
        return skill_names(kind, [value, (sources or {}).get(value, "")])
    return skill_names(kind, [value]) if kind else frozenset()


def lead_type_names(key: str) -> list[str]:
    """The names of a type in every language in which people may have typed it."""
    names = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.append(str(dict(LeadType.choices).get(key, key)))
    return names
