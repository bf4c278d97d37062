"""Derive the values that rules can check: from a lead's facts and its account."""

import re
from collections.abc import Mapping
from decimal import Decimal

from leads.decisions.facts.domains import FREE_MAIL
from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded
from leads.decisions.own_fields.reading import Value, own_facts

_ACADEMIC_DOMAIN = re.compile(r"(?:^|\.)(?:edu|(?:ac|sch|edu)\.[a-z]{2})$")
_ACADEMIC_WORD = re.compile(
    r"\b(?:universit(?:y|as|ies|aet|at|e|a|eit)|universidade?|students?|mahasiswa|mahasiswi|pelajar|siswa|politeknik"
    r"|institut teknologi)\b"
)
_CAMPAIGN = ("campaign", "utm campaign", "campaign name", "kampanye")


def derive(
    facts: Facts,
    *,
    channel: str = "",
    account: Mapping[str, object] | None = None,
    is_complete_by_id: bool = False,
    is_reengaged: bool = False,
    from_nurture: bool = False,
    referred_by_customer: bool = False,
    duplicate_percent: int | None = None,
    tier: str = "",
    source: str | None = None,
    source_conversion: Decimal | None = None,
    lead_type: str | None = None,
    score: int | None = None,
    own: Mapping[str, Value] | None = None,
) -> dict[str, object]:
    """A value for every field of the conditions.

    `account` may have tier, size, industry, is_target, is_customer and is_competitor. Its size and industry are used if
    the lead has none. `tier`, `source`, `lead_type` and `score` replace those of the capture. `source_conversion` is in
    percent (B7). `own` are the values of own fields by value name (A9).
    """
    company = account or {}
    has_name = bool(facts.first_name or facts.last_name)
    return {
        "score": facts.score if score is None else score,
        "source": source or facts.source,
        "source_conversion": source_conversion,
        "lead_type": lead_type or facts.lead_type,
        "channel": channel,
        "country": facts.country,
        "city": facts.city,
        "industry": facts.industry or company.get("industry") or "",
        "title": facts.title,
        "company_name": facts.company_name,
        "company_domain": facts.company_domain,
        "company_size": company.get("size") if facts.company_size is None else facts.company_size,
        "account_tier": tier or company.get("tier") or "",
        "is_target": bool(company.get("is_target")),
        "is_customer": bool(company.get("is_customer")),
        "is_competitor": bool(company.get("is_competitor")),
        "is_free_mail": facts.email.rpartition("@")[2] in FREE_MAIL,
        "is_student": _is_student(facts),
        "is_complete": _is_complete(facts) or (is_complete_by_id and bool(facts.external_id)),
        "is_reengaged": is_reengaged,
        "from_nurture": from_nurture,
        "referred_by_customer": referred_by_customer,
        "possible_duplicate": duplicate_percent,
        "deal_size": facts.deal_size,
        "engagement": facts.engagement,
        "has_email": bool(facts.email),
        "has_phone": bool(facts.phone),
        "has_name": has_name,
        "has_external_id": bool(facts.external_id),
        "campaign": _campaign(facts.extra),
        "problems": tuple(dict.fromkeys(problem.field for problem in facts.problems)),
        **(own_facts(own) if own else {}),
    }


def _is_student(facts: Facts) -> bool:
    """Guess whether this is a student: an academic domain, or a school or student in company or title."""
    hosts = (facts.email.rpartition("@")[2], facts.company_domain)
    if any(_ACADEMIC_DOMAIN.search(host) for host in hosts if host):
        return True
    return bool(_ACADEMIC_WORD.search(folded(f"{facts.company_name} | {facts.title}")))


def _is_complete(facts: Facts) -> bool:
    """Whether there is a way to get in touch, and a person or a company to ask for."""
    is_reachable = bool(facts.email or facts.phone)
    return is_reachable and bool(facts.first_name or facts.last_name or facts.company_name or facts.company_domain)


def _campaign(extra: Mapping[str, str]) -> str:
    named = {folded(key): value for key, value in extra.items() if "amp" in key.lower()}
    return next((named[name] for name in _CAMPAIGN if named.get(name)), "")
