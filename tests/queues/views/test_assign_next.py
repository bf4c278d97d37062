"""The door of Assign next: for managers of the queue and ops, with Undo, and kind when nobody is free (C3, C4b, C9)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.claims.reservations import reserve
from queues.models import Queue
from routing.actions.availability.time_off import plan_time_off
from routing.models import Assignment, Rep
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_ops, make_rep
from tests.factories import make_rotation as rotation_of

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(minutes=30)
ADDRESS = "/queues/mql/assign-next/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    queue = QueueFactory(name="MQL", slug="mql", team=team)
    for company in ("Acme", "Kopi Senja", "Bumi Hijau"):
        make_entry(queue, company_name=company)
    return queue


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Rina", last_name="Hartono")


def press(client: Client, user, **form):
    client.force_login(user)
    return client.post(ADDRESS, form)


def said(answer) -> list[tuple[str, str]]:
    return [(str(message), message.extra_tags) for message in get_messages(answer.wsgi_request)]


def test_the_message_says_who_got_it_and_takes_it_back(client: Client, team, queue, rep):
    answer = press(client, make_manager(team))
    given = Assignment.objects.get()
    says = "Acme went to Rina Hartono, who is available and had 0 open leads, the fewest."
    assert (answer["Location"], said(answer)) == ("/queues/mql/", [(says, f"/assignments/{given.pk}/undo/")])
    client.post(f"/assignments/{given.pk}/undo/")
    assert Assignment.objects.get().ended_how == "undone"


def test_a_rotation_gives_it_in_turn(client: Client, team, queue, rep):
    Queue.objects.update(dispatch="push", rotation=rotation_of(rep))
    assert said(press(client, make_manager(team)))[0][0] == "Acme went to Rina Hartono, next in turn."


def test_one_press_of_one_page_gives_one_lead(client: Client, team, queue, rep):
    manager = make_manager(team)
    client.force_login(manager)
    shown = client.get("/queues/mql/").content.decode()
    assert 'name="known" value="0"' in shown
    first, second = press(client, manager, known="0"), press(client, manager, known="0")
    assert (Assignment.objects.count(), said(second)[-1][1]) == (1, said(first)[0][1])
    assert f'name="known" value="{Assignment.objects.get().pk}"' in client.get("/queues/mql/").content.decode()
    press(client, manager, known=str(Assignment.objects.get().pk))
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize("known", ["", "x", "-1", "9" * 30])
def test_a_strange_page_mark_does_no_harm(client: Client, team, queue, rep, known):
    press(client, make_manager(team), known=known)
    assert Assignment.objects.count() == 1


def test_nobody_free_is_told_with_every_reason(client: Client, team, queue, rep):
    away = make_rep(team, first_name="Maria", last_name="Kusuma").rep
    Rep.objects.filter(user=rep).update(capacity=0)
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(days=1)}
    plan_time_off(away, kind="leave", note="", by=away.user, at=MORNING, **times)
    (told,) = said(press(client, make_manager(team)))
    assert told[0].startswith("Nobody can be given a lead from MQL now. ")
    assert told[0].endswith("The lead keeps its position.")
    assert ("Maria Kusuma: on leave" in told[0], "Rina Hartono: is at full capacity" in told[0]) == (True, True)
    assert Assignment.objects.count() == 0


def test_nobody_at_all_and_nothing_to_give_are_kind_words_too(client: Client, team, queue):
    assert said(press(client, make_manager(team)))[0][0] == "No rep takes leads from MQL yet, so its leads wait."
    Queue.objects.update(picks_within=3, is_reserving=True)
    queue.refresh_from_db()
    for entry in queue.entries.all():
        reserve(entry, by=make_rep(team), at=NOW)
    assert said(press(client, make_manager(team)))[-1][0] == "No lead in MQL can be assigned now."


@pytest.mark.parametrize(("who", "status"), [("ops", 302), ("other manager", 404), ("rep", 404)])
def test_it_is_for_managers_of_the_queue_and_ops(client: Client, team, queue, rep, who, status):
    user = {"ops": make_ops, "other manager": lambda: make_manager(TeamFactory()), "rep": lambda: rep}[who]()
    assert press(client, user).status_code == status
    assert Assignment.objects.count() == int(status == 302)


def test_ops_open_the_page_of_a_queue_and_find_the_button(client: Client, queue):
    client.force_login(make_ops())
    shown = client.get("/queues/mql/").content.decode()
    assert (ADDRESS in shown, 'href="/queues/"' in shown, 'href="/flow/"' in shown) == (True, False, True)
    assert 'href="/queues/mql/"' in client.get("/flow/").content.decode()


def test_an_empty_or_closed_queue_offers_no_button(client: Client, team):
    queue = QueueFactory(name="MQL", slug="mql", team=team)
    client.force_login(make_manager(team))
    assert ADDRESS not in client.get("/queues/mql/").content.decode()
    fill(queue, 1)
    Queue.objects.update(is_active=False)
    assert ADDRESS not in client.get("/queues/mql/").content.decode()
    assert client.post(ADDRESS).status_code == 404


@pytest.mark.parametrize("who", ["manager", "rep"])
def test_the_receipt_tells_managers_of_everybody_and_the_rep_of_him_or_herself(client: Client, team, queue, rep, who):
    paused = make_rep(team, first_name="Maria", last_name="Kusuma").rep
    Rep.objects.filter(pk=paused.pk).update(is_available=False)
    manager = make_manager(team, first_name="Ayu", last_name="Dewi")
    press(client, manager)
    client.force_login(manager if who == "manager" else rep)
    shown = client.get(f"/leads/{Assignment.objects.get().lead_id}/").content.decode()
    assert "Assigned from MQL by Ayu Dewi, place 1 of 3 in order: by time of entry, 10:42." in shown
    assert "free, with the fewest open leads (0)" in shown
    assert ("Maria Kusuma" in shown, "paused" in shown) == (who == "manager", who == "manager")
