"""Resolve a list of captures in one transaction: normalise, recognise, create or join leads (A2-A4)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.models import User

from config.bulk_insert import bulk_insert
from config.bulk_update import bulk_update
from config.company import company_zone
from leads.actions.duplicate_detection import DUPLICATE_FIELDS, Candidates, find_resembling
from leads.actions.intake.aliases import AliasBook, stop_joining, take_systems
from leads.actions.intake.earlier import EarlierRows
from leads.actions.intake.known_people import KnownPeople, Recognised, keys_of
from leads.actions.intake.reengagement import (
    CAPTURED_FIELDS,
    MatchedCapture,
    Reengagement,
    extra_of,
    identity_order,
)
from leads.actions.intake.results import write_results
from leads.actions.intake.unidentified import Sender, is_empty, leads_sent_before, sender_and_content
from leads.actions.scoring import compute_score
from leads.actions.search_words import add_words
from leads.decisions.facts.date_orders import orders_of
from leads.decisions.facts.fields import UNIDENTIFIED
from leads.decisions.facts.keys import read_object
from leads.decisions.facts.normalisation import Facts, is_usable, normalise
from leads.decisions.facts.title_zones import zone_of
from leads.decisions.identity.matching import IdentityKey, combined_identity, company_key
from leads.decisions.identity.merging import KNOWN_AS_ANOTHER, SAME_BUT_OTHER
from leads.decisions.own_fields.reading import OwnReader, Value
from leads.decisions.search_words import words_of_facts
from leads.decisions.source_words import source_key
from leads.models import Account, Activity, Capture, Identity, Lead, LeadType, Source, SourceAlias
from leads.queries.leads import active_score_rules, known_by_company
from leads.queries.own_fields import own_reader

NOT_KNOWN = Recognised()


class CaptureResolver:
    """One run over a list of captures: decide() reads and writes nothing, write() makes it so. Afterwards `opened` are
    leads that need a place, `rejoined` leads that came back, `updated` leads whose record in a CRM changed.

    A forecast only decides; its `earlier` holds what the rows before these would have made, and its `chosen_sources`
    what new words for sources will mean.
    """

    def __init__(
        self,
        *,
        at: datetime,
        by: User | None,
        defaults: Mapping[str, object],
        reading: Mapping[str, object],
        earlier: EarlierRows | None = None,
        chosen_sources: Mapping[str, Source] = MappingProxyType({}),
    ) -> None:
        self.at, self.by, self.defaults, self.reading, self.earlier = at, by, dict(defaults), reading, earlier
        self.chosen_sources = chosen_sources
        self.zone, self.opened = company_zone(), list[Lead]()
        self.rejoined: list[Lead] = []
        self.updated: list[Lead] = []
        self.sources: dict[str, Source] = {}
        self.known = KnownPeople(earlier)
        self.leads, self.aliases = self.known.leads, AliasBook()
        self.created: list[tuple[Lead, Capture]] = []
        self.doubtful: dict[int, Lead] = {}  # by id() of a new lead: the strongest of the leads that it may be
        self.captures: list[Capture] = []
        self.own: OwnReader | None = None

    def resolve(self, captures: Sequence[Capture]) -> None:
        """Decide each capture in order and write that. The caller then announces `opened` and `rejoined`, and calls
        record()."""
        self.decide(captures)
        self.write()

    def decide(self, captures: Sequence[Capture]) -> None:
        """Decide each capture, those with an e-mail of their own first, so that the order of rows says nothing about
        who is who. Reads only: leads and sources that it makes are not stored."""
        self.captures = list(captures)
        self.stored = [row for row in captures if not row._state.adding]
        is_program = any(row.channel == Capture.Channel.API for row in captures)  # it names own fields by their keys
        self.own = own_reader(self.zone) if is_program else None
        self.facts = facts = [(row, self.read(row)) for row in captures]
        repeated = self._earlier_fingerprints(captures)
        keys = [self._keys(row, fact) for row, fact in facts]
        self.known.load([(fact, some) for (_row, fact), some in zip(facts, keys, strict=True)])
        self._load_sources([fact for _row, fact in facts])
        domains = {fact.company_domain for _row, fact in facts if fact.company_domain}
        accounts = Account.objects.filter(domain__in=domains).order_by("pk")
        self.accounts = {account.domain: account for account in accounts}
        self.rules = active_score_rules()
        if self.own is None and any(fact.extra for _row, fact in facts):
            self.own = own_reader(self.zone)
        self.matched: list[MatchedCapture] = []
        same = leads_sent_before(row for row, fact in facts if not is_usable(fact) and _has_no_report(row))
        arrivals = zip(facts, keys, strict=True)
        for (row, fact), some in sorted(arrivals, key=lambda each: not each[0][1].email):
            row.problems = [{"field": p.field, "code": p.code, "value": p.value[:200]} for p in fact.problems]
            if not is_usable(fact):
                self._place_unidentified(row, fact, same)
                continue
            found = self.known.recognise(fact, some)
            if found.lead is None:
                self._create(row, fact, some, found)
            elif row.fingerprint in repeated:
                row.lead, row.state = found.lead, Capture.State.UNCHANGED
            else:
                new = self.known.add(found.lead, fact, some)
                self.matched.append(MatchedCapture(row, fact, found.lead, new, self.own_values(row, fact)))
            repeated |= {row.fingerprint} if row.channel == Capture.Channel.CSV else set()

    def _place_unidentified(self, row: Capture, fact: Facts, same: dict[Sender, Lead]) -> None:
        """The report of a file names the row, and the person who sent it reads that. Any other channel has no such
        place, so that a lead carries what came to the review desk (A8)."""
        row.problems.append({"field": "", "code": UNIDENTIFIED, "value": ""})
        sent = sender_and_content(row)
        if not _has_no_report(row) or is_empty(row.raw):
            row.state = Capture.State.REFUSED
        elif sent in same:
            row.lead, row.state = same[sent], Capture.State.UNCHANGED
        else:
            self._create(row, fact)
            same[sent] = self.created[-1][0]

    def write(self) -> None:
        self._make_sources()
        reengagement = Reengagement(at=self.at, by=self.by, rules=self.rules)
        shared = self.known.owners_of_shared()
        reengagement.join(self.matched, also_locks=[lead.pk for lead in shared.values()])
        stop_joining(self.known.newly_shared, at=self.at)
        take_systems(self.known.adopted)
        self._write_created()
        reengagement.write()
        self.aliases.noted += reengagement.aliases.noted
        self.aliases.write(at=self.at)
        self._add_words()
        bulk_insert(Capture, [row for row in self.captures if row._state.adding])
        self.opened += reengagement.reopened
        self.rejoined += reengagement.rejoined
        self.updated += reengagement.updated

    def rehearse(self, numbers: Iterator[int], known_as: Candidates) -> None:
        """What write() would do, with the objects only: new leads get numbers, and nothing is stored."""
        reengagement = Reengagement(at=self.at, by=self.by, rules=self.rules, earlier=self.earlier)
        reengagement.join(self.matched)
        self.aliases.noted += reengagement.aliases.noted
        self.changed = [lead for lead, _names in reengagement.changed.values()]
        leads = [lead for lead, _row in self.created]
        for lead in leads:
            lead.pk = next(numbers)
        self._find_duplicates(leads, known_as)
        self.opened += leads + reengagement.reopened
        self.rejoined += reengagement.rejoined

    def _add_words(self) -> None:
        """Everything that arrived for a lead finds it from now on."""
        news = {Capture.State.MADE, Capture.State.MERGED}
        arrived = ((row.lead_id, fact) for row, fact in self.facts if row.lead_id and row.state in news)
        add_words((lead, word) for lead, fact in arrived for word in words_of_facts(fact))

    def record(self) -> None:
        write_results(self.stored)

    @classmethod
    def source_for(cls, label: str, *, slug: str = "") -> Source:
        slug = slug or source_key(label)
        return Source.objects.get_or_create(slug=slug, defaults={"name": label.strip()[:80] or "Unknown"})[0]

    def own_values(self, row: Capture, fact: Facts) -> dict[str, Value]:
        """The values of own fields in the columns that Alur does not know (A9)."""
        return self.own.values(fact.extra, row.raw) if self.own is not None else {}

    def read(self, row: Capture) -> Facts:
        """What this capture says."""
        where = {"default_region": settings.ALUR_REGION, "tz": zone_of(self.reading, self.zone)}
        if row.channel == Capture.Channel.API:
            return read_object(row.raw, **where, is_own=self.own.feeds if self.own else lambda key: False)
        kept = {key: value for key, value in row.raw.items() if str(value).strip()}
        return normalise({**self.defaults, **kept}, **where, dates=orders_of(self.reading))

    def _earlier_fingerprints(self, captures: Sequence[Capture]) -> set[str]:
        """Fingerprints of rows that came in an earlier file, word for word: they add nothing (A3)."""
        prints = {row.fingerprint for row in captures if row.channel == Capture.Channel.CSV}
        if not prints:
            return set()
        before = Capture.objects.filter(fingerprint__in=prints, channel=Capture.Channel.CSV, lead__isnull=False)
        counts = before.exclude(state__in=[Capture.State.RECEIVED, Capture.State.UNDONE])
        known = set(counts.values_list("fingerprint", flat=True))
        return known | self.earlier.fingerprints(prints) if self.earlier else known

    def _keys(self, row: Capture, fact: Facts) -> tuple[IdentityKey, ...]:
        system = row.own_system if fact.external_id else ""
        return keys_of(fact, reading=self.reading, api_system=system)

    def _load_sources(self, facts: Sequence[Facts]) -> None:
        labels = {source_key(fact.source): fact.source or "Unknown" for fact in facts}
        self.sources = {source.slug: source for source in Source.objects.filter(slug__in=labels).order_by("pk")}
        self.new_words = new = labels.keys() - self.sources.keys()
        if new:
            aliases = SourceAlias.objects.filter(slug__in=new).select_related("source").order_by("pk")
            self.sources |= {alias.slug: alias.source for alias in aliases}
            self.sources |= {slug: self.chosen_sources[slug] for slug in new if slug in self.chosen_sources}
        for slug in labels.keys() - self.sources.keys():
            self.sources[slug] = Source(slug=slug, name=labels[slug].strip()[:80] or "Unknown")

    def _make_sources(self) -> None:
        new = {slug: source for slug, source in self.sources.items() if source.pk is None}
        self.sources |= {slug: self.source_for(source.name, slug=slug) for slug, source in sorted(new.items())}
        for lead, _row in self.created:
            if lead.source.pk is None:
                lead.source = self.sources[lead.source.slug]

    def _create(
        self, row: Capture, fact: Facts, keys: Sequence[IdentityKey] = (), found: Recognised = NOT_KNOWN
    ) -> None:
        """Create a lead. If its identities are of different leads, or it has one of another person, it is marked as a
        possible duplicate of that lead until a person decides."""
        source = self.sources[source_key(fact.source)]
        lead = Lead(
            **{name: getattr(fact, name) for name in CAPTURED_FIELDS},
            company_key=company_key(fact.company_name),
            message=fact.message,
            account=self.accounts.get(fact.company_domain),
            source=source,
            lead_type=fact.lead_type or source.lead_type or LeadType.WARM,
            channel=row.channel,
            stage_at=self.at,
            captured_at=fact.captured_at or row.received_at,
            created_at=self.at,
            problems=row.problems,
            extra=extra_of(fact),
            own=self.own_values(row, fact),
            is_complete_by_id=bool(self.reading.get("ids_are_enough")),
        )
        lead.score, lead.score_parts = compute_score(lead, given=fact.score, rules=self.rules)
        lead.problems = [*row.problems, *self._doubts(lead, found)]
        new = self.known.add(lead, fact, keys)
        self.aliases.note(MatchedCapture(row, fact, lead, new), lead)
        self.created.append((lead, row))
        row.lead, row.state = lead, Capture.State.MADE

    def _doubts(self, lead: Lead, found: Recognised) -> list[dict]:
        """Problems that send the lead to the review desk, beside the lead that it may be."""
        if found.several:
            theirs = [key for key in found.several if key in self.leads]
            self.doubtful[id(lead)] = self.leads[theirs[0]]
            self.leads[combined_identity(found.several)] = lead
            return [{"field": key.kind, "code": KNOWN_AS_ANOTHER, "value": ""} for key in theirs]
        if found.beside is None or found.by is None:
            return []
        self.doubtful[id(lead)] = found.beside
        other = " ".join(name for name in ("email", "phone", "name") if getattr(found.against, name))
        return [{"field": found.by.kind, "code": SAME_BUT_OTHER, "value": other}]

    def _write_created(self) -> None:
        if not self.created:
            return
        leads = bulk_insert(Lead, [lead for lead, _row in self.created])
        fresh = {id(lead) for lead in leads}
        bulk_insert(
            Identity,
            [
                Identity(lead=lead, kind=key.kind, value=key.value, system=key.system)
                for key, lead in sorted(self.leads.items(), key=identity_order)
                if id(lead) in fresh
            ],
        )
        bulk_insert(
            Activity,
            [
                Activity(lead=lead, kind=Activity.Kind.CAPTURED, at=self.at, by=self.by, details=_details(row, lead))
                for lead, row in self.created
            ],
        )
        for row in self.captures:
            row.lead = row.lead  # takes over the primary key of a lead that was just created
        bulk_update(Lead, self._find_duplicates(leads), DUPLICATE_FIELDS)
        self.opened += leads

    def _find_duplicates(self, leads: Sequence[Lead], known_as: Candidates = known_by_company) -> list[Lead]:
        """Those that may be leads that are here, which they name now."""
        certain = [lead for lead in leads if id(lead) not in self.doubtful]
        doubtful = [lead for lead in leads if id(lead) in self.doubtful]
        for lead in doubtful:
            lead.resembles, lead.resembles_percent = self.doubtful[id(lead)], 100
        return [*find_resembling(certain, known_as=known_as), *doubtful]


def _has_no_report(row: Capture) -> bool:
    return row.channel != Capture.Channel.CSV


def _details(row: Capture, lead: Lead) -> dict:
    return {"capture": row.pk, "channel": row.channel, "source": lead.source.name, "upload": row.upload_id}
