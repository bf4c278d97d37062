"""The order of the dates of a column, judged from all of its cells."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.csv.date_columns import DateColumn, DateEvidence, judged, kept, read_back
from leads.decisions.facts.moments import possible_orders, read_moment


def column(*cells: str, habit: str = "day") -> DateColumn:
    evidence = DateEvidence()
    for line, cell in enumerate(cells, start=2):
        evidence.see(line, cell)
    return judged(evidence, habit=habit)


def test_rows_that_prove_the_month_first_decide_for_all():
    found = column("11/13/2026", "11/06/2026", "11/25/2026")
    assert (found.order, found.is_proven, found.sample) == ("month", True, "11/13/2026")
    assert found.proofs == (("month", 2, "11/13/2026"), ("month", 4, "11/25/2026"))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/11/2026", "06/11/2026"], "day"),
        (["16.11.26", "17.11.26", "31.12.26"], "day"),
        (["26-11-16", "26-11-30", "27-01-31"], ""),
        (["99/12/31", "98/01/05"], "year"),
        (["11/25/26", "11/06/26"], "month"),
        (["2026-11-16", "16 Nov 2026", "soon"], ""),
        (["1763258400", "1763258500"], "seconds"),
    ],
)
def test_a_column_proves_its_order(cells, order):
    found = column(*cells)
    assert found.order == order or not found.is_proven


@pytest.mark.parametrize(("habit", "order"), [("day", "day"), ("month", "month"), ("year", "day")])
def test_a_column_that_proves_nothing_takes_the_habit_and_says_so(habit, order):
    found = column("06/11/2026", "05/04/2026", habit=habit)
    assert (found.order, found.is_proven, found.sample) == (order, False, "06/11/2026")


def test_a_column_that_contradicts_itself_names_the_lines():
    found = column("13/11/2026", "06/11/2026", "11/13/2026")
    assert (found.order, found.proofs) == ("mixed", (("day", 2, "13/11/2026"), ("month", 4, "11/13/2026")))


def test_numbers_among_other_cells_are_no_seconds():
    assert column("1763258400", "soon").order == ""


@given(st.permutations(["13/11/2026", "06/11/2026", "11/11/2026", "soon", "2026-11-16", "01/02/2026"]))
def test_the_order_of_the_rows_changes_nothing(cells):
    assert column(*cells).order == "day"


@given(st.lists(st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}", fullmatch=True), max_size=8))
def test_each_date_of_an_agreeing_column_is_read(cells):
    found = column(*cells)
    assert read_back(kept(found)) == found
    for cell in cells:
        if found.order not in ("", "mixed") and possible_orders(cell):
            assert read_moment(cell, UTC, order=found.order) is not None
