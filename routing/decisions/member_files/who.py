"""Who the rows of a file are: by e-mail, else by a full name that exactly one person has. Nobody is guessed."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from leads.decisions.facts.contact import read_email
from leads.decisions.facts.text import one_line


class How(StrEnum):
    EMAIL = "email"
    NAME = "name"
    CHOSEN = "chosen"


class WhyNobody(StrEnum):
    UNKNOWN = "unknown"
    SEVERAL = "several"
    SWITCHED_OFF = "switched_off"
    NO_REP = "no_rep"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `rep` is None for who takes no leads; `emails` are address and user name."""

    rep: int | None
    name: str
    emails: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The person of a row, and how; or why nobody (then `person` may be who it would be)."""

    person: Person | None = None
    how: How | None = None
    why: WhyNobody | None = None

    @property
    def rep(self) -> int | None:
        return self.person.rep if self.person and self.why is None else None


class Directory:
    """All people of this Alur, by address and by name."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)
        self._by_email: dict[str, list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in self.people:
            for key in {email_key(each) for each in person.emails} - {""}:
                self._by_email.setdefault(key, []).append(person)
            if key := name_key(person.name):
                self._by_name.setdefault(key, []).append(person)

    def find(self, *, email: str, name: str) -> Found:
        """The address decides if anybody has it; the name only where nobody does."""
        if email and (found := self._by_email.get(email_key(email))):
            return _one(found, How.EMAIL)
        named = {id(person): person for key in _name_keys(name) for person in self._by_name.get(key, ())}
        if named:
            return _one(list(named.values()), How.NAME)
        return Found(why=WhyNobody.UNKNOWN)

    def choose(self, text: str) -> Found:
        """Whom somebody named by hand: an address or a full name."""
        text = one_line(text)
        found = self.find(email=text if "@" in text else "", name=text)
        return Found(found.person, How.CHOSEN, found.why)

    def names(self) -> Mapping[int, str]:
        return {person.rep: person.name for person in self.people if person.rep is not None}


def email_key(text: str) -> str:
    """One spelling of an address: without "mailto:", brackets and hidden characters, in small letters."""
    text = unicodedata.normalize("NFKC", one_line(text)).strip("'\"() ").casefold()
    return read_email(text) or text


def name_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", one_line(text)).casefold().split())


def _name_keys(name: str) -> set[str]:
    """ "Hartono, Rina" is Rina Hartono, too."""
    keys = {name_key(name)}
    last, comma, first = name.partition(",")
    if comma and "," not in first:
        keys.add(name_key(f"{first} {last}"))
    return keys - {""}


def _one(found: list[Person], how: How) -> Found:
    if len(found) > 1:
        return Found(None, how, WhyNobody.SEVERAL)
    person = found[0]
    if not person.is_active:
        return Found(person, how, WhyNobody.SWITCHED_OFF)
    return Found(person, how, WhyNobody.NO_REP if person.rep is None else None)
