"""Pasted lists of holidays: good lines as they are meant, bad ones with their numbers (F5)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.holiday_lines import BadLine, HolidayLine, LineProblem, read_lines

DAY, LAST = date(2026, 12, 24), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("line", "last", "name"),
    [
        ("2026-12-24 Company day", DAY, "Company day"),
        ("2026-12-24,Company day", DAY, "Company day"),
        ('2026-12-24;"Company day"', DAY, "Company day"),
        ("2026-12-24\tCompany day", DAY, "Company day"),
        ("  2026-12-24 - Company  day ", DAY, "Company day"),
        ("2026-12-24 to 2026-12-31 Closed", LAST, "Closed"),
        ("2026-12-24 - 2026-12-31: Closed", LAST, "Closed"),
        ("2026-12-24..2026-12-31 Closed", LAST, "Closed"),
        ("2026-12-24,2026-12-31,Closed", LAST, "Closed"),
        ("2026-12-24 2026-12-31 Closed", LAST, "Closed"),
        ("2026-12-24 2026 party", DAY, "2026 party"),
    ],
)
def test_a_line_is_a_day_or_two_and_a_name(line, last, name):
    assert read_lines(line) == ([HolidayLine(DAY, last, name)], [])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Company day", LineProblem.NO_DAY),
        ("24.12.2026 Company day", LineProblem.NO_DAY),
        ("2026-12-245 Company day", LineProblem.NO_DAY),
        ("2026-13-01 Company day", LineProblem.NO_SUCH_DAY),
        ("2027-02-29 Company day", LineProblem.NO_SUCH_DAY),
        ("2026-12-24 to 2026-12-32 Closed", LineProblem.NO_SUCH_DAY),
        ("1026-12-24 Company day", LineProblem.YEAR),
        ("9999-12-31 Company day", LineProblem.YEAR),
        ("2026-12-24 to 2026-12-23 Closed", LineProblem.ENDS_BEFORE),
        ("2026-01-01 to 2027-02-04 Closed", LineProblem.TOO_LONG),
        ("2026-12-24", LineProblem.NO_NAME),
        ("2026-12-24 to 2026-12-31", LineProblem.NO_NAME),
        ("2026-12-24 " + "x" * 121, LineProblem.LONG_NAME),
    ],
)
def test_a_bad_line_says_what_is_wrong(line, problem):
    assert read_lines(f"\n2026-01-01 Good\n{line}")[1] == [BadLine(3, problem)]


def test_a_line_that_comes_twice_is_named():
    assert read_lines("2026-12-24 A\n2026-12-24 B\n2026-12-24, A")[1] == [BadLine(3, LineProblem.TWICE)]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text):
    good, bad = read_lines(text)
    assert len(good) + len(bad) == sum(1 for line in text.splitlines() if line.strip())
