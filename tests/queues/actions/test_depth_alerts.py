"""Depth alerts: yellow to managers, red to sales ops too, critical to leadership too, once per crossing (E5)."""

from datetime import timedelta

import pytest
import time_machine

from queues import tasks
from queues.models import Entry
from routing.models import Notification
from routing.roles import LEADERSHIP
from tests.factories import MORNING, QueueFactory, TeamFactory, fill_line, make_manager, make_ops, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_each_crossing_is_told_once_to_whom_it_concerns(clock):
    team = TeamFactory()
    manager, ops, chief, other = make_manager(team), make_ops(), make_user(LEADERSHIP), make_manager(TeamFactory())
    queue = QueueFactory(team=team, depth_yellow=2, depth_red=5, depth_critical=10)
    found = []
    for more in (2, 1, 3, 5):
        fill_line(queue, [(MORNING, {})] * more)
        tasks.watch_intakes()
        tasks.watch_intakes()
        clock.shift(timedelta(minutes=1))
        found.append((len(told(manager)), len(told(ops)), len(told(chief))))
    assert found == [(0, 0, 0), (1, 0, 0), (2, 1, 0), (3, 2, 1)]
    assert told(manager) == ["queue_yellow", "queue_red", "queue_critical"]
    assert (told(ops), told(chief), told(other)) == (["queue_red", "queue_critical"], ["queue_critical"], [])


def test_a_queue_about_that_deep_does_not_alert_again(clock, client):
    ops = make_ops()
    queue = QueueFactory(name="Deep", depth_yellow=2, depth_red=5, depth_critical=10)
    fill_line(queue, [(MORNING, {})] * 6)
    tasks.watch_intakes()
    for _turn in range(3):
        clock.shift(timedelta(minutes=1))
        Entry.objects.waiting().first().delete()
        tasks.recount()
        tasks.watch_intakes()
        fill_line(queue, [(MORNING, {})])
        tasks.watch_intakes()
    assert told(ops) == ["queue_red"]
    client.force_login(ops)
    assert "6 leads wait in Deep." in client.get("/inbox/").content.decode()
    clock.shift(timedelta(minutes=1))
    Entry.objects.all().delete()
    tasks.recount()
    tasks.watch_intakes()
    fill_line(queue, [(MORNING, {})] * 6)
    tasks.watch_intakes()
    assert told(ops) == ["queue_red", "queue_red"]
