"""The doors of a holder's daily acts: contact, note, snooze, return (C4)."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.models import Entry
from routing.actions.assignment import AssignmentRequest, reassign, return_lead
from routing.models import Assignment
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, QueueFactory, make_entry, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)
JAKARTA = ZoneInfo("Asia/Jakarta")
HTMX = {"HX-Request": "true"}
CONTACT = {"kind": "call", "outcome": "no_answer", "note": ""}
SENT = {
    "contact": CONTACT,
    "note": {"text": "Likes tea"},
    "snooze": {"preset": "hour"},
    "return": {"reason": "no_capacity"},
    "convert": {"stage": "won"},
    "disqualify": {"reason": "no_need"},
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def held(client: Client) -> Assignment:
    """A lead that the signed-in rep took half an hour ago."""
    rep = make_rep(first_name="Rina", last_name="Hartono")
    client.force_login(rep)
    queue = QueueFactory(name="MQL")
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def address(held: Assignment, act: str) -> str:
    return f"/leads/{held.lead_id}/{act}/"


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_log_contact_stops_the_clock(client: Client, held: Assignment):
    answer = client.post(address(held, "contact"), CONTACT | {"note": "rang twice", "next": "/desk/"})
    held.refresh_from_db()
    line = Activity.objects.filter(kind="contacted").get()
    assert (answer["Location"], said(answer)) == ("/desk/", ["Acme Widgets: Call, No answer."])
    assert (held.first_contact_at, held.contact_due_at) == (NOW, None)
    said_so = {"assignment": held.pk, "kind": "call", "outcome": "no_answer", "note": "rang twice"}
    assert line.details == said_so | {"due_at": held.first_due_at.isoformat(), "remind_at": None}


def test_log_contact_by_htmx_ends_at_the_card_with_a_message(client: Client, held: Assignment):
    desk = f"/desk/?lead={held.lead_id}"
    answer = client.post(address(held, "contact"), CONTACT | {"next": desk}, headers=HTMX, follow=True)
    assert answer.content.decode().lstrip().startswith('<article class="al-panel al-open on-desk" id="lead"')
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "Acme Widgets: Call, No answer."


def test_log_contact_keeps_the_time_of_a_call_back(client: Client, held: Assignment):
    sent = {"kind": "call", "outcome": "call_back", "follow_up_at": "2026-11-16T14:30"}
    answer = client.post(address(held, "contact"), sent)
    held.refresh_from_db()
    assert held.follow_up_at == datetime(2026, 11, 16, 14, 30, tzinfo=JAKARTA)
    assert said(answer) == ["Acme Widgets: Call, Call back. Call back 14:30."]


def test_log_contact_minds_a_time_only_for_a_call_back(client: Client, held: Assignment):
    client.post(address(held, "contact"), CONTACT | {"follow_up_at": "2026-11-16T14:30"})
    held.refresh_from_db()
    assert held.follow_up_at is None


def test_wrong_number_keeps_the_clock_running_and_says_so(client: Client, held: Assignment):
    answer = client.post(address(held, "contact"), {"kind": "call", "outcome": "wrong_number"})
    held.refresh_from_db()
    assert (held.first_contact_at, said(answer)) == (
        None,
        ["Acme Widgets: Call, Wrong number. The clock keeps running."],
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"kind": "call"}, "Choose what came of it."),
        ({"kind": "fax", "outcome": "reached"}, "Choose how you tried."),
        ({"outcome": "reached"}, "Choose how you tried."),
        ({"kind": "call", "outcome": "call_back", "follow_up_at": "2026-11-16T09:00"}, "This time has passed."),
        ({"kind": "call", "outcome": "call_back", "follow_up_at": "soon"}, "Write a date and a time"),
    ],
)
def test_log_contact_refused_keeps_what_was_typed(htmx, client: Client, held: Assignment, sent: dict, message: str):
    typed = sent | {"note": "asked for a price list"}
    part = htmx.post(address(held, "contact"), typed)
    page = client.post(address(held, "contact"), typed)
    for answer in (part, page):
        shown = answer.content.decode()
        assert (answer.status_code, message in shown, "asked for a price list" in shown) == (422, True, True)
    assert (part.headers["HX-Retarget"], part.headers["HX-Reswap"]) == ("#form-log_contact", "outerHTML")
    assert part.content.decode().lstrip().startswith('<form class="al-log" id="form-log_contact"')
    assert "<html" in page.content.decode()
    held.refresh_from_db()
    assert held.first_contact_at is None


def test_log_contact_clicked_twice_is_one_contact(client: Client, held: Assignment):
    seen = Activity.objects.latest("pk").pk
    for _ in range(2):
        assert client.post(address(held, "contact"), CONTACT | {"seen": seen}).status_code == 302
    client.post(address(held, "contact"), CONTACT | {"seen": Activity.objects.latest("pk").pk})
    assert Activity.objects.filter(kind="contacted").count() == 2


def test_note_is_kept_once_and_is_no_contact(client: Client, held: Assignment):
    seen = Activity.objects.latest("pk").pk
    for _ in range(2):
        client.post(address(held, "note"), {"text": "Likes tea", "seen": seen})
    held.refresh_from_db()
    assert [line.details for line in Activity.objects.filter(kind="noted")] == [{"text": "Likes tea"}]
    assert held.first_contact_at is None


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_empty_or_endless_note_is_refused_at_its_field(htmx, held: Assignment, text: str):
    answer = htmx.post(address(held, "note"), {"text": text})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#form-note")
    assert 'id="note-error"' in answer.content.decode()
    assert Activity.objects.filter(kind="noted").count() == 0


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ({"preset": "hour"}, NOW + timedelta(hours=1)),
        ({"preset": "tomorrow"}, datetime(2026, 11, 17, 9, tzinfo=JAKARTA)),
        ({"preset": "monday"}, datetime(2026, 11, 23, 9, tzinfo=JAKARTA)),
        ({"until": "2026-12-01T08:15"}, datetime(2026, 12, 1, 8, 15, tzinfo=JAKARTA)),
    ],
)
def test_snooze_puts_off_until_then(client: Client, held: Assignment, sent: dict, until: datetime):
    client.post(address(held, "snooze"), sent)
    held.refresh_from_db()
    assert (held.follow_up_at, held.follow_up) == (until, "snoozed")


@pytest.mark.parametrize("sent", [{}, {"until": "2026-11-16T09:00"}, {"until": "never"}, {"preset": "someday"}])
def test_snooze_into_the_past_or_nowhere_is_refused(htmx, held: Assignment, sent: dict):
    answer = htmx.post(address(held, "snooze"), sent)
    held.refresh_from_db()
    assert (answer.status_code, answer.headers["HX-Retarget"], held.follow_up_at) == (422, "#form-snooze", None)


def test_return_gives_the_lead_its_old_place_again(client: Client, held: Assignment):
    answer = client.post(address(held, "return"), {"reason": "wrong_segment", "note": "too big", "next": "/desk/"})
    held.refresh_from_db()
    entry = Entry.objects.waiting().get()
    assert (answer["Location"], said(answer)) == ("/desk/", ["Acme Widgets is back in MQL in its old place."])
    assert (held.ended_how, held.end_reason, held.ended_by) == ("returned", "wrong_segment", held.holder)
    assert (entry.lead_id, entry.since_at) == (held.lead_id, MORNING)


@pytest.mark.parametrize("reason", ["", "because", "no_need"])
def test_return_without_a_known_reason_is_refused(htmx, held: Assignment, reason: str):
    answer = htmx.post(address(held, "return"), {"reason": reason, "note": "too big"})
    shown = answer.content.decode()
    assert (answer.status_code, "Choose why the lead goes back." in shown, "too big" in shown) == (422, True, True)
    held.refresh_from_db()
    assert held.is_open


@pytest.mark.parametrize("act", SENT)
def test_acts_are_no_links(client: Client, held: Assignment, act: str):
    answer = client.get(address(held, act))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("act", SENT)
@pytest.mark.parametrize("make", [make_rep, make_manager, make_ops])
def test_acts_are_for_the_holder_alone(client: Client, held: Assignment, act: str, make):
    client.force_login(make())
    answer = client.post(address(held, act), SENT[act])
    held.refresh_from_db()
    assert (answer.status_code, held.is_open, held.first_contact_at) == (404, True, None)


@pytest.mark.parametrize("act", SENT)
def test_acts_on_no_lead_are_404(client: Client, held: Assignment, act: str):
    with nothing_changes():
        assert refusal(client.post(f"/leads/999999/{act}/", SENT[act])) == NOT_FOUND


@pytest.mark.parametrize("act", SENT)
def test_stale_page_learns_who_has_the_lead_now(htmx, client: Client, held: Assignment, act: str):
    colleague = make_rep(first_name="Maria", last_name="Kusuma")
    request = AssignmentRequest(lead=held.lead, holder_id=colleague.pk, how="by_hand")
    reassign(held, request=request, ended_how="reassigned", by=make_manager(), at=MORNING + timedelta(minutes=9))
    part = htmx.post(address(held, act), SENT[act])
    page = client.post(address(held, act), SENT[act])
    sentence = "You no longer hold Acme Widgets. Maria Kusuma has it (since 10:51)."
    assert (part.status_code, sentence in part.content.decode()) == (409, True)
    if act == "note":  # its words stand there to copy (test_late_words.py)
        assert (page.status_code, sentence in page.content.decode()) == (409, True)
    else:
        assert (page.status_code, page["Location"], said(page)) == (302, "/", [sentence])
    assert held.lead.email not in part.content.decode()
    assert Assignment.objects.open().get().holder == colleague


@pytest.mark.parametrize("act", ["contact", "note", "snooze", "convert", "disqualify"])
def test_stale_page_of_a_returned_lead_says_so(htmx, held: Assignment, act: str):
    return_lead(held, reason="no_capacity", note="", by=held.holder, at=MORNING + timedelta(minutes=5))
    answer = htmx.post(address(held, act), SENT[act])
    assert answer.status_code == 409
    assert "You no longer hold Acme Widgets. You returned it (10:47)." in answer.content.decode()
    assert Entry.objects.waiting().count() == 1


@pytest.mark.parametrize("act", ["return", "convert", "disqualify"])
def test_ending_twice_is_harmless(client: Client, held: Assignment, act: str):
    answers = [client.post(address(held, act), SENT[act] | {"next": "/desk/"}) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/desk/")] * 2
    assert Activity.objects.filter(kind__in=["returned", "closed"]).count() == 1


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_acts_lead_to_our_own_pages_only(client: Client, held: Assignment, wanted: str):
    answer = client.post(address(held, "contact"), CONTACT | {"next": wanted})
    assert answer["Location"] == f"/leads/{held.lead_id}/"


def test_manager_who_took_a_lead_over_acts_on_its_page(client: Client, held: Assignment):
    manager = make_manager()
    request = AssignmentRequest(lead=held.lead, holder_id=manager.pk, how="taken_over")
    reassign(held, request=request, ended_how="reassigned", by=manager, at=MORNING + timedelta(minutes=9))
    client.force_login(manager)
    page = f"/leads/{held.lead_id}/"
    assert address(held, "contact") in client.get(page).content.decode()
    answer = client.post(address(held, "contact"), CONTACT)
    assert (answer["Location"], Assignment.objects.open().get().first_contact_at) == (page, NOW)


def test_acts_need_the_form_of_our_own_page(held: Assignment):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(held.holder)
    with nothing_changes():
        answers = [strict.post(address(held, act), sent).status_code for act, sent in SENT.items()]
        assert answers == [403] * len(SENT)


def test_returned_lead_goes_to_a_colleague(client: Client, held: Assignment):
    client.post(address(held, "return"), {"reason": "not_my_type"})
    colleague = make_rep()
    assert take_next(Entry.objects.waiting().get().queue, by=colleague, at=NOW).lead_id == held.lead_id
