"""Read who is known by which identities and names (A3)."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from leads.decisions.facts.text import folded
from leads.decisions.identity.matching import IDENTIFYING, IdentityKey
from leads.decisions.identity.recognition import Person
from leads.models import Identity, Lead, LeadAlias

Why = LeadAlias.Why


def owned(keys: Iterable[IdentityKey]) -> list[Identity]:
    """The identities with these values, with their leads; external ids of every system. One query for each kind."""
    wanted: dict[str, set[str]] = {}
    for kind, value, _system in keys:
        wanted.setdefault(kind, set()).add(value)
    found: list[Identity] = []
    for kind, values in wanted.items():
        rows = Identity.objects.filter(kind=kind, value__in=values)
        found += rows.select_related("lead__source").order_by("pk")
    return found


def aliases_by_value(keys: Collection[IdentityKey]) -> list[LeadAlias]:
    """What arrived with these values and joins nobody, or not everybody; one query."""
    values = {key.value.casefold() for key in keys}
    if not values:
        return []
    rows = LeadAlias.objects.filter(folded__in=values, kind__in=IDENTIFYING, why__in=[Why.CLAIMED, Why.SHARED])
    return list(rows.exclude(lead__stage=Lead.Stage.MERGED).select_related("lead__source").order_by("pk"))


def people_of(lead_ids: Collection[int]) -> dict[int, Person]:
    """What has arrived for each of these leads, and for those that were merged into them; three queries."""
    people = {pk: Person() for pk in lead_ids}
    names = Lead.objects.filter(Q(pk__in=people) | Q(merged_into__in=people)).order_by("pk")
    for pk, into, *name in names.values_list("pk", "merged_into", "first_name", "last_name"):
        people[into or pk].names |= {folded(" ".join(name))} - {""}
    contacts = Identity.objects.filter(lead__in=people, kind__in=("email", "phone")).order_by("pk")
    rows = [*contacts.values_list("lead", "kind", "value")]
    rows += LeadAlias.objects.filter(lead__in=people).order_by("pk").values_list("lead", "kind", "folded")
    for pk, kind, value in rows:
        known = people[pk]
        heap = {"name": known.names, "email": known.emails, "phone": known.phones}.get(kind)
        if heap is not None and value:
            heap.add(value)
    return people


def systems_of(lead: Lead) -> set[str]:
    """Whose ids the external ids of this lead are; "" where nobody said, or the lead has none."""
    rows = Identity.objects.filter(lead=lead, kind=Identity.Kind.EXTERNAL_ID).order_by("pk")
    return set(rows.values_list("system", flat=True)) or {""}


def identity_of_another(lead: Lead, kind: str, value: str) -> Identity | None:
    """This identity, if another lead has it; an external id counts within the systems of this lead's own ids."""
    rows = Identity.objects.filter(kind=kind, value=value).exclude(lead=lead)
    if kind == Identity.Kind.EXTERNAL_ID:
        rows = rows.filter(system__in=systems_of(lead))
    return rows.select_related("lead").order_by("pk").first()


def is_shared_value(kind: str, value: str) -> bool:
    """Whether more than two people have this value, so that it identifies nobody."""
    return LeadAlias.objects.filter(folded=value.casefold(), kind=kind, value=value, why=Why.SHARED).exists()
