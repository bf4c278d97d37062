"""Find the header of a file, what separates its columns, and where its rows begin. A likely better place is only
suggested: a person decides."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from leads.decisions.csv.encoding import CsvRefused
from leads.decisions.csv.records import MAX_FIELD_LENGTH, Lines, read_quoted
from leads.decisions.csv.short_rows import ADDRESS, is_address, is_placeholder
from leads.decisions.facts.field_names import field_of_name
from leads.decisions.facts.fields import Problem
from leads.decisions.facts.text import one_line

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 200
VALUES = "looks_like_values"
ROW = "looks_like_row"
MAX_NAME_LENGTH = 100
SAMPLE_SIZE = 100
_SEARCHED_LINES = 20
_MAX_HEADERS = 4
_KNOWN_NAMES = 2  # make a header
_OTHER_DELIMITERS = re.compile(r"[:^~#¦§\x01\x1f]")
_SEPARATOR_LINE = re.compile(r"\"?sep=(?P<delimiter>.)\"?", re.IGNORECASE)
_ADDRESS_OR_NUMBER = re.compile(r"[^\s@]+@\S+\.\S+|[+-]?[.,/: -]*\d[\d.,/: -]*")
_ADDRESSES = re.compile(r"[^\s@,;/]+@[^\s@,;/]+(?:[\s,;/]+[^\s@,;/]+@[^\s@,;/]+)+")
_PHONE = re.compile(
    r"(?:(?:p|m|t|tel|telp|hp|wa|whatsapp)[.: ]*)?\(?\+?(?:[-()./ ]*\d){7,20}(?: ?(?:x|ext\.?|#) ?\d{1,6})?",
    re.IGNORECASE | re.ASCII,
)

Records = Sequence[tuple[int, tuple[str, ...]]]  # the line, and the cells; no cells if it cannot be read


def first_line(lines: Lines, *, is_whole: bool) -> str:
    """The first line that is not blank, which is put back."""
    while (line := lines.take()) is not None:
        if line.code:
            raise CsvRefused("header", line.code)
        if line.text.strip() and not _SEPARATOR_LINE.fullmatch(line.text.strip(" ")):
            following = lines.take()
            if following is None and not is_whole:
                raise CsvRefused("header", "too_long")
            lines.put_back([line] if following is None else [line, following])
            return line.text
    raise CsvRefused("empty")


def named_delimiter(lines: Lines) -> str:
    """The delimiter from a "sep=;" line at the top; "" if there is none."""
    line = lines.take()
    named = _SEPARATOR_LINE.fullmatch(line.text.strip(" ")) if line else None
    return named["delimiter"] if named else ""


def guess_delimiter(new_lines: Callable[[], Lines], quotechar: str) -> str:
    """The delimiter that splits most records into as many columns as the header has, or fewer; or into the same number
    below a header that it does not split, which is a title then. Among equals, the one that gives more columns."""
    best, delimiter = (0, 1), ""
    for candidate in DELIMITERS:
        counts = [len(cells) for _line, cells in sample(new_lines(), candidate, quotechar)]
        found = max(_agreement(counts, counts[0]), _agreement(counts, _usual(counts), is_title=True))
        if found[1] > 1 and found > best:
            best, delimiter = found, candidate
    if delimiter:
        return delimiter
    first = [cells[0] for _line, cells in sample(new_lines(), "\x1e", quotechar) if cells]
    others = _OTHER_DELIMITERS.findall(first[0]) if first else []
    if others and all(others[0] in text for text in first):
        raise CsvRefused("one_column", others[0])
    return ","


def _agreement(counts: Sequence[int], width: int, *, is_title: bool = False) -> tuple[int, int]:
    if is_title:
        return (sum(count == width for count in counts), width) if len(counts) > 2 else (0, width)
    whole = sum(count == width for count in counts)
    return (whole if whole * 2 > len(counts) else sum(1 < count <= width for count in counts)), width


def _usual(counts: Sequence[int]) -> int:
    return Counter(count for count in counts if count > 1).most_common(1)[0][0] if max(counts, default=0) > 1 else 0


def sample(lines: Lines, delimiter: str, quotechar: str) -> Records:
    """The first records from where the lines stand."""
    found: list[tuple[int, tuple[str, ...]]] = []
    while len(found) <= SAMPLE_SIZE and (line := lines.take()) is not None:
        if line.text.strip():
            cells = () if line.code else read_quoted(line, lines, delimiter, quotechar, None).values
            found.append((line.number, cells))
    return found


def read_header(lines: Lines, delimiter: str, quotechar: str) -> list[str]:
    """The names as written. Columns without a name at the end of a very wide header are left out."""
    line = lines.take()
    if line is None or line.code or len(line.text) > MAX_FIELD_LENGTH:
        raise CsvRefused("header", line.code if line else "")
    row = read_quoted(line, lines, delimiter, quotechar, None)
    if row.problem:
        raise CsvRefused("header", row.problem.code)
    names = list(row.values)
    while len(names) > MAX_COLUMNS and not names[-1].strip():
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise CsvRefused("too_many_columns", str(len(names)))
    return names


def unique_names(names: Sequence[str], line: int = 1) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The names of the header at this line, each once, and what is odd about them."""
    like_values = ROW if _known_names(names) < _KNOWN_NAMES else VALUES
    header: list[str] = []
    notes: list[Problem] = []
    last = max((number for number, name in enumerate(names, start=1) if name.strip()), default=0)
    for number, name in enumerate(names, start=1):
        cleaned = one_line(name)[:MAX_NAME_LENGTH].rstrip()
        unique, again = cleaned or f"column {number}", 2
        while unique in header:
            unique, again = f"{cleaned or f'column {number}'} ({again})", again + 1
        if not cleaned:
            notes += [Problem(unique, "blank_header")] if number < last else []
        elif unique != cleaned:
            notes.append(Problem(unique, "duplicate_header", cleaned))
        if is_value(cleaned) and not any(note.code == like_values for note in notes):
            notes.append(Problem(unique, like_values, str(line) if like_values == ROW else cleaned))
        header.append(unique)
    return tuple(header), tuple(notes)


