"""What people do with an uploaded file: upload it, map its columns, start, cancel, resume or discard it (A1a)."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django_q.tasks import async_task

from config.live import announce
from leads.actions.imports.source_choices import SourceChoice, keep_source_choices
from leads.actions.imports.survey import begin_survey
from leads.actions.systems import keep_system
from leads.decisions.csv.file import HEAD_BYTES, NOTHING, Asked, inspect_csv, written_in
from leads.decisions.csv.letters import Letters
from leads.decisions.csv.mapping import MappingProblem, mapping_problems
from leads.decisions.csv.sample import guessed_mapping
from leads.decisions.csv.stored import reading_of, reading_problems, stored_shape
from leads.models import Upload

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
ACTIVE_STATES = (Upload.State.WAITING, Upload.State.RUNNING)
STOPPED_STATES = (Upload.State.FAILED, Upload.State.CANCELLED)
_READ_BYTES = 1024 * 1024


class MappingRefused(Exception):
    """The columns cannot be imported with this mapping; `problems` says where and why."""

    def __init__(self, problems: tuple[MappingProblem, ...]) -> None:
        self.problems = problems
        super().__init__(", ".join(problem.code for problem in problems))


class WrongState(Exception):
    """The import is in another state by now: that of `upload`."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        super().__init__(upload.state)


class ReadingChanged(Exception):
    """Somebody else changed how the file is read: the columns of `upload` are others by now."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        super().__init__(upload.pk)


def receive_upload(
    file: BinaryIO, *, name: str, by: User | None, at: datetime, delimiter: str = "", asked: Asked = NOTHING
) -> Upload:
    """Store a file that can be read as a table, and guess its columns. `asked` is what a person said of it. Raises
    CsvRefused; then nothing is stored."""
    asked = replace(asked, delimiter=delimiter or asked.delimiter)
    head, size, digest, letters = read_through(file)
    shape = inspect_csv(head, size, limit=MAX_UPLOAD_BYTES, asked=asked, letters=letters)
    file.seek(0)
    upload = Upload(
        name=name.replace("\0", "")[-200:],
        digest=digest,
        bytes=size,
        shape=stored_shape(shape, written_in(head, size, letters), is_chosen=bool(asked.encoding)),
        mapping=guessed_mapping(head, shape),
        created_at=at,
        created_by=by,
    )
    upload.stored.save(f"{digest[:16]}.csv", File(file), save=False)
    upload.save()
    begin_survey(upload)
    announce("uploads")
    return upload


def set_mapping(
    upload: Upload,
    *,
    mapping: Mapping[int, str],
    defaults: Mapping[str, str],
    reading: Mapping[str, object] = MappingProxyType({}),
) -> Upload:
    """Set how the file is read; then it is ready to run. `reading` says how its texts are meant, one key for each
    choice. Raises MappingRefused, WrongState, or ReadingChanged if `upload` is not what is stored."""
    found = (*reading_problems(upload.shape), *mapping_problems(mapping, defaults, len(upload.shape["header"])))
    if found:
        raise MappingRefused(found)
    with transaction.atomic():
        locked = in_state(upload, Upload.State.MAPPING)
        if reading_of(locked.shape) != reading_of(upload.shape):
            raise ReadingChanged(locked)
        locked.mapping = {str(column): field for column, field in sorted(mapping.items()) if field}
        locked.defaults = {name: value for name, value in sorted(defaults.items()) if value}
        locked.reading = dict(reading)
        if reading.get("ids_of"):
            keep_system(str(reading["ids_of"]), str(reading.get("ids_of_name", "")))
        locked.state = Upload.State.WAITING
        locked.save(update_fields=["mapping", "defaults", "reading", "state"])
        announce("uploads")
    return locked


@transaction.atomic
def start_import(
    upload: Upload,
    *,
    mapping: Mapping[int, str],
    defaults: Mapping[str, str],
    reading: Mapping[str, object] = MappingProxyType({}),
    sources: Mapping[str, SourceChoice] = MappingProxyType({}),
    by: User | None = None,
    at: datetime | None = None,
) -> Upload:
    """Set the mapping, keep what new words for sources mean, and queue the task, in one transaction. Raises what
    set_mapping() raises."""
    ready = set_mapping(upload, mapping=mapping, defaults=defaults, reading=reading)
    keep_source_choices(sources, by=by, at=at or ready.created_at)
    enqueue_import(ready.pk)
    return ready


@transaction.atomic
def cancel_import(upload: Upload, *, at: datetime) -> Upload:
    """Stop before the next chunk. Rows that are imported stay. Raises WrongState."""
    locked = in_state(upload, *ACTIVE_STATES)
    locked.state, locked.finished_at = Upload.State.CANCELLED, at
    locked.save(update_fields=["state", "finished_at"])
    announce("uploads")
    return locked


@transaction.atomic
def resume_import(upload: Upload) -> Upload:
    """Continue a stopped import after the last imported row. Raises WrongState."""
    locked = in_state(upload, *STOPPED_STATES)
    locked.state, locked.problem, locked.attempts = Upload.State.WAITING, "", 0
    locked.finished_at = locked.touched_at = None
    locked.save(update_fields=["state", "problem", "attempts", "finished_at", "touched_at"])
    enqueue_import(locked.pk)
    announce("uploads")
    return locked


@transaction.atomic
def discard_upload(upload: Upload) -> None:
    """Delete a file whose import was never started. Raises WrongState."""
    locked = in_state(upload, Upload.State.MAPPING)
    stored = locked.stored
    locked.delete()
    transaction.on_commit(lambda: stored.delete(save=False))
    announce("uploads")


def enqueue_import(upload_id: int) -> None:
    """Queue the task. The broker is the database: the task exists if and only if this transaction commits."""
    async_task("leads.tasks.run_import", upload_id)


def read_through(file: BinaryIO) -> tuple[bytes, int, str, Letters]:
    """The first bytes, the size, the digest and the letters, with at most one piece in memory. A file that is too large
    is read no further."""
    file.seek(0)
    head, size, digest, letters = b"", 0, hashlib.sha256(), Letters()
    while size <= MAX_UPLOAD_BYTES and (piece := file.read(_READ_BYTES)):
        head = head or piece[:HEAD_BYTES]
        size += len(piece)
        digest.update(piece)
        letters.feed(piece)
    return head, size, digest.hexdigest(), letters.finish()


def in_state(upload: Upload, *states: str) -> Upload:
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state not in states:
        raise WrongState(locked)
    return locked
