"""Which field of a lead a name means: the title of a column, the key of a program's JSON, a question of a form (A1)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from leads.decisions.facts.field_words import (
    AT_HOME,
    BEHIND,
    COLLEAGUES,
    COMPANIES,
    DEALS,
    KINDS,
    ONLY_ALONE,
    OTHER_THINGS,
    PEOPLE,
    SYNONYMS,
    YES_OR_NO,
)
from leads.decisions.facts.text import folded, one_line

FURTHER = {"email": "further_email", "phone": "further_phone"}  # what the second and third column of a field are
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")
_HINT = re.compile(r"[(\[*].*$")  # "Email (required)", "Name *"
_MAX_TITLE_LENGTH = 200
_LONGEST_PHRASE = 6  # words
_RANKS = {name: (rank, field) for field, names in SYNONYMS.items() for rank, name in enumerate(names.split("|"))}
_JOINED = {name.replace(" ", ""): found for name, found in reversed(_RANKS.items()) if len(name) > 3}
_PARTED, _INSIDE = 100, 300  # what a name loses that had to be taken out of its title
_OF_SEVERAL_KINDS = frozenset({"email", "phone", "website", "city", "country"})
_COMPANY_FIELDS = frozenset(
    {"company_name", "company_domain", "website", "industry", "city", "country", "company_size"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """The field that a name means, "" for none. `rank`: how good a name it is, 0 is best. `number`: 2 in "E-mail 2".
    `is_sure` is false if the field is only one of the things that a longer title speaks of."""

    field: str = ""
    rank: int = 0
    number: int = 1
    is_sure: bool = True


def field_of_name(title: str) -> str:
    """The field that a name means for sure; "" for any other name."""
    found = named_field(title)
    return found.field if found.is_sure else ""


def of_colleagues(title: str) -> bool:
    """Whether a column speaks of those who work with the lead, or of anything else that is not the lead's own."""
    words = _words(one_line(title)[:_MAX_TITLE_LENGTH])
    return not (OTHER_THINGS | COLLEAGUES).isdisjoint(words)


@lru_cache(maxsize=5_000)
def named_field(title: str) -> Named:
    """Whole words, the longest match first. A second e-mail or phone is a further one."""
    text = one_line(title)[:_MAX_TITLE_LENGTH]
    spellings = [text, _HINT.sub("", text)]
    readings = [_words(spelling) for spelling in spellings] + [_words(_CAMEL.sub(" ", each)) for each in spellings]
    for read in (_whole, _parted, _inside):
        for words in readings:
            found = read(words) if words else None
            if found:
                return _numbered(found)
    return Named()


def _words(text: str) -> list[str]:
    name = f" {folded(text)} ".replace(" e mail", " email").replace(" e mails ", " emails ")
    return name.split()


def _whole(words: list[str]) -> Named | None:
    rank, field = _RANKS.get(" ".join(words)) or _JOINED.get("".join(words)) or (0, "")
    if not field:
        return None
    return Named(field, _way_rank(words) if field in FURTHER else rank)


def _parted(words: list[str]) -> Named | None:
    """Without the number, the kind and the thing that it belongs to: "E-mail 1 - Value", "Person - Phone - Work"."""
    thing = words[0] if len(words) > 1 and words[0] in PEOPLE | COMPANIES | DEALS else ""
    rest = words[1:] if thing else words
    while len(rest) > 1 and rest[0] in PEOPLE:
        rest = rest[1:]
    while len(rest) > 1 and rest[-1] in BEHIND:
        rest = rest[:-1]
    numbers = [int(word) for word in rest if word.isdecimal() and len(word) < 3]
    rest = [word for word in rest if not word.isdecimal()]
    for kept in (rest, [word for word in rest if word not in KINDS]):
        found = _whole(kept) if kept else None
        if found and (kept == rest or found.field in _OF_SEVERAL_KINDS) and _belongs(found.field, kept, thing):
            rank = _way_rank(words) if found.field in FURTHER else found.rank + _PARTED
            return Named(found.field, rank, numbers[0] if numbers else 1)
    if thing in COMPANIES and rest == ["name"]:
        return Named("company_name", _PARTED)
    return None


def _belongs(field: str, words: list[str], thing: str) -> bool:
    """Whether the field of a thing is the lead's: the name of a company is none of a person, a lead's title no job."""
    if thing in COMPANIES:
        return field in _COMPANY_FIELDS or (field == "title" and thing.startswith("organi"))
    if thing in DEALS:
        return field in {"deal_size", "company_name", "source"} or words == ["contact", "person"]
    return thing != "lead" or words != ["title"]


def _way_rank(words: list[str]) -> int:
    """Of several e-mails or phones the one further left wins, but a primary one before, one at home behind it."""
    if "primary" in words:
        return 0
    return 1 if AT_HOME.isdisjoint(words) else 2


def _inside(words: list[str]) -> Named | None:
    """The longest name of a field inside a title such as "What is your work e-mail?"."""
    words = f" {' '.join(words)} ".replace(" last name ", " surname ").split()  # "last" alone is of a last visit
    if words[0] in YES_OR_NO or not OTHER_THINGS.isdisjoint(words):
        return None
    for length in range(min(_LONGEST_PHRASE, len(words) - 1), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length])
            if phrase in _RANKS and phrase not in ONLY_ALONE:
                rank, field = _RANKS[phrase]
                return Named(field, rank + _INSIDE, is_sure=False)
    return None


def _numbered(found: Named) -> Named:
    if found.number == 1 or found.field not in FURTHER:
        return found if found.number == 1 else Named()
    return Named(FURTHER[found.field], found.rank, found.number, found.is_sure)
