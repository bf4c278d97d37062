"""What the manager's queues say and lead to: conclusion, filter, alert of ages, places, who may take (C7, E6)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.queries.coming_breaches import upcoming_breaches
from queues.models import Queue
from routing.actions.availability.time_off import set_available
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

HOUR = timedelta(hours=1)


@pytest.fixture
def team(client: Client):
    team = TeamFactory()
    client.force_login(make_manager(team))
    return team


def named(client: Client, **query) -> list[str]:
    return [row[0].queue.name for row in client.get("/queues/", query).context["rows"]]


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
        (10, 73, "all clocks have run out; it waits for you"),
    ],
)
def test_a_place_tells_the_clock_that_runs_out_next(client: Client, team, wait: int, age: int, says: str):
    queue: Queue = QueueFactory(slug="mql", team=team, wait_minutes=wait * 60)
    make_entry(queue, since=MORNING - age * HOUR)
    assert [clock for _row, _why, clock in client.get("/queues/mql/").context["rows"]] == [says]


def test_the_filter_shows_what_needs_the_manager_and_counts_it(client: Client, team):
    make_entry(QueueFactory(name="Late", team=team, wait_minutes=600), since=MORNING - 11 * HOUR)
    make_entry(QueueFactory(name="Calm", team=team, wait_minutes=600), since=MORNING)
    assert (sorted(named(client)), named(client, show="bad"), len(named(client, show="x"))) == (
        ["Calm", "Late"],
        ["Late"],
        2,
    )
    shown = client.get("/queues/", {"show": "bad"})
    assert ([chip[2] for chip in shown.context["chips"]], shown.context["total"]) == ([2, 1], 2)
    lines = client.get("/queues/", {"show": "bad", "format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Queue", "Late"]


def test_a_filter_that_finds_nothing_leads_back_to_all(client: Client, team):
    QueueFactory(team=team)
    page = client.get("/queues/", {"show": "bad"}).content.decode()
    assert ("No queue needs you now" in page, 'href="?"' in page) == (True, True)


@pytest.mark.parametrize(("old", "is_told"), [(1, False), (2, True)])
def test_ages_are_an_alert_when_more_than_a_fifth_is_older_than_4_h(client: Client, team, old: int, is_told: bool):
    queue = QueueFactory(team=team, wait_minutes=6000)
    for number in range(5):
        make_entry(queue, since=MORNING - 4 * HOUR if number < old else MORNING)
    page = client.get("/queues/").content.decode()
    assert ("More than 20 % are older than 4 h" in page) == is_told


@pytest.mark.parametrize("path", ["/queues/mql/", "/queues/?open=mql"])
def test_each_place_leads_to_its_lead_which_its_manager_may_open(client: Client, team, path: str):
    entry = make_entry(QueueFactory(slug="mql", team=team), since=MORNING)
    address = f"/leads/{entry.lead_id}/"
    assert f'href="{address}"' in client.get(path).content.decode()
    assert client.get(address).status_code == 200


def test_the_queue_says_who_may_take_and_is_free(client: Client, team):
    QueueFactory(slug="mql", team=team)
    make_rep(team, first_name="Rina", last_name="Hartono")
    set_available(make_rep(team).rep, is_available=False, by=None, at=MORNING)
    make_rep(TeamFactory())
    answer = client.get("/queues/mql/")
    assert answer.context["taking"] == {"all": 2, "free": 1, "names": "Rina Hartono"}
    assert "1 of 2 are free now" in answer.content.decode()


@pytest.mark.parametrize(("depth", "is_told"), [(1000, False), (1001, True)])
def test_a_line_that_is_cut_says_so(client: Client, team, depth: int, is_told: bool):
    queue = QueueFactory(slug="mql", team=team)
    make_entry(queue, since=MORNING)
    queue.tallies.filter(waiting__gt=0).update(waiting=depth)
    assert ("the list shows the first 1,000 places" in client.get("/queues/mql/").content.decode()) == is_told


def test_next_breaches_ask_as_much_for_three_queues_as_for_one(client: Client, team):
    manager = team.managers.get()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            upcoming_breaches(manager, at=MORNING)
        return len(queries)

    make_entry(QueueFactory(team=team), since=MORNING)
    upcoming_breaches(manager, at=MORNING)
    first = asked()
    for _number in range(2):
        make_entry(QueueFactory(team=team), since=MORNING)
    assert asked() == first


@pytest.mark.parametrize(("minutes", "level"), [(35, "ok"), (36, "warn"), (55, "warn")])
def test_the_next_breach_is_a_warning_with_two_fifths_of_its_limit_left(client: Client, team, minutes: int, level: str):
    make_entry(QueueFactory(team=team, wait_minutes=60), since=MORNING - timedelta(minutes=minutes))
    card = client.get("/queues/").content.decode().split("al-figclock")[1]
    assert f'<span class="al-clock {level}"' in card.split("data-due")[0]
