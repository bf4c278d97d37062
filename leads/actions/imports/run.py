"""Run an import: chunk by chunk, each good row exactly once, whatever dies in between (A1a, A8)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from config.live import announce
from config.planner_statistics import refresh_statistics
from leads.actions.imports.uploads import ACTIVE_STATES, enqueue_import
from leads.actions.intake.capture import MAX_TRIES, RawRow, resolve_captures, store_rows
from leads.decisions.csv.file import CsvShape, Row, read_rows
from leads.decisions.csv.mapping import raw_of_row
from leads.models import Capture, Upload
from leads.queries.imports import destinations_of

log = logging.getLogger(__name__)

CHUNK_SIZE = 250  # rows of one transaction: others wait for its locks, so it is done within a second
TASK_TIME = timedelta(seconds=25)  # of one task; far below the worker's timeout
LEASE = timedelta(seconds=90)  # a runner that has been silent for so long is dead
MAX_ATTEMPTS = 3  # without a single chunk done
ANALYSE_EVERY = 2_500  # rows

Clock = Callable[[], datetime]


def run_import(
    upload_id: int,
    *,
    clock: Clock,
    most: timedelta | None = TASK_TIME,
    rest: Callable[[], None] | None = None,
    watch: Callable[[Upload], None] | None = None,
) -> Upload:
    """Go on with this import for `most` (None: to its end), and hand the rest to the next task.

    Only one runs at a time; a second one returns at once. `rest` is called between two chunks, `watch` after each.
    """
    upload = _become_runner(upload_id, at=clock())
    if upload is None:
        return Upload.objects.get(pk=upload_id)
    until = None if most is None else clock() + most
    try:
        with upload.stored.open("rb") as stream, closing(_rows_left(upload, stream)) as behind:
            for number, chunk in enumerate(iter(lambda: list(islice(behind, CHUNK_SIZE)), [])):
                if number:
                    _between_chunks(upload, rest)
                upload = import_chunk(upload, chunk, bytes_read=stream.tell(), at=clock())
                if watch:
                    watch(upload)
                if upload.state != Upload.State.RUNNING or upload.last_line != chunk[-1].line:
                    return upload  # stopped, or somebody else took over
                if until is not None and clock() >= until:
                    return _continue_in_next_task(upload)
        return _finish(upload, at=clock())
    except Exception:
        log.exception("import %s stopped behind line %s", upload_id, upload.last_line)
        return _stop_or_retry(upload, is_last=most is None, at=clock())


def import_chunk(upload: Upload, chunk: Sequence[Row], *, bytes_read: int, at: datetime) -> Upload:
    """Store and settle these rows and note how far the file is read, all or nothing.

    Does nothing when the import was stopped, or when somebody else has brought in rows behind `upload.last_line`.
    """
    for _try in range(MAX_TRIES - 1):
        try:
            return _import_chunk(upload, chunk, bytes_read=bytes_read, at=at)
        except OperationalError as problem:  # a deadlock: everything is taken back, and its locks are free
            log.warning("import %s tries the rows behind line %s again: %s", upload.pk, upload.last_line, problem)
    return _import_chunk(upload, chunk, bytes_read=bytes_read, at=at)


@transaction.atomic
def _import_chunk(upload: Upload, chunk: Sequence[Row], *, bytes_read: int, at: datetime) -> Upload:
    locked = Upload.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=upload.pk)
    if locked.state != Upload.State.RUNNING or locked.last_line != upload.last_line:
        return locked
    mapping, header = mapping_of(locked), locked.shape["header"]
    stored = store_rows(
        [RawRow(raw_of_row(row, mapping, header), line=row.line, problems=_problems(row)) for row in chunk],
        upload=locked,
        at=at,
    )
    settled = resolve_captures(stored, at=at, by=locked.created_by, defaults=locked.defaults)
    _count(locked, settled)
    locked.last_line, locked.bytes_read = chunk[-1].line, min(bytes_read, locked.bytes)
    locked.touched_at, locked.attempts = at, 0
    locked.save()
    announce("uploads")
    return locked


def restart_stalled_imports(*, at: datetime) -> int:
    """Imports whose runner died, or whose task got lost, go on; run by the sweep."""
    long_ago = at - 2 * LEASE
    silent = Q(touched_at__lt=long_ago) | Q(touched_at__isnull=True, created_at__lt=long_ago)
    woken = 0
    for pk in Upload.objects.filter(silent, state__in=ACTIVE_STATES).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if Upload.objects.filter(silent, pk=pk, state__in=ACTIVE_STATES).update(
                state=Upload.State.WAITING, touched_at=at
            ):
                enqueue_import(pk)
                woken += 1
    return woken


def mapping_of(upload: Upload) -> dict[int, str]:
    return {int(column): field for column, field in upload.mapping.items()}


def shape_of(upload: Upload) -> CsvShape:
    kept = {name: upload.shape[name] for name in ("encoding", "delimiter", "quotechar", "fallback", "header_lines")}
    return CsvShape(header=tuple(upload.shape["header"]), **kept)


@transaction.atomic
def _become_runner(upload_id: int, *, at: datetime) -> Upload | None:
    """Become the one runner, unless there is one. An import that killed its runner again and again is given up."""
    locked = Upload.objects.select_for_update().filter(pk=upload_id, state__in=ACTIVE_STATES).first()
    if locked is None or (locked.state == Upload.State.RUNNING and locked.touched_at > at - LEASE):
        return None
    if locked.attempts >= MAX_ATTEMPTS:
        _stop(locked, at=at)
        return None
    locked.state, locked.touched_at, locked.attempts = Upload.State.RUNNING, at, locked.attempts + 1
    locked.started_at = locked.started_at or at
    locked.save(update_fields=["state", "touched_at", "attempts", "started_at"])
    announce("uploads")
    return locked


def _rows_left(upload: Upload, stream) -> Iterator[Row]:
    return (row for row in read_rows(stream, shape_of(upload)) if row.line > upload.last_line)


def _problems(row: Row) -> tuple[dict, ...]:
    if row.problem is None:
        return ()
    return ({"field": row.problem.field, "code": row.problem.code, "value": row.problem.value[:200]},)


def _count(upload: Upload, settled: Sequence[Capture]) -> None:
    states = [capture.state for capture in settled]
    upload.made += states.count(Capture.State.MADE)
    upload.merged += states.count(Capture.State.MERGED)
    upload.unchanged += states.count(Capture.State.UNCHANGED)
    upload.refused += states.count(Capture.State.REFUSED)
    upload.flawed += sum(1 for capture in settled if capture.problems)
    for place in destinations_of(
        [capture.lead_id for capture in settled if capture.state == Capture.State.MADE]
    ).values():
        kind = upload.went.setdefault(place.kind, {"leads": 0, "names": {}})
        kind["leads"] += 1
        for name in place.names:
            kind["names"][name] = kind["names"].get(name, 0) + 1


def _between_chunks(upload: Upload, rest: Callable[[], None] | None) -> None:
    if upload.rows % ANALYSE_EVERY < CHUNK_SIZE:
        refresh_statistics()
    if rest and connection.vendor == "sqlite":  # it has one writer, and who waits for it does not stand in line
        rest()


@transaction.atomic
def _continue_in_next_task(upload: Upload) -> Upload:
    """The task's time is over: the next one goes on."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state == Upload.State.RUNNING:
        locked.state = Upload.State.WAITING
        locked.save(update_fields=["state"])
        enqueue_import(locked.pk)
    return locked


@transaction.atomic
def _finish(upload: Upload, *, at: datetime) -> Upload:
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state == Upload.State.RUNNING and locked.last_line == upload.last_line:
        locked.state, locked.bytes_read = Upload.State.DONE, locked.bytes
        locked.touched_at = locked.finished_at = at
        locked.save(update_fields=["state", "bytes_read", "touched_at", "finished_at"])
        announce("uploads")
    return locked


@transaction.atomic
def _stop_or_retry(upload: Upload, *, is_last: bool, at: datetime) -> Upload:
    """Something that settling does not catch, such as a lost file: try again, but not for ever."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != Upload.State.RUNNING:
        return locked
    if is_last or locked.attempts >= MAX_ATTEMPTS:
        return _stop(locked, at=at)
    locked.state = Upload.State.WAITING
    locked.save(update_fields=["state"])
    enqueue_import(locked.pk)
    return locked


def _stop(locked: Upload, *, at: datetime) -> Upload:
    locked.state, locked.finished_at, locked.problem = Upload.State.FAILED, at, "attempts"
    locked.save(update_fields=["state", "finished_at", "problem"])
    announce("uploads")
    return locked
