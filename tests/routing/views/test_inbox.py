"""The inbox: a sentence for each message, unread ones first, links only to leads the reader may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.actions.clocks.escalation_undo import undo_decision
from queues.actions.clocks.escalations import dismiss_escalation, escalate
from routing.actions.assignment import AssignmentRequest, reassign
from routing.actions.notifications import notify
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_manager, make_rep

pytestmark = pytest.mark.django_db

INBOX = "/inbox/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(hours=1), tick=False)


def tell(user, *, kind="escalated", key="k", at=MORNING, lead=None, **details) -> Notification:
    notify([user.pk], kind=kind, key=key, at=at, lead_id=lead.pk if lead else None, details=details)
    return Notification.objects.get(user=user, key=key)


def shown(client: Client, user) -> str:
    client.force_login(user)
    return client.get(INBOX).content.decode()


def test_inbox_shows_unread_first_then_the_newest(client: Client):
    rep = make_rep()
    for number in range(4):
        tell(rep, key=f"k{number}", at=MORNING + timedelta(minutes=number), label=f"Company no {number}")
    Notification.objects.filter(key="k3").update(read_at=MORNING)
    page = shown(client, rep)
    order = [page.index(f"Company no {number}") for number in (2, 1, 0, 3)]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("kind", "details", "sentence"),
    [
        ("assigned", {"how": "rotation", "place": "SMB"}, "Acme is yours: your turn in SMB."),
        ("assigned", {"how": "breach"}, "Acme is yours: a colleague did not make contact in time."),
        ("assigned", {"how": "by_hand"}, "Acme is yours: a manager gave it to you."),
        ("assigned", {"how": "wait"}, "Acme is yours."),
        ("contact_due", {"number": 1}, "Acme: the time limit for first contact has passed (1)."),
        ("team_contact_due", {"number": 2}, "Acme: first contact by your team is overdue (2)."),
        ("taken_away", {"how": "breached"}, "Acme went to a colleague: first contact was overdue."),
        ("taken_away", {"how": "reassigned"}, "Acme went to somebody else by a manager&#x27;s decision."),
        ("escalated", {"why": "wait"}, "Acme needs your decision."),
        ("re_engaged", {}, "Acme showed interest again. It is yours."),
    ],
)
def test_inbox_says_each_message_in_a_sentence(client: Client, kind: str, details: dict, sentence: str):
    rep = make_rep()
    tell(rep, kind=kind, lead=make_lead(company_name="Acme"), **details)
    assert sentence in shown(client, rep)


def test_inbox_links_only_to_leads_that_the_reader_may_see(client: Client):
    rep, queue = make_rep(), QueueFactory()
    make_entry(queue), make_entry(queue)
    kept, lost = take_next(queue, by=rep, at=MORNING), take_next(queue, by=rep, at=MORNING)
    request = AssignmentRequest(lead=lost.lead, holder_id=make_rep().pk, how="by_hand")
    reassign(lost, request=request, ended_how="reassigned", by=make_manager(), at=MORNING)
    tell(rep, kind="contact_due", lead=kept.lead)
    page = shown(client, rep)
    assert (f"/leads/{kept.lead_id}/" in page, f"/leads/{lost.lead_id}/" in page) == (True, False)
    assert (lost.lead.company_name in page, lost.lead.first_name in page) == (True, False)


def test_inbox_shows_the_own_messages_alone(client: Client):
    tell(make_rep(), label="Not for you")
    assert "Not for you" not in shown(client, make_rep())


def test_reading_marks_one_or_all(client: Client):
    rep = make_rep()
    first, second, third = (tell(rep, key=f"k{number}") for number in range(3))
    client.force_login(rep)
    for _ in range(2):
        assert client.post(f"/inbox/{first.pk}/read/")["Location"] == INBOX
    unread = Notification.objects.filter(read_at=None).order_by("pk")
    assert list(unread) == [second, third]
    client.post("/inbox/read/")
    assert unread.all().count() == 0


def test_reading_somebody_elses_message_is_404(client: Client):
    row = tell(make_rep())
    client.force_login(make_rep())
    assert client.post(f"/inbox/{row.pk}/read/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


@pytest.mark.parametrize("address", ["/inbox/1/read/", "/inbox/read/"])
def test_reading_is_no_link(client: Client, address: str):
    client.force_login(make_rep())
    answer = client.get(address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_inbox_keeps_quiet_while_nothing_changed(htmx, client: Client):
    rep = make_rep()
    tell(rep)
    client.force_login(rep)
    version = client.get(INBOX).context["version"]
    assert htmx.get(INBOX, {"v": version}).status_code == 204
    client.post("/inbox/read/")
    news = htmx.get(INBOX, {"v": version})
    assert (news.status_code, len(news.content) > 0) == (200, True)


def test_inbox_asks_as_much_for_three_messages_as_for_one(client: Client):
    rep, counts = make_rep(), []
    client.force_login(rep)
    for number in range(3):
        tell(rep, key=f"k{number}", lead=make_lead())
        with CaptureQueriesContext(connection) as asked:
            client.get(INBOX)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_inbox_turns_pages(client: Client):
    rep = make_rep()
    for number in range(27):
        tell(rep, key=f"k{number}", at=MORNING + timedelta(minutes=number), label=f"Company no {number}.")
    client.force_login(rep)
    second = client.get(INBOX, {"page": "2"}).content.decode()
    assert [number for number in range(27) if f"Company no {number}." in second] == [0, 1]


def test_a_settled_escalation_says_how_and_sinks_below_what_is_asked(client: Client):
    team = TeamFactory()
    manager, queue = make_manager(team), QueueFactory(team=team)
    ayu = make_manager(team, first_name="Ayu", last_name="")
    cases = []
    for number, company in enumerate(("Kopi Senja", "Bumi Hijau")):
        lead = make_entry(queue, since=MORNING - timedelta(hours=2), company_name=company).lead
        at = MORNING + timedelta(minutes=number)
        cases.append(escalate(lead, queue=queue, kind="wait", broke_at=MORNING, at=at))
    page = shown(client, manager)
    assert page.index("Bumi Hijau needs") < page.index("Kopi Senja needs")
    known = client.get(INBOX).context["version"]
    dismiss_escalation(cases[1], by=ayu, at=MORNING + timedelta(minutes=30))
    assert client.get(f"{INBOX}?v={known}", headers={"HX-Request": "true"}).status_code == 200
    page = shown(client, manager)
    assert page.index("Kopi Senja needs") < page.index("Bumi Hijau needs") < page.index("Left as it is by Ayu at")
    assert page.count("Left as it is by Ayu at") == 1
    undo_decision(cases[1], by=ayu, at=MORNING + timedelta(minutes=31))
    assert "Left as it is" not in shown(client, manager)
