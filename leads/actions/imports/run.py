"""Run an import chunk by chunk: each good row exactly once, even if a process dies in between (A1a, A8)."""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import IO

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from config.live import announce
from config.planner_statistics import refresh_statistics
from leads.actions.imports.survey import complete_reading
from leads.actions.imports.uploads import ACTIVE_STATES, enqueue_import
from leads.actions.intake.capture import MAX_TRIES, RawRow, resolve_captures, store_rows
from leads.decisions.csv.chunks import chunks_of
from leads.decisions.csv.file import CsvShape, Row, read_rows
from leads.decisions.csv.mapping import raw_of_row
from leads.decisions.csv.stored import shape_of_stored
from leads.models import Capture, Upload
from leads.queries.imports import destinations_of

log = logging.getLogger(__name__)

# Rows, and characters, of one transaction: others wait for its locks, so it must end within a second.
CHUNK_SIZE, CHUNK_LENGTH = 500, 400_000
TASK_TIME = timedelta(seconds=25)  # for one task; far below the worker's timeout
LEASE = timedelta(seconds=90)  # a runner that was silent for so long is dead
MAX_ATTEMPTS = 3  # in a row in which no chunk was finished
ANALYSE_EVERY = 2_500  # rows

Clock = Callable[[], datetime]


def run_import(
    upload_id: int,
    *,
    clock: Clock,
    max_time: timedelta | None = TASK_TIME,
    pause: Callable[[], None] | None = None,
    on_progress: Callable[[Upload], None] | None = None,
) -> Upload:
    """Continue this import for `max_time` (None: to its end), then queue a task for the rest.

    Only one runner at a time works on an import; a second one returns at once. `pause` is called between two chunks,
    `on_progress` after each.
    """
    upload = _become_runner(upload_id, at=clock())
    if upload is None:
        return Upload.objects.get(pk=upload_id)
    until = None if max_time is None else clock() + max_time
    try:
        complete_reading(upload)
        with upload.stored.open("rb") as stream, closing(rows_behind(upload.last_line, upload, stream)) as left:
            for number, chunk in enumerate(chunks_of(left, size=CHUNK_SIZE, length=CHUNK_LENGTH)):
                if number:
                    _between_chunks(upload, pause)
                upload = import_chunk(upload, chunk, bytes_read=stream.tell(), at=clock())
                if on_progress:
                    on_progress(upload)
                if upload.state != Upload.State.RUNNING or upload.last_line != chunk[-1].line:
                    return upload  # cancelled, or another runner took over
                if until is not None and clock() >= until:
                    return _continue_in_next_task(upload)
        return _finish(upload, at=clock())
    except Exception:
        log.exception("import %s stopped after line %s", upload_id, upload.last_line)
        return _stop_or_retry(upload, is_last=max_time is None, at=clock())


def import_chunk(upload: Upload, chunk: Sequence[Row], *, bytes_read: int, at: datetime) -> Upload:
    """Store and resolve these rows and record how far the file is read, all or nothing.

    Does nothing if the import was cancelled, or if another runner has imported rows after `upload.last_line`.
    """
    for _try in range(MAX_TRIES - 1):
        try:
            return _import_chunk(upload, chunk, bytes_read=bytes_read, at=at)
        except OperationalError as problem:  # a deadlock: the transaction is rolled back
            log.warning("import %s tries the rows after line %s again: %s", upload.pk, upload.last_line, problem)
    return _import_chunk(upload, chunk, bytes_read=bytes_read, at=at)


@transaction.atomic
def _import_chunk(upload: Upload, chunk: Sequence[Row], *, bytes_read: int, at: datetime) -> Upload:
    locked = Upload.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=upload.pk)
    if locked.state != Upload.State.RUNNING or locked.last_line != upload.last_line:
        return locked
    stored = store_rows(raw_rows(locked, chunk), upload=locked, at=at)
    resolved = resolve_captures(stored, at=at, by=locked.created_by, defaults=locked.defaults, reading=locked.reading)
    _count(locked, resolved)
    locked.last_line, locked.bytes_read = chunk[-1].line, min(bytes_read, locked.bytes)
    locked.touched_at, locked.attempts = at, 0
    locked.save()
    announce("uploads")
    return locked


