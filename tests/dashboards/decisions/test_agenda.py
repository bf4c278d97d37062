"""What a rep has to do next, and under which heading (C5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.agenda import Task, next_task, task_group

JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 16, 10, 42, tzinfo=JAKARTA)
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=JAKARTA)
DUE = MONDAY + timedelta(hours=2)


def test_todo_is_first_contact_until_there_was_one():
    task = next_task(first_contact_at=None, first_due_at=DUE, follow_up_at=DUE + timedelta(days=1), follow_up="snoozed")
    assert task == Task("first_contact", DUE)


@pytest.mark.parametrize(
    ("follow_up_at", "follow_up", "task"),
    [
        (None, "", Task("next_step", None)),
        (DUE, "call_back", Task("call_back", DUE)),
        (DUE, "snoozed", Task("snoozed", DUE)),
        (DUE, "follow_up", Task("follow_up", DUE)),
    ],
)
def test_todo_after_the_first_contact_is_what_was_planned(follow_up_at, follow_up, task):
    assert next_task(first_contact_at=MONDAY, first_due_at=DUE, follow_up_at=follow_up_at, follow_up=follow_up) == task


@pytest.mark.parametrize(
    ("due_at", "group"),
    [
        (MONDAY, "now"),
        (MONDAY - timedelta(days=3), "now"),
        (MONDAY + timedelta(seconds=1), "today"),
        (MONDAY.replace(hour=23, minute=59), "today"),
        (datetime(2026, 11, 17, 0, 0, tzinfo=JAKARTA), "week"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=JAKARTA), "week"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=JAKARTA), "later"),
        (None, "no_step"),
    ],
)
def test_group_of_a_planned_step_goes_by_the_calendar(due_at, group):
    assert task_group(Task("call_back", due_at), at=MONDAY) == group


def test_group_of_a_first_contact_is_always_now():
    assert task_group(Task("first_contact", MONDAY + timedelta(days=2)), at=MONDAY) == "now"


def test_group_of_reads_the_day_in_the_reps_time_zone():
    """01:00 in Jakarta on Tuesday is still Monday evening in London."""
    due = datetime(2026, 11, 17, 1, 0, tzinfo=JAKARTA)
    assert task_group(Task("call_back", due), at=MONDAY) == "week"
    assert task_group(Task("call_back", due), at=MONDAY.astimezone(ZoneInfo("Europe/London"))) == "today"


def test_group_of_on_a_sunday_has_no_rest_of_the_week():
    assert task_group(Task("call_back", SUNDAY + timedelta(days=1)), at=SUNDAY) == "later"
