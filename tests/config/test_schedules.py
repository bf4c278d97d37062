"""The table of periodic work and the database agree."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.module_loading import import_string
from django_q.models import Schedule

from config.schedules import TABLE, Periodic, due_again_at_next_tick, sync_schedules

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SWEEP = Periodic("sweep", "config.tasks.record_worker_heartbeat", 5, "a test")


def rows() -> list[tuple[str, str, int, datetime]]:
    return list(Schedule.objects.order_by("name").values_list("name", "func", "minutes", "next_run"))


@pytest.mark.django_db
def test_sync_creates_what_is_new_and_due_at_once():
    sync_schedules(at=AT, table=(SWEEP,))
    assert rows() == [("sweep", "config.tasks.record_worker_heartbeat", 5, AT)]


@pytest.mark.django_db
def test_sync_leaves_what_is_right():
    sync_schedules(at=AT, table=(SWEEP,))
    sync_schedules(at=AT + timedelta(minutes=3), table=(SWEEP,))
    assert rows() == [("sweep", "config.tasks.record_worker_heartbeat", 5, AT)]


@pytest.mark.django_db
def test_sync_changes_what_was_changed_by_hand():
    sync_schedules(at=AT, table=(SWEEP,))
    Schedule.objects.update(args="cannot be read")
    sync_schedules(at=AT + timedelta(minutes=3), table=(SWEEP,))
    assert rows() == [("sweep", "config.tasks.record_worker_heartbeat", 5, AT + timedelta(minutes=3))]
    assert Schedule.objects.get().args is None


@pytest.mark.django_db
def test_sync_deletes_what_left_the_table_and_doubles():
    sync_schedules(at=AT, table=(SWEEP,))
    for name in ("sweep", "gone", None):
        Schedule.objects.create(name=name, func="config.tasks.record_worker_heartbeat", next_run=AT)
    sync_schedules(at=AT, table=(SWEEP,))
    assert rows() == [("sweep", "config.tasks.record_worker_heartbeat", 5, AT)]


@pytest.mark.django_db
def test_due_again_moves_only_that_schedule():
    other = Periodic("other", "config.tasks.record_worker_heartbeat", 5, "a test")
    sync_schedules(at=AT, table=(SWEEP, other))
    due_again_at_next_tick("sweep", at=AT + timedelta(seconds=30))
    assert [row[3] for row in rows()] == [AT, AT + timedelta(seconds=30)]


@pytest.mark.parametrize("periodic", TABLE, ids=lambda periodic: periodic.name)
def test_every_task_of_the_table_can_be_called(periodic: Periodic):
    assert callable(import_string(periodic.task))


def test_names_in_the_table_are_unique():
    assert sorted({periodic.name for periodic in TABLE}) == sorted(periodic.name for periodic in TABLE)
