"""What the manager's queues say: the conclusion, and the clock of each place (C7)."""

from datetime import timedelta

import pytest
from django.test import Client

from queues.models import Queue
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def team(client: Client):
    team = TeamFactory()
    client.force_login(make_manager(team), "routing.backends.RoutingBackend")
    return team


def test_one_queue_in_trouble_that_grows_says_so_in_order(client: Client, team):
    make_entry(QueueFactory(name="MQL", team=team, wait_minutes=600), since=MORNING - 11 * HOUR)
    page = " ".join(client.get("/queues/").content.decode().split())
    assert "One queue needs you: <strong>MQL, and it is growing</strong>" in page


@pytest.mark.parametrize(
    ("wait", "age", "says"),
    [
        (10, 9, "10 h limit at 11:42"),
        (100, 71, "72 h at 11:42, comes to you"),
        (10, 71, "72 h at 11:42, comes to you"),
        (100, 73, "100 h limit at Tue 13:42"),
        (10, 73, "all clocks have run out; it is with you"),
    ],
)
def test_a_place_tells_the_clock_that_runs_out_next(client: Client, team, wait: int, age: int, says: str):
    queue: Queue = QueueFactory(slug="mql", team=team, wait_minutes=wait * 60)
    make_entry(queue, since=MORNING - age * HOUR)
    assert [clock for _row, _why, clock in client.get("/queues/mql/").context["rows"]] == [says]
