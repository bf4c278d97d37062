"""Read leads: the facts that rules check, candidates for duplicates, who may see which."""

from collections.abc import Iterable, Sequence

from django.contrib.auth import get_backends
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from leads.decisions.conditions.parsing import derive
from leads.decisions.facts.normalisation import Facts, Problem
from leads.decisions.identity.matching import KnownLead
from leads.models import Lead, ScoreRule, Source
from leads.queries.own_fields import OwnFields, SourceNames

MAX_CANDIDATES = 2000


def source_names() -> SourceNames:
    """The names of all sources by key."""
    return SourceNames(Source.objects.order_by("name", "pk").values_list("slug", "name"))


def facts_of(lead: Lead) -> dict[str, object]:
    """The facts that conditions are checked against, for one lead with its source and account loaded."""
    account = None
    if lead.account_id:
        account = {
            "tier": lead.account.tier,
            "size": lead.account.size,
            "industry": lead.account.industry,
            "is_target": lead.account.is_target,
            "is_customer": lead.account.is_customer,
            "is_competitor": lead.account.is_competitor,
        }
    return derive(
        as_facts(lead),
        channel=lead.channel,
        source=lead.source.slug,
        source_conversion=lead.source.conversion,
        account=account,
        is_complete_by_id=lead.is_complete_by_id,
        is_reengaged=lead.reengaged_at is not None,
        from_nurture=getattr(lead, "from_nurture", False),
        duplicate_percent=lead.resembles_percent,
        own=lead.own,
    )


def as_facts(lead: Lead) -> Facts:
    """What the lead says, as if it came in now."""
    return Facts(
        external_id=lead.external_id,
        first_name=lead.first_name,
        last_name=lead.last_name,
        email=lead.email,
        phone=lead.phone,
        company_name=lead.company_name,
        company_domain=lead.company_domain,
        title=lead.title,
        industry=lead.industry,
        city=lead.city,
        country=lead.country,
        lead_type=lead.lead_type,
        company_size=lead.company_size,
        score=lead.score,
        deal_size=lead.deal_size,
        engagement=lead.engagement,
        extra=lead.extra,
        problems=tuple(Problem(problem.get("field", ""), problem.get("code", "")) for problem in lead.problems),
    )


def rule_facts(leads: Sequence[Lead]) -> dict[int, dict[str, object]]:
    """facts_of() by lead id."""
    return {lead.pk: facts_of(lead) for lead in leads}


def active_score_rules() -> list[ScoreRule]:
    rules, own = list(ScoreRule.objects.filter(is_active=True).order_by("position", "pk")), OwnFields()
    for rule in rules:
        rule.own = own
    return rules


def known_by_company(*, keys: Iterable[str], domains: Iterable[str]) -> dict[str, list[KnownLead]]:
    """The newest leads of the same companies, by company key and by "@" + domain (A3); at most MAX_CANDIDATES."""
    rows = (
        Lead.objects.filter(Q(company_key__in=list(keys)) | Q(company_domain__in=list(domains)))
        .exclude(stage=Lead.Stage.MERGED)
        .order_by("-pk")
        .values_list("pk", "first_name", "last_name", "company_name", "company_domain", "city", "company_key")
    )
    found: dict[str, list[KnownLead]] = {}
    for pk, first, last, company, domain, city, key in rows[:MAX_CANDIDATES]:
        known = KnownLead(
            lead_id=pk, first_name=first, last_name=last, company_name=company, company_domain=domain, city=city
        )
        for name in (key, "@" + domain if domain else ""):
            if name:
                found.setdefault(name, []).append(known)
    return found


def visible_to(user: User) -> QuerySet[Lead]:
    """The leads that this user may open: has_perm("leads.view_lead", lead) for all leads at once (C9).

    Like has_perm, the authentication backends answer it; each returns its part from `leads_in_reach(user)`.
    """
    reach = Q(pk__in=[])
    for backend in get_backends():
        if hasattr(backend, "leads_in_reach"):
            reach |= backend.leads_in_reach(user)
    return Lead.objects.filter(reach)
