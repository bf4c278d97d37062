"""Leads that are probably junk, by the same rules as leads.decisions.junk (D7)."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from leads.decisions.facts.domains import THROW_AWAY_MAIL
from leads.decisions.junk import NO_NAMES, Contact, Junk, junk_reason
from leads.models import Lead

_UNREACHABLE = Q(email="", phone="")
_NAMELESS = Q(first_name="", last_name="", company_name="", company_domain="")
_THROW_AWAY = Q(pk__in=[])
for _domain in sorted(THROW_AWAY_MAIL):
    _THROW_AWAY |= Q(email__endswith=f"@{_domain}")
_SAYS_NOTHING = Q(first_lower__in=["", *sorted(NO_NAMES)], last_lower__in=["", *sorted(NO_NAMES)])
_TEST = _SAYS_NOTHING & ~Q(first_name="", last_name="")
_TEST |= Q(first_name="", last_name="", company_lower__in=sorted(NO_NAMES))


def junk_in(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Reads each of these leads once: the caller narrows them to those that are open."""
    lower = {f"{name}_lower": Lower(f"{name}_name") for name in ("first", "last", "company")}
    return leads.alias(**lower).filter(_UNREACHABLE | _NAMELESS | _THROW_AWAY | _TEST)


def junk_reason_of(lead: Lead) -> Junk | None:
    return junk_reason(
        Contact(lead.first_name, lead.last_name, lead.company_name, lead.company_domain, lead.email, lead.phone)
    )
