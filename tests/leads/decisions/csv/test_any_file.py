"""Files of any content are read or refused, and cells go in and out unharmed."""

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.csv.file import HEAD_BYTES, CsvRefused, CsvShape, inspect_csv, raw_by_field, read_rows
from tests.effort import examples


def shape_of(content, **options):
    return inspect_csv(content[:HEAD_BYTES], len(content), **options)


def read(content):
    return list(read_rows(io.BytesIO(content), shape_of(content)))


def good(content):
    return [row.values for row in read(content) if row.problem is None]


def bad(content):
    return [(row.line, row.problem.code) for row in read(content) if row.problem]


def refusal(content, **options):
    with pytest.raises(CsvRefused) as refused:
        shape_of(content, **options)
    return refused.value.code, refused.value.detail


def a_spreadsheet():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


CELLS = st.text(alphabet='ab,;"\n é', max_size=6)
TABLE = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)


def written(table, quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    writer.writerow(("x", "y", "z"))
    writer.writerows(table)
    return out.getvalue().encode()


SHAPE = CsvShape("utf-8", ",", ("x", "y", "z"))


@given(TABLE, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.integers(1, 40))
@settings(max_examples=examples(200), deadline=None)
def test_rows_read_what_the_csv_module_writes(table, quoting, piece):
    class Drip(io.BytesIO):
        """Gives a few bytes at a time, so that lines, letters and line ends are torn."""

        def read(self, size=-1):
            return super().read(piece)

    expected = [tuple(value.lstrip(" ") for value in row) for row in table if any(value.strip(" \t,") for value in row)]
    found = [
        row
        for row in read_rows(Drip(written(table, quoting)), SHAPE)
        if any(value.strip(" \t,") for value in row.values)
    ]
    assert [row.problem for row in found] == [None] * len(found)
    assert [tuple(value.lstrip(" ") for value in row.values) for row in found] == expected


PLAIN = st.text(alphabet="abc é", min_size=1, max_size=5).filter(str.strip)
BROKEN = st.sampled_from(
    [b'"open', b'1,"open', b'1,2,"open', b"1", b"1,2,3,4", b"a\x00,b,c", b"\xff\xfe,2,3", b'"a"b,2', b'1,2,3,"open']
)


@given(st.lists(st.one_of(st.tuples(PLAIN, PLAIN, PLAIN), BROKEN), max_size=15), st.booleans())
@settings(max_examples=examples(300), deadline=None)
def test_rows_never_lose_a_good_row_around_a_bad_one(lines, quoted):
    expected = {number: line for number, line in enumerate(lines, start=2) if isinstance(line, tuple)}
    mark = '"' if quoted else ""
    body = [
        ",".join(f"{mark}{value}{mark}" for value in line).encode() if isinstance(line, tuple) else line
        for line in lines
    ]
    found = list(read_rows(io.BytesIO(b"\n".join([b"x,y,z", *body])), SHAPE))
    read_well = {row.line: tuple(value.strip() for value in row.values) for row in found if row.problem is None}
    assert {number: read_well.get(number) for number in expected} == {
        number: tuple(value.strip() for value in row) for number, row in expected.items()
    }
    assert len(found) == len(lines)
    assert [row.line for row in found] == list(range(2, len(lines) + 2))


@given(st.binary(max_size=300))
@settings(max_examples=examples(500), deadline=None)
def test_inspect_and_rows_answer_any_bytes(content):
    try:
        found = read(content)
    except CsvRefused as refused:
        assert refused.code
    else:
        assert all(row.problem or row.values for row in found)


@given(
    st.text(alphabet='abé,;\t|"\n\r\x00 1:', max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"])
)
@settings(max_examples=examples(300), deadline=None)
def test_inspect_and_rows_answer_any_text(text, encoding):
    try:
        found = read(text.encode(encoding))
    except CsvRefused as refused:
        assert refused.code
    else:
        assert len(found) >= 1


def test_as_raw_puts_values_under_fields_and_the_rest_under_its_header():
    header = ("mail", "Stage", "score", "mail 2", "name")
    mapping = {0: "email", 1: "", 3: "email"}
    values = ("a@example.com", "New", "hot", "b@example.com", "Dewi")
    assert raw_by_field(values, mapping, header) == {
        "email": "a@example.com",
        "Stage": "New",
        "score (column)": "hot",
        "mail 2": "b@example.com",
        "name (column)": "Dewi",
    }


def test_as_raw_takes_the_filled_one_of_two_columns_for_one_field():
    assert raw_by_field(("", "b@example.com"), {0: "email", 1: "email"}, ("one", "two")) == {"email": "b@example.com"}
