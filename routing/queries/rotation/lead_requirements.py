"""What a lead is to a rotation: how much its turn weighs, which skill it asks for, and who cannot have it (F5, F8)."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils.translation import override

from leads.models import Lead, LeadType
from routing.decisions.availability.skills import asked_words, holds_skill
from routing.decisions.rotation.state import TURN
from routing.models import Rotation

LEAST = 1  # the value of a lead that has none (F8)


def size_of(rotation: Rotation, lead: Lead) -> int:
    """What the turn weighs: one turn, or the lead's value: a score of 100, or a deal of a million, is TURN (F8)."""
    if rotation.way != Rotation.Way.VALUE:
        return TURN
    if rotation.value_of == Rotation.ValueOf.DEAL:
        return max(int(lead.deal_size or 0), LEAST) * (TURN // 10**6)
    return max(lead.score, LEAST) * (TURN // 100)


def unskilled(rotation: Rotation, lead: Lead, skills: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """The members who lack the skill that this lead asks for, each with the reason (F5); `skills` by member."""
    wanted = skill_of(rotation, lead)
    if not wanted:
        return {}
    return {pk: "no_skill" for pk, words in skills.items() if not holds_skill(rotation.skill, wanted, words)}


def skill_of(rotation: Rotation, lead: Lead) -> frozenset[str]:
    """All that the skill is called that this lead asks for; empty when it asks for none."""
    if rotation.skill == Rotation.Skill.SOURCE:
        return asked_words(rotation.skill, [lead.source.name, lead.source.slug])
    if rotation.skill == Rotation.Skill.LEAD_TYPE:
        return asked_words(rotation.skill, [lead.lead_type, *lead_type_names(lead.lead_type)])
    return asked_words(rotation.skill, [getattr(lead, rotation.skill)]) if rotation.skill else frozenset()


def lead_type_names(key: str) -> list[str]:
    """In every language that people may have typed it in."""
    names = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.append(str(dict(LeadType.choices).get(key, key)))
    return names
