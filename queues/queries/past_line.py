"""A queue as it stood at a past moment, in its order, by the decision that makes the order of now (K3, B8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Subquery

from leads.decisions.conditions.parsing import ConditionRefused, parse
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from leads.queries.own_fields import OwnFields
from queues.decisions.ordering import Bands, Order, Position, WaitingLead, base_keys, ranked
from queues.decisions.past_line import KINDS, QUEUED, Event, LeadThen, lead_then, was_front
from queues.decisions.placement import Tier, tier_for
from queues.models import Entry, PriorityTier, Queue
from queues.queries.stays import in_chunks, present

MOST = 10_000  # leads of a line that is put in order again
SETTLING = timedelta(minutes=10)  # after a change of its order a queue is sorted again in the background
NUMBERS = {"company_size", "engagement"}
TEXTS = {"title", "industry", "country", "city", "company_name", "company_domain", "lead_type"}


class NotYet(Exception):
    """The queue did not exist then."""


@dataclass(frozen=True, slots=True)
class SettingsThen:
    """What orders a queue, as it was. `is_known`: its history reaches back so far. `is_changed`: it was
    ordered in another way since. `settled_at`: when its order had been changed, if that was just before."""

    order: str
    hot_score: int
    bands: Bands
    is_known: bool = True
    is_changed: bool = False
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastPlace:
    """One lead in its place; `is_sure`: no record is missing of what its place depends on."""

    number: int
    entry: Entry
    score: int
    tier: str
    reason: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class PastLine:
    """All places. `is_too_long`: more waited than are put in order, so there are none. `tiers_changed`: tiers are other
    ones by now."""

    settings: SettingsThen
    depth: int
    places: list[PastPlace] = field(default_factory=list)
    is_too_long: bool = False
    tiers_changed: bool = False


def line_at(queue: Queue, *, at: datetime) -> PastLine:
    """Some ten statements, however long the history is. Raises NotYet."""
    settings = settings_at(queue, at=at)
    entries = present(queue, at=at, limit=MOST)
    if len(entries) > MOST:
        return PastLine(settings, depth=len(entries), is_too_long=True)
    tiers, changed = _tiers_at(at) if settings.order == Order.PRIORITY else ([], False)
    names = {tier.position: tier.name for tier in tiers}
    events = _events([entry.lead_id for entry in entries])
    leads = _leads(entries, with_facts=settings.order == Order.PRIORITY)
    then = {entry.pk: lead_then(leads[entry.lead_id].score, events[entry.lead_id], at=at) for entry in entries}
    line = [_waiting(entry, then[entry.pk], leads, events, settings, tiers, changed, at=at) for entry in entries]
    by_id = {entry.pk: (entry, tier) for (entry, tier, _waits) in line}
    order = ranked([waits for _entry, _tier, waits in line], order_name=settings.order, bands=settings.bands, at=at)
    places = [_place(position, *by_id[position.entry.id], then, names, settings) for position in order]
    return PastLine(settings, len(places), places, tiers_changed=changed)


def with_details(places: Sequence[PastPlace]) -> None:
    """Read what a page shows of the leads of these places, and who took them; one query."""
    entries = {place.entry.pk: place.entry for place in places}
    rows = Entry.objects.filter(pk__in=entries).select_related("lead__source", "lead__account", "assignment__holder")
    for row in rows.order_by("pk"):
        entries[row.pk].lead, entries[row.pk].assignment = row.lead, row.assignment


def changes_around(queue: Queue, *, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When a lead last entered or left before this moment, and when the next one did behind it; one query of four
    looks into indexes."""
    rows = Entry.objects.filter(queue=queue).order_by()

    def nearest(name: str, *, is_before: bool) -> Subquery:
        side = {f"{name}__lt": at} if is_before else {f"{name}__gt": at}
        return Subquery(rows.filter(**side).order_by(f"-{name}" if is_before else name).values(name)[:1])

    found = Queue.objects.filter(pk=queue.pk).values_list(
        nearest("entered_at", is_before=True),
        nearest("left_at", is_before=True),
        nearest("entered_at", is_before=False),
        nearest("left_at", is_before=False),
    )
    in_before, out_before, in_after, out_after = found[0]
    before, after = [each for each in (in_before, out_before) if each], [each for each in (in_after, out_after) if each]
    return max(before, default=None), min(after, default=None)


