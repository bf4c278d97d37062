"""CSV files: what is refused, what is read, and good rows around bad ones."""

import io
import zipfile

import pytest

from leads.decisions.csv.file import HEAD_BYTES, CsvRefused, CsvShape, Row, inspect_csv, read_rows
from leads.decisions.csv.letters import letters_of
from leads.decisions.facts.normalisation import Problem


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


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "empty", ""),
        (b"\xef\xbb\xbf", "empty", ""),
        (b"\n \r\n\n", "empty", ""),
        (b"sep=;\n", "empty", ""),
        (b"email,name\n", "no_rows", ""),
        (b"email,name\n,\n\n", "no_rows", ""),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_text", "pdf"),
        (b"\n%PDF-1.7\n", "not_text", "pdf"),
        (a_spreadsheet(), "not_text", "spreadsheet"),
        (b"PK\x03\x04" + b"\x00" * 50, "not_text", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "not_text", "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text", "image"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_text", "markup"),
        (b'[{"email": "dewi@example.com"}]', "not_text", "markup"),
        (b"em\x00ail,name\na,b\n", "not_text", "binary"),
        (bytes(range(256)) * 20, "not_text", "binary"),
        (b"email:name\na@example.com:A\n", "one_column", ":"),
        (b",".join(b"c%d" % number for number in range(201)) + b"\n", "too_many_columns", "201"),
        (b"x" * (HEAD_BYTES + 1), "header", "too_long"),
        (b'"email,name\na,b\nc,d\n', "header", "open_quote"),
    ],
)
def test_inspect_refuses_what_is_no_table(content, code, detail):
    assert refusal(content) == (code, detail)


def test_inspect_refuses_files_over_the_limit():
    assert refusal(b"email\na@example.com\n", limit=10) == ("too_large", "20")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_read_every_encoding_and_line_end(encoding, end):
    content = end.join(["nama;kota", "José;Bogor", '"Zoë\nMüller";Depok', ""]).encode(encoding)
    assert shape_of(content).header == ("nama", "kota")
    assert good(content) == [("José", "Bogor"), ("Zoë\nMüller", "Depok")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_inspect_names_the_encoding(encoding):
    assert shape_of("nama,kota\nJosé,Bogor\n".encode(encoding)).encoding == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_inspect_finds_the_delimiter(delimiter):
    lines = [["name", "note", "size"], [f'"a{delimiter} b; c"', "x", '"1,5"'], ["d", "y", '"2,5"']]
    content = "\n".join(delimiter.join(line) for line in lines)
    names = ("name", "note", "size")
    assert shape_of(content.encode()) == CsvShape("utf-8", delimiter, names, titles=names, kinds=("x", "x", "#"))
    assert good(content.encode()) == [(f"a{delimiter} b; c", "x", "1,5"), ("d", "y", "2,5")]


def test_inspect_takes_the_delimiter_that_a_spreadsheet_names():
    content = b"sep=;\nname;a,b\nDewi;1,2\n"
    assert shape_of(content).header == ("name", "a,b")
    assert read(content) == [Row(3, ("Dewi", "1,2"))]


def test_inspect_takes_a_file_of_one_column():
    assert good(b"email\na@example.com\nb@example.com\n") == [("a@example.com",), ("b@example.com",)]


def test_inspect_takes_a_hundred_columns():
    content = b",".join(b"c%d" % number for number in range(100)) + b"\n" + b",".join([b"x"] * 100) + b"\n"
    assert good(content) == [("x",) * 100]


def test_inspect_makes_header_names_unique_and_says_so():
    shape = shape_of(b"email,,Email,email,email\n1,2,3,4,5\n")
    assert shape.header == ("email", "column 2", "Email", "email (2)", "email (3)")
    assert shape.notes == (
        Problem("column 2", "blank_header"),
        Problem("email (2)", "duplicate_header", "email"),
        Problem("email (3)", "duplicate_header", "email"),
    )


def test_inspect_notes_a_first_line_that_is_no_header():
    notes = shape_of(b"Dewi,dewi@example.com\nBudi,budi@example.com\n").notes
    assert notes == (Problem("dewi@example.com", "looks_like_row", "1"),)
    assert shape_of(b"email,2026\na@example.com,1\n").notes == (Problem("2026", "looks_like_row", "1"),)
    assert shape_of(b"email,city,2026\na@example.com,b,1\n").notes == (Problem("2026", "looks_like_values", "2026"),)


def test_rows_begin_behind_a_header_of_several_lines():
    assert read(b'"first\nname",city\nDewi,Bogor\n') == [Row(3, ("Dewi", "Bogor"))]


def test_rows_skip_blank_lines_and_count_physical_ones():
    content = b'a,b\n\n1,"x\ny"\n,\n  \n3,4\n'
    assert read(content) == [Row(3, ("1", "x\ny")), Row(7, ("3", "4"))]


def test_rows_drop_empty_cells_behind_the_last_column():
    assert read(b"a,b\n1,2,,\n") == [Row(2, ("1", "2"))]


def test_rows_read_quotes_behind_a_space_and_doubled_ones():
    assert good(b'a,b\n1, "x, ""y"""\n') == [("1", 'x, "y"')]


def test_rows_leave_a_quote_within_a_field_alone():
    assert good(b'a,b\n1,5" pipe\n2,3\n') == [("1", '5" pipe'), ("2", "3")]


def test_rows_report_more_cells_than_columns_with_what_was_found():
    assert read(b"a,b\n2,3\n4,5,6\n") == [
        Row(2, ("2", "3")),
        Row(3, ("4", "5", "6"), Problem("", "too_many_cells", "3")),
    ]


@pytest.mark.parametrize(
    "after",
    [
        [b"3,4", b"5,6"],
        [b'"3","4"', b'"5","6"'],
        [b'3,"4"', b'5,"6"'],
        [b'"3",4', b'"5",6'],
        [b"3,4"] * 500,
    ],
)
def test_rows_go_on_behind_a_quote_left_open(after):
    content = b"\n".join([b"a,b", b"0,0", b'1,"open', *after])
    expected = [("0", "0")] + [tuple(line.decode().replace('"', "").split(",")) for line in after]
    assert good(content) == expected
    assert bad(content) == [(3, "open_quote")]


def test_rows_between_a_quote_left_open_and_a_stray_one_are_kept():
    content = b'a,b,c,d\n1,2,"open,4\n1,2,3,4\n5,6,7,8\n1,2,5",4\n'
    assert bad(content) == [(2, "open_quote")]
    assert good(content) == [("1", "2", "3", "4"), ("5", "6", "7", "8"), ("1", "2", '5"', "4")]


def test_rows_survive_an_open_quote_on_every_line():
    content = b"a,b\n" + b'1,"open\n' * 2000
    assert len(bad(content)) == 2000
    assert good(content) == []


def test_rows_report_nul_and_broken_encoding_where_they_are():
    content = b"name,city\n" + "José,Bogor\n".encode() * 5 + b"a\x00,b\nJos\xc3,c\nd,e\n"
    assert bad(content) == [(7, "nul"), (8, "encoding")]
    assert good(content)[-1] == ("d", "e")


def test_rows_read_a_western_line_late_in_a_plain_file():
    content = b"name,city\n" + b"a,b\n" * 20_000 + "José,Bogor\n".encode("cp1252")
    shape = shape_of(content, letters=letters_of(content))
    assert list(read_rows(io.BytesIO(content), shape))[-1].values == ("José", "Bogor")


def test_rows_report_broken_utf_16():
    content = "a,b\n1,2\n".encode("utf-16") + b"\x00\xd8" + ",x\n3,4\n".encode("utf-16-le")
    assert bad(content) == [(3, "encoding")]
    assert good(content) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    "huge", [b"x" * 150_000, b'"' + b"x" * 150_000 + b'"', b"x" * 3_000_000, b'"' + b"x" * 3_000_000 + b'"']
)
def test_rows_report_a_field_that_is_too_long(huge):
    content = b"a,b\n1," + huge + b"\n3,4\n"
    assert bad(content) == [(2, "too_long")]
    assert good(content) == [("3", "4")]


