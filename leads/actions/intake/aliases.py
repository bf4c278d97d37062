"""Write by what else leads are known: second names, and values that identify nobody (A3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db.models import Q

from leads.actions.intake.known_people import NewIdentities
from leads.decisions.facts.mailboxes import PLACEHOLDER
from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded
from leads.decisions.identity.matching import IdentityKey
from leads.models import Capture, Identity, Lead, LeadAlias

MAX_LENGTH = 254


class Arrived(Protocol):
    """A capture with its facts, and what it brings for a lead."""

    @property
    def row(self) -> Capture: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def new(self) -> NewIdentities: ...


@dataclass
class AliasBook:
    """Collects the aliases of one run; write() stores them when the leads are stored."""

    noted: list[tuple[Lead, LeadAlias.Kind, str, str, LeadAlias.Why, Capture | None]] = field(default_factory=list)

    def note(self, arrived: Arrived, lead: Lead) -> None:
        """What this arrival says of a lead that does not have these facts yet."""
        facts, row = arrived.facts, arrived.row
        name = f"{facts.first_name} {facts.last_name}".strip()
        if lead.full_name and name and folded(name) != folded(lead.full_name):
            self.noted.append((lead, LeadAlias.Kind.NAME, name, "", LeadAlias.Why.NAME, row))
        for key, why in arrived.new.other:
            self.noted.append((lead, LeadAlias.Kind(key.kind), key.value, key.system, why, row))
        for problem in facts.problems:
            if problem.code == PLACEHOLDER:
                self.noted += [
                    (lead, LeadAlias.Kind.EMAIL, each, "", LeadAlias.Why.PLACEHOLDER, row)
                    for each in problem.value.split(", ")
                ]

    def write(self, *, at: datetime) -> None:
        rows = [
            LeadAlias(
                lead=lead,
                kind=kind,
                value=value[:MAX_LENGTH],
                folded=(folded(value) if kind == LeadAlias.Kind.NAME else value.casefold())[:MAX_LENGTH],
                system=system,
                why=why,
                first_seen_at=at,
                capture=capture,
            )
            for lead, kind, value, system, why, capture in self.noted
        ]
        rows.sort(key=lambda each: (each.lead_id, each.kind, each.value, each.system))
        LeadAlias.objects.bulk_create(rows, ignore_conflicts=True)


def stop_joining(keys: Iterable[IdentityKey], *, at: datetime) -> None:
    """These belong to too many people: the leads that had them keep them as aliases. The caller has locked the
    leads."""
    same, values = Q(pk__in=[]), Q(pk__in=[])
    for key in keys:
        same |= Q(kind=key.kind, value=key.value, system=key.system)
        values |= Q(kind=key.kind, folded=key.value.casefold(), value=key.value, system=key.system)
    rows = list(Identity.objects.filter(same).select_related("lead").order_by("pk"))
    LeadAlias.objects.filter(values).update(why=LeadAlias.Why.SHARED)
    book = AliasBook(
        [(row.lead, LeadAlias.Kind(row.kind), row.value, row.system, LeadAlias.Why.SHARED, None) for row in rows]
    )
    book.write(at=at)
    Identity.objects.filter(pk__in=[row.pk for row in rows]).delete()


def take_systems(adopted: Mapping[IdentityKey, IdentityKey]) -> None:
    """Ids without a system, of an earlier release or typed by hand, are those of a system from now on."""
    by_system: dict[str, list[str]] = {}
    for bare, key in adopted.items():
        by_system.setdefault(key.system, []).append(bare.value)
    for system, values in sorted(by_system.items()):
        Identity.objects.filter(kind=LeadAlias.Kind.EXTERNAL_ID, value__in=values, system="").update(system=system)
