"""No cell of an export runs as a formula, however a spreadsheet cuts the file; nothing else writes such files (J5)."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.csv.safe_cell import safe_cell, safe_row
from leads.presenters.csv_response import csv_response
from tests.effort import examples
from tests.test_architecture import SOURCES

DDE = "=cmd|' /C calc'!A0"
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
HIDDEN = ["", " ", "\xa0", "\u200b", "\ufeff", "\u2060\u200d", "\u3000", "\xad", '"']
RUNS = re.compile(rf"[\"\s\u200b-\u200d\u2060\ufeff\xad]*[{re.escape(SIGNS)}]")


@pytest.mark.parametrize(
    "value", ["=1+1", DDE, "+62 812", "-2+3", "@SUM(A1)", " =1", "＝1", "﹢1", "\u200b=1", "\u3000\ufeff=1", "-", "+a"]
)
def test_safe_cell_disarms_what_could_be_a_formula(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    "value",
    ["", "Dewi", "-12.5", "+6281234567890", "12", "a=b", "dewi@example.com", "'quoted", "1-2", "0,5", "a, b; c | d"],
)
def test_safe_cell_leaves_the_rest(value):
    assert safe_cell(value) == value


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "\n", "\r\n", "\v", "\u2028", "；"])
def test_a_formula_behind_a_delimiter_of_any_spreadsheet_is_disarmed(delimiter, hidden):
    assert safe_cell(f"x{delimiter}{hidden}{DDE}") == f"x{delimiter}'{hidden}{DDE}"


@pytest.mark.parametrize("value", ["\t=1", "\n=1", "\r=1"])
def test_a_delimiter_at_the_start_is_disarmed_twice(value):
    assert safe_cell(value) == f"'{value[0]}'{value[1:]}"


def test_a_number_at_the_start_of_a_line_cannot_go_on_as_a_formula():
    row = ["+6281", "1*cmd|' /C calc'!A0", "-2"]
    assert safe_row(row) == ["'+6281", "1*cmd|' /C calc'!A0", "-2"]


@given(
    st.lists(st.text(st.sampled_from([*SIGNS, *";,|\t\n\r\"' x1", "\u200b"]), max_size=8), min_size=1, max_size=3),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=examples(300))
def test_no_reading_of_a_file_finds_a_formula(cells, delimiter):
    """As a spreadsheet reads it that cuts at this delimiter, with quotes and without."""
    text = csv_response("a.csv", cells, [cells]).content.decode().removeprefix("\ufeff")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        found = [cell for row in csv.reader(StringIO(text, ""), delimiter=delimiter, quoting=quoting) for cell in row]
        assert [cell for cell in found if RUNS.match(cell) and not re.fullmatch(r'"?[+-]\d+"?', cell)] == []


def test_one_place_alone_writes_files_for_spreadsheets():
    """Every other export goes through it."""
    marks = re.compile(r"csv\.(?:writer|DictWriter)|text/csv;|\bxlsx\b|application/vnd\.(?:ms-excel|openxml)")
    assert [path.name for path in SOURCES if marks.search(path.read_text())] == ["csv_response.py"]
