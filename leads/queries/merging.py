"""Read merges and possible duplicates (A3)."""

from django.db.models import Q

from leads.decisions.identity.matching import IDENTIFYING, IdentityKey
from leads.models import Identity, Lead, LeadAlias, Merge, NotDuplicate

MAX_MERGES_SHOWN = 50  # on the page of one lead


def current_merges(lead: Lead) -> list[Merge]:
    """The merges into this lead that are not undone, the newest first."""
    rows = Merge.objects.filter(kept=lead, undone_at__isnull=True).select_related("absorbed", "by")
    return list(rows.order_by("-at", "-pk")[:MAX_MERGES_SHOWN])


def merge_of(absorbed_id: int) -> Merge | None:
    """The merge of this lead into another one, unless it was undone."""
    rows = Merge.objects.filter(absorbed=absorbed_id, undone_at__isnull=True)
    return rows.select_related("kept", "by").first()


def absorbed_before(lead_id: int) -> set[int]:
    """The leads that were merged into this one, directly or through others, even if it was merged itself later."""
    found: set[int] = set()
    newest = {lead_id}
    while newest:
        rows = Merge.objects.filter(kept__in=newest, undone_at__isnull=True).order_by("pk")
        newest = set(rows.values_list("absorbed", flat=True)) - found
        found |= newest
    return found


def possible_duplicates_of(lead: Lead) -> list[Lead]:
    """The leads that a marked lead may be: the one it resembles, then those with the same e-mail, phone or external
    id. A merged lead is replaced by the lead it was merged into."""
    if lead.resembles_id is None:
        return []
    ids = [lead.resembles_id, *_owners(lead)]
    rows = Lead.objects.select_related("source", "account", "merged_into__source", "merged_into__account").in_bulk(ids)
    found = [rows[pk].merged_into or rows[pk] for pk in ids if pk in rows]
    return list({other.pk: other for other in found if other.pk != lead.pk}.values())


def _owners(lead: Lead) -> list[int]:
    """The leads that have an identity of this one, the strongest identity first."""
    keys = [IdentityKey(kind, getattr(lead, kind)) for kind in IDENTIFYING if getattr(lead, kind)]
    claimed = LeadAlias.objects.filter(lead=lead, why=LeadAlias.Why.CLAIMED).order_by("pk")
    keys += [IdentityKey(*key) for key in claimed.values_list("kind", "value", "system")]
    rows = Identity.objects.filter(value__in={key.value for key in keys}, kind__in=IDENTIFYING).exclude(lead=lead)
    owners = {IdentityKey(*key): pk for *key, pk in rows.order_by("pk").values_list("kind", "value", "system", "lead")}
    return list(dict.fromkeys(owners[key] for key in keys if key in owners))


def not_duplicates_of(lead: Lead) -> set[int]:
    """The leads that a person marked as different from this one."""
    pairs = NotDuplicate.objects.filter(Q(lead=lead) | Q(other=lead)).order_by("pk").values_list("lead", "other")
    return {pk for pair in pairs for pk in pair} - {lead.pk}
