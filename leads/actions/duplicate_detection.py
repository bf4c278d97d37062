"""Mark possible duplicates: leads of the same company with a similar name (A3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from config.bulk_update import bulk_update
from leads.decisions.identity.matching import KnownLead, find_possible_duplicate
from leads.decisions.identity.merging import IN_DOUBT
from leads.models import Lead
from leads.queries.leads import known_by_company
from leads.queries.merging import not_duplicates_of

COMPARED_FIELDS = {"first_name", "last_name", "company_name", "company_domain", "city"}
DUPLICATE_FIELDS = ["resembles", "resembles_percent"]


class Candidates(Protocol):
    """Looks up leads of the same companies, as known_by_company() does."""

    def __call__(self, *, keys: Iterable[str], domains: Iterable[str]) -> Mapping[str, Sequence[KnownLead]]: ...


def mark_possible_duplicates(leads: Sequence[Lead], *, ignore: Collection[int] = ()) -> None:
    """Mark each new lead that resembles an earlier one, which may have come in with it. Leads with an id in `ignore`
    are not compared."""
    bulk_update(Lead, find_resembling(leads, ignore=ignore), DUPLICATE_FIELDS)


def find_resembling(
    leads: Sequence[Lead], *, ignore: Collection[int] = (), known_as: Candidates = known_by_company
) -> list[Lead]:
    """Those of these leads that resemble an earlier one; they name it, and nothing is stored."""
    known = known_as(
        keys={lead.company_key for lead in leads if lead.company_key},
        domains={lead.company_domain for lead in leads if lead.company_domain},
    )
    marked = []
    for lead in leads:
        same = {
            each.lead_id: each
            for name in (lead.company_key, f"@{lead.company_domain}")
            for each in known.get(name, ())
            if each.lead_id < lead.pk and each.lead_id not in ignore
        }
        found = find_possible_duplicate(_as_known(lead), list(same.values())) if same else None
        if found is not None:
            lead.resembles_id, lead.resembles_percent = found.lead_id, found.percent
            marked.append(lead)
    return marked


def recheck_duplicates(lead: Lead) -> None:
    """Compare a lead again after its COMPARED_FIELDS were corrected. Pairs in NotDuplicate are never marked again. A
    lead whose identities belong to several other leads stays marked, also when its name differs."""
    if any(problem.get("code") in IN_DOUBT for problem in lead.problems) and lead.resembles_id:
        return
    lead.resembles_id = lead.resembles_percent = None
    mark_possible_duplicates([lead], ignore=not_duplicates_of(lead))
    if lead.resembles_id is None:
        lead.save(update_fields=DUPLICATE_FIELDS)


def _as_known(lead: Lead) -> KnownLead:
    return KnownLead(lead.pk, lead.first_name, lead.last_name, lead.company_name, lead.company_domain, lead.city)