def test_rows_read_long_texts_over_many_lines():
    letter = "\n".join(["a line, with a comma"] * 90)
    assert good(f'a,b\n1,"{letter}"\n3,4\n'.encode()) == [("1", letter), ("3", "4")]


def test_rows_read_a_text_of_many_more_lines():
    letter = "\n".join(["Dear Sari,", "", "we would like to see, hear and try it, today."] * 60)
    assert good(f'a,b,c\n1,2,"{letter}"\n3,4,5\n'.encode()) == [("1", "2", letter), ("3", "4", "5")]


@pytest.mark.parametrize("line", ["ten signs.", "sari@nila.co.id", "a line of a text, with commas, and so on"])
def test_rows_report_a_long_cell_over_many_lines_once(line):
    cell = "\n".join([line] * (1_000_000 // (len(line) + 1)))
    content = f'a,b,c,d\n0,0,0,0\n1,2,"{cell}",3\n4,5,6,7\n'.encode()
    assert bad(content) == [(3, "too_long")]
    assert good(content) == [("0", "0", "0", "0"), ("4", "5", "6", "7")]


def test_rows_between_stray_quotes_far_apart_are_kept():
    rows = [b"%d,b,c" % number for number in range(300)]
    content = b"\n".join([b"a,b,c", b'x,"open,c', *rows, b'y,b,24"', b"1,2,3"])
    assert bad(content) == [(2, "open_quote")]
    assert [row[0] for row in good(content)] == [*map(str, range(300)), "y", "1"]


@pytest.mark.parametrize("lines", [3, 150, 5_000])
def test_rows_report_a_file_that_ends_within_a_cell_at_its_line(lines):
    content = b'a,b,c,d\n1,2,3,4\n5,6,7,"' + b"Dear Sari\n" * lines
    assert (good(content), bad(content)[0]) == ([("1", "2", "3", "4")], (3, "cut_off"))
    assert len(bad(content)) == (1 if lines > 100 else lines)


def test_rows_hold_little_of_a_large_file():
    class Endless:
        """Half a million rows, of which only a piece is ever there."""

        def __init__(self):
            self.left, self.most = 32, 0

        def read(self, size):
            self.left -= 1
            self.most = max(self.most, size)
            return b"1,2\n" * (size // 4) if self.left else b""

    stream = Endless()
    shape = CsvShape("utf-8", ",", ("a", "b"))
    assert sum(1 for _ in read_rows(stream, shape)) == 31 * (stream.most // 4) - 1
    assert stream.most == 64 * 1024