def is_value(cell: str) -> bool:
    """Whether a cell is a number, a day, a phone or an address, which no column is called."""
    plain = cell[: 2 * MAX_NAME_LENGTH].strip("'\"= ")
    return any(shape.fullmatch(plain) for shape in (_ADDRESS_OR_NUMBER, _ADDRESSES, _PHONE))


def likely_header(records: Records, taken: int) -> int:
    """The line of a better header than the first record, at line `taken`: one with known names where the first has
    none, or one with names where the first has far fewer cells than most rows; else 0."""
    filled = [(line, [cell.strip() for cell in cells if cell.strip()]) for line, cells in records]
    if not filled:
        return 0
    usual = _usual([len(cells) for _line, cells in filled])
    is_narrow = usual > 1 and len(filled[0][1]) * 2 <= usual
    is_strange = not _known_names(filled[0][1])
    for line, cells in filled[1:_SEARCHED_LINES]:
        are_names = len(set(cells)) == len(cells) and not any(map(is_value, cells))
        is_better = (is_narrow and len(cells) >= usual) or (is_strange and _known_names(cells) >= _KNOWN_NAMES)
        if line != taken and are_names and is_better:
            return line
    return 0


def _known_names(cells: Sequence[str]) -> int:
    return sum(bool(field_of_name(cell)) for cell in cells)


def likely_rows(records: Records, kinds: Sequence[str]) -> int:
    """The line where rows begin below further lines of a header, which have words where all rows have addresses; else
    0."""
    if ADDRESS not in kinds:
        return 0
    at = kinds.index(ADDRESS)
    for number, (line, cells) in enumerate(records[:_MAX_HEADERS]):
        if len(cells) <= at or is_placeholder(cells[at]) or not cells[at].strip():
            return 0
        if any(map(is_address, cells)):
            return line if number and "@" in cells[at] else 0
    return 0
