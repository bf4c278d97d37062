"""Take in what a poll has found: known records meet their leads, new and changed ones are captured (I4, A3, A8)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from django.db import IntegrityError, OperationalError, connection, transaction

from config.bulk_insert import bulk_insert
from config.bulk_update import bulk_update
from config.reach.crm.records import CrmRecord
from config.sqlite.writer_line import WaitedTooLong
from leads.actions.intake.capture import capture_leads
from leads.models import Capture, Lead
from queues.actions.crm.meeting import MAX_OWNER, MAX_STATUS, meet, meeting_link
from queues.decisions.crm.facts import raw_of
from queues.decisions.crm.meeting import digest
from queues.decisions.crm.sorting import Found, Sorted, Way, sort_record
from queues.models import Connection, CrmLeft, CrmLink, RemotePerson
from queues.queries.crm.people import people_by_id, who_can_hold
from queues.queries.crm.records import own_numbers, seen_records
from routing.actions.assignment import AssignmentRequest, assign_many
from routing.models import Assignment

MAX_TRIES = 3
MADE, JOINED, UPDATED, MET = "made", "joined", "updated", "met"


@dataclass
class _Batch:
    """Some records, and who owns them."""

    connection: Connection
    records: Sequence[CrmRecord]
    at: datetime
    people: Mapping[str, RemotePerson] = field(default_factory=dict)

    def digest(self, record: CrmRecord) -> str:
        return digest(record.values, self.connection.field_map.values())


def take_records(crm: Connection, records: Sequence[CrmRecord], *, at: datetime) -> Counter[str]:
    """How many were made, joined, updated, met, known, left and skipped. Those that come twice, or again, change
    nothing. The capture and the link of a new one are written together, so that a process that dies in between takes it
    once."""
    people = people_by_id(crm, {record.owner for record in records})
    once = list({record.id: record for record in records}.values())
    gone, there = [each for each in once if _has_fate(each)], [each for each in once if not _has_fate(each)]
    counts: Counter[str] = Counter()
    for some in (gone, there):  # a merged record hands its lead to one that is there
        counts += _take(_Batch(crm, some, at, people)) if some else Counter()
        while some is gone and gone and (met := _take(_Batch(crm, gone, at, people))[MET]):
            counts[MET] += met  # a lead came to a record that is gone as well
    return counts


def _take(batch: _Batch) -> Counter[str]:
    seen, sorted_ = _sort(batch)
    counts = Counter(each.way.value for each in sorted_.values() if each.way not in (Way.NEW, Way.CHANGED))
    _leave(batch, [record for record in batch.records if sorted_[record.id].way == Way.LEFT])
    for record in batch.records:
        if sorted_[record.id].meets:
            counts[MET] += _meet(seen[record.id][0], record, at=batch.at)
    bringing = [record for record in batch.records if sorted_[record.id].brings]
    return counts + _take_in(replace(batch, records=bringing)) if bringing else counts


def would_come(crm: Connection, records: Sequence[CrmRecord], *, at: datetime) -> dict[str, Way]:
    """What take_records() would do with each of these, by its id. Nothing is written."""
    batch = _Batch(crm, records, at, people_by_id(crm, {record.owner for record in records}))
    return {remote_id: each.way for remote_id, each in _sort(batch)[1].items()}


def _has_fate(record: CrmRecord) -> bool:
    return bool(record.is_gone or record.merged_into or record.converted_to)


def _sort(batch: _Batch) -> tuple[dict, dict[str, Sorted]]:
    seen = seen_records(batch.connection, [record.id for record in batch.records])
    sorted_ = {}
    for record in batch.records:
        owner = batch.people.get(record.owner)
        sorted_[record.id] = sort_record(
            Found(
                record.owner[:MAX_OWNER],
                record.status[:MAX_STATUS],
                batch.digest(record),
                record.changed_at,
                _has_fate(record),
            ),
            seen[record.id][1] if record.id in seen else None,
            takes_in=batch.connection.takes_in,
            closing=batch.connection.closing_map,
            is_left=owner is not None and owner.how == RemotePerson.How.BY_HAND and owner.user_id is None,
        )
    return seen, sorted_


def _leave(batch: _Batch, records: Sequence[CrmRecord]) -> None:
    """They come in when somebody says who their owners are here."""
    rows = [CrmLeft(connection=batch.connection, remote_id=each.id, owner=each.owner[:MAX_OWNER]) for each in records]
    if rows:
        key = ["connection", "remote_id"]
        CrmLeft.objects.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=["owner"])


@transaction.atomic
def _meet(pk: int, record: CrmRecord, *, at: datetime) -> int:
    link = meeting_link(pk)
    return bool(link is not None and meet(link, record, at=at).codes)


def _take_in(batch: _Batch) -> Counter[str]:
    """Together; where a capture or another process was faster with one of them, the others are looked at again. Where
    many come from two sides at once, each try may end in another deadlock: then by halves, which lock less."""
    for number in range(MAX_TRIES):
        try:
            return _take_together(batch)
        except WaitedTooLong:
            raise
        except (IntegrityError, OperationalError):
            is_last = number == MAX_TRIES - 1 and len(batch.records) == 1
            if is_last or connection.in_atomic_block:
                raise
    half = len(batch.records) // 2
    first, second = batch.records[:half], batch.records[half:]
    return _take_in(replace(batch, records=first)) + _take_in(replace(batch, records=second))


@transaction.atomic
def _take_together(batch: _Batch) -> Counter[str]:
    crm, at = batch.connection, batch.at
    wanted = [record.id for record in batch.records]
    rows = CrmLink.objects.select_for_update(of=("self",), no_key=True).filter(connection=crm, remote_id__in=wanted)
    links = {link.remote_id: link for link in rows.order_by("pk")}
    numbers = own_numbers() if any(name.startswith("own_") for name in crm.field_map) else set()
    fresh = [each for each in batch.records if each.id not in links or _is_news(links[each.id], batch.digest(each))]
    captures = capture_leads(
        [
            raw_of(each.id, each.values, crm.field_map, source=crm.name, made_at=_made(each, at), numbers=numbers)
            for each in fresh
        ],
        channel=Capture.Channel.CRM,
        at=at,
        system=crm.system,
        given=partial(_give_to_owners, batch) if crm.owner_policy == Connection.Policy.CRM else None,
    )
    pairs = [(each, row) for each, row in zip(fresh, captures, strict=True) if row.lead is not None]
    changed = [(links[each.id], each) for each, _row in pairs if each.id in links]
    for link, record in changed:
        link.seen_digest = batch.digest(record)
    bulk_update(CrmLink, [link for link, _record in changed], ["seen_digest"])
    made = [(each, row) for each, row in pairs if each.id not in links]
    _link(batch, made)
    joined = sum(row.state != Capture.State.MADE for _record, row in made)
    return Counter({MADE: len(made) - joined, JOINED: joined, UPDATED: len(changed)})


def _is_news(link: CrmLink, digest: str) -> bool:
    """Since it was sorted, another process may have taken it, or a person have erased it."""
    return link.seen_digest != digest and link.gone != CrmLink.Gone.ERASED


def _link(batch: _Batch, made: Sequence[tuple[CrmRecord, Capture]]) -> None:
    """A record that joined a lead meets it at once: somebody may hold it here, and own it there."""
    links = bulk_insert(
        CrmLink,
        [
            CrmLink(
                connection=batch.connection,
                lead=row.lead,
                remote_id=record.id,
                made_at=batch.at,
                seen_digest=batch.digest(record),
                seen_owner=record.owner[:MAX_OWNER] if row.state == Capture.State.MADE else "",
                seen_status=record.status[:MAX_STATUS],
                seen_at=record.changed_at,
            )
            for record, row in made
        ],
    )
    for link, (record, row) in zip(links, made, strict=True):
        if row.state != Capture.State.MADE and record.owner:
            meet(link, record, at=batch.at)


def _give_to_owners(batch: _Batch, captures: Sequence[Capture]) -> Collection[Lead]:
    """New leads go to their owners over there, before any queue has them; those in doubt wait for a person first. No
    turn is charged (F6c)."""
    owners = {record.id: record.owner for record in batch.records}
    users = {owner: person.user_id for owner, person in batch.people.items() if person.user_id is not None}
    able = who_can_hold(set(users.values()))
    requests = []
    for row in captures:
        user_id = users.get(owners.get(str(row.raw["external_id"]), ""))
        if user_id in able and row.lead is not None and row.lead.resembles_id is None:
            why = {"crm": batch.connection.kind, "connection": batch.connection.name}
            receipt = {"kind": "crm", "how": Assignment.How.CRM, **why}
            requests.append(AssignmentRequest(row.lead, user_id, Assignment.How.CRM, receipt=receipt, why=why))
    if requests:
        assign_many(requests, by=None, at=batch.at)
    return [request.lead for request in requests]


def _made(record: CrmRecord, at: datetime) -> datetime | None:
    """Its age counts from then; a clock over there that is ahead makes no lead of the future."""
    return record.created_at if record.created_at is not None and record.created_at <= at else None
