"""The words by which search finds a lead, and how a typed text asks for them (A3).

A lead has a word for each part of its names and companies, for whole e-mails, the domains of companies and external
ids, and for each phone without its country's code. A search asks for beginnings of words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from leads.decisions.facts.contact import national_digits
from leads.decisions.facts.domains import domain_of_email
from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded

FILL = "search-words"  # the job that gives words to the leads of an earlier release
MAX_WORD_LENGTH = 60  # characters; the rest does not help to find anybody
MAX_WORDS = 60  # of one arrival
MAX_TERMS = 6  # of one search
FEWEST_PHONE_DIGITS = 4
_IN_PHONES = frozenset("0123456789+-–.()/ \xa0")

# Letters that have no accent to take off, as people without such a keyboard type them.
_PLAIN_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)

Prefixes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of what was typed. A lead has it when for one of these alternatives all beginnings are there."""

    alternatives: tuple[Prefixes, ...]


def words_of_facts(facts: Facts) -> tuple[str, ...]:
    """The words of one arrival, each once."""
    return words_of(
        names=(facts.first_name, facts.last_name, facts.company_name),
        values=(facts.email, *facts.further_emails, facts.company_domain, facts.external_id),
        phones=(facts.phone, *facts.further_phones),
    )


def words_of(*, names: Iterable[str], values: Iterable[str], phones: Iterable[str]) -> tuple[str, ...]:
    """`phones` are in E.164. An id or e-mail is one word, however many signs are in it."""
    found = [word for name in names if name for word in _plain(name).split()]
    for value in filter(None, values):
        found += [value.casefold(), domain_of_email(value) if "@" in value else ""]
        found += _plain(value).split() if " " in value else []
    found += [national_digits(phone) for phone in phones if phone]
    kept = (word[:MAX_WORD_LENGTH] for word in found)
    return tuple(dict.fromkeys(word for word in kept if word))[:MAX_WORDS]


@lru_cache(maxsize=256)
def terms_of(text: str, region: str) -> tuple[Term, ...]:
    """What a search asks for. A number is read as dialled in `region`, or with the code of its country, with or without
    a plus; its first digits are enough."""
    digits = "".join(sign for sign in text if sign.isdecimal())
    if len(digits) >= FEWEST_PHONE_DIGITS and _IN_PHONES.issuperset(text):
        return (Term(_phone_alternatives(text, digits, region)),)
    return tuple(_term(word) for word in text.split()[:MAX_TERMS] if _plain(word))


def _plain(text: str) -> str:
    return folded(text) if text.isascii() else folded(text).translate(_PLAIN_LETTERS)


def _term(word: str) -> Term:
    whole, parts = word.casefold().removeprefix("@")[:MAX_WORD_LENGTH], tuple(_plain(word).split())[:MAX_TERMS]
    alternatives: list[Prefixes] = [(whole,)]
    if parts and parts != (whole,) and "@" not in word:
        alternatives.append(tuple(part[:MAX_WORD_LENGTH] for part in parts))
    return Term(tuple(alternatives))


def _phone_alternatives(text: str, digits: str, region: str) -> tuple[Prefixes, ...]:
    """As an external id that is a number, too."""
    spelled = (
        national_digits(text, region),
        national_digits(f"+{digits.removeprefix('00')}"),
        digits.lstrip("0"),
        text.casefold(),
    )
    return tuple((word[:MAX_WORD_LENGTH],) for word in dict.fromkeys(map(str.strip, spelled)) if word)
