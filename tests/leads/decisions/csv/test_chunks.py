"""Pieces of a file: so many rows, or so many characters."""

import pytest

from leads.decisions.csv.chunks import chunks_of
from leads.decisions.csv.rows import Row


@pytest.mark.parametrize(
    ("lengths", "parts"),
    [
        ([], []),
        ([1, 1, 1, 1, 1], [3, 2]),
        ([1, 1, 1], [3]),
        ([9, 1, 1, 20, 1, 5, 5, 1], [2, 2, 3, 1]),
        ([0, 0, 0, 0], [3, 1]),
    ],
)
def test_chunks_end_at_rows_or_characters(lengths, parts):
    rows = [Row(number, ("x" * length,)) for number, length in enumerate(lengths)]
    found = list(chunks_of(rows, size=3, length=10))
    assert [len(chunk) for chunk in found] == parts
    assert [row for chunk in found for row in chunk] == rows
