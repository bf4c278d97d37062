"""Columns and fields: what a mapping may be, and cells that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.csv.file import Row
from leads.decisions.csv.mapping import MappingProblem, cells_of_raw, mapping_problems, raw_of_row
from leads.decisions.facts.fields import FIELDS, Problem


@pytest.mark.parametrize(
    ("mapping", "defaults", "found"),
    [
        ({0: "email"}, {}, []),
        ({0: "phone", 1: ""}, {"source": "Fair", "lead_type": "mql", "score": "100"}, []),
        ({0: "company_name", 1: "last_name"}, {}, []),
        ({0: "website", 1: "name"}, {}, []),
        ({0: "company_name", 1: "city"}, {}, [("", "no_identifier", "")]),
        ({}, {}, [("", "no_identifier", "")]),
        ({0: "email", 1: "email"}, {}, [("1", "twice", "email")]),
        ({0: "email", 1: "shoe_size"}, {}, [("1", "unknown_field", "shoe_size")]),
        ({0: "email", 2: "phone"}, {}, [("2", "unknown_column", "")]),
        ({0: "email"}, {"score": "101"}, [("score", "out_of_range", "101")]),
        ({0: "email"}, {"score": "-1"}, [("score", "out_of_range", "-1")]),
        ({0: "email"}, {"score": "ten"}, [("score", "out_of_range", "ten")]),
        ({0: "email"}, {"lead_type": "lukewarm"}, [("lead_type", "unknown", "lukewarm")]),
        ({0: "email"}, {"source": "x" * 81}, [("source", "too_long", "80")]),
        ({0: "email"}, {"city": "Bogor"}, [("city", "not_a_default", "")]),
        ({0: "email"}, {"score": ""}, []),
    ],
)
def test_a_mapping_says_what_keeps_it_from_being_used(mapping, defaults, found):
    assert mapping_problems(mapping, defaults, 2) == tuple(MappingProblem(*each) for each in found)


def test_a_row_that_could_not_be_taken_apart_keeps_its_cells():
    header = ("Mail", "City")
    row = Row(7, ("a@example.com", "Bogor", "surplus"), Problem("", "column_count", "3"))
    raw = raw_of_row(row, {0: "email"}, header)
    assert raw == {"Mail": "a@example.com", "City": "Bogor", "column 3": "surplus"}
    assert cells_of_raw(raw, {0: "email"}, header) == ["a@example.com", "Bogor", "surplus"]


def test_a_row_that_is_no_row_keeps_its_text():
    raw = raw_of_row(Row(7, (), Problem("", "encoding", "caf\ufffd")), {0: "email"}, ("Mail", "City"))
    assert cells_of_raw(raw, {0: "email"}, ("Mail", "City")) == ["caf\ufffd"]


titles = st.lists(st.sampled_from(["Mail", "city", "email", "Phone 1", "email (column)", "x"]), unique=True, min_size=1)


@given(titles.flatmap(lambda header: st.tuples(st.just(header), st.permutations(FIELDS), st.data())))
def test_cells_come_back_as_they_were(made):
    header, fields, data = made
    columns = data.draw(st.sets(st.integers(0, len(header) - 1)))
    mapping = {column: fields[column] for column in columns}
    values = tuple(data.draw(st.lists(st.text(max_size=3), min_size=len(header), max_size=len(header))))
    assert cells_of_raw(raw_of_row(Row(2, values), mapping, header), mapping, header) == list(values)
