"""The next step after a contact: chosen while it is logged or later, listed where it is missing, undone (C4, M7)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity
from queues.actions.claims.take import take_next
from routing.actions.availability.time_off import plan_time_off
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_rep

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)  # Monday 11:12 in Jakarta
JAKARTA = ZoneInfo("Asia/Jakarta")
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=JAKARTA)
CONTACT = {"kind": "call", "outcome": "reached", "note": ""}
STEPS = re.compile(r'name="step" value="([^"]*)"')


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def held(client: Client) -> Assignment:
    rep = make_rep(TeamFactory(), first_name="Rina")
    client.force_login(rep)
    queue = QueueFactory(name="MQL")
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def act(client: Client, held: Assignment, what: str, **sent: str) -> tuple[int, list[str]]:
    answer = client.post(f"/leads/{held.lead_id}/{what}/", sent)
    held.refresh_from_db()
    return answer.status_code, [str(message) for message in get_messages(answer.wsgi_request)]


def desk(client: Client, held: Assignment) -> str:
    return client.get("/desk/", {"lead": held.lead_id}).content.decode()


@pytest.mark.parametrize(
    ("outcome", "step", "at", "kind", "says"),
    [
        ("reached", "hour", NOW + timedelta(hours=1), "follow_up", "Call, Reached. Follow up 12:12."),
        ("no_answer", TUESDAY.isoformat(), TUESDAY, "follow_up", "Call, No answer. Follow up Tue 09:00."),
        ("call_back", TUESDAY.isoformat(), TUESDAY, "call_back", "Call, Call back. Call back Tue 09:00."),
        ("reached", "", None, "", "Call, Reached."),
    ],
)
def test_a_contact_is_logged_with_its_next_step(client: Client, held: Assignment, outcome, step, at, kind, says):
    left_over = {"follow_up_at": "2026-12-24T18:00"}  # from a choice that was changed
    assert act(client, held, "contact", **CONTACT | {"outcome": outcome, "step": step}, **left_over)[1] == [
        f"Acme Widgets: {says}"
    ]
    assert (held.follow_up_at, held.follow_up) == (at, kind)


def test_a_date_is_asked_for_when_it_was_chosen(client: Client, held: Assignment):
    chosen = CONTACT | {"step": "date"}
    with nothing_changes():
        answer = client.post(f"/leads/{held.lead_id}/contact/", chosen | {"note": "wants a quote"})
    shown = answer.content.decode()
    assert (answer.status_code, "Choose when." in shown, "wants a quote" in shown) == (422, True, True)
    act(client, held, "contact", **chosen, follow_up_at="2026-11-19T14:30")
    assert held.follow_up_at == datetime(2026, 11, 19, 14, 30, tzinfo=JAKARTA)


@pytest.mark.parametrize("step", ["someday", "2026-11-17T09:00", "2026-11-16T11:00:00+07:00", "9" * 50, "\x00"])
def test_a_step_that_was_never_offered_changes_nothing(client: Client, held: Assignment, step: str):
    with nothing_changes():
        answers = [
            client.post(f"/leads/{held.lead_id}/{what}/", CONTACT | {name: step})
            for what, name in (("contact", "step"), ("follow-up", "preset"), ("snooze", "preset"))
        ]
    assert {answer.status_code for answer in answers} <= {400, 422}


def test_the_times_offered_are_on_the_reps_working_days(client: Client, held: Assignment):
    rep = held.holder
    off = TUESDAY - timedelta(hours=9)
    plan_time_off(rep.rep, kind="leave", starts_at=off, ends_at=off + timedelta(days=1), note="", by=rep, at=NOW)
    shown = desk(client, held)
    assert [value[:16] for value in STEPS.findall(shown)] == [
        "", "hour", "2026-11-18T09:00", "2026-11-23T09:00", "date",
    ]  # fmt: skip
    labels = ("In 1 h", "Wednesday 09:00", "Mon 23 Nov 09:00")
    assert [label for label in labels if label not in shown] == []


def test_a_planned_step_stays_when_a_contact_is_logged_before_it(client: Client, held: Assignment):
    assert act(client, held, "follow-up", preset=TUESDAY.isoformat()) == (
        302,
        ["Acme Widgets: follow up Tue 09:00. Its contact clock keeps running."],
    )
    checked = re.search(r'name="step" value="([^"]*)"[^>]*\bchecked', desk(client, held))
    assert checked and checked.group(1) == TUESDAY.isoformat()
    act(client, held, "contact", **CONTACT, step=checked.group(1))
    assert (held.follow_up_at, held.follow_up) == (TUESDAY, "follow_up")


def test_undo_brings_the_former_step_back(client: Client, held: Assignment):
    act(client, held, "contact", **CONTACT | {"outcome": "call_back"}, step=TUESDAY.isoformat())
    former = (held.follow_up_at, held.follow_up)
    for what, sent in (
        ("contact", CONTACT | {"step": "hour"}),
        ("contact", CONTACT | {"step": ""}),
        ("follow-up", {"until": "2026-11-30T10:00"}),
        ("snooze", {"preset": "monday"}),
    ):
        act(client, held, what, **sent)
        assert (held.follow_up_at, held.follow_up) != former
        client.post(f"/acts/{Activity.objects.order_by('pk').last().pk}/undo/")
        held.refresh_from_db()
        assert (held.follow_up_at, held.follow_up) == former, what


def test_the_story_tells_the_next_step(client: Client, held: Assignment):
    act(client, held, "contact", **CONTACT | {"note": "wants a quote"}, step=TUESDAY.isoformat())
    act(client, held, "follow-up", preset="hour")
    shown = desk(client, held)
    assert [text for text in ("wants a quote · Follow up Tue 09:00", "Follow up 12:12") if text not in shown] == []


def test_leads_without_a_next_step_are_listed_as_such_and_counted(client: Client):
    rep, queue = make_rep(), QueueFactory()
    fill(queue, 28)
    for number in range(28):
        taken = take_next(queue, by=rep, at=MORNING)
        outcome = "wrong_number" if number == 27 else "reached"
        log_contact(taken, kind="call", outcome=outcome, note="", by=rep, at=MORNING + timedelta(minutes=number))
    client.force_login(rep)
    shown = client.get("/desk/mine/").content.decode()
    group = shown[shown.index("No next step") :]
    assert re.search(r'<span class="num">(\d+)</span>', group).group(1) == "27"
    assert (group.count("data-row"), "and 2 more without a next step" in group) == (25, True)
    assert re.search(r'class="al-count">(\d+)<', shown).group(1) == "28"
    assert "contacted" in group
