"""The page "Why not me?": a rep's row of every turn, nothing of colleagues and their leads (C6, C9)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.undo import undo_assignment
from queues.actions.dispatch.serve import serve
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off, set_available
from tests.factories import MORNING, QueueFactory, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(minutes=30)
PAGE = "/rotations/mine/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def rina():
    return make_rep(first_name="Rina", last_name="Hartono")


@pytest.fixture
def maria():
    return make_rep(first_name="Maria", last_name="Kusuma")


@pytest.fixture
def queue(rina, maria) -> Queue:
    return QueueFactory(name="SMB", dispatch="push", rotation=make_rotation(rina, maria, name="SMB turns"))


def give(queue: Queue, *companies: str) -> list:
    """Each lead arrives and is given at once."""
    given = []
    for company in companies:
        make_entry(queue, company_name=company)
        given += serve(queue, at=MORNING)
    return given


def rows(client: Client, user, address: str = PAGE) -> list[tuple[str, str]]:
    """Number and words of each turn on the page, newest first."""
    client.force_login(user)
    shown = client.get(address).content.decode()
    found = re.findall(r'id="turn-(\d+)".*?<td role="cell">\s*<svg.*?</svg>(.*?)</td>', shown, re.S)
    return [(number, " ".join(re.sub(r"<[^>]+>", "", words).split())) for number, words in found]


def test_each_reads_the_own_outcome_of_every_turn(client: Client, rina, maria, queue):
    give(queue, "Acme", "Kopi Senja")
    set_available(maria.rep, is_available=False, by=maria, at=MORNING)
    give(queue, "Bumi Hijau", "Pelita")
    assert rows(client, rina) == [
        ("4", "You got it: Pelita"),
        ("3", "You got it: Bumi Hijau"),
        ("2", "Somebody before you in line could take it"),
        ("1", "You got it: Acme"),
    ]
    assert rows(client, maria) == [
        ("4", "You were passed over: paused"),
        ("3", "Somebody before you in line could take it"),
        ("2", "You got it: Kopi Senja"),
        ("1", "Somebody before you in line could take it"),
    ]


def test_nothing_of_colleagues_and_their_leads_is_shown(client: Client, rina, maria, queue):
    plan_time_off(maria.rep, kind="sick", starts_at=MORNING, ends_at=NOW, note="flu", by=maria, at=MORNING)
    (given,) = give(queue, "Acme")
    undo_assignment(given, by=make_manager(), at=MORNING)
    give(queue, "Bumi Hijau")
    client.force_login(maria)
    shown = client.get(PAGE).content.decode()
    strange = ["Rina", "Hartono", "Acme", "Bumi", f"/leads/{given.lead_id}/", given.lead.email]
    assert [each for each in strange if each in shown] == []
    client.force_login(rina)
    shown = client.get(PAGE).content.decode()
    assert [each for each in ("Maria", "Kusuma", "flu", "on leave") if each in shown] == []


def test_an_owed_turn_and_an_undone_turn_say_so(client: Client, rina, maria, queue):
    first, _second = give(queue, "Acme", "Kopi Senja")
    return_lead(first, reason="duplicate", note="", by=rina, at=MORNING)
    give(queue, "Bumi Hijau")
    shown = rows(client, rina)
    assert ("You got it, for a turn that was owed to you" in shown[0][1], shown[-1]) == (True, ("1", "You got it"))
    assert rows(client, maria)[0][1] == "Somebody else was owed a turn and came first"


def test_an_undone_turn_counts_for_nobody(client: Client, rina, queue):
    (given,) = give(queue, "Acme")
    undo_assignment(given, by=make_manager(), at=MORNING)
    assert rows(client, rina) == [("1", "This turn was undone")]


@pytest.mark.parametrize(
    ("pause", "says"),
    [
        (None, ["You are next.", "You are number 2 of 2 in line."]),
        ("maria", ["You are next.", "You are passed over now: paused until 11:42."]),
    ],
)
def test_the_own_place_is_a_sentence(client: Client, rina, maria, queue, pause, says):
    if pause:
        until = NOW + timedelta(minutes=30)
        set_available(maria.rep, is_available=False, by=maria, at=MORNING, until=until)
    shown = []
    for user in (rina, maria):
        client.force_login(user)
        shown.append(client.get(PAGE).context["says"])
    assert shown == says


def test_every_turn_can_be_paged_to(client: Client, rina, queue):
    give(queue, *(f"Company no {number}" for number in range(27)))
    assert [len(rows(client, rina, f"{PAGE}?page={page}")) for page in ("1", "2", "99", "x")] == [25, 2, 2, 25]


def test_another_rotation_does_not_exist(client: Client, rina, queue):
    strange = make_rotation(make_rep(), name="Enterprise")
    client.force_login(rina)
    assert client.get(f"{PAGE}{strange.pk}/").status_code == 404
    assert client.get(f"{PAGE}{queue.rotation_id}/").status_code == 200
    assert "Enterprise" not in client.get(PAGE).content.decode()


def test_who_takes_turns_nowhere_reads_why_the_page_is_empty(client: Client):
    client.force_login(make_rep())
    assert "You take turns in no rotation" in client.get(PAGE).content.decode()


def test_the_dock_and_the_menu_lead_to_it(client: Client, rina, queue):
    client.force_login(rina)
    shown = client.get("/desk/").content.decode()
    assert [f'href="{PAGE}"' in shown, f'href="{PAGE}{queue.rotation_id}/"' in shown] == [True, True]


def test_it_asks_as_much_for_many_turns_as_for_one(client: Client, rina, queue):
    client.force_login(rina)
    counts = []
    for more in (1, 2):
        give(queue, *(f"Company {more}-{number}" for number in range(more)))
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_reached_a_cap_reads_when_it_opens(client: Client, maria, queue, page_text):
    queue.rotation.cap_hour = 1
    queue.rotation.save()
    give(queue, "Kopi", "Teh")
    client.force_login(maria)
    page = page_text(client.get(PAGE))
    assert "You are passed over now: at the cap for any 60 minutes until 11:42." in page
