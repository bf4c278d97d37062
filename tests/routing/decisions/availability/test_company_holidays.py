"""A company's own holidays: their days, whom they are for, and how they meet public ones (F5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.company_holidays import (
    MAX_DAYS,
    CompanyDays,
    Holiday,
    days_between,
    is_for,
    merge_holidays,
)
from routing.decisions.availability.public_holidays import Region

CHRISTMAS, YEAR = date(2026, 12, 25), (date(2026, 1, 1), date(2026, 12, 31))
PUBLIC = [(CHRISTMAS, "Christmas Day")]


def closing(first: date = date(2026, 12, 24), last: date | None = None, **fields) -> CompanyDays:
    return CompanyDays(**({"name": "Closed", "first_on": first, "last_on": last or first} | fields))


def days(found: CompanyDays, first: date, last: date) -> list[str]:
    return [f"{on:%Y-%m-%d}" for on in days_between(found, first, last)]


@pytest.mark.parametrize(
    ("year", "found"), [(2023, []), (2024, ["2024-02-29"]), (2026, ["2026-02-28"]), (2028, ["2028-02-29"])]
)
def test_29_february_every_year_is_the_28th_in_other_years_and_not_before_it_was_set(year, found):
    leap = closing(date(2024, 2, 29), is_yearly=True)
    assert days(leap, date(year, 1, 1), date(year, 12, 31)) == found


def test_a_yearly_closing_over_new_year_comes_at_both_ends_of_a_year():
    over = closing(date(2025, 12, 30), date(2026, 1, 2), is_yearly=True)
    assert days(over, *YEAR) == ["2026-01-01", "2026-01-02", "2026-12-30", "2026-12-31"]
    assert days(over, date(2025, 1, 1), date(2025, 12, 31)) == ["2025-12-30", "2025-12-31"]


@given(
    first=st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, MAX_DAYS - 1),
    is_yearly=st.booleans(),
    seen=st.dates(date(2014, 1, 1), date(2034, 1, 1)),
    span=st.integers(0, 420),
)
def test_each_day_is_found_as_a_walk_over_the_years_finds_it(first, length, is_yearly, seen, span):
    found = closing(first, first + timedelta(days=length), is_yearly=is_yearly)

    def moved(day: date, years: int) -> date:
        try:
            return day.replace(year=day.year + years)
        except ValueError:
            return date(day.year + years, 2, 28)

    covered = set()
    for years in range(25 if is_yearly else 1):
        on, last = moved(found.first_on, years), moved(found.last_on, years)
        while on <= last:
            covered.add(on)
            on += timedelta(days=1)
    until = seen + timedelta(days=span)
    assert set(days_between(found, seen, until)) == {on for on in covered if seen <= on <= until}


@pytest.mark.parametrize(
    ("whom", "who"),
    [
        ({}, ["nowhere", "DE", "DE-BY", "AT", "team 1"]),
        ({"region": Region("DE")}, ["DE", "DE-BY"]),
        ({"region": Region("DE", "BY")}, ["DE-BY"]),
        ({"teams": frozenset({1, 2})}, ["team 1"]),
        ({"teams": frozenset()}, []),
    ],
)
def test_it_is_for_everybody_a_country_a_region_or_teams(whom, who):
    people = {
        "nowhere": (None, ()),
        "DE": (Region("DE"), ()),
        "DE-BY": (Region("DE", "BY"), ()),
        "AT": (Region("AT"), ()),
        "team 1": (Region("ID"), (1, 3)),
    }
    assert [name for name, place in people.items() if is_for(closing(**whom), *place)] == who


def test_a_public_and_a_company_holiday_on_one_day_are_one_with_both_names():
    week = closing(date(2026, 12, 24), date(2026, 12, 26))
    found = merge_holidays(PUBLIC, [week, closing(CHRISTMAS), closing(CHRISTMAS, name="Founding day")], *YEAR)
    assert [(day.on.day, day.name) for day in found] == [
        (24, "Closed"),
        (25, "Christmas Day; Closed; Founding day"),
        (26, "Closed"),
    ]


def test_a_working_day_cancels_the_public_holiday_and_nothing_else():
    peak = closing(date(2026, 12, 24), CHRISTMAS, name="Peak season", is_working_day=True)
    assert merge_holidays(PUBLIC, [peak], *YEAR) == [Holiday(CHRISTMAS, ("Christmas Day",), worked_for="Peak season")]
    assert not merge_holidays(PUBLIC, [peak], *YEAR)[0].is_day_off
    (both,) = merge_holidays(PUBLIC, [peak, closing(CHRISTMAS)], *YEAR)
    assert (both.is_day_off, both.name) == (True, "Closed")
