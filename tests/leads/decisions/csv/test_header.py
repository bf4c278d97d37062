"""Where the header stands and where rows begin: a person says it, a better place is suggested, never taken."""

import io

import pytest

from leads.decisions.csv.file import Asked, CsvRefused, first_lines, inspect_csv, read_rows
from leads.decisions.facts.fields import Problem

TITLES = b"Leads of November\n\nName,Email,Company\nSari,sari@nila.co.id,Nila\nBudi,budi@nila.co.id,Nila\n"
TWICE = b"Name,Email,Company\nNama,Surel,Perusahaan\nSari,sari@nila.co.id,Nila\nBudi,budi@nila.co.id,Nila\n"
NONE = b"Sari,sari@nila.co.id,Nila\nBudi,budi@nila.co.id,Nila\n"


def read(content, **asked):
    shape = inspect_csv(content, len(content), asked=Asked(**asked))
    rows = [row.values[0] for row in read_rows(io.BytesIO(content), shape) if row.problem is None]
    return shape.header, rows, [(note.code, note.value) for note in shape.notes]


def test_titles_above_the_header_are_only_said():
    assert read(TITLES) == (("Leads of November",), [], [("likely_header", "3")])


def test_titles_are_skipped_when_a_person_says_where_the_header_is():
    assert read(TITLES, header_line=3) == (("Name", "Email", "Company"), ["Sari", "Budi"], [])


@pytest.mark.parametrize(
    "above",
    [
        b"Report;;;\nMade;2026-11-16;;\n",
        b"Report\nMade on 2026-11-16, by Dewi\n",
        b"sep=;\nReport;;;\n",
        b"\n\nReport\n\n",
    ],
    ids=["as wide as the rows", "a comma in a title", "behind sep=", "blank lines"],
)
def test_a_header_below_titles_of_any_shape_is_suggested(above):
    content = above + b"Name;Email;City;Note\nSari;sari@nila.co.id;Bogor;x\nBudi;budi@nila.co.id;Depok\n"
    line = above.count(b"\n") + 1
    assert ("likely_header", str(line)) in read(content)[2]
    assert read(content, header_line=line) == (("Name", "Email", "City", "Note"), ["Sari", "Budi"], [])


def test_a_header_of_known_names_is_suggested_below_a_title_as_wide_as_the_rows():
    content = b"Export of 2 leads, 16 Nov\nName,Email,Company,Note\nSari,sari@nila.co.id\nBudi,budi@nila.co.id\n"
    assert read(content)[2] == [("likely_header", "2")]


def test_a_broken_first_row_is_no_second_header():
    content = b"Name,Address,Email\nSari,Jl. 1, Bogor,sari@nila.co.id\nBudi,Depok,b@nila.co.id\nTom,Solo,t@nila.co.id\n"
    assert read(content)[2] == []


def test_a_second_header_is_suggested_to_be_skipped_and_is_when_a_person_says_so():
    assert read(TWICE) == (("Name", "Email", "Company"), ["Sari", "Budi"], [("likely_rows", "3")])
    assert read(TWICE, rows_from=3) == (("Name", "Email", "Company"), ["Sari", "Budi"], [])


def test_a_file_without_a_header_gets_numbered_columns_and_keeps_its_first_row():
    assert read(NONE, header_line=0) == (("column 1", "column 2", "column 3"), ["Sari", "Budi"], [])


def test_short_rows_of_a_file_without_a_header_do_not_make_it_narrow():
    content = NONE + b"Citra\nDewi,dewi@nila.co.id\n"
    assert read(content, header_line=0)[:2] == (("column 1", "column 2", "column 3"), ["Sari", "Budi", "Citra", "Dewi"])


@pytest.mark.parametrize("line", [6, 50])
def test_a_header_that_is_not_there_is_refused(line):
    with pytest.raises(CsvRefused):
        read(TITLES, header_line=line)


def test_a_header_may_begin_at_a_later_line_and_have_several():
    content = b'Report\n"Full\nname",Email\nSari,sari@nila.co.id\n'
    assert read(content, header_line=2) == (("Full name", "Email"), ["Sari"], [])


def test_a_chosen_separator_and_encoding_are_taken():
    content = "Name;City,Note\nJürgen;Köln,x\n".encode("mac_roman")
    assert read(content, delimiter=",", encoding="mac_roman", header_line=1)[:2] == (
        ("Name;City", "Note"),
        ["Jürgen;Köln"],
    )


def test_empty_names_at_the_end_are_not_worth_a_word_and_do_not_count_as_too_many():
    content = b"Name,,Email" + b"," * 300 + b"\nSari,x,sari@nila.co.id\n"
    shape = inspect_csv(content, len(content))
    assert (len(shape.header), shape.notes) == (200, (Problem("column 2", "blank_header"),))


def test_the_first_lines_come_as_they_are():
    lines = first_lines(io.BytesIO(TITLES), inspect_csv(TITLES, len(TITLES)), 3)
    assert [(line.number, line.text) for line in lines] == [
        (1, "Leads of November"),
        (2, ""),
        (3, "Name,Email,Company"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "0812-3456-7890",
        "(0812) 3456-7890",
        "+62 (21) 555-1234 ext. 5",
        "WA 0812-3456-7890",
        "'+6281234567890",
        "sari@nila.co.id",
        "sari@nila.co.id / ayu@nila.co.id",
    ],
)
def test_a_first_line_with_a_phone_or_an_address_looks_like_a_row(cell):
    assert read(f"Sari,{cell}\nBudi,x\n".encode())[1:] == (["Budi"], [("looks_like_row", "1")])
    assert read(f"\n\nSari,{cell}\nBudi,x\n".encode())[2] == [("looks_like_row", "3")]
    assert read(f"Sari,{cell}\n".encode())[1:] == (["Sari"], [("only_row", "1")])
    assert read(f"Sari,{cell}\nBudi,x\n".encode(), header_line=0)[1:] == (["Sari", "Budi"], [])


@pytest.mark.parametrize("title", ["Phone 2", "Q1 2026", "WA", "Tel.", "E-mail (name@company)", "Address line 1"])
def test_a_title_with_a_digit_or_a_sign_is_no_row(title):
    assert read(f"Nickname,{title}\nBudi,x\n".encode())[2] == []


def test_a_header_alone_is_refused_when_a_person_says_that_it_is_one():
    with pytest.raises(CsvRefused, match="no_rows"):
        read(b"Sari,0812-3456-7890\n", header_line=1)
