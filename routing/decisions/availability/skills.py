"""Which skill a lead asks for, and who holds it (F5). Skills are words that people type: names or codes."""

from collections.abc import Iterable
from functools import lru_cache

from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.text import folded, one_line

COUNTRY = "country"
MOST, LONGEST = 100, 80


class SkillsRefused(ValueError):
    """`code` is too_many or too_long; `detail` the word that is."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


def read_skills(text: str) -> list[str]:
    """Words between commas, each once whatever its case; raises SkillsRefused."""
    found: dict[str, str] = {}
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        word = one_line(part)
        if len(word) > LONGEST:
            raise SkillsRefused("too_long", word)
        if folded(word):
            found.setdefault(folded(word), word)
    if len(found) > MOST:
        raise SkillsRefused("too_many")
    return list(found.values())


def asked_words(kind: str, values: Iterable[str]) -> frozenset[str]:
    """Everything that a lead's value is called, such as key and name of a source; empty: it asks for no skill."""
    return frozenset(word for value in values if value for word in _called(kind, value))


def holds_skill(kind: str, wanted: frozenset[str], skills: Iterable[object]) -> bool:
    return any(wanted & _called(kind, str(skill)) for skill in skills)


@lru_cache(maxsize=4096)
def _called(kind: str, text: str) -> frozenset[str]:
    """A country is the same by its code and by any of its names."""
    code = iso_code(text) if kind == COUNTRY else ""
    return frozenset({folded(text), code} - {""})
