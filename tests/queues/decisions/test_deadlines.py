"""Deadlines: defaults and overrides, the two clocks, exact edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queues.decisions.deadlines import (
    LimitRefused,
    NoSuchLeadType,
    contact_limit,
    due_at,
    is_overdue,
    wait_limit,
)
from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = WorkingHours(DEFAULT_HOURS, JAKARTA)
FRIDAY = datetime(2026, 3, 6, 16, 30, tzinfo=JAKARTA)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("lead_type", "hours"), [("hot_inbound", 1), ("mql", 4), ("warm", 24), ("cold", 72)])
def test_wait_limit_by_lead_type(lead_type, hours):
    assert wait_limit(lead_type, {}) == hours * HOUR


def test_wait_limit_takes_the_queues_own_number():
    overrides = {"mql": 30, "warm": None, "cold": 0}
    limits = [wait_limit(lead_type, overrides) for lead_type in ("mql", "warm", "cold")]
    assert limits == [HOUR / 2, 24 * HOUR, timedelta(0)]


def test_wait_limit_refuses_what_it_does_not_know():
    with pytest.raises(NoSuchLeadType):
        wait_limit("lukewarm", {})
    with pytest.raises(LimitRefused):
        wait_limit("mql", {"mql": -1})


@pytest.mark.parametrize(
    ("queue_minutes", "overrides", "minutes"),
    [(None, {}, 120), (45, {}, 45), (45, {"mql": 10}, 10), (45, {"cold": 10}, 45), (None, {"mql": None}, 120)],
)
def test_contact_limit_is_by_lead_type_then_by_queue_then_two_hours(queue_minutes, overrides, minutes):
    assert contact_limit("mql", queue_minutes, overrides) == timedelta(minutes=minutes)


def test_due_at_on_the_wall_clock_and_in_working_hours():
    assert due_at(FRIDAY, HOUR) == datetime(2026, 3, 6, 17, 30, tzinfo=JAKARTA)
    assert due_at(FRIDAY, HOUR, OFFICE) == datetime(2026, 3, 9, 9, 30, tzinfo=JAKARTA)
    assert due_at(FRIDAY, HOUR).tzinfo is UTC


def test_due_at_counts_hours_that_really_pass_when_the_clocks_change():
    berlin = ZoneInfo("Europe/Berlin")
    saturday = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert due_at(saturday, 24 * HOUR) == datetime(2026, 3, 29, 13, tzinfo=berlin)


def test_exactly_at_the_deadline_is_in_time():
    assert is_overdue(FRIDAY, FRIDAY) is False
    assert is_overdue(FRIDAY, FRIDAY + timedelta(microseconds=1)) is True
    assert is_overdue(None, FRIDAY) is False
