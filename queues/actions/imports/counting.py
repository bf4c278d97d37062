"""Count where the rows of a file would go, slice by slice, beside the work of others: it reads, and writes only its own
progress (A9)."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from copy import copy
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django_q.tasks import async_task

from leads.actions.imports.earlier_rows import KeptRows
from leads.actions.imports.rehearsing import rehearse, remember
from leads.actions.imports.run import CHUNK_SIZE, rows_behind
from leads.actions.imports.source_choices import ChosenSources, read_choices
from leads.actions.imports.survey import completed_reading
from leads.decisions.csv.file import Row
from leads.models import Capture, Forecast, Upload
from queues.actions.imports.placing import RoomsSoFar, place_rehearsed
from queues.decisions.import_forecast import ImportCounts, counts_of
from queues.queries.intake import IntakeNow

log = logging.getLogger(__name__)

TASK = "queues.tasks.forecast_import"
TASK_TIME = timedelta(seconds=25)  # of one slice; far below the worker's timeout
LEASE = timedelta(seconds=60)  # a count that was silent for so long has lost its process
MAX_ATTEMPTS = 3
State = Forecast.State
UNDER_WAY = (State.WAITING, State.RUNNING)
Clock = Callable[[], datetime]


def count_forecast(
    forecast_id: int,
    *,
    clock: Clock,
    max_time: timedelta | None = TASK_TIME,
    pause: Callable[[], None] = lambda: None,
) -> None:
    """Count on for `max_time` (None: to the end), then queue a task for the rest. A second runner returns at once, and
    so does one whose forecast was replaced."""
    forecast = _become_runner(forecast_id, at=clock())
    if forecast is None:
        return
    until = None if max_time is None else clock() + max_time
    try:
        with KeptRows(str(forecast.pk)) as earlier:
            _count_on(forecast, earlier, until=until, clock=clock, pause=pause)
    except Exception:
        log.exception("forecast %s stopped after line %s", forecast_id, forecast.last_line)
        _fail_or_retry(forecast, is_last=max_time is None, at=clock())


def enqueue_forecast(forecast_id: int) -> None:
    async_task(TASK, forecast_id)


def as_chosen(forecast: Forecast) -> Upload:
    """Its file as if it had been started with these choices; not to be saved."""
    upload = copy(forecast.upload)
    for name in ("mapping", "defaults", "reading"):
        setattr(upload, name, forecast.choices.get(name, {}))
    upload.reading = completed_reading(upload)
    return upload


def _count_on(
    forecast: Forecast, earlier: KeptRows, *, until: datetime | None, clock: Clock, pause: Callable[[], None]
) -> None:
    if earlier.line != forecast.last_line or not forecast.last_line:
        earlier.begin_again()
        forecast.last_line, forecast.counts, forecast.counted_at = 0, {}, clock()
    upload, counts = as_chosen(forecast), counts_of(forecast.counts)
    at = forecast.counted_at or clock()
    sources = ChosenSources(read_choices(forecast.choices.get("sources", {})))
    rooms = RoomsSoFar(_rooms(earlier.note), at=at)
    with upload.stored.open("rb") as stream, closing(rows_behind(forecast.last_line, upload, stream)) as left:
        while chunk := list(islice(left, CHUNK_SIZE)):
            _count_chunk(counts, upload, chunk, earlier, rooms=rooms, sources=sources, at=at)
            earlier.reach(chunk[-1].line, note=_noted(rooms))
            forecast.last_line, forecast.bytes_read = chunk[-1].line, min(stream.tell(), upload.bytes)
            forecast.counts = counts.as_stored()
            if until is not None and clock() >= until:
                return _continue_in_next_task(forecast, at=clock())
            if not _save(forecast, State.RUNNING, at=clock()):
                return earlier.leave()
            pause()
    forecast.counts, forecast.bytes_read = counts.as_stored(), upload.bytes
    _save(forecast, State.DONE, at=clock())
    earlier.leave()


@transaction.atomic
def _continue_in_next_task(forecast: Forecast, *, at: datetime) -> None:
    if _save(forecast, State.WAITING, at=at):
        enqueue_forecast(forecast.pk)


def _count_chunk(
    counts: ImportCounts,
    upload: Upload,
    chunk: list[Row],
    earlier: KeptRows,
    *,
    rooms: RoomsSoFar,
    sources: ChosenSources,
    at: datetime,
) -> None:
    found = rehearse(upload, chunk, earlier, sources=sources, at=at)
    counts.add_states(capture.state for capture in found.captures)
    counts.flawed += sum(1 for capture in found.captures if capture.problems)
    counts.joined_here += found.joined_here
    for capture in found.captures:
        if capture.state == Capture.State.REFUSED:
            counts.add_refused(capture.problems[-1]["code"], capture.line or 0)
    for key, word in found.new_words:
        counts.add_source(key, word)
    for place, lead in place_rehearsed(found, rooms, at=at):
        counts.add_place(
            place,
            is_made=lead.pk in found.made,
            is_unscored="given" not in lead.score_parts,
            is_unreachable=not (lead.email or lead.phone),
        )
    remember(found, earlier)


def _rooms(note: str) -> dict[int, IntakeNow | None]:
    kept: Mapping[str, Any] = json.loads(note or "{}")
    times = ("full_since", "aged_since", "kept_open_until")
    return {
        int(pk): now and IntakeNow(**now | {name: now[name] and parse_datetime(now[name]) for name in times})
        for pk, now in kept.items()
    }


def _noted(rooms: RoomsSoFar) -> str:
    return json.dumps({pk: now and asdict(now) for pk, now in rooms.kept.items()}, cls=DjangoJSONEncoder)


@transaction.atomic
def _become_runner(forecast_id: int, *, at: datetime) -> Forecast | None:
    mine = Forecast.objects.select_for_update(of=("self",)).select_related("upload__created_by")
    forecast = mine.filter(pk=forecast_id, state__in=UNDER_WAY).first()
    if forecast is None or not is_idle(forecast, at=at):
        return None
    forecast.state, forecast.touched_at, forecast.attempts = State.RUNNING, at, forecast.attempts + 1
    if forecast.attempts > MAX_ATTEMPTS:
        forecast.state, forecast.finished_at = State.FAILED, at
    forecast.save(update_fields=["state", "touched_at", "attempts", "finished_at"])
    return forecast if forecast.state == State.RUNNING else None


def is_idle(forecast: Forecast, *, at: datetime) -> bool:
    """Whether no process counts it now."""
    is_silent = forecast.touched_at is None or forecast.touched_at <= at - LEASE
    return forecast.state == State.WAITING or is_silent


def _save(forecast: Forecast, state: State, *, at: datetime) -> bool:
    """Store how far the count is. False if it was replaced, or its file is gone."""
    changes: dict[str, Any] = {
        "state": state,
        "counts": forecast.counts,
        "last_line": forecast.last_line,
        "bytes_read": forecast.bytes_read,
        "counted_at": forecast.counted_at,
        "touched_at": at,
        "finished_at": at if state == State.DONE else None,
    }
    if state != State.RUNNING:
        changes["attempts"] = 0
    return bool(Forecast.objects.filter(pk=forecast.pk, state=State.RUNNING).update(**changes))


@transaction.atomic
def _fail_or_retry(forecast: Forecast, *, is_last: bool, at: datetime) -> None:
    mine = Forecast.objects.filter(pk=forecast.pk, state=State.RUNNING)
    if is_last or forecast.attempts >= MAX_ATTEMPTS:
        mine.update(state=State.FAILED, finished_at=at)
    elif mine.update(state=State.WAITING):
        enqueue_forecast(forecast.pk)