def restart_stalled_imports(*, at: datetime) -> int:
    """Continue imports whose runner died or whose task got lost. The sweep runs it. Returns how many."""
    since = at - 2 * LEASE
    silent = Q(touched_at__lt=since) | Q(touched_at__isnull=True, created_at__lt=since)
    restarted = 0
    for pk in Upload.objects.filter(silent, state__in=ACTIVE_STATES).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if Upload.objects.filter(silent, pk=pk, state__in=ACTIVE_STATES).update(
                state=Upload.State.WAITING, touched_at=at
            ):
                enqueue_import(pk)
                restarted += 1
    return restarted


def mapping_of(upload: Upload) -> dict[int, str]:
    return {int(column): field for column, field in upload.mapping.items()}


def shape_of(upload: Upload) -> CsvShape:
    return shape_of_stored(upload.shape)


@transaction.atomic
def _become_runner(upload_id: int, *, at: datetime) -> Upload | None:
    """Become the runner of this import, unless it has one. An import whose runners died MAX_ATTEMPTS times is
    stopped."""
    locked = Upload.objects.select_for_update().filter(pk=upload_id, state__in=ACTIVE_STATES).first()
    if locked is None or (
        locked.state == Upload.State.RUNNING and locked.touched_at and locked.touched_at > at - LEASE
    ):
        return None
    if locked.attempts >= MAX_ATTEMPTS:
        _stop(locked, at=at)
        return None
    locked.state, locked.touched_at, locked.attempts = Upload.State.RUNNING, at, locked.attempts + 1
    locked.started_at = locked.started_at or at
    locked.save(update_fields=["state", "touched_at", "attempts", "started_at"])
    announce("uploads")
    return locked


def rows_behind(line: int, upload: Upload, stream: IO[bytes]) -> Generator[Row, None, None]:
    """The rows of its file after this line."""
    return (row for row in read_rows(stream, shape_of(upload)) if row.line > line)


def raw_rows(upload: Upload, chunk: Sequence[Row]) -> list[RawRow]:
    """Rows as its mapping names their cells."""
    mapping, header = mapping_of(upload), upload.shape["header"]
    return [RawRow(raw_of_row(row, mapping, header), line=row.line, problems=_problems(row)) for row in chunk]


def _problems(row: Row) -> tuple[dict, ...]:
    if row.problem is None:
        return ()
    return ({"field": row.problem.field, "code": row.problem.code, "value": row.problem.value[:200]},)


def _count(upload: Upload, resolved: Sequence[Capture]) -> None:
    states = [capture.state for capture in resolved]
    upload.made += states.count(Capture.State.MADE)
    upload.merged += states.count(Capture.State.MERGED)
    upload.unchanged += states.count(Capture.State.UNCHANGED)
    upload.refused += states.count(Capture.State.REFUSED)
    upload.flawed += sum(1 for capture in resolved if capture.problems)
    for destination in destinations_of(
        [capture.lead_id for capture in resolved if capture.lead_id and capture.state == Capture.State.MADE]
    ).values():
        kind = upload.went.setdefault(destination.kind, {"leads": 0, "names": {}})
        kind["leads"] += 1
        for name in destination.names:
            kind["names"][name] = kind["names"].get(name, 0) + 1


def _between_chunks(upload: Upload, pause: Callable[[], None] | None) -> None:
    if upload.rows % ANALYSE_EVERY < CHUNK_SIZE:
        refresh_statistics()
    if pause and connection.vendor == "sqlite":  # it has one writer at a time, and those who wait stand in no line
        pause()


@transaction.atomic
def _continue_in_next_task(upload: Upload) -> Upload:
    """The time of this task is over: the next task continues."""
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
    """Something failed that resolving does not catch, such as a lost file: try again, but not for ever."""
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
