"""Decide whether an arrival is a person who is known: strong and weak identities, and what speaks against one (A3).

A person's own e-mail is strong: it decides. A phone, an external id and a mailbox of a company are weak: several people
may have them, so another e-mail and another name speak against them. What more than two people have identifies nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from leads.decisions.facts.mailboxes import is_role_mailbox
from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded
from leads.decisions.identity.matching import IdentityKey

MOST_PEOPLE = 2  # that may have one weak identity; with more it stops joining
MIN_NAME_SIMILARITY = 82
_TITLE_WORDS = "mr mrs ms miss dr drs ir pak bapak bp ibu bu sdr sdri prof hj h herr frau sr sra st"
_TITLES = frozenset(_TITLE_WORDS.split())


@dataclass(slots=True)
class Person:
    """What has arrived for one lead so far, or with one capture. Names are folded."""

    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def learn(self, other: "Person") -> None:
        self.names |= other.names
        self.emails |= other.emails
        self.phones |= other.phones


@dataclass(frozen=True, slots=True)
class Against:
    """Why an arrival is not the person whose weak identity it has: what is other."""

    name: bool = False
    email: bool = False
    phone: bool = False

    def __bool__(self) -> bool:
        return self.name or self.email or self.phone


def person_of(facts: Facts) -> Person:
    name = folded(f"{facts.first_name} {facts.last_name}")
    return Person(
        {name} if name else set(),
        {email for email in (facts.email, *facts.further_emails) if email},
        {phone for phone in (facts.phone, *facts.further_phones) if phone},
    )


def is_weak(key: IdentityKey) -> bool:
    return key.kind != "email" or is_role_mailbox(key.value)


def speaks_against(me: Person, known: Person, key: IdentityKey, *, is_sure: bool = True) -> Against:
    """What speaks against joining by this weak identity; empty if nothing does. `is_sure`: the id is of a system that
    both name. Otherwise it may be another system's person, so that another name alone is enough."""
    name = _differ_in_name(me, known)
    email = bool(me.emails and known.emails and not me.emails & known.emails)
    phone = bool(me.phones and known.phones and not me.phones & known.phones)
    if key.kind == "email":
        return Against(name=name, phone=phone) if name and phone else Against()
    is_other = name and (email or (key.kind == "external_id" and not is_sure))
    return Against(name=name, email=email) if is_other else Against()


def pick_holder(
    me: Person, holders: Sequence[Person], key: IdentityKey, *, is_sure: bool = True
) -> tuple[int | None, Against]:
    """Which of the leads with this weak identity the arrival is: of those that nothing speaks against, the first with
    its name, otherwise the first. None with what speaks against the first one, or None alone if nothing tells which."""
    against = [speaks_against(me, each, key, is_sure=is_sure) for each in holders]
    possible = [index for index, why in enumerate(against) if not why]
    if not possible:
        return None, against[0]
    named = [
        index for index in possible if me.names and holders[index].names and not _differ_in_name(me, holders[index])
    ]
    if named:
        return named[0], Against()
    return (possible[0] if is_sure or len(possible) == 1 else None), Against()


def is_shared(names: Iterable[str]) -> bool:
    """Whether these are the names of more people than may have one weak identity."""
    people: list[str] = []
    for name in sorted(set(names), key=lambda each: (-len(each), each)):
        if not any(is_same_name(name, other) for other in people):
            people.append(name)
    return len(people) > MOST_PEOPLE


@lru_cache(maxsize=20_000)
def is_same_name(a: str, b: str) -> bool:
    """Whether two folded names may be one person's: "sari a" and "sari ayu", "pak budi" and "budi santoso". Without a
    word beside titles nothing can be said, so they may."""
    ours, theirs = _words(a), _words(b)
    if not ours or not theirs:
        return True
    short, long = sorted((ours, theirs), key=len)
    if _is_part(short, long):
        return True
    return fuzz.token_sort_ratio(" ".join(ours), " ".join(theirs)) >= MIN_NAME_SIMILARITY


def _differ_in_name(me: Person, known: Person) -> bool:
    if not me.names or not known.names:
        return False
    return not any(is_same_name(ours, theirs) for ours in me.names for theirs in known.names)


def _words(name: str) -> list[str]:
    return [word for word in name.split() if word not in _TITLES]


def _is_part(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether each word of the short name is one of the long name, or its first letter."""
    left = list(long)
    for word in short:
        match = word if word in left else next((each for each in left if len(word) == 1 and each[0] == word), None)
        if match is None:
            return False
        left.remove(match)
    return any(len(word) > 1 for word in short)