def settings_at(queue: Queue, *, at: datetime) -> SettingsThen:
    """The version of its settings that was in force. Raises NotYet if there was none and nobody had entered either."""
    versions = list(queue.history.filter(history_date__lte=at).order_by("-history_date", "-history_id")[:2])
    if not versions:
        if not Entry.objects.filter(queue=queue, entered_at__lte=at).exists():
            raise NotYet
        first = queue.history.order_by("history_date", "history_id").first()
        return replace(_settings(first or queue), is_known=False)
    newest, changed_at = _settings(versions[0]), versions[0].history_date
    is_fresh = at - changed_at <= SETTLING and len(versions) == 2 and _settings(versions[1]) != newest
    later = queue.history.filter(history_date__gt=at).exclude(order=newest.order, hot_score=newest.hot_score)
    return replace(newest, is_changed=later.exists(), settled_at=changed_at if is_fresh else None)


def _settings(row: Queue) -> SettingsThen:
    bands = Bands(
        first_after=timedelta(hours=row.first_band_hours),
        first_percent=row.first_band_percent,
        second_after=timedelta(hours=row.second_band_hours),
        second_percent=row.second_band_percent,
    )
    return SettingsThen(row.order, row.hot_score, bands)


def _tiers_at(at: datetime) -> tuple[list[Tier], bool]:
    """The tiers of then, and whether they have changed since."""
    history = PriorityTier.history
    changed = history.filter(history_date__gt=at).exists()
    rows = list(history.as_of(at).order_by("position", "id")) if changed else []
    rows = rows or list(PriorityTier.objects.order_by("position", "pk"))
    own = OwnFields()
    try:
        tiers = [Tier(position=row.position, name=row.name, conditions=parse(row.conditions, own)) for row in rows]
        return tiers, changed
    except ConditionRefused:
        return [], True


def _leads(entries: Sequence[Entry], *, with_facts: bool) -> dict[int, Lead]:
    rows = Lead.objects.select_related("source", "account") if with_facts else Lead.objects.only("pk", "score")
    found: dict[int, Lead] = {}
    for ids in in_chunks([entry.lead_id for entry in entries]):
        found |= {lead.pk: lead for lead in rows.filter(pk__in=ids).order_by("pk")}
    return found


def _events(lead_ids: Sequence[int]) -> Mapping[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for ids in in_chunks(lead_ids):
        rows = Activity.objects.filter(lead__in=ids, kind__in=KINDS).order_by("pk")
        for lead_id, kind, at, details in rows.values_list("lead", "kind", "at", "details"):
            found[lead_id].append(Event(kind, at, details or {}))
    return found


def _waiting(
    entry: Entry,
    then: LeadThen,
    leads: Mapping[int, Lead],
    events: Mapping[int, Sequence[Event]],
    settings: SettingsThen,
    tiers: Sequence[Tier],
    tiers_changed: bool,
    *,
    at: datetime,
) -> tuple[Entry, int, WaitingLead]:
    """The entry, its tier then, and what the order needs of it. Where nothing has changed while it waited, its keys are
    still those of then."""
    happened = events[entry.lead_id]
    is_front = was_front(entry.is_front, happened, entry_id=entry.pk, entered_at=entry.entered_at, at=at)
    is_stable = not (settings.is_changed or tiers_changed or is_front != entry.is_front)
    if is_stable and not any(_changes(event, entry, at) for event in happened):
        keys = (entry.key1, entry.key2, entry.key3)
        return entry, entry.tier, WaitingLead(id=entry.pk, keys=keys, since_at=entry.since_at)
    tier, deal_size = entry.tier, None
    if settings.order == Order.PRIORITY:
        past = _lead_of_then(leads[entry.lead_id], then)
        tier, deal_size = tier_for(rule_facts([past])[past.pk], tiers) if tiers else 0, past.deal_size
    keys = base_keys(
        settings.order,
        tier=tier,
        score=then.score,
        deal_size=deal_size,
        hot_score=settings.hot_score,
        is_front=is_front,
    )
    return entry, tier, WaitingLead(id=entry.pk, keys=keys, since_at=entry.since_at)


def _changes(event: Event, entry: Entry, at: datetime) -> bool:
    """Whether it may have given the entry other keys than it had at this moment."""
    return event.kind != QUEUED and at < event.at and (entry.left_at is None or event.at <= entry.left_at)


def _lead_of_then(lead: Lead, then: LeadThen) -> Lead:
    """With the fields that corrections changed since; a relation is kept by name only, and stays as it is."""
    past = copy(lead)
    past.score = then.score
    for name, value in then.fields.items():
        if name in NUMBERS:
            setattr(past, name, value)
        elif name in TEXTS:
            setattr(past, name, value or "")
        elif name == "deal_size":
            past.deal_size = _decimal(value)
    return past


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:  # "None"
        return None


def _place(
    position: Position,
    entry: Entry,
    tier: int,
    then: Mapping[int, LeadThen],
    names: Mapping[int, str],
    settings: SettingsThen,
) -> PastPlace:
    found = then[entry.pk]
    is_sure = found.is_sure or settings.order != Order.PRIORITY
    return PastPlace(position.number, entry, found.score, names.get(tier, ""), position.reason, is_sure)
