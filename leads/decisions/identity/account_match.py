"""Find the account of a company: by its domain, or by a name that is almost the account's (G1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from rapidfuzz import fuzz

from leads.decisions.facts.domains import FREE_MAIL
from leads.decisions.identity.matching import company_key

DEFAULT_SIMILARITY = 92  # of 100: names that are at least this similar count as one company
MIN_SIMILARITY = 70  # the lowest that sales ops can choose; below it, names are unrelated
MAX_HANDLE_LENGTH = 60
_WORDS, _SHORTEST, _END, _ENDS = 4, 3, 4, 6


class MatchedBy(StrEnum):
    """How an account was found."""

    DOMAIN = "domain"
    LINK = "link"  # a person chose the account for this lead
    NAME = "name"


BY_DOMAIN, BY_LINK, BY_NAME = MatchedBy


@dataclass(frozen=True, slots=True)
class AccountCandidate:
    """The fields of an account that a match needs."""

    id: int
    name: str
    owner_id: int | None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The account of a lead. `percent` is the similarity of the names without legal forms; `company_name` is the
    name on the lead."""

    account: AccountCandidate
    by: MatchedBy | Literal[""]  # "" where it was not stored
    percent: int = 100
    company_name: str = ""


def handles(name: str) -> tuple[str, ...]:
    """Short texts by which an account is looked up. Names with a typing error or another order of words still share
    at least one of them: the whole name, both ends of all its letters, and both ends of its longest words. Legal
    forms are left out: "PT Maju Jaya Tbk" has the handles of "Maju Jaya"."""
    key = company_key(name)
    if not key:
        return ()
    letters = key.replace(" ", "")
    found = [f"={key}", f"<{letters[:_ENDS]}", f">{letters[-_ENDS:]}"]
    for word in sorted(set(key.split()), key=lambda each: (-len(each), each))[:_WORDS]:
        if len(word) >= _SHORTEST:
            found += [f"({word[:_END]}", f"){word[-_END:]}"]
    return tuple(dict.fromkeys(each[:MAX_HANDLE_LENGTH] for each in found))


def name_similarity(a: str, b: str) -> int:
    """The similarity of two company names, 0 to 100. Only equal names (without legal forms) give 100. Word order and
    missing spaces matter little."""
    ours, theirs = company_key(a), company_key(b)
    if not ours or not theirs:
        return 0
    if ours == theirs:
        return 100
    whole = fuzz.token_sort_ratio(ours, theirs)
    letters = fuzz.ratio(ours.replace(" ", ""), theirs.replace(" ", ""))
    return min(int(max(whole, letters)), 99)


def best_by_name(name: str, accounts: Iterable[AccountCandidate], *, at_least: int, country: str = "") -> Match | None:
    """The account with the most similar name. Among equals, the one in the lead's country, then the oldest."""
    rated = [(name_similarity(name, each.name), each) for each in accounts]
    rated = [(percent, each) for percent, each in rated if percent >= at_least]
    if not rated:
        return None
    percent, account = min(rated, key=lambda pair: (-pair[0], _is_abroad(pair[1], country), pair[1].id))
    return Match(account, BY_NAME, percent, company_name=name)


def has_own_domain(domain: str) -> bool:
    """Whether this is a company's own domain, not one of a free mail provider."""
    return bool(domain) and domain not in FREE_MAIL


def _is_abroad(account: AccountCandidate, country: str) -> bool:
    return not country or account.country != country
