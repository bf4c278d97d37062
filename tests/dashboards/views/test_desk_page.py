"""The desk as a page: what a rep sees, and what nobody sees before the claim (C1, C5, C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from queues.actions.claims.take import take_next
from routing.actions.contact import log_contact
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)
DESK = "/desk/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def page(client: Client, address: str = DESK, **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def contact_of(lead: Lead) -> list[str]:
    return [lead.first_name, lead.last_name, lead.email, lead.phone, lead.phone.removeprefix("+")]


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_desk_never_names_who_waits(client: Client):
    rep, other = make_rep(), make_rep()
    queues = [QueueFactory(), QueueFactory(order="priority"), QueueFactory(order="fifo", picks_within=5)]
    waiting = [entry.lead for queue in queues for entry in fill(queue, 7)]
    held_by_other = take_next(queues[0], by=other, at=MORNING).lead
    client.force_login(rep)
    addresses = [DESK, f"{DESK}?queue={queues[2].slug}", "/desk/next/", "/desk/mine/", "/desk/waiting/", "/desk/day/"]
    addresses += [f"/desk/waiting/?queue={queues[0].slug}", "/my-queues/", f"/my-queues/?queue={queues[1].slug}"]
    shown = "".join(page(client, address) for address in addresses)
    leaked = [each for lead in [*waiting, held_by_other] for each in contact_of(lead) if each in shown]
    assert leaked == []
    assert waiting[1].company_name in shown


def test_desk_hides_a_company_that_is_the_persons_name_or_address(client: Client):
    queue = QueueFactory()
    make_entry(queue, first_name="Dewi", last_name="Lestari", company_name="Dewi Lestari")
    make_entry(queue, company_name="", external_id="dewi.l@example.com", email="other@example.com")
    client.force_login(make_rep())
    shown = page(client)
    assert ("Dewi Lestari" in shown, "dewi.l@example.com" in shown) == (False, False)


def test_desk_shows_each_place_with_its_reason(client: Client):
    queue = QueueFactory(name="SMB", hot_score=80, picks_within=1)
    fill(queue, 3, since=NOW - timedelta(hours=1))
    make_entry(queue, company_name="Old one", since=NOW - timedelta(hours=50))
    make_entry(queue, company_name="Hot one", score=91, since=NOW - timedelta(minutes=1))
    client.force_login(make_rep())
    shown = page(client)
    reasons = [
        "50 h old, top 10 % of 5",
        "Hot, score 91 is above 80",
        "By time of entry, 10:12",
    ]
    assert [reason for reason in reasons if reason in shown] == reasons
    assert shown.index("Old one") < shown.index("Hot one", shown.index("Old one"))
    assert shown.count("/take/") == 2  # one form, with its plain and its htmx address: only the first place


def test_desk_shows_only_queues_of_the_reps_teams(client: Client):
    team = TeamFactory()
    mine, strange = QueueFactory(team=team, name="Ours"), QueueFactory(team=TeamFactory(), name="Theirs")
    make_entry(mine), make_entry(strange, company_name="Not for us")
    client.force_login(make_rep(team))
    shown = page(client)
    assert ("Ours" in shown, "Theirs" in shown, "Not for us" in shown) == (True, False, False)
    assert client.get(f"{DESK}?queue={strange.slug}").status_code == 404
    assert client.get(f"/desk/waiting/?queue={strange.slug}").status_code == 404
    assert client.get(f"/my-queues/?queue={strange.slug}").status_code == 404


def test_desk_opens_the_lead_that_is_due_first(client: Client):
    rep, queue = make_rep(), QueueFactory()
    first, second = (entry.lead for entry in fill(queue, 2))
    take_next(queue, by=rep, at=NOW - timedelta(minutes=20))
    take_next(queue, by=rep, at=NOW - timedelta(minutes=10))
    client.force_login(rep)
    assert first.email in page(client)
    assert second.email not in page(client)
    assert second.email in page(client, f"{DESK}?lead={second.pk}")


def test_desk_groups_own_leads_by_when(client: Client):
    rep, queue = make_rep(), QueueFactory()
    fill(queue, 3)
    now, today, later = (take_next(queue, by=rep, at=MORNING) for _ in range(3))
    sent = {"kind": "call", "note": "", "by": rep, "at": MORNING + timedelta(minutes=1)}
    log_contact(today, outcome="call_back", follow_up_at=NOW + timedelta(hours=2), **sent)
    log_contact(later, outcome="reached", **sent)
    client.force_login(rep)
    shown = page(client, "/desk/mine/")
    labels = ("Contact now", now.lead.label, "Later today", today.lead.label, "No next step", later.lead.label)
    order = [shown.index(text) for text in labels]
    assert order == sorted(order)
    assert "This week" not in shown


def test_desk_says_when_there_is_nothing(client: Client):
    client.force_login(make_rep())
    shown = page(client)
    sentences = ["You hold no leads", "No lead is open", "No queue is yours yet", "Nothing is waiting for you"]
    assert [each for each in sentences if each in shown] == sentences


@pytest.mark.parametrize("address", [DESK, "/desk/next/", "/desk/mine/", "/desk/waiting/", "/desk/day/", "/my-queues/"])
def test_desk_is_for_reps_only(client: Client, address: str):
    for person in (make_manager(), make_ops()):
        client.force_login(person)
        assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("wanted", ["999999", "-1", "x", "9" * 40, "1; drop", "\u00b2"])
def test_desk_knows_no_strange_leads(client: Client, wanted: str):
    client.force_login(make_rep())
    assert refusal(client.get(DESK, {"lead": wanted})) == NOT_FOUND


def test_desk_does_not_open_a_colleagues_lead(client: Client):
    queue = QueueFactory()
    fill(queue, 1)
    taken = take_next(queue, by=make_rep(), at=MORNING)
    client.force_login(make_rep())
    assert refusal(client.get(DESK, {"lead": taken.lead_id})) == NOT_FOUND


def test_desk_asks_as_much_for_thirty_waiting_leads_as_for_one(client: Client):
    rep, queue = make_rep(), QueueFactory()
    fill(queue, 1)
    client.force_login(rep)
    client.get(DESK)
    few = queries_of(client, DESK)
    fill(queue, 29)
    assert queries_of(client, DESK) == few


def test_desk_asks_as_much_for_three_own_leads_as_for_one(client: Client):
    rep, queue = make_rep(), QueueFactory()
    fill(queue, 4)
    take_next(queue, by=rep, at=MORNING)
    client.force_login(rep)
    client.get(DESK)
    few = queries_of(client, DESK)
    for _ in range(2):
        take_next(queue, by=rep, at=MORNING)
    assert queries_of(client, DESK) == few


def test_desk_asks_a_fixed_number_more_for_each_queue(client: Client):
    rep = make_rep()
    client.force_login(rep)
    client.get(DESK)
    counts = []
    for _ in range(3):
        fill(QueueFactory(), 2)
        counts.append(queries_of(client, DESK))
    assert counts[2] - counts[1] == counts[1] - counts[0] <= 4


def test_page_of_a_queue_asks_as_much_for_three_leads_as_for_thirty(client: Client):
    queue = QueueFactory()
    fill(queue, 3)
    client.force_login(make_rep())
    address = f"/desk/waiting/?queue={queue.slug}"
    client.get(address)
    few = queries_of(client, address)
    fill(queue, 27)
    assert queries_of(client, address) == few


@pytest.mark.parametrize(("make", "place"), [(make_rep, "/desk/"), (make_ops, "/flow/")], ids=["rep", "ops"])
def test_home_leads_to_the_own_start_page(client: Client, make, place: str):
    client.force_login(make())
    assert client.get("/")["Location"] == place


def test_home_of_a_person_without_a_role_says_who_can_help(client: Client, django_user_model):
    client.force_login(django_user_model.objects.create_user("new"))
    assert "Your account has no role yet" in page(client, "/")
