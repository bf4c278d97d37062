"""Decide what the rows of a file would become, without writing: the resolver of the intake on rows that are not stored
(A9)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.actions.imports.earlier_rows import FIRST_ID, KeptRows
from leads.actions.imports.run import raw_rows
from leads.actions.intake.capture import captures_of
from leads.actions.intake.resolution import CaptureResolver
from leads.decisions.csv.file import Row
from leads.decisions.identity.matching import IdentityKey, KnownLead
from leads.decisions.source_words import source_key
from leads.models import Capture, Lead, LeadAlias, Source, Upload


@dataclass(frozen=True)
class Rehearsed:
    """What some rows would become. `opened` are leads that would need a place; `made` are the ids of new ones."""

    captures: Sequence[Capture]
    opened: Sequence[Lead]
    made: frozenset[int]
    resolver: CaptureResolver

    @property
    def new_words(self) -> list[tuple[str, str]]:
        """Words for sources that no source has as its key, by row: the key, and as it is written."""
        words = ((source_key(facts.source), facts.source) for _row, facts in self.resolver.facts)
        return [(key, word) for key, word in words if key in self.resolver.new_words]

    @property
    def joined_here(self) -> int:
        """How many rows join a lead that is here before the import."""
        return sum(1 for match in self.resolver.matched if match.lead.pk <= FIRST_ID)


def rehearse(
    upload: Upload, chunk: Sequence[Row], earlier: KeptRows, *, sources: Mapping[str, Source], at: datetime
) -> Rehearsed:
    """What these rows would become after the `earlier` ones. Reads the database, writes nothing."""
    captures = captures_of(raw_rows(upload, chunk), upload=upload, at=at)
    resolver = CaptureResolver(
        at=at,
        by=upload.created_by,
        defaults=upload.defaults,
        reading=upload.reading,
        earlier=earlier,
        chosen_sources=sources,
    )
    resolver.decide([capture for capture in captures if capture.state == Capture.State.RECEIVED])

    def known_as(*, keys: Iterable[str], domains: Iterable[str]) -> Mapping[str, Sequence[KnownLead]]:
        earlier.keep([lead for lead, _row in resolver.created], {}, ())  # they would be stored by now
        return earlier.known_as(keys=keys, domains=domains)

    resolver.rehearse(_numbers(earlier), known_as)
    return Rehearsed(captures, resolver.opened, frozenset(lead.pk for lead, _row in resolver.created), resolver)


def remember(rehearsed: Rehearsed, earlier: KeptRows) -> None:
    """So that later rows find these leads; call it when each has the stage that it would have."""
    resolver, known = rehearsed.resolver, rehearsed.resolver.known
    keys = {key: lead.pk for key, lead in resolver.leads.items() if lead.pk in rehearsed.made}
    keys |= {key: match.lead.pk for match in resolver.matched for key in match.new_keys}
    prints = {row.fingerprint for row in resolver.captures if row.state != Capture.State.REFUSED}
    leads = [*(lead for lead, _row in resolver.created), *resolver.changed]
    earlier.keep(leads, keys, prints)
    brought = [*(lead for lead, _row in resolver.created), *(match.lead for match in resolver.matched)]
    earlier.keep_people({lead.pk: known.person(lead) for lead in brought})
    noted = resolver.aliases.noted
    earlier.keep_aliases(
        (IdentityKey(kind, value, system), why, lead.pk)
        for lead, kind, value, system, why, _row in noted
        if why in (LeadAlias.Why.CLAIMED, LeadAlias.Why.SHARED)
    )
    earlier.stop_joining(known.newly_shared, why=LeadAlias.Why.SHARED)


def _numbers(earlier: KeptRows) -> Iterator[int]:
    while True:
        yield earlier.next_id()
