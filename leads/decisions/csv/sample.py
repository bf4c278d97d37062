"""The first rows of a file, to look at before it is read as a whole (A1a)."""

import io
from itertools import islice

from leads.decisions.csv.cells import SAMPLE_ROWS
from leads.decisions.csv.columns import guess_mapping
from leads.decisions.csv.file import CsvShape, read_rows


def sample_rows(head: bytes, shape: CsvShape, limit: int = SAMPLE_ROWS) -> list[tuple[str, ...]]:
    """The first rows without a problem; `head` is the beginning of the file, or all of it."""
    rows = (row.values for row in read_rows(io.BytesIO(head), shape) if row.problem is None)
    return list(islice(rows, limit))


def guessed_mapping(head: bytes, shape: CsvShape) -> dict[str, str]:
    """The guessed field of each column that has one, as an upload keeps it."""
    guess = guess_mapping(shape.header, sample_rows(head, shape))
    return {str(column): field for column, field in guess.items() if field}
