"""Skills: which one a lead asks for, and who has it (F5). People type them as free text: names or codes."""

from collections.abc import Iterable
from functools import lru_cache

from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.text import folded, one_line

COUNTRY = "country"
MAX_SKILLS, MAX_SKILL_LENGTH = 100, 80


class SkillsRefused(ValueError):
    """`code` is too_many or too_long; `detail` is the word that is too long."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


def read_skills(text: str) -> list[str]:
    """Words separated by commas, each once regardless of case; raises SkillsRefused."""
    found: dict[str, str] = {}
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        word = one_line(part)
        if len(word) > MAX_SKILL_LENGTH:
            raise SkillsRefused("too_long", word)
        if folded(word):
            found.setdefault(folded(word), word)
    if len(found) > MAX_SKILLS:
        raise SkillsRefused("too_many")
    return list(found.values())


def skill_names(kind: str, values: Iterable[str]) -> frozenset[str]:
    """All names of a lead's value, such as key and name of a source. Empty for a lead that asks for no skill."""
    return frozenset(word for value in values if value for word in _spellings(kind, value))


def holds_skill(kind: str, wanted: frozenset[str], skills: Iterable[object]) -> bool:
    return any(wanted & _spellings(kind, str(skill)) for skill in skills)


@lru_cache(maxsize=4096)
def _spellings(kind: str, text: str) -> frozenset[str]:
    """A country can be written as its code or as any of its names."""
    code = iso_code(text) if kind == COUNTRY else ""
    return frozenset({folded(text), code} - {""})
