"""More than a fifth of a queue's leads wait 4 h or longer: managers and sales ops are told once per crossing (E6)."""

from datetime import timedelta

import pytest
import time_machine

from queues import tasks
from queues.models import Entry, IntakeState
from routing.models import Notification
from routing.roles import LEADERSHIP
from tests.factories import MORNING, QueueFactory, TeamFactory, fill_line, make_manager, make_ops, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WARM, OLD = MORNING - 4 * HOUR, MORNING - 60 * HOUR


def sweep(at=MORNING) -> None:
    with time_machine.travel(at, tick=False):
        tasks.watch_intakes()


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_a_fifth_is_fine_and_more_is_told_once_to_managers_and_ops(client):
    team = TeamFactory()
    manager, ops, chief, other = make_manager(team), make_ops(), make_user(LEADERSHIP), make_manager(TeamFactory())
    queue = QueueFactory(name="SMB", slug="smb", team=team)
    fill_line(queue, [(WARM, {}), (OLD, {})] + [(MORNING - HOUR, {})] * 8)
    sweep()
    assert told(manager) == []
    fill_line(queue, [(WARM, {})])
    for minute in range(3):
        sweep(MORNING + minute * timedelta(minutes=1))
    assert (told(manager), told(ops)) == (["queue_aging"], ["queue_aging"])
    assert (told(chief), told(other)) == ([], [])
    assert IntakeState.objects.get().aging_since == MORNING
    client.force_login(manager)
    says = "28 % of the leads in SMB have waited 4 h or longer; 20 % is the most that is fine."
    assert f'<a href="/queues/smb/">{says}</a>' in client.get("/inbox/").content.decode()


def test_a_lead_less_and_a_lead_more_tell_nobody_again():
    ops, queue = make_ops(), QueueFactory()
    fill_line(queue, [(WARM, {})] * 3 + [(MORNING - HOUR, {})] * 9)
    sweep()
    fill_line(queue, [(MORNING, {})] * 5)  # 17 %: above the lower mark
    sweep(MORNING + timedelta(minutes=1))
    Entry.objects.filter(since_at=MORNING).delete()
    sweep(MORNING + timedelta(minutes=2))
    assert told(ops) == ["queue_aging"]
    Entry.objects.filter(since_at=WARM).delete()
    sweep(MORNING + timedelta(minutes=3))
    assert IntakeState.objects.get().aging_since is None
    sweep(MORNING + 4 * HOUR)
    assert told(ops) == ["queue_aging", "queue_aging"]
