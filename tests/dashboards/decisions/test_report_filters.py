"""Filters of reports: what may be chosen counts, and what may not is a problem of its own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.reports.filters import Option, Reach, read_filters

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)
REACH = Reach(
    {
        "queue": [Option("3", "SMB"), Option("4", "MQL")],
        "team": [Option("1", "Jakarta")],
        "source": [Option("9", "Trial")],
        "type": [Option("mql", "MQL")],
        "rep": [],
    }
)


def read(**query: str):
    return read_filters(query, REACH, at=AT, tz=JAKARTA)


def test_without_any_the_last_thirty_days_count():
    filters = read()
    assert (filters.period.key, filters.as_query(), filters.status) == ("30d", {}, 200)


def test_what_may_be_chosen_is_chosen():
    filters = read(queue="3", team="1", source="9", type="mql", period="2026-10")
    assert (filters.queue, filters.team, filters.source, filters.lead_type, filters.rep) == (3, 1, 9, "mql", None)
    assert filters.as_query() == {"period": "2026-10", "queue": "3", "team": "1", "source": "9", "type": "mql"}


@pytest.mark.parametrize(
    ("key", "text", "why", "status"),
    [
        ("queue", "5", "unknown", 404),
        ("rep", "1", "unknown", 404),
        ("queue", "9" * 19, "unknown", 404),
        ("queue", "9" * 30, "unreadable", 400),
        ("queue", "smb", "unreadable", 400),
        ("team", "-1", "unreadable", 400),
        ("source", "٣", "unreadable", 400),
        ("type", "7", "unreadable", 400),
        ("period", "soon", "unreadable", 400),
        ("from", "2027-01-01", "future", 400),
    ],
)
def test_what_may_not_counts_as_not_set_and_is_named(key: str, text: str, why: str, status: int):
    filters = read(**{"source": "9", key: text})
    found = [(problem.key, problem.why) for problem in filters.problems]
    assert (found, filters.status) == ([("period" if key == "from" else key, why)], status)
    assert (filters.queue, filters.period.key) == (None, "30d")


def test_bad_input_weighs_more_than_what_is_not_found():
    filters = read(queue="5", period="soon")
    assert (len(filters.problems), filters.status) == (2, 400)
