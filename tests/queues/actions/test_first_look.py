"""The first look at queues that are older than the watch over their intake: nobody is told of what was so (D5-E6)."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from queues import tasks
from queues.models import Entry, IntakeState
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, fill_line, make_ops

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def told() -> list[str]:
    return sorted(Notification.objects.values_list("kind", flat=True))


def upgrade() -> None:
    import_module("queues.migrations.0021_unseen_intakes").note_queues(apps, None)


def old_and_deep(**fields):
    """Red, slow, and full of leads that wait for long."""
    queue = QueueFactory(depth_yellow=2, depth_red=4, **fields)
    fill_line(queue, [(MORNING - 25 * HOUR, {})] * 3 + [(MORNING - 5 * HOUR, {})] * 3)
    return queue


def test_an_upgrade_tells_nobody_and_the_page_knows_all(clock):
    ops, queue = make_ops(), old_and_deep()
    upgrade()
    tasks.watch_intakes()
    state = IntakeState.objects.get(queue=queue)
    assert (told(), state.is_unseen) == ([], False)
    assert (state.level, state.slow_since, state.aging_since) == ("red", MORNING, MORNING)
    assert ops.notifications.count() == 0


def test_what_comes_after_the_upgrade_is_told(clock):
    make_ops()
    queue = QueueFactory(depth_yellow=2, depth_red=4)
    upgrade()
    tasks.watch_intakes()
    fill_line(queue, [(MORNING, {})] * 6)
    tasks.watch_intakes()
    assert told() == ["queue_red"]


def test_a_queue_that_was_red_at_the_upgrade_is_told_of_when_it_is_again(clock):
    make_ops()
    queue = old_and_deep()
    upgrade()
    tasks.watch_intakes()
    Entry.objects.all().delete()
    tasks.recount()
    tasks.watch_intakes()
    fill_line(queue, [(MORNING, {})] * 6)
    tasks.watch_intakes()
    assert told() == ["queue_red"]


def test_a_new_queue_that_fills_at_once_is_told_of(clock):
    make_ops()
    fill_line(QueueFactory(depth_yellow=2, depth_red=4), [(MORNING, {})] * 6)
    tasks.watch_intakes()
    assert told() == ["queue_red"]


@pytest.mark.parametrize(("when_full", "says"), [("off", []), ("park", ["bottleneck"])])
def test_nobody_is_told_of_a_bottleneck_where_there_is_no_limit(clock, when_full, says):
    make_ops()
    queue = QueueFactory(when_full=when_full, mean_age_hours=100, mean_age_lift_hours=90)
    fill_line(queue, [(MORNING - 25 * HOUR, {})] * 3)
    tasks.watch_intakes()
    assert [kind for kind in told() if kind == "bottleneck"] == says
    assert IntakeState.objects.get().slow_since == MORNING
