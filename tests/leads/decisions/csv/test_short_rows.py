"""Rows that lack their last cells are rows; parts of rows are none."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.csv.file import CsvShape, inspect_csv, read_rows
from leads.decisions.csv.header import DELIMITERS
from tests.effort import examples

HEAD = "Name,Email,Note,Company"
WHOLE = ["Sari,sari@nila.co.id,call,Nila", "Dewi,dewi@maju.co.id,tea,Maju"]


def read(*lines, header=HEAD, end="\n"):
    content = end.join([header, *lines, ""]).encode()
    return list(read_rows(io.BytesIO(content), inspect_csv(content, len(content))))


def outcome(*lines, **given):
    """The names of the rows that are read, and the problems of the others by line."""
    rows = read(*lines, **given)
    good = [row.values[0] for row in rows if row.problem is None]
    return good, {row.line: row.problem.code for row in rows if row.problem}


def test_missing_cells_are_empty():
    rows = read("Sari Ayu,sari@nila.co.id,call,Hotel Nila", "Budi,budi@nila.co.id", "Citra,citra@nila.co.id,Nila")
    assert [row.values for row in rows] == [
        ("Sari Ayu", "sari@nila.co.id", "call", "Hotel Nila"),
        ("Budi", "budi@nila.co.id", "", ""),
        ("Citra", "citra@nila.co.id", "Nila", ""),
    ]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("Name,Email,Note,Company", ["A,a@x.co", "B,b@x.co,tea", "C,c@x.co"]),
        ("Name,Email,,", ["A,a@x.co", "B,b@x.co", "C,c@x.co"]),
        ("Name,Email,,,,,", ["A,a@x.co,x,y,z", "B,b@x.co", "C"]),
        ("Name;Email;Note", ["A;a@x.co", "B;b@x.co", "C;c@x.co"]),
        ("Name\tEmail\tNote", ["A\ta@x.co", "B", "C\tc@x.co"]),
        ("Name,Phone,Note", ["A,+6281234567", "B,n/a", "C"]),
        ("Name,Email,Note", ['"A","a@x.co"', '"B","b@x.co"', '"C","c@x.co"']),
        ("Name,Email,Note,City", ['A,a@x.co,"two\nlines"', "B,b@x.co", "C,-"]),
    ],
    ids=["most are short", "empty names at the end", "many empty names", ";", "tab", "no e-mail", "quoted", "a text"],
)
def test_short_rows_are_rows_however_many_there_are(header, lines):
    assert outcome(*lines, header=header) == (["A", "B", "C"], {})


def test_a_separator_without_quotation_marks_makes_no_lead_of_wrong_cells():
    rows = outcome(*WHOLE, "Ayu, Budi,b@nila.co.id,x,Nila", "Ayu, Budi,b@nila.co.id", "Ayu, Budi,b@nila.co.id,x")
    assert rows == (["Sari", "Dewi"], {4: "too_many_cells", 5: "shifted", 6: "shifted"})


def test_a_wrong_address_is_no_sign_of_moved_cells():
    assert outcome(*WHOLE, "Ayu,nobody,x,Nila", "Budi,none", "Citra,nobody") == (
        ["Sari", "Dewi", "Ayu", "Budi", "Citra"],
        {},
    )


def test_a_line_break_without_quotation_marks_makes_no_lead_of_half_a_row():
    rows = outcome(*WHOLE, "Ayu,ayu@nila.co.id,likes tea", "and coffee,Hotel Nila", "Budi,budi@nila.co.id")
    assert rows == (["Sari", "Dewi", "Budi"], {4: "cut_row", 5: "cut_row"})


def test_a_row_in_three_parts_is_refused_as_a_whole():
    rows = outcome(*WHOLE, "Ayu,ayu@nila.co.id,likes tea", "and", "coffee,Hotel Nila")
    assert rows == (["Sari", "Dewi"], {4: "cut_row", 5: "cut_row", 6: "cut_row"})


def test_a_file_that_ends_within_a_cell_loses_only_that_row():
    lines = [*WHOLE, 'Ayu,ayu@nila.co.id,"likes tea', "and coffee, and", "mil"]
    assert outcome(*lines) == (["Sari", "Dewi"], {4: "cut_off", 5: "after_quote", 6: "after_quote"})


def test_behind_a_quotation_mark_left_open_rows_begin_again_with_a_whole_one_or_an_address():
    lines = [WHOLE[0], 'Ayu,ayu@nila.co.id,"likes tea', "and coffee", "Budi,budi@nila.co.id", "Citra", WHOLE[1]]
    assert outcome(*lines) == (["Sari", "Budi", "Citra", "Dewi"], {3: "open_quote", 4: "after_quote"})


def test_a_header_again_is_no_row():
    joined = outcome(WHOLE[0], HEAD, WHOLE[1], "\ufeff" + HEAD, "Budi,budi@nila.co.id")
    assert joined == (["Sari", "Dewi", "Budi"], {3: "header_again", 5: "header_again"})


def test_the_last_row_before_a_joined_file_is_kept_although_it_has_no_line_end():
    assert outcome(WHOLE[0], WHOLE[1] + "\ufeff" + HEAD, "Budi,budi@nila.co.id") == (["Sari", "Dewi", "Budi"], {})
    assert outcome(WHOLE[0], "Dewi,dewi@maju.co.id\ufeff" + HEAD, WHOLE[1]) == (["Sari", "Dewi", "Dewi"], {})


CELL = st.text(alphabet="ab1@. é", max_size=5).filter(lambda text: text == text.strip())


@given(st.lists(st.lists(CELL, min_size=1, max_size=4).filter(any), max_size=12), st.sampled_from(DELIMITERS))
@settings(max_examples=examples(200), deadline=None)
def test_without_a_sign_of_the_contrary_every_short_row_is_read_with_empty_cells(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("w", "x", "y", "z"), *rows])
    shape = CsvShape("utf-8", delimiter, ("w", "x", "y", "z"))
    found = [row.values for row in read_rows(io.BytesIO(out.getvalue().encode()), shape)]
    assert found == [tuple(row + [""] * (4 - len(row))) for row in rows]


DIALECTS = st.tuples(
    st.sampled_from(DELIMITERS), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
)
TEXT = st.text(alphabet='ab,;\t|"\n é', max_size=6)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=10), DIALECTS, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=examples(200), deadline=None)
def test_any_table_that_the_csv_module_writes_is_read_back(table, dialect, end):
    delimiter, quoting = dialect
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([("x", "y", "z"), *table])
    shape = CsvShape("utf-8", delimiter, ("x", "y", "z"))
    found = list(read_rows(io.BytesIO(out.getvalue().encode()), shape))
    blank = f"{delimiter} \t"
    written = [row for row in table if any(value.strip(blank) for value in row)]
    read_back = [row for row in found if any(value.strip(blank) for value in row.values)]
    assert [row.problem for row in read_back] == [None] * len(written)
    assert [[value.lstrip(" ") for value in row.values] for row in read_back] == [
        [value.lstrip(" ") for value in row] for row in written
    ]
