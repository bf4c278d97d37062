"""Mark possible duplicates: the same company and a similar name (A3)."""

from collections.abc import Collection, Sequence

from leads.decisions.identity.matching import Known, possible_duplicate
from leads.decisions.identity.merging import OF_ANOTHER
from leads.models import Lead
from leads.queries.leads import known_by_company
from leads.queries.merging import kept_apart_from

NAMING = {"first_name", "last_name", "company_name", "company_domain", "city"}
MARKS = ["resembles", "resembles_percent"]


def mark_resemblances(leads: Sequence[Lead], *, apart: Collection[int] = ()) -> None:
    """New leads, among those that came in together as well: the later one is marked. `apart` are never found alike."""
    known = known_by_company(
        keys={lead.company_key for lead in leads if lead.company_key},
        domains={lead.company_domain for lead in leads if lead.company_domain},
    )
    marked = []
    for lead in leads:
        same = {
            each.lead_id: each
            for name in (lead.company_key, f"@{lead.company_domain}")
            for each in known.get(name, ())
            if each.lead_id < lead.pk and each.lead_id not in apart
        }
        found = possible_duplicate(_as_known(lead), list(same.values())) if same else None
        if found is not None:
            lead.resembles_id, lead.resembles_percent = found.lead_id, found.percent
            marked.append(lead)
    Lead.objects.bulk_update(marked, MARKS)


def mark_again(lead: Lead) -> None:
    """After a correction of what likeness looks at; a pair that somebody kept apart is never marked again. A lead
    whose identities belong to several others stays marked, whatever its name."""
    if any(problem.get("code") == OF_ANOTHER for problem in lead.problems) and lead.resembles_id:
        return
    lead.resembles_id = lead.resembles_percent = None
    mark_resemblances([lead], apart=kept_apart_from(lead))
    if lead.resembles_id is None:
        lead.save(update_fields=MARKS)


def _as_known(lead: Lead) -> Known:
    return Known(lead.pk, lead.first_name, lead.last_name, lead.company_name, lead.company_domain, lead.city)
