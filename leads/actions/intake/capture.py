"""Bring leads in: store what arrived, then settle it into leads (A1-A4, A8)."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from leads.actions.intake.resolution import CaptureResolver
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import Activity, ApiKey, Capture, Lead, Upload
from leads.signals import lead_changed, lead_opened

log = logging.getLogger(__name__)
MAX_TRIES = 3


@dataclass(frozen=True)
class RawRow:
    """What came in: the fields by name, and for a file its line."""

    raw: Mapping[str, object]
    line: int | None = None
    problems: tuple[dict, ...] = field(default=())


def capture_lead(
    raw: Mapping[str, object],
    *,
    channel: str,
    at: datetime,
    by=None,
    api_key: ApiKey | None = None,
    idempotency_key: str | None = None,
) -> Capture:
    """One arrival: stored in a transaction of its own before anything else happens (A8), then settled.

    Raises IntegrityError when the idempotency key of this API key was used before.
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


def capture_leads(raws: Sequence[Mapping[str, object]], *, channel: str, at: datetime, by=None) -> list[Capture]:
    """Several arrivals in one message: stored together before anything else happens (A8), then settled together."""
    with transaction.atomic():
        stored = Capture.objects.bulk_create(
            [Capture(channel=channel, received_at=at, raw=dict(raw), fingerprint=fingerprint(raw)) for raw in raws]
        )
    return resolve_captures(stored, at=at, by=by)


def store_rows(rows: Iterable[RawRow], *, upload: Upload, at: datetime) -> list[Capture]:
    """Rows of a file in the order of their lines, each kept exactly once however often the file is read."""
    rows = list(rows)
    if not rows:
        return []
    Capture.objects.bulk_create(
        [
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
        ],
        ignore_conflicts=True,
    )
    span = (rows[0].line, rows[-1].line)
    return list(Capture.objects.filter(upload=upload, line__range=span).order_by("line", "pk"))


def resolve_captures(
    captures: Sequence[Capture], *, at: datetime, by=None, defaults: Mapping[str, object] | None = None
) -> list[Capture]:
    """Make leads of stored captures, or join them to the leads they are. Everything or nothing for the whole list;
    when that fails each capture is settled by itself, and one that cannot be settled at all becomes a bare lead on
    the review desk (A8). Inside a transaction of the caller a deadlock is raised, as OperationalError."""
    todo = [capture for capture in captures if capture.state == Capture.State.RECEIVED]
    if todo and not _try_to_resolve(todo, at=at, by=by, defaults=defaults or {}):
        for row in todo:
            if not _try_to_resolve([row], at=at, by=by, defaults=defaults or {}):
                _make_bare_lead(row, at=at)
    return list(captures)


def _try_to_resolve(captures: Sequence[Capture], *, at: datetime, by, defaults: Mapping[str, object]) -> bool:
    """Whether these could be settled together. Two arrivals of one person at the same moment meet in the identity
    constraint; the next try finds the lead that the other made."""
    for _try in range(MAX_TRIES):
        try:
            _resolve_in_one_transaction(captures, at=at, by=by, defaults=defaults)
            return True
        except IntegrityError:
            _reset(captures)
        except OperationalError:
            if connection.in_atomic_block:
                raise  # the locks that others wait for are the caller's, who has to begin anew
            _reset(captures)
        except Exception:
            log.exception("captures %s could not be settled", [capture.pk for capture in captures[:5]])
            _reset(captures)
            return False
    return False


def _reset(captures: Sequence[Capture]) -> None:
    for row in captures:
        row.state, row.lead, row.problems = Capture.State.RECEIVED, None, []


@transaction.atomic
def _resolve_in_one_transaction(
    captures: Sequence[Capture], *, at: datetime, by, defaults: Mapping[str, object]
) -> None:
    settling = CaptureResolver(at=at, by=by, defaults=defaults)
    settling.settle(captures)
    if settling.opened:
        lead_opened.send(Lead, leads=settling.opened, at=at)
    if settling.rejoined:
        lead_changed.send(Lead, leads=settling.rejoined, what="re_engaged", at=at)
    settling.record()


@transaction.atomic
def _make_bare_lead(row: Capture, *, at: datetime) -> None:
    """Nothing is lost: a lead that carries what arrived, for a human to look at (A8)."""
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
    row.lead, row.state = bare, Capture.State.MADE
    row.save(update_fields=["lead", "state"])
    lead_opened.send(Lead, leads=[bare], at=at)


def resolve_left_over(*, at: datetime, most: int = 500) -> int:
    """Captures that were stored but never settled, because a process died between the two (A8); run by the sweep."""
    rows = list(
        Capture.objects.filter(
            state=Capture.State.RECEIVED, received_at__lt=at - timedelta(minutes=2), upload__isnull=True
        )
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)[:most]
    )
    return sum(resolve_stored(pk, at=at) for pk in rows)


def resolve_stored(pk: int, *, at: datetime, by=None, waits: bool = False) -> int:
    """One at a time and under its lock: two sweeps settle it once, and one that cannot be settled holds up no other.
    What another has locked is passed over; who `waits` settles it as soon as that other has let go."""
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
        log.exception("capture %s is still not settled", pk)
        return 0
