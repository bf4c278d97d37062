"""Reads merges and look-alikes: what became of a merged lead, who may be the same, who was kept apart (A3)."""

from django.db.models import Q

from leads.decisions.identity.matching import IDENTIFYING
from leads.models import Identity, Lead, Merge, NotDuplicate

MAX_MERGES_SHOWN = 50  # shown of one lead


def current_merges(lead: Lead) -> list[Merge]:
    """What was merged into this lead and not taken back, the newest first."""
    rows = Merge.objects.filter(kept=lead, undone_at__isnull=True).select_related("absorbed", "by")
    return list(rows.order_by("-at", "-pk")[:MAX_MERGES_SHOWN])


def merge_of(absorbed_id: int) -> Merge | None:
    """The merge by which this lead went into another one."""
    rows = Merge.objects.filter(absorbed=absorbed_id, undone_at__isnull=True)
    return rows.select_related("kept", "by").first()


def absorbed_by(lead_id: int) -> list[int]:
    """All leads that live on in this one, directly or through others."""
    return list(Lead.objects.filter(merged_into=lead_id).order_by("pk").values_list("pk", flat=True))


def absorbed_before(lead_id: int) -> set[int]:
    """The leads that this one had absorbed itself, whatever it was merged into later."""
    found: set[int] = set()
    newest = {lead_id}
    while newest:
        rows = Merge.objects.filter(kept__in=newest, undone_at__isnull=True).order_by("pk")
        newest = set(rows.values_list("absorbed", flat=True)) - found
        found |= newest
    return found


def possible_duplicates_of(lead: Lead) -> list[Lead]:
    """Whom a marked lead may be: the one it resembles, then those that are known by an e-mail, phone or external id
    that came with it. A merged one is the lead that it lives on in."""
    if lead.resembles_id is None:
        return []
    ids = [lead.resembles_id, *_owners(lead)]
    rows = Lead.objects.select_related("source", "account", "merged_into__source", "merged_into__account").in_bulk(ids)
    found = [rows[pk].merged_into or rows[pk] for pk in ids if pk in rows]
    return list({other.pk: other for other in found if other.pk != lead.pk}.values())


def _owners(lead: Lead) -> list[int]:
    """The leads that are known by a value of this one, strongest identity first."""
    values = {kind: getattr(lead, kind) for kind in IDENTIFYING if getattr(lead, kind)}
    rows = Identity.objects.filter(value__in=values.values(), kind__in=values).exclude(lead=lead).order_by("pk")
    owners = {(kind, value): pk for kind, value, pk in rows.values_list("kind", "value", "lead")}
    return [owners[pair] for pair in values.items() if pair in owners]


def not_duplicates_of(lead: Lead) -> set[int]:
    """Those of whom somebody said that they are somebody else."""
    pairs = NotDuplicate.objects.filter(Q(lead=lead) | Q(other=lead)).order_by("pk").values_list("lead", "other")
    return {pk for pair in pairs for pk in pair} - {lead.pk}
