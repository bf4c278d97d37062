"""Normalise a capture: raw fields in, facts and problems out (A2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType

from leads.decisions.facts.date_orders import order_of_region
from leads.decisions.facts.domains import FREE_MAIL, domain_of_email, domain_of_website
from leads.decisions.facts.fields import FIELDS, LEAD_TYPES, LIMITS, Problem
from leads.decisions.facts.mailboxes import PLACEHOLDER
from leads.decisions.facts.reading import FactsReader

__all__ = ["FIELDS", "FREE_MAIL", "LEAD_TYPES", "LIMITS", "Facts", "Problem", "is_usable", "normalise"]


@dataclass(frozen=True, slots=True)
class Facts:
    """One lead as captured. Unknown texts are "", unknown numbers and times None. `extra` holds all other columns.
    `further_emails` and `further_phones` came beside the first good ones; they identify the lead as well."""

    external_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    company_name: str = ""
    company_domain: str = ""
    website: str = ""
    title: str = ""
    industry: str = ""
    city: str = ""
    country: str = ""
    message: str = ""
    source: str = ""
    lead_type: str = ""
    company_size: int | None = None
    score: int | None = None
    deal_size: Decimal | None = None
    engagement: int | None = None
    captured_at: datetime | None = None
    further_emails: tuple[str, ...] = ()
    further_phones: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def normalise(
    raw: Mapping[str, object],
    *,
    default_region: str = "ID",
    tz: tzinfo = UTC,
    dates: Mapping[str, str] = MappingProxyType({}),
) -> Facts:
    """Never raises and never loses anything: what cannot be read becomes a problem, and its text stays in `extra`.

    A phone without a country code is read as dialled in the lead's country, or else in `default_region`. A time without
    a zone is in `tz`. `dates` says which number comes first in the dates of a field (see date_orders), as far as it is
    known; otherwise the region's habit decides. All times are returned in UTC.
    """
    reading = FactsReader(raw)
    first_name, last_name = reading.names()
    country = reading.country()
    email, *further_emails = reading.emails() or [""]
    phone, *further_phones = reading.phones(country or default_region) or [""]
    website, host = reading.website()
    return Facts(
        external_id=reading.external_id(),
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=phone,
        company_name=reading.short("company_name"),
        company_domain=reading.company_domain() or domain_of_website(host) or domain_of_email(email),
        website=website,
        title=reading.short("title"),
        industry=reading.short("industry"),
        city=reading.short("city"),
        country=country,
        message=reading.message(),
        source=reading.short("source", strict=False),
        lead_type=reading.lead_type(),
        company_size=reading.company_size(),
        score=reading.percent("score"),
        deal_size=reading.deal_size(),
        engagement=reading.percent("engagement"),
        captured_at=reading.captured_at(tz, order=dates.get("captured_at", ""), habit=order_of_region(default_region)),
        further_emails=tuple(further_emails),
        further_phones=tuple(further_phones),
        extra=reading.extras(),
        problems=tuple(reading.problems),
    )


def is_usable(facts: Facts) -> bool:
    """Whether there is enough to work with: an identifier, a way to reach the lead, or a person and a company."""
    if facts.external_id or facts.email or facts.phone:
        return True
    if (facts.first_name or facts.last_name) and any(problem.code == PLACEHOLDER for problem in facts.problems):
        return True  # somebody with a name, who gave an address that stands for none
    return bool((facts.company_name or facts.company_domain) and (facts.first_name or facts.last_name))
