"""Read captures and imports: where leads went, previews of files, the rows of a result, answers to programs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from config.company import company_zone
from leads.decisions.csv.file import CsvShape, Row, read_rows
from leads.decisions.csv.mapping import raw_of_row
from leads.decisions.facts.date_orders import orders_of
from leads.decisions.facts.fields import FIELDS
from leads.decisions.facts.keys import MAX_NAME_LENGTH, read_keys
from leads.decisions.facts.normalisation import Facts, is_usable, normalise
from leads.decisions.facts.title_zones import zone_of
from leads.decisions.own_fields.reading import OwnReader
from leads.models import Activity, ApiKey, Capture, Lead, Upload
from leads.queries.own_fields import own_reader

UNDOABLE_FOR = timedelta(hours=24)
ENDED = (Upload.State.DONE, Upload.State.CANCELLED, Upload.State.FAILED)


class DestinationKind(StrEnum):
    """Where rules can send a lead. Stored in Upload.went."""

    QUEUE = "queue"
    REVIEW = "review"
    NURTURE = "nurture"
    CLOSED = "closed"


DESTINATIONS: Mapping[str, DestinationKind] = {
    Activity.Kind.QUEUED: DestinationKind.QUEUE,
    Activity.Kind.REVIEW: DestinationKind.REVIEW,
    Activity.Kind.NURTURED: DestinationKind.NURTURE,
    Activity.Kind.CLOSED: DestinationKind.CLOSED,
}


@dataclass(frozen=True)
class Destination:
    """Where a lead was sent last, with the name of the queue, or the reasons for the other kinds."""

    kind: DestinationKind
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowPreview:
    """What a row of a file would become."""

    row: Row
    facts: Facts | None
    is_usable: bool


@dataclass(frozen=True)
class RowPage:
    """A page of rows of an import, and the lines at which the pages before and after it begin (None if there is
    none)."""

    rows: list[Capture] = field(default_factory=list)
    before: int | None = None
    behind: int | None = None


def destinations_of(lead_ids: Iterable[int]) -> dict[int, Destination]:
    """Where each lead was sent last, from its timeline. This app knows nothing else of queues."""
    activities = (
        Activity.objects.filter(lead__in=list(lead_ids), kind__in=list(DESTINATIONS))
        .order_by("pk")
        .values_list("lead", "kind", "details")
    )
    return {lead: Destination(DESTINATIONS[kind], _names(kind, details)) for lead, kind, details in activities}


def api_answers(captures: Sequence[Capture]) -> dict[int, dict]:
    """The answers to a program by capture: the lead, its stage, and where it is."""
    leads = Lead.objects.in_bulk([capture.lead_id for capture in captures if capture.lead_id])
    destinations, own = destinations_of(leads), _made_by_senders(captures, leads)
    is_asked = any(capture.raw.keys() - set(FIELDS) for capture in captures)
    fields = own_reader(company_zone()) if is_asked else None
    return {
        capture.pk: _answer(capture, fields) | _where_it_is(leads.get(capture.lead_id), destinations, own)
        for capture in captures
    }


def leads_of_key(key: ApiKey) -> QuerySet[Lead]:
    """The leads that came in with this API key, and the leads that those were merged into."""
    mine = Capture.objects.filter(api_key=key)
    return Lead.objects.filter(
        Exists(mine.filter(lead=OuterRef("pk"))) | Exists(mine.filter(lead__merged_into=OuterRef("pk")))
    )


def lead_status(lead: Lead, *, api_key: ApiKey) -> dict:
    """Where one lead is, as far as this key may know."""
    is_own = Capture.objects.filter(lead=lead, api_key=api_key, state=Capture.State.MADE).exists()
    return _status(lead, destinations_of([lead.pk]).get(lead.pk), is_own=is_own)


def preview_rows(
    stream: BinaryIO,
    shape: CsvShape,
    mapping: Mapping[int, str],
    defaults: Mapping[str, str],
    reading: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[RowPreview]:
    """What the rows would become, one by one. Nothing is written."""
    for row in read_rows(stream, shape):
        facts = _facts(row, shape, mapping, defaults, reading) if row.problem is None else None
        yield RowPreview(row, facts, is_usable=facts is not None and is_usable(facts))


def is_young_enough(upload: Upload, *, at: datetime) -> bool:
    """Whether a whole import can still be undone: it has ended, within 24 hours (A9)."""
    return upload.state in ENDED and upload.finished_at is not None and at - upload.finished_at < UNDOABLE_FOR


def imports() -> QuerySet[Upload]:
    return Upload.objects.select_related("created_by").order_by("-created_at", "-pk")


def earlier_import(upload: Upload) -> Upload | None:
    """The last started import of exactly the same file."""
    same = Upload.objects.filter(digest=upload.digest).exclude(pk=upload.pk).exclude(state=Upload.State.MAPPING)
    return same.select_related("created_by").order_by("-created_at", "-pk").first()


def row_page(upload: Upload, *, state: str, start: int, limit: int) -> RowPage:
    """A page of rows with this outcome ("" for all) from this line on. It costs the same anywhere in the file."""
    captures = Capture.objects.filter(upload=upload)
    if state == "flawed":
        captures = captures.exclude(problems=[])
    elif state:
        captures = captures.filter(state=state)
    page = list(captures.filter(line__gte=start).select_related("lead").order_by("line", "pk")[: limit + 1])
    before = list(captures.filter(line__lt=start).order_by("-line", "-pk").values_list("line", flat=True)[:limit])
    return RowPage(page[:limit], before[-1] if before else None, page[limit].line if len(page) > limit else None)


def flawed_rows(upload: Upload) -> Iterator[Capture]:
    """Every row that was refused or lost a value, in the order of the file, read in pieces."""
    flawed = Capture.objects.filter(upload=upload).exclude(problems=[]).order_by("line", "pk")
    return flawed.iterator(chunk_size=1000)


def _made_by_senders(captures: Sequence[Capture], leads: Iterable[int]) -> set[int]:
    """The leads that the key of these captures made. A program that sends a known address must not learn from
    it what others know: in which queue that person waits, whether a deal was lost (C9)."""
    keys = {capture.api_key_id for capture in captures}
    made = Capture.objects.filter(lead__in=list(leads), api_key__in=keys, state=Capture.State.MADE)
    return set(made.values_list("lead", flat=True))


def _answer(capture: Capture, fields: OwnReader | None) -> dict:
    keys = read_keys(capture.raw, fields.feeds) if fields else read_keys(capture.raw)
    problems = [_problem(problem, keys.sent_as) for problem in capture.problems]
    refused = [key for key in keys.unread if fields and fields.is_refused(key, capture.raw.get(key))]
    problems += [{"field": key, "problem": "invalid"} for key in refused]
    unread = [key for key in keys.unread if key in refused or not (fields and fields.feeds(key))]
    state = "joined" if capture.state == Capture.State.MERGED else capture.state
    return {"state": state, "problems": problems, "kept_as_extra": unread}


def _where_it_is(lead: Lead | None, destinations: Mapping[int, Destination], own: Collection[int]) -> dict:
    return {} if lead is None else _status(lead, destinations.get(lead.pk), is_own=lead.pk in own)


def _problem(problem: Mapping[str, str], sent_as: Mapping[str, str]) -> dict[str, str]:
    """The field and the code, and the key that the program used if it is not the name of the field."""
    field = problem["field"]
    named = {"sent_as": sent_as[field][:MAX_NAME_LENGTH]} if field in sent_as else {}
    return {"field": field, "problem": problem["code"]} | named


def _status(lead: Lead, destination: Destination | None, *, is_own: bool) -> dict:
    if not is_own:
        return {"id": lead.pk, "where": {"kind": "known"}}
    return {"id": lead.pk, "stage": lead.stage, "where": _where(lead, destination)}


def _where(lead: Lead, destination: Destination | None) -> dict:
    """A queue by its name, the review desk with its reasons, a merged lead with the one it lives on in; anywhere else
    the stage says it."""
    if lead.stage == Lead.Stage.WAITING and destination and destination.kind == DestinationKind.QUEUE:
        return {"kind": "queue", "queue": destination.names[0]}
    if lead.stage == Lead.Stage.REVIEW and destination and destination.kind == DestinationKind.REVIEW:
        return {"kind": "review", "reasons": list(destination.names)}
    if lead.merged_into_id:
        return {"kind": "merged", "lead": lead.merged_into_id}
    return {"kind": lead.stage}


def _facts(
    row: Row,
    shape: CsvShape,
    mapping: Mapping[int, str],
    defaults: Mapping[str, str],
    reading: Mapping[str, object],
) -> Facts:
    raw = {key: value for key, value in raw_of_row(row, mapping, shape.header).items() if value.strip()}
    filled = {name: value for name, value in defaults.items() if value}
    return normalise(
        {**filled, **raw},
        default_region=settings.ALUR_REGION,
        tz=zone_of(reading, company_zone()),
        dates=orders_of(reading),
    )


def _names(kind: str, details: Mapping[str, object]) -> tuple[str, ...]:
    if kind == Activity.Kind.QUEUED:
        return (str(details.get("queue", "")),)
    reasons = details.get("reasons")
    return tuple(str(reason) for reason in reasons) if isinstance(reasons, Sequence) else ()
