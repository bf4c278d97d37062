"""The door that takes an assignment back (C4b, C9)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.claims.take import take_batch, take_next
from queues.models import Entry
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team):
    return make_rep(team)


@pytest.fixture
def taken(team, rep) -> Assignment:
    queue = QueueFactory(name="MQL", team=team)
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=NOW)


def undo(client: Client, user, taken: Assignment, **form):
    client.force_login(user)
    return client.post(f"/assignments/{taken.pk}/undo/", form)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_rep_takes_the_own_claim_back(client: Client, rep, taken):
    answer = undo(client, rep, taken, next=f"/desk/?lead={taken.lead_id}")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert said(answer) == ["Undone: Acme Widgets waits in MQL again, in its old position."]
    assert Entry.objects.waiting().get().lead_id == taken.lead_id


def test_a_second_click_says_nothing_wrong_and_does_nothing(client: Client, rep, taken):
    undo(client, rep, taken)
    answer = undo(client, rep, taken)
    assert (answer.status_code, [m for m in said(answer) if "Undone" not in m]) == (302, [])
    assert Assignment.objects.count() == 1


def test_the_manager_of_the_team_may_too(client: Client, team, taken):
    answer = undo(client, make_manager(team), taken, next=f"/leads/{taken.lead_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{taken.lead_id}/")
    assert Assignment.objects.get().ended_how == "undone"


def test_a_manager_who_comes_too_late_reads_who_has_it_no_more(client: Client, team, rep, taken):
    return_lead(taken, reason="no_skill", note="", by=rep, at=NOW)
    name = rep.get_full_name() or rep.username
    answer = undo(client, make_manager(team), taken, next="/queues/?sort=name")
    assert said(answer) == [f"Acme Widgets is no longer with {name}, so this cannot be undone."]
    assert answer["Location"] == "/queues/?sort=name"
    assert Assignment.objects.get().ended_how == "returned"


def test_the_rep_does_not_land_on_a_page_that_is_out_of_reach_now(client: Client, rep, taken):
    assert undo(client, rep, taken, next=f"/leads/{taken.lead_id}/")["Location"] == "/"
    assert client.get(f"/leads/{taken.lead_id}/").status_code == 404


@pytest.mark.parametrize("who", ["colleague", "other manager"])
def test_others_do_not_learn_that_it_exists(client: Client, team, taken, who):
    stranger = make_rep(team) if who == "colleague" else make_manager(TeamFactory())
    assert undo(client, stranger, taken).status_code == 404
    assert Assignment.objects.open().get() == taken


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("late", "Five minutes are over. Acme Widgets can only be returned to its queue now."),
        ("contacted", "Acme Widgets was worked on since, so this cannot be undone. It can be returned to its queue."),
    ],
)
def test_too_late_says_what_to_do_instead(client: Client, rep, taken, time_machine, case, says):
    if case == "late":
        time_machine.move_to(NOW + timedelta(minutes=5, seconds=1), tick=False)
    else:
        log_contact(taken, kind="call", outcome="reached", note="", by=rep, at=NOW)
    assert said(undo(client, rep, taken)) == [says]
    assert Assignment.objects.open().get() == taken


@pytest.fixture
def batch(team, rep) -> list[Assignment]:
    queue = QueueFactory(name="SMB", team=team)
    for company in ("Kopi Senja", "Bumi Hijau", "Pelita Medika"):
        make_entry(queue, company_name=company)
    return take_batch(queue, count=3, by=rep, at=NOW)


def undo_all(client: Client, user, one: Assignment, **form):
    client.force_login(user)
    return client.post(f"/assignments/{one.pk}/undo-batch/", form)


def test_the_message_of_a_batch_takes_all_of_it_back(client: Client, team, rep):
    queue = QueueFactory(team=team)
    fill(queue, 2)
    client.force_login(rep)
    client.post("/take-batch/", {"queue": queue.slug, "count": "2"})
    first = Assignment.objects.order_by("pk").first()
    assert f'action="/assignments/{first.pk}/undo-batch/"' in client.get("/desk/").content.decode()


def test_a_batch_goes_back_and_a_second_click_says_nothing_wrong(client: Client, rep, batch):
    answer = undo_all(client, rep, batch[0], next=f"/desk/?lead={batch[2].lead_id}")
    assert said(answer) == ["Undone: 3 leads wait in SMB again, in their old positions."]
    assert answer["Location"] == "/desk/"
    answer = undo_all(client, rep, batch[0])
    assert (answer.status_code, len(said(answer))) == (302, 1)  # what was said before, and nothing else
    assert Entry.objects.waiting().count() == 3


@pytest.mark.parametrize(("who", "whose"), [("rep", "still yours"), ("manager", "still with {name}")])
def test_what_was_worked_on_stays_and_the_message_says_so(client: Client, team, rep, batch, who, whose):
    log_contact(batch[1], kind="call", outcome="reached", note="", by=rep, at=NOW)
    answer = undo_all(client, rep if who == "rep" else make_manager(team), batch[2])
    whose = whose.format(name=rep.get_full_name())
    assert said(answer) == [
        f"Undone: 2 leads wait in SMB again, in their old positions. Worked on since, so {whose}: Bumi Hijau."
    ]
    assert list(Assignment.objects.open()) == [batch[1]]


def test_nobody_else_undoes_a_batch(client: Client, team, batch):
    assert undo_all(client, make_rep(team), batch[0]).status_code == 404
    assert Assignment.objects.open().count() == 3


def test_a_lead_page_offers_the_undo_to_the_manager(client: Client, team, taken):
    client.force_login(make_manager(team))
    shown = client.get(f"/leads/{taken.lead_id}/").content.decode()
    assert f'action="/assignments/{taken.pk}/undo/"' in shown


def test_take_next_offers_the_undo_in_its_message_and_on_its_card(client: Client, team, rep):
    queue = QueueFactory(team=team)
    make_entry(queue)
    client.force_login(rep)
    answer = client.post("/take-next/", {"queue": queue.slug}, headers={"HX-Request": "true"})
    address = f"/assignments/{Assignment.objects.get().pk}/undo/"
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["undo"] == address
    assert f'action="{address}"' in answer.content.decode()


@pytest.mark.parametrize(("later", "is_offered"), [(timedelta(minutes=5), True), (timedelta(minutes=6), False)])
def test_the_card_offers_it_for_five_minutes(client: Client, rep, taken, time_machine, later, is_offered):
    time_machine.move_to(NOW + later, tick=False)
    client.force_login(rep)
    shown = client.get(f"/desk/?lead={taken.lead_id}").content.decode()
    assert (f"/assignments/{taken.pk}/undo/" in shown) == is_offered


def test_an_undone_claim_counts_nowhere(client: Client, rep, taken):
    client.force_login(rep)
    before = client.get("/desk/").context["day"]
    undo(client, rep, taken)
    after = client.get("/desk/").context["day"]
    assert (before.taken, after.taken) == (1, 0)


def test_who_loses_a_lead_by_an_undo_is_told(client: Client, team, rep, taken, page_text):
    boss = make_manager(team)
    undo(client, boss, taken)
    message = Notification.objects.get()
    assert (message.user, message.kind, message.lead_id) == (rep, "taken_away", taken.lead_id)
    client.force_login(rep)
    assert "Acme Widgets is no longer yours: its assignment was undone." in page_text(client.get("/inbox/"))


def test_who_takes_the_own_claim_back_needs_no_message(client: Client, rep, taken):
    undo(client, rep, taken)
    assert Notification.objects.count() == 0


def test_an_undo_that_is_refused_tells_nobody(client: Client, team, rep, taken):
    log_contact(taken, kind="call", outcome="reached", note="", by=rep, at=NOW)
    undo(client, make_manager(team), taken)
    assert Notification.objects.count() == 0
