"""Who is the same lead, and who might be (A3)."""

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
MIN_COMPANY_SIMILARITY = 90  # company names at least this alike are taken for one company
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
    """What makes two captures one lead. Kinds: email, phone, external_id, and together()."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class KnownLead:
    """A lead that is there already, as far as likeness looks at it."""

    lead_id: int
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company_domain: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A possible duplicate. Because: same_domain, same_company or similar_company; same_name or similar_name;
    perhaps same_city."""

    lead_id: int
    percent: int
    because: tuple[str, ...]


def identities(facts: Facts) -> tuple[IdentityKey, ...]:
    """Strongest first."""
    found = (IdentityKey(kind, getattr(facts, kind)) for kind in IDENTIFYING)
    return tuple(identity for identity in found if identity.value)


def combined_identity(found: Iterable[IdentityKey]) -> IdentityKey:
    """One identity of several that belong to different leads. Whatever a human decides about such a capture holds for
    the next one with the same values: it is known by this."""
    return IdentityKey(
        COMBINED, sha256("\n".join(f"{kind} {value}" for kind, value in sorted(found)).encode()).hexdigest()
    )


@lru_cache(maxsize=20_000)
def company_key(name: str) -> str:
    """The name without its legal form: "PT. Maju Jaya, Tbk" and "Maju Jaya" are one key. A name of nothing but
    legal forms keeps them."""
    words: list[str] = []
    for part in name[:_MAX_LENGTH].replace(",", " ").replace("(", " ").replace(")", " ").replace("&", " and ").split():
        undotted = folded(part.replace(".", "").replace("/", ""))
        words.extend([undotted] if undotted in LEGAL_FORMS else folded(part).split())
    kept = _without_legal_forms(words)
    return " ".join(kept or words)[:_MAX_LENGTH].rstrip()


def similarity(a: str, b: str) -> int:
    """0-100 for names of people or companies. Word order, case, accents and legal forms do not matter; a name that
    merely contains the other is not the same ("acme" and "acme widgets")."""
    our_key, their_key = company_key(a), company_key(b)
    if our_key and our_key == their_key:
        return 100
    return max(
        _token_similarity(folded(a[:_MAX_LENGTH]), folded(b[:_MAX_LENGTH])), _token_similarity(our_key, their_key)
    )


def find_possible_duplicate(
    facts: Facts | KnownLead, candidates: Sequence[KnownLead], threshold: int = 80
) -> PossibleDuplicate | None:
    """The candidate of the same company whose person's name is most alike; among equals same city, then oldest.

    Names go first and all at once: a company can have thousands of candidates, and next to none has our name.
    """
    ours = _person(facts.first_name, facts.last_name)
    if not ours:
        return None
    names = [_person(known.first_name, known.last_name) for known in candidates]
    alike = process.extract(ours, names, scorer=fuzz.token_sort_ratio, score_cutoff=threshold, limit=None)
    found = [
        seen for _n, name, index in alike if (seen := _as_duplicate(facts, candidates[index], int(name), threshold))
    ]
    return min(found, key=lambda seen: (-seen.percent, "same_city" not in seen.because, seen.lead_id), default=None)


def _as_duplicate(facts: Facts | KnownLead, known: KnownLead, name: int, threshold: int) -> PossibleDuplicate | None:
    """`name` is how alike the persons' names are."""
    company, company_percent = _same_company(facts, known)
    if not company:
        return None
    percent = min(name, company_percent)
    if percent < threshold:
        return None
    because = [company, "same_name" if name == 100 else "similar_name"]
    if facts.city and folded(facts.city) == folded(known.city):
        because.append("same_city")
    return PossibleDuplicate(known.lead_id, percent, tuple(because))


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
    """From both ends; in the middle such a word is part of the name. The "and" of "Bauer & Co" goes too."""
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
