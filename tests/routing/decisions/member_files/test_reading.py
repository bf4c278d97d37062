"""Files of members are read with the reader of imports: letters, separators, titles, and what is no CSV."""

import pytest

from leads.decisions.csv.encoding import CsvRefused
from routing.decisions.member_files.reading import MAX_BYTES, asked_for, packed, read_file, unpacked
from routing.decisions.member_files.rows import MAX_ROWS


@pytest.mark.parametrize(
    ("content", "titles", "fields"),
    [
        (b"Email;Weight\nrina@x.id;1,5\n", ("Email", "Weight"), ["email", "weight"]),
        (b"\xef\xbb\xbfName\tWeight\r\nRina\t2\r\n", ("Name", "Weight"), ["name", "weight"]),
        ("Nama,Bobot\nRína,2\n".encode("utf-16"), ("Nama", "Bobot"), ["name", "weight"]),
        (b"Pool: SMB\n\nEmail,Order\nrina@x.id,1\nbudi@x.id,2\n", ("Email", "Order"), ["email", "position"]),
        (b"rina@x.id\nbudi@x.id\n", (), ["email"]),
        (b"rina@x.id", (), ["email"]),
        (b"sep=|\nEmail|Weight\nrina@x.id|2\n", ("Email", "Weight"), ["email", "weight"]),
    ],
)
def test_a_file_is_read_whatever_its_letters_and_separators(content: bytes, titles: tuple, fields: list):
    file = read_file(content)
    assert (file.titles, list(file.guess.values())) == (titles, fields)


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "empty", ""),
        (b" \r\n\r\n", "empty", ""),
        (b"Email,Weight\n", "no_rows", ""),
        (b"%PDF-1.7 ...", "not_text", "pdf"),
        (b"PK\x03\x04....xl/workbook.xml", "not_text", "spreadsheet"),
        (b"<html><table></table></html>", "not_text", "markup"),
        (b"a@x.id\n" * (MAX_ROWS + 1), "too_many_rows", str(MAX_ROWS)),
        (b"x" * (MAX_BYTES + 1), "too_large", str(MAX_BYTES)),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content: bytes, code: str, detail: str):
    with pytest.raises(CsvRefused) as refused:
        read_file(content)
    assert (refused.value.code, refused.value.detail) == (code, detail)


def test_a_person_says_where_the_titles_are_and_how_the_letters_are_written():
    content = "Rina,Hartono\nAyşe,Yılmaz\n".encode("cp1254")
    file = read_file(content, asked_for(encoding="cp1254", header_line=0))
    assert [row.values for row in file.rows] == [("Rina", "Hartono"), ("Ayşe", "Yılmaz")]
    assert file.titles == ()
    assert read_file(content, asked_for(encoding="cp1254", header_line=1)).titles == ("Rina", "Hartono")
    assert file.mark != read_file(content, asked_for(encoding="cp1254", header_line=1)).mark


def test_lines_keep_their_numbers_and_broken_ones_their_reason():
    file = read_file(b'Email,Weight\nrina@x.id,1\n\nbudi@x.id,1,2,3\n"citra@x.id,2\n')
    assert [(row.line, row.problem and row.problem.code) for row in file.rows] == [
        (2, None),
        (4, "too_many_cells"),
        (5, "cut_off"),
    ]


def test_a_file_travels_with_the_form_and_nothing_larger():
    content = b"Email\n" + b"rina@x.id\n" * 5_000
    text = packed(content)
    assert (unpacked(text), len(text) < 1_000) == (content, True)
    for wrong in ("", "not base64!", "QUJD", text[:-8], "A" * 2_000_000):
        with pytest.raises(ValueError, match="."):
            unpacked(wrong)
    bomb = packed(b"0" * (MAX_BYTES + 1))
    with pytest.raises(ValueError, match="too long"):
        unpacked(bomb)
