"""Capture leads: store what arrived, then resolve it into leads (A1-A4, A8)."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from config.bulk_insert import bulk_insert, reserve_keys
from config.sqlite.writer_line import WaitedTooLong
from leads.actions.intake.resolution import CaptureResolver
from leads.actions.search_words import add_words
from leads.decisions.identity.fingerprint import fingerprint
from leads.decisions.search_words import words_of
from leads.models import Activity, ApiKey, Capture, Lead, SourceSystem, Upload
from leads.signals import Change, lead_changed, lead_opened

log = logging.getLogger(__name__)
MAX_TRIES = 3
MAX_LEFT_OVER = 500  # of one sweep

# Is called with captures that made leads, inside their transaction. Returns the leads that it has given to somebody,
# which therefore need no place.
GivenAtOnce = Callable[[Sequence[Capture]], Collection[Lead]]


@dataclass(frozen=True)
class RawRow:
    """One row of a file as it came: fields by name, its line, and why it is refused, if it is."""

    raw: Mapping[str, object]
    line: int | None = None
    problems: tuple[dict, ...] = field(default=())


def capture_lead(
    raw: Mapping[str, object],
    *,
    channel: str,
    at: datetime,
    by: User | None = None,
    api_key: ApiKey | None = None,
    idempotency_key: str | None = None,
) -> Capture:
    """Store one arrival in its own transaction before anything else happens (A8), then resolve it.

    Raises IntegrityError if this API key used the idempotency key before.
    """
    with transaction.atomic():
        stored = Capture.objects.create(
            channel=channel,
            received_at=at,
            raw=dict(raw),
            fingerprint=fingerprint(raw),
            api_key=api_key,
            idempotency_key=idempotency_key,
        )
    resolve_captures([stored], at=at, by=by)
    return stored


def capture_leads(
    raws: Sequence[Mapping[str, object]],
    *,
    channel: str,
    at: datetime,
    by: User | None = None,
    system: SourceSystem | None = None,
    given: GivenAtOnce | None = None,
) -> list[Capture]:
    """Store several arrivals together before anything else happens (A8), then resolve them together. `system`: whose
    ids they bring. `given` may give new leads to people before they are placed."""
    with transaction.atomic():
        stored = bulk_insert(
            Capture,
            [
                Capture(channel=channel, received_at=at, raw=dict(raw), fingerprint=fingerprint(raw), system=system)
                for raw in raws
            ],
        )
    return resolve_captures(stored, at=at, by=by, given=given)


def store_rows(rows: Iterable[RawRow], *, upload: Upload, at: datetime) -> list[Capture]:
    """Rows of a file as captures, by line. However often the file is read, each line is stored exactly once: those that
    can become leads by resolve_captures(), which must follow in the same transaction."""
    rows = list(rows)
    if not rows:
        return []
    span = (rows[0].line, rows[-1].line)
    before = {row.line: row for row in Capture.objects.filter(upload=upload, line__range=span).order_by("line", "pk")}
    new = captures_of([row for row in rows if row.line not in before], upload=upload, at=at)
    for row, key in zip(new, reserve_keys(Capture, len(new)), strict=True):
        row.pk = key
    bulk_insert(Capture, [row for row in new if row.state != Capture.State.RECEIVED])
    return sorted([*before.values(), *new], key=lambda row: row.line or 0)


def captures_of(rows: Iterable[RawRow], *, upload: Upload, at: datetime) -> list[Capture]:
    """Rows of a file as captures that are not stored."""
    return [
        Capture(
            channel=Capture.Channel.CSV,
            received_at=at,
            raw=dict(row.raw),
            fingerprint=fingerprint(row.raw),
            upload=upload,
            line=row.line,
            state=Capture.State.REFUSED if row.problems else Capture.State.RECEIVED,
            problems=list(row.problems),
        )
        for row in rows
    ]


def resolve_captures(
    captures: Sequence[Capture],
    *,
    at: datetime,
    by: User | None = None,
    defaults: Mapping[str, object] = MappingProxyType({}),
    reading: Mapping[str, object] = MappingProxyType({}),
    given: GivenAtOnce | None = None,
) -> list[Capture]:
    """Create leads from stored captures, or join them to leads that exist. The whole list succeeds or fails
    together; if it fails, each capture is tried by itself, and one that still fails becomes a bare lead on the
    review desk (A8). `reading` says how their texts are meant, as Upload.reading. Inside a transaction of the caller, a
    deadlock is raised as OperationalError."""
    resolver = partial(CaptureResolver, at=at, by=by, defaults=defaults, reading=reading)
    todo = [capture for capture in captures if capture.state == Capture.State.RECEIVED]
    if todo and not _try_to_resolve(todo, resolver, given):
        for row in todo:
            if not _try_to_resolve([row], resolver, given):
                _make_bare_lead(row, at=at)
    return list(captures)


def _try_to_resolve(
    captures: Sequence[Capture], new_resolver: Callable[[], CaptureResolver], given: GivenAtOnce | None
) -> bool:
    """Whether these could be resolved together. If two captures of one person arrive at the same moment, the identity
    constraint stops one of them; its next try finds the lead that the other created."""
    unstored = [row for row in captures if row._state.adding]
    for _try in range(MAX_TRIES):
        try:
            _resolve_in_one_transaction(captures, new_resolver(), given)
            return True
        except IntegrityError:
            _reset(captures, unstored)
        except WaitedTooLong:
            raise  # it waited long enough; what is stored is resolved by the sweep
        except OperationalError:
            if connection.in_atomic_block:
                raise  # the caller holds the locks, so the caller must try again
            _reset(captures, unstored)
        except Exception:
            log.exception("captures %s could not be resolved", [capture.pk for capture in captures[:5]])
            _reset(captures, unstored)
            return False
    return False


def _reset(captures: Sequence[Capture], unstored: Sequence[Capture]) -> None:
    for row in captures:
        row.state, row.lead, row.problems = Capture.State.RECEIVED, None, []
    for row in unstored:
        row._state.adding = True


@transaction.atomic
def _resolve_in_one_transaction(
    captures: Sequence[Capture], resolver: CaptureResolver, given: GivenAtOnce | None
) -> None:
    resolver.resolve(captures)
    made = [row for row in captures if row.state == Capture.State.MADE]
    taken = {lead.pk for lead in given(made)} if given is not None and made else set()
    if opened := [lead for lead in resolver.opened if lead.pk not in taken]:
        lead_opened.send(Lead, leads=opened, at=resolver.at)
    if resolver.updated:
        lead_changed.send(Lead, leads=resolver.updated, what=Change.CORRECTED, at=resolver.at)
    if resolver.rejoined:
        lead_changed.send(Lead, leads=resolver.rejoined, what=Change.RE_ENGAGED, at=resolver.at)
    resolver.record()


@transaction.atomic
def _make_bare_lead(row: Capture, *, at: datetime) -> None:
    """Lose nothing: create a lead that carries what arrived, for a person to look at (A8)."""
    bare = Lead.objects.create(
        source=CaptureResolver.source_for("unknown"),
        channel=row.channel,
        stage_at=at,
        captured_at=at,
        created_at=at,
        problems=[{"field": "", "code": "failed", "value": ""}],
        extra={str(key)[:80]: str(value)[:2000] for key, value in row.raw.items()},
    )
    Activity.objects.create(lead=bare, kind=Activity.Kind.CAPTURED, at=at, details={"capture": row.pk})
    add_words((bare.pk, word) for word in words_of(names=bare.extra.values(), values=bare.extra.values(), phones=()))
    row.lead, row.state = bare, Capture.State.MADE
    row.save(update_fields=None if row._state.adding else ["lead", "state"], force_insert=row._state.adding)
    lead_opened.send(Lead, leads=[bare], at=at)


def resolve_left_over(*, at: datetime, limit: int = MAX_LEFT_OVER) -> int:
    """Resolve captures that were stored but not resolved, because a process died in between (A8). The sweep runs it."""
    rows = list(
        Capture.objects.filter(
            state=Capture.State.RECEIVED, received_at__lt=at - timedelta(minutes=2), upload__isnull=True
        )
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(resolve_stored(pk, at=at) for pk in rows)


def resolve_stored(pk: int, *, at: datetime, by: User | None = None, waits: bool = False) -> int:
    """Resolve one stored capture under its lock, so that two sweeps do it once and one failure does not stop the
    others. Returns 1 if it did. A locked capture is skipped; with `waits`, this waits for the lock instead."""
    try:
        with transaction.atomic():
            mine = Capture.objects.select_for_update(skip_locked=not waits, of=("self",)).filter(
                pk=pk, state=Capture.State.RECEIVED
            )
            row = mine.first()
            if row is not None:
                resolve_captures([row], at=at, by=by)
            return int(row is not None)
    except DatabaseError:
        log.exception("capture %s is still not resolved", pk)
        return 0
