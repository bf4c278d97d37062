"""Deadlines: defaults and overrides, the two clocks, exact edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queues.decisions.deadlines import (
    Limit,
    NoSuchLeadType,
    OwnMinutes,
    SetBy,
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
def test_the_usual_longest_wait_is_by_lead_type(lead_type, hours):
    assert wait_limit(lead_type, OwnMinutes()) == Limit(hours * 60, SetBy.USUAL)


PRECEDENCE = [
    (OwnMinutes(10, 45, 90), 10, SetBy.QUEUE_AND_TYPE),
    (OwnMinutes(10, None, None), 10, SetBy.QUEUE_AND_TYPE),
    (OwnMinutes(None, 45, 90), 45, SetBy.QUEUE),
    (OwnMinutes(None, None, 90), 90, SetBy.TYPE),
]


@pytest.mark.parametrize(("own", "minutes", "set_by"), PRECEDENCE)
def test_queue_and_type_come_before_the_queue_and_that_before_the_type(own, minutes, set_by):
    assert wait_limit("mql", own) == contact_limit(own) == Limit(minutes, set_by)
    assert wait_limit("mql", own).time == timedelta(minutes=minutes)


def test_first_contact_is_usually_due_within_two_hours():
    assert contact_limit(OwnMinutes()) == Limit(120, SetBy.USUAL)


def test_wait_limit_refuses_a_type_that_it_does_not_know():
    with pytest.raises(NoSuchLeadType):
        wait_limit("lukewarm", OwnMinutes())


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
