"""The doors that take back what a rep just did, as its message has them (M7)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from routing.actions.closing import close_held_lead
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, RotationMember
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
NOW, MINUTE = MORNING + timedelta(minutes=30), timedelta(minutes=1)
SENT = {
    "contact": {"kind": "call", "outcome": "reached"},
    "note": {"text": "Likes tea"},
    "snooze": {"preset": "hour"},
    "convert": {"stage": "won"},
    "disqualify": {"reason": "no_need"},
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team, client: Client):
    made = make_rep(team, first_name="Rina", last_name="Hartono")
    client.force_login(made)
    return made


@pytest.fixture
def held(team, rep) -> Assignment:
    queue = QueueFactory(team=team, name="MQL")
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def do(client: Client, held: Assignment, act: str, **more) -> str:
    """The address that undoes it, as the message has it."""
    answer = client.post(f"/leads/{held.lead_id}/{act}/", SENT[act] | more)
    (message,) = told(answer)
    return message.extra_tags


def told(answer) -> list:
    """The messages of this request, not those that wait since earlier ones."""
    return get_messages(answer.wsgi_request)._queued_messages


def said(answer) -> list[str]:
    return [str(message) for message in told(answer)]


def state(held: Assignment) -> list:
    rows = Assignment.objects.filter(pk=held.pk).values()
    return [*rows, *type(held.lead).objects.filter(pk=held.lead_id).values("stage", "stage_at", "closed_reason")]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("contact", "Acme Widgets: the contact is taken back, and its clock runs as before."),
        ("note", "The note is taken back."),
        ("snooze", "Acme Widgets is no longer snoozed by this."),
        ("convert", "Undone: you hold Acme Widgets again."),
        ("disqualify", "Undone: you hold Acme Widgets again."),
    ],
)
def test_each_act_is_taken_back_by_the_button_in_its_message(client: Client, held: Assignment, act: str, says: str):
    before = state(held)
    address = do(client, held, act)
    assert said(client.post(address)) == [says]
    assert state(held) == before
    with nothing_changes():
        assert said(client.post(address)) == []  # a second press
    page = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert ("You took back a" in page) or ("You opened it again; it was:" in page)


@pytest.mark.parametrize("act", list(SENT))
def test_after_five_minutes_it_stands_and_the_message_says_so(client: Client, held: Assignment, act: str, now):
    address = do(client, held, act)
    now.move_to(NOW + 5 * MINUTE + timedelta(seconds=1), tick=False)
    client.force_login(held.holder)
    with nothing_changes():
        answer = client.post(address)
    assert said(answer)[0].startswith("Five minutes are over")


@pytest.mark.parametrize("act", list(SENT))
def test_nobody_else_takes_it_back(client: Client, held: Assignment, team, act: str):
    address = do(client, held, act)
    client.force_login(make_rep(team))
    with nothing_changes():
        assert refusal(client.post(address)) == NOT_FOUND


def test_a_manager_opens_a_lead_again_that_a_rep_closed(client: Client, held: Assignment, team):
    address = do(client, held, "convert")
    client.force_login(make_manager(team))
    assert said(client.post(address)) == ["Undone: Acme Widgets is with Rina Hartono again."]
    held.refresh_from_db()
    assert (held.is_open, held.lead.stage) == (True, "held")


def test_a_lead_that_moved_on_stays_closed(client: Client, held: Assignment):
    address = do(client, held, "convert", stage="converted")
    lead = held.lead
    lead.refresh_from_db()
    type(lead).objects.filter(pk=lead.pk).update(stage="won", stage_at=NOW + MINUTE)
    with nothing_changes():
        assert said(client.post(address)) == ["Acme Widgets has moved on since, so closing it cannot be undone."]


def test_a_turn_that_was_given_back_is_spent_again(client: Client, rep):
    rotation = make_rotation(rep)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    make_entry(queue)
    serve_waiting(at=MORNING)
    held = Assignment.objects.open().get()
    member = RotationMember.objects.values().get()
    address = do(client, held, "disqualify", reason="student")
    assert RotationMember.objects.values().get() != member
    client.post(address)
    assert RotationMember.objects.values().get() == member
    lines = LedgerLine.objects.filter(kind__in=("given", "credit", "counted")).order_by("pk")
    assert list(lines.values_list("kind", "given", "owed")) == [
        ("given", TURN, 0),
        ("credit", -TURN, 1),
        ("counted", TURN, -1),
    ]


def test_the_answer_to_htmx_has_the_button_too(htmx, held: Assignment):
    htmx.force_login(held.holder)
    answer = htmx.post(f"/leads/{held.lead_id}/note/", SENT["note"], follow=True)
    act = Activity.objects.get(kind="noted")
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["undo"] == f"/acts/{act.pk}/undo/"


def test_what_was_taken_back_is_struck_out_and_says_by_whom(client: Client, held: Assignment):
    client.post(do(client, held, "note"))
    page = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert "<del>Likes tea</del>" in page
    assert "You took this back" in page
    close_held_lead(held, stage="won", by=held.holder, at=NOW)


def correct(client: Client, act: Activity, **changes):
    return client.post(
        f"/acts/{act.pk}/correct/", {"kind": "call", "outcome": "reached", "made_at": "2026-11-16T11:12:00"} | changes
    )


def test_a_contact_is_corrected_later_and_the_clock_follows(client: Client, held: Assignment, now):
    do(client, held, "contact")
    act = Activity.objects.get(kind="contacted")
    now.move_to(NOW + 40 * MINUTE, tick=False)
    client.force_login(held.holder)
    page = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert f'href="/acts/{act.pk}/correct/"' in page
    form = client.get(f"/acts/{act.pk}/correct/").context["form"]
    assert form["outcome"].value() == "reached"
    shown = form["made_at"].value().strftime("%Y-%m-%dT%H:%M:%S")
    answer = correct(client, act, outcome="wrong_number", made_at=shown)
    assert said(answer) == ["Acme Widgets: the contact is corrected, and the clock to first contact runs."]
    due = held.contact_due_at
    held.refresh_from_db()
    assert (held.first_contact_at, held.contact_due_at) == (None, due)
    page = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert "You corrected this" in page
    assert "It was: Call: Reached" in page


def test_a_correction_that_cannot_be_keeps_what_was_typed(client: Client, held: Assignment):
    do(client, held, "contact")
    act = Activity.objects.get(kind="contacted")
    with nothing_changes():
        late = correct(client, act, made_at="2031-01-01T09:00")
        empty = correct(client, act, outcome="pigeon", made_at="soon")
    assert (late.status_code, empty.status_code) == (422, 422)
    assert "not later than now" in late.content.decode()
    assert 'value="2031-01-01T09:00' in late.content.decode()
    assert "Choose what came of it." in empty.content.decode()


def test_only_who_logged_it_and_still_has_the_lead_corrects_it(client: Client, held: Assignment, team):
    do(client, held, "note")
    do(client, held, "contact")
    note, act = Activity.objects.get(kind="noted"), Activity.objects.get(kind="contacted")
    with nothing_changes():
        assert refusal(correct(client, note)) == NOT_FOUND
    client.force_login(make_manager(team))
    with nothing_changes():
        assert refusal(correct(client, act)) == NOT_FOUND
    client.force_login(held.holder)
    do(client, held, "convert")
    with nothing_changes():
        assert refusal(client.get(f"/acts/{act.pk}/correct/")) == NOT_FOUND
