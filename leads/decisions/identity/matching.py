"""Decide which captures are the same lead, and which leads may be duplicates (A3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from rapidfuzz import fuzz, process

from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded

IDENTIFYING = ("email", "phone", "external_id")  # strongest first
COMBINED = "together"
MIN_COMPANY_SIMILARITY = 90  # company names that are at least this similar count as one company
_MAX_LENGTH = 200
_FORMS_IN_FRONT = "pt cv ud pd fa perum koperasi yayasan persekutuan ooo oao zao pao"
_FORMS_BEHIND = """
    pt cv tbk persero inc incorporated llc llp lp ltd limited plc corp
    corporation co company gmbh mbh ag kg ohg ug ev se bv nv vof cvba bvba sprl sa sas sasu sarl srl spa sl slu sau
    lda ltda eireli pte pty sdn bhd kk oy oyj ab as asa aps ivs is zoo sro kft zrt dd doo ooo oao ao jsc pjsc fze fzco
    fzc wll dmcc pvt private
"""
FORMS_IN_FRONT, FORMS_BEHIND = frozenset(_FORMS_IN_FRONT.split()), frozenset(_FORMS_BEHIND.split())
LEGAL_FORMS = FORMS_IN_FRONT | FORMS_BEHIND


class IdentityKey(NamedTuple):
    """What makes two captures one lead. Kinds: email, phone, external_id, and that of combined_identity(). `system`
    says whose id an external id is; "" if nobody said."""

    kind: str
    value: str
    system: str = ""


@dataclass(frozen=True, slots=True)
class KnownLead:
    """The fields of a lead that are compared to find duplicates."""

    lead_id: int
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company_domain: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A possible duplicate. Reasons: same_domain, same_company or similar_company; same_name or similar_name; perhaps
    same_city."""

    lead_id: int
    percent: int
    reasons: tuple[str, ...]


def identities(facts: Facts, *, system: str = "") -> tuple[IdentityKey, ...]:
    """The identities in these facts, strongest first. `system`: whose ids the external ids are."""
    found = [IdentityKey("email", value) for value in (facts.email, *facts.further_emails)]
    found += [IdentityKey("phone", value) for value in (facts.phone, *facts.further_phones)]
    found.append(IdentityKey("external_id", facts.external_id, system))
    return tuple(identity for identity in found if identity.value)


def combined_identity(found: Iterable[IdentityKey]) -> IdentityKey:
    """One identity for several that belong to different leads. A person decides once what such a capture is; the
    next capture with the same values is recognised by this identity."""
    lines = (f"{kind} {value} {system}" if system else f"{kind} {value}" for kind, value, system in sorted(found))
    return IdentityKey(COMBINED, sha256("\n".join(lines).encode()).hexdigest())


@lru_cache(maxsize=20_000)
def company_key(name: str) -> str:
    """The name without its legal form: "PT. Maju Jaya, Tbk" and "Maju Jaya" have the same key. A name that consists
    of legal forms only keeps them."""
    words: list[str] = []
    for part in name[:_MAX_LENGTH].replace(",", " ").replace("(", " ").replace(")", " ").replace("&", " and ").split():
        undotted = folded(part.replace(".", "").replace("/", ""))
        words.extend([undotted] if undotted in LEGAL_FORMS else folded(part).split())
    kept = _without_legal_forms(words)
    return " ".join(kept or words)[:_MAX_LENGTH].rstrip()


def similarity(a: str, b: str) -> int:
    """The similarity of two names, 0 to 100. Word order, case, accents and legal forms do not matter. A name that only
    contains the other is not equal ("acme" and "acme widgets")."""
    our_key, their_key = company_key(a), company_key(b)
    if our_key and our_key == their_key:
        return 100
    return max(
        _token_similarity(folded(a[:_MAX_LENGTH]), folded(b[:_MAX_LENGTH])), _token_similarity(our_key, their_key)
    )


def find_possible_duplicate(
    facts: Facts | KnownLead, candidates: Sequence[KnownLead], threshold: int = 80
) -> PossibleDuplicate | None:
    """The candidate of the same company with the most similar person's name. Among equals, one in the same city, then
    the oldest.

    All names are compared first, in one call: a company can have thousands of leads, and hardly any has this name.
    """
    ours = _person(facts.first_name, facts.last_name)
    if not ours:
        return None
    names = [_person(known.first_name, known.last_name) for known in candidates]
    similar = process.extract(ours, names, scorer=fuzz.token_sort_ratio, score_cutoff=threshold, limit=None)
    found = [
        duplicate
        for _n, name, index in similar
        if (duplicate := _as_duplicate(facts, candidates[index], int(name), threshold))
    ]
    return min(found, key=lambda each: (-each.percent, "same_city" not in each.reasons, each.lead_id), default=None)


def _as_duplicate(
    facts: Facts | KnownLead, known: KnownLead, name_percent: int, threshold: int
) -> PossibleDuplicate | None:
    """`name_percent` is the similarity of the persons' names."""
    company, company_percent = _same_company(facts, known)
    if not company:
        return None
    percent = min(name_percent, company_percent)
    if percent < threshold:
        return None
    reasons = [company, "same_name" if name_percent == 100 else "similar_name"]
    if facts.city and folded(facts.city) == folded(known.city):
        reasons.append("same_city")
    return PossibleDuplicate(known.lead_id, percent, tuple(reasons))


@lru_cache(maxsize=20_000)
def _person(first_name: str, last_name: str) -> str:
    return folded(f"{first_name} {last_name}")


def _token_similarity(a: str, b: str) -> int:
    if not a or not b:
        return 0
    return int(fuzz.token_sort_ratio(a, b))


def _same_company(facts: Facts | KnownLead, known: KnownLead) -> tuple[str, int]:
    if facts.company_domain and facts.company_domain == known.company_domain:
        return "same_domain", 100
    if not facts.company_name or not known.company_name:
        return "", 0
    percent = similarity(facts.company_name, known.company_name)
    if percent == 100:
        return "same_company", 100
    return ("similar_company", percent) if percent >= MIN_COMPANY_SIMILARITY else ("", 0)


def _without_legal_forms(words: list[str]) -> list[str]:
    """Remove legal forms from both ends; in the middle they belong to the name. The "and" of "Bauer & Co" goes too."""
    start, end = 0, len(words)
    while start < end and words[start] in FORMS_IN_FRONT:
        start += 1
    while end > start and words[end - 1] in FORMS_BEHIND:
        end -= 1
    if end < len(words) and end - start > 1 and words[end - 1] == "and":
        end -= 1
        while end - start > 1 and words[end - 1] in FORMS_BEHIND:  # "Bauer GmbH & Co. KG"
            end -= 1
    if words[start : start + 1] == ["the"] and end - start > 1:
        start += 1
    return words[start:end]
