"""Reading a large file holds a few rows of it, never the file."""

import tracemalloc
from io import RawIOBase

import pytest

from leads.decisions.csv.file import HEAD_BYTES, inspect_csv, read_rows

HEADER = b"Email,Name,Note\n"
MEGABYTE = 1024 * 1024


class Endless(RawIOBase):
    """The header, then one line again and again, this many bytes of it."""

    def __init__(self, line: bytes, size: int) -> None:
        self.line, self.left, self.waiting = line, size, HEADER

    def read(self, count: int = -1) -> bytes:
        while len(self.waiting) < count and self.left > 0:
            self.waiting += self.line * max(1, count // len(self.line))
            self.left -= count
        piece, self.waiting = self.waiting[:count], self.waiting[count:]
        return piece


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'a@b.co,"Dewi, Lestari",likes tea\n', id="good rows"),
        pytest.param(b'a@b.co,"never closed,likes tea\n' * 50, id="quotes left open"),
        pytest.param(b"x" * 70_000, id="no line end at all"),
    ],
)
def test_a_file_of_any_size_is_read_in_little_memory(line):
    head = Endless(line, MEGABYTE).read(HEAD_BYTES)
    shape = inspect_csv(head, 20 * MEGABYTE)
    tracemalloc.start()
    count = sum(1 for _row in read_rows(Endless(line, MEGABYTE), shape))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count > 0, peak < 3 * MEGABYTE) == (True, True)
