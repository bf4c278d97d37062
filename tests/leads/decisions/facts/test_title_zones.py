"""Titles of columns that name the zone of their times."""

from datetime import UTC, timedelta, timezone

import pytest

from leads.decisions.csv.columns import guess_mapping
from leads.decisions.csv.last_time import same_columns
from leads.decisions.csv.survey import date_reading
from leads.decisions.facts.title_zones import zone_of, zone_of_title

NAMED = {
    "Create Date (GMT+2)": "GMT+2",
    "Create Date (GMT+7) (2)": "GMT+7",
    "Create Date (MM/DD/YYYY) (GMT-0330)": "GMT-3:30",
    "Created (GMT \u22123)": "GMT-3",
    "Created (+07:00)": "GMT+7",
    "Created [UTC+05:30]": "GMT+5:30",
    "Created (time zone: GMT+8)": "GMT+8",
    "Time (UTC)": "GMT",
    "Created (in UTC)": "GMT",
    "Created (EST)": "GMT-5",
    "Zeitstempel (MEZ)": "GMT+1",
    "Waktu (WIB)": "GMT+7",
    "Waktu WIB": "GMT+7",
    "created_at_utc": "GMT",
    "Create Date GMT+2": "GMT+2",
}
NOT_NAMED = (
    "Created",
    "Created ()",
    "Created (required)",
    "Created (local time)",
    "Created (+2)",
    "Created (GMT+99)",
    "Fecha est",
    "(" * 5_000,
)


@pytest.mark.parametrize(("title", "zone"), NAMED.items())
def test_a_title_names_a_zone(title, zone):
    assert zone_of_title(title) == zone


@pytest.mark.parametrize("title", NOT_NAMED)
def test_any_other_words_name_none(title):
    assert zone_of_title(title) == ""


@pytest.mark.parametrize("title", ["Time (UTC)", "Created UTC", "Timestamp (UTC)", "created_at_utc", "Waktu WIB"])
def test_a_zone_does_not_hide_what_a_column_is(title):
    assert guess_mapping([title, "Email"]) == {0: "captured_at", 1: "email"}


def test_a_last_visit_with_a_zone_is_not_when_a_lead_came():
    assert guess_mapping(["Last visit date (UTC)", "Last login time (UTC)", "Email"]) == {0: "", 1: "", 2: "email"}


def test_a_column_is_the_same_in_summer_and_in_winter():
    found = same_columns(["Email", "Create Date (GMT+1)"], ["Create Date (GMT+2)", "Email"])
    assert (found.column_of, found.percent) == ({0: 1, 1: 0}, 100)


def test_only_the_column_of_the_moment_counts():
    header = ["Closed (EST)", "Created (GMT+5:30)", "Email (UTC)"]
    assert date_reading(None, {1: "captured_at", 2: "email"}, header, {}) == {"zones": {"captured_at": "GMT+5:30"}}
    assert date_reading(None, {2: "email"}, header, {}) == {}


def test_a_kept_zone_is_used_else_that_of_the_company():
    kept = zone_of({"zones": {"captured_at": "GMT-3:30"}}, UTC)
    assert kept == timezone(-timedelta(hours=3, minutes=30))
    assert [zone_of(reading, UTC) for reading in ({}, {"zones": {}}, {"zones": {"captured_at": "?"}})] == [UTC] * 3
