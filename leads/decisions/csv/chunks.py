"""Part the rows of a file into pieces that one transaction takes."""

from collections.abc import Iterable, Iterator

from leads.decisions.csv.rows import Row


def chunks_of(rows: Iterable[Row], *, size: int, length: int) -> Iterator[list[Row]]:
    """At most `size` rows each, and fewer once they have `length` characters: 250 cells of 100 kB take seconds."""
    chunk: list[Row] = []
    left = length
    for row in rows:
        chunk.append(row)
        left -= sum(map(len, row.values))
        if len(chunk) == size or left <= 0:
            yield chunk
            chunk, left = [], length
    if chunk:
        yield chunk
