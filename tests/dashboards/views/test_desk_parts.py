"""The parts of the desk that ask again by themselves, and the pages beside it (C5, C10)."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Entry
from routing.actions.availability.time_off import set_available
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, fill_line, make_entry, make_rep, make_rotation
from tests.markup import markup

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PARTS = ["/desk/next/", "/desk/mine/", "/desk/waiting/", "/desk/day/", "/my-queues/"]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(minutes=30), tick=False)


def asks_again(shown: str) -> str:
    """The address that the part carries for its next question."""
    return re.search(r'hx-get="([^"]+v=[^"]+)"', shown).group(1).replace("&amp;", "&")


@pytest.mark.parametrize("part", PARTS)
def test_part_keeps_quiet_until_something_changes(htmx, client: Client, time_machine, part: str):
    rep, queue = make_rep(), QueueFactory()
    fill(queue, 3)
    take_next(queue, by=rep, at=MORNING)
    client.force_login(rep)
    again = asks_again(htmx.get(part).content.decode())
    quiet = htmx.get(again)
    take_next(queue, by=rep, at=MORNING + timedelta(minutes=30))
    changed = htmx.get(again)
    assert (quiet.status_code, quiet.content, changed.status_code) == (204, b"", 200)
    again = asks_again(changed.content.decode())
    assert htmx.get(again).status_code == 204
    time_machine.move_to(MORNING + timedelta(minutes=32), tick=False)
    assert htmx.get(again).status_code == 200  # waiting times are shown in minutes


def test_part_names_the_topics_it_follows(client: Client):
    team = TeamFactory()
    rep = make_rep(team)
    queues = [QueueFactory(team=team), QueueFactory(), QueueFactory(team=TeamFactory())]
    client.force_login(rep)
    shown = client.get("/desk/").content.decode()
    topics = f"queue-{queues[0].pk} queue-{queues[1].pk}"
    found = re.findall(r'id="(next|mine|waiting|day)"[^>]*?data-live="([^"]*)"', shown)
    assert found == [("next", topics), ("mine", f"holder-{rep.pk}"), ("waiting", topics), ("day", f"holder-{rep.pk}")]


def test_filter_of_the_waiting_list_lives_in_the_address(client: Client):
    queue = QueueFactory(slug="mql")
    fill(queue, 30)
    client.force_login(make_rep())
    asked = HTMX | {"HX-Current-URL": "http://testserver/desk/?lead=7&queue=smb"}
    chosen = client.get("/desk/waiting/", {"queue": "mql", "page": "2"}, headers=asked)
    every = client.get("/desk/waiting/", headers=asked)
    assert chosen.headers["HX-Replace-Url"] == "/desk/?lead=7&queue=mql&page=2"
    assert every.headers["HX-Replace-Url"] == "/desk/?lead=7"


@pytest.mark.parametrize(
    ("page", "places"), [("1", (1, 25)), ("2", (26, 30)), ("99", (26, 30)), ("0", (1, 25)), ("x", (1, 25))]
)
def test_queue_is_shown_in_pages_of_twenty_five(client: Client, page: str, places: tuple[int, int]):
    queue = QueueFactory(slug="mql")
    fill(queue, 30)
    client.force_login(make_rep())
    shown = client.get("/desk/", {"queue": "mql", "page": page}).content.decode()
    numbers = [int(each) for each in re.findall(r'class="place r">(\d+)<', shown)]
    assert (numbers[0], numbers[-1], len(numbers)) == (*places, places[1] - places[0] + 1)


def test_next_bar_says_what_comes_and_marks_a_deep_queue(htmx, client: Client):
    queue = QueueFactory(name="SMB", depth_yellow=1, depth_red=2, depth_critical=9)
    make_entry(queue, company_name="Kopi Senja", city="Bandung", title="Owner", score=61)
    fill(queue, 2, since=MORNING + timedelta(minutes=5))
    client.force_login(make_rep())
    shown = markup(htmx.get("/desk/next/"))
    wanted = ["Kopi Senja", "Bandung", "First in SMB", "Owner", "score 61", "SMB, over 2", "SMB: more than 2 wait"]
    assert [each for each in wanted if each not in shown] == []


def test_next_bar_minds_no_queue_of_another_team(client: Client):
    strange = QueueFactory(team=TeamFactory(), name="Theirs")
    client.force_login(make_rep())
    answer = client.get("/desk/next/", {"queue": strange.slug})
    assert (answer.status_code, "Theirs" in answer.content.decode()) == (200, False)


def test_day_counts_what_was_taken_and_contacted_today(client: Client):
    rep, queue = make_rep(), QueueFactory(contact_minutes=20)
    fill(queue, 4)
    yesterday = take_next(queue, by=rep, at=MORNING - timedelta(days=1))
    first, second, _late = (take_next(queue, by=rep, at=MORNING) for _ in range(3))
    for held, minutes in ((yesterday, 4), (first, 10), (second, 25)):
        log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING + timedelta(minutes=minutes))
    client.force_login(rep)
    shown = markup(client.get("/desk/day/"))
    assert re.findall(r"<dd[^>]*>([^<]*)</dd>", shown) == ["3", "3", "25 min", "1 of 3"]


def test_day_shows_a_rep_only_his_or_her_own_place_in_line(client: Client):
    first, second = make_rep(first_name="Carlos"), make_rep()
    rotation = make_rotation(first, second, name="Enterprise turns")
    client.force_login(second)
    shown = client.get("/desk/day/").content.decode()
    assert ("Enterprise turns" in shown, "2 of 2" in shown, "Carlos" in shown) == (True, True, False)
    make_entry(QueueFactory(dispatch="push", rotation=rotation))
    serve_waiting(at=MORNING)
    assert "1 of 2" in client.get("/desk/day/").content.decode()
    set_available(second.rep, is_available=False, by=second, at=MORNING)
    assert "passed over now" in client.get("/desk/day/").content.decode()


def test_my_queues_shows_what_is_given_out_in_turn_too(client: Client):
    rep = make_rep()
    QueueFactory(name="MQL", picks_within=3), QueueFactory(name="Off", is_active=False)
    QueueFactory(name="Enterprise", dispatch="push", rotation=make_rotation(rep))
    client.force_login(rep)
    shown = client.get("/my-queues/").content.decode()
    wanted = ["MQL", "you may pick from the first 3", "Enterprise", "given out in turn"]
    assert ([each for each in wanted if each not in shown], "Off<" in shown) == ([], False)


def test_my_queues_opens_one_with_all_its_places(client: Client):
    queue = QueueFactory(slug="mql", picks_within=3)
    entries = fill(queue, 27)
    client.force_login(make_rep())
    shown = client.get("/my-queues/", {"queue": "mql", "page": "2"}).content.decode()
    assert [entry.pk for entry in entries if f'id="entry-{entry.pk}"' in shown] == [entry.pk for entry in entries[25:]]
    assert "/take/" not in shown


def test_pages_end_where_that_ends_which_is_open_to_this_person(client: Client):
    """Of 60 the rotation has 30 for itself yet; the other 30 fill one page and begin another."""
    queue = QueueFactory(dispatch="hybrid", rotation=make_rotation(), opens_after_minutes=45, slug="half")
    fill_line(queue, [(MORNING - timedelta(minutes=60 if n < 30 else 1), {}) for n in range(60)])
    Entry.objects.update(entered_at=F("since_at"))
    client.force_login(make_rep())
    pages = {n: client.get(f"/desk/waiting/?queue=half&page={n}").context for n in (1, 2, 3, 9)}
    assert {n: len(page["lines"][0].rows) for n, page in pages.items()} == {1: 25, 2: 5, 3: 5, 9: 5}
    assert [(page["page"].number, page["page"].last) for page in pages.values()] == [(1, 3), (2, 2), (2, 2), (2, 2)]
