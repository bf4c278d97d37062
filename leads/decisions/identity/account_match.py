"""Which account a company is: by its domain, else by a name that is nearly the account's (G1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from leads.decisions.facts.domains import FREE_MAIL
from leads.decisions.identity.matching import company_key

DEFAULT_SIMILARITY = 92  # of 100: names at least this alike are taken for one company
MIN_SIMILARITY = 70  # below it names have nothing to do with each other
MAX_HANDLE_LENGTH = 60  # of one handle
_WORDS, _SHORTEST, _END, _ENDS = 4, 3, 4, 6

BY_DOMAIN, BY_LINK, BY_NAME = "domain", "link", "name"


@dataclass(frozen=True, slots=True)
class AccountCandidate:
    """An account as far as the match looks at it."""

    id: int
    name: str
    owner_id: int | None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The account of a lead. `by` is domain, link (somebody chose the account for this lead) or name; `percent` tells
    how alike the names are, without legal forms; `typed` is the lead's own name of the company."""

    account: AccountCandidate
    by: str
    percent: int = 100
    typed: str = ""


def handles(name: str) -> tuple[str, ...]:
    """Short texts by which an account is looked up, so that names with a typing error or another order of words still
    share one: the whole name, both ends of all its letters, and both ends of its longest words. Legal forms are left
    out ("PT Maju Jaya Tbk" has those of "Maju Jaya")."""
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
    """0 to 100 for two names of companies; only the same name without legal forms is 100. Neither the order of words
    nor a missing space matters much."""
    ours, theirs = company_key(a), company_key(b)
    if not ours or not theirs:
        return 0
    if ours == theirs:
        return 100
    whole = fuzz.token_sort_ratio(ours, theirs)
    letters = fuzz.ratio(ours.replace(" ", ""), theirs.replace(" ", ""))
    return min(int(max(whole, letters)), 99)


def best_by_name(name: str, accounts: Iterable[AccountCandidate], *, at_least: int, country: str = "") -> Match | None:
    """The account whose name is most alike; among equals the one in the lead's country, then the oldest."""
    rated = [(name_similarity(name, each.name), each) for each in accounts]
    rated = [(percent, each) for percent, each in rated if percent >= at_least]
    if not rated:
        return None
    percent, account = min(rated, key=lambda pair: (-pair[0], _is_abroad(pair[1], country), pair[1].id))
    return Match(account, BY_NAME, percent, typed=name)


def has_own_domain(domain: str) -> bool:
    """Free mail stands for no company."""
    return bool(domain) and domain not in FREE_MAIL


def _is_abroad(account: AccountCandidate, country: str) -> bool:
    return not country or account.country != country
