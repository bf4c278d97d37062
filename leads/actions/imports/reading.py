"""Read the file of an upload in another way: other letters, another separator, another header (A1a)."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from config.live import announce
from leads.actions.imports.survey import begin_survey
from leads.actions.imports.uploads import ReadingChanged, in_state
from leads.decisions.csv.columns import guess_mapping
from leads.decisions.csv.file import HEAD_BYTES, Asked, CsvShape, inspect_csv
from leads.decisions.csv.mapping import kept_mapping
from leads.decisions.csv.sample import sample_rows
from leads.decisions.csv.stored import is_chosen, letters_of_stored, reading_of, shape_of_stored, stored_shape
from leads.models import Upload


def read_again(upload: Upload, *, asked: Asked, mapping: Mapping[int, str], seen: str) -> Upload:
    """Read the stored file as a person asks, and guess again what its columns are where they changed. `mapping` is what
    the person chose so far, `seen` the reading that was on the page.

    Raises CsvRefused if the file cannot be read so, WrongState once the import started, and ReadingChanged if somebody
    else was quicker; then nothing changes.
    """
    with upload.stored.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    with transaction.atomic():
        locked = in_state(upload, Upload.State.MAPPING)
        if reading_of(locked.shape) != seen:
            raise ReadingChanged(locked)
        before = shape_of_stored(locked.shape)
        after = inspect_csv(head, locked.bytes, asked=_with_letters(asked, before))
        locked.mapping = {
            str(column): field for column, field in _mapping(head, before, after, mapping).items() if field
        }
        chosen = bool(asked.encoding) or is_chosen(locked.shape)
        locked.shape = stored_shape(after, letters_of_stored(locked.shape), is_chosen=chosen)
        locked.save(update_fields=["shape", "mapping"])
        begin_survey(locked)
        announce("uploads")
    return locked


def _with_letters(asked: Asked, before: CsvShape) -> Asked:
    """The encoding is as before unless a person asks for another."""
    if asked.encoding:
        return asked
    return replace(asked, encoding=before.encoding, fallback=before.fallback)


def _mapping(head: bytes, before: CsvShape, after: CsvShape, chosen: Mapping[int, str]) -> dict[int, str]:
    is_same_place = (before.delimiter, before.header_line) == (after.delimiter, after.header_line)
    was, will_be = (guess_mapping(shape.header, sample_rows(head, shape)) for shape in (before, after))
    return kept_mapping(chosen, was, will_be, before.header, after.header, is_same_place)
