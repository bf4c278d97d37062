"""Snooze, return or note many own leads at once: one answer, one Undo, and what cannot be done by name (M8)."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from queues.models import Entry
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_rep

pytestmark = pytest.mark.django_db
NOW, MINUTE = MORNING + timedelta(minutes=30), timedelta(minutes=1)
MANY = "/my-leads/many/"
SENT = {
    "snooze": {"preset": "hour"},
    "return": {"reason": "wrong_segment", "note": "Larger than said"},
    "note": {"text": "Likes tea"},
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def queue():
    return QueueFactory(team=TeamFactory(), name="MQL")


@pytest.fixture
def rep(queue, client: Client):
    made = make_rep(queue.team)
    client.force_login(made)
    return made


@pytest.fixture
def three(queue, rep) -> list[Assignment]:
    for company in ("Acme", "Beta", "Cetus"):
        make_entry(queue, company_name=company)
    return [take_next(queue, by=rep, at=MORNING) for _lead in range(3)]


def send(client: Client, act: str, held, **more):
    seen = Activity.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = [each if isinstance(each, int) else each.lead_id for each in held]
    return client.post(
        MANY, {"act": act, "leads": ids, "seen": seen, "next": "/my-leads/?show=due"} | SENT.get(act, {}) | more
    )


def message_of(answer):
    return get_messages(answer.wsgi_request)._queued_messages[-1]


def kinds(act: str) -> int:
    kind = {"snooze": "snoozed", "return": "returned", "note": "noted"}[act]
    return Activity.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("snooze", "3 leads snoozed until 12:12."),
        ("return", "3 leads returned to their queues."),
        ("note", "Note saved at 3 leads."),
    ],
)
def test_one_act_on_three_leads_and_one_undo_for_all(client: Client, three, act: str, says: str):
    before = list(Assignment.objects.order_by("pk").values())
    answer = send(client, act, three)
    assert (answer.status_code, answer.url, str(message_of(answer)), kinds(act)) == (
        302,
        "/my-leads/?show=due",
        says,
        3,
    )
    undone = client.post(message_of(answer).extra_tags, {"next": "/my-leads/"})
    assert (undone.url, str(message_of(undone))) == ("/my-leads/", "Undone for 3 leads.")
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert (Entry.objects.waiting().count(), Lead.objects.filter(stage="held").count()) == (0, 3)


@pytest.mark.parametrize("act", SENT)
def test_a_second_press_of_the_same_page_does_nothing_more(client: Client, three, act: str):
    seen = Activity.objects.order_by("-pk").values_list("pk", flat=True)[0]
    first, second = (send(client, act, three, seen=seen) for _press in range(2))
    assert (str(message_of(second)), message_of(second).extra_tags) == (
        str(message_of(first)),
        message_of(first).extra_tags,
    )
    assert kinds(act) == 3


def test_a_lead_that_left_is_named_and_stops_no_other(client: Client, three, queue):
    return_lead(three[1], reason="wrong_segment", note="", by=None, at=MORNING)
    take_next(queue, by=make_rep(queue.team), at=MORNING)
    answer = send(client, "snooze", three)
    assert str(message_of(answer)) == "2 leads snoozed until 12:12. 1 not: Beta is no longer yours."
    assert (message_of(answer).level_tag, kinds("snooze")) == ("warning", 2)


def test_a_note_for_leads_that_all_left_comes_back_on_the_page(client: Client, three, queue):
    for each in three:
        return_lead(each, reason="wrong_segment", note="", by=None, at=MORNING)
    answer = send(client, "note", three)
    words = answer.content.decode()
    assert (answer.status_code, "3 not: Acme, Beta, Cetus are no longer yours." in words) == (409, True)
    assert (kinds("note"), "You hold no leads" in words, "Likes tea" in words) == (0, True, True)


@pytest.mark.parametrize(
    ("act", "sent", "says"),
    [
        ("return", {"reason": ""}, "Choose why the lead goes back."),
        ("return", {"reason": "shoes"}, "Choose why the lead goes back."),
        ("note", {"text": "  "}, "Write the note."),
        ("note", {"text": "x" * 2001}, "at most 2000 characters"),
        ("snooze", {"preset": "", "until": ""}, "Choose until when."),
        ("snooze", {"preset": "", "until": "2026-11-16T08:00"}, "This time"),
        ("snooze", {"preset": "", "until": "2036-11-16T08:00"}, "year"),
        ("snooze", {"preset": "", "until": "soon"}, "Write a date and a time"),
        ("shoes", {}, "Choose what to do with the ticked leads."),
        ("", {}, "Choose what to do with the ticked leads."),
        ("note", {"leads": []}, "Tick at least one lead."),
        ("note", {"leads": ["x", "-1", "9" * 30]}, "Tick at least one lead."),
        ("note", {"leads": list(range(1, 52))}, "Tick at most 50 leads at once."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_done(client: Client, three, act: str, sent: dict, says: str):
    with nothing_changes():
        answer = send(client, act, three, **sent)
    assert (answer.status_code, says in answer.content.decode()) == (422, True)


def test_a_refused_act_keeps_ticks_and_words(client: Client, three):
    words = send(client, "return", three[:2], reason="", note="Larger than said").content.decode()
    boxes = re.findall(r'<input[^>]*name="leads"[^>]*>', words)
    assert ([" checked" in each for each in boxes].count(True), 'value="Larger than said"' in words) == (2, True)
    assert '<details class="al-menu" id="many-return" name="many" open>' in words


def test_leads_and_acts_of_others_do_not_exist(client: Client, three, queue):
    foreign = make_lead(company_name="Secret")
    with nothing_changes():
        assert send(client, "note", [foreign.pk, 10**12]).status_code == 404
    answer = send(client, "note", [three[0], foreign.pk])
    assert str(message_of(answer)) == "Note saved at 1 lead. 1 not: a lead is no longer yours."
    undo = message_of(answer).extra_tags
    client.force_login(make_rep(queue.team))
    with nothing_changes():
        assert client.post(undo).status_code == 404
        assert client.post(f"/my-leads/undo/?return={three[0].pk}&act=x").status_code == 404


def test_what_cannot_be_undone_any_more_is_counted(client: Client, three, queue, now):
    answer = send(client, "return", three)
    take_next(queue, by=make_rep(queue.team), at=NOW)
    undone = client.post(message_of(answer).extra_tags)
    assert str(message_of(undone)).startswith("Undone for 2 leads. 1 lead stays as it is:")
    now.move_to(NOW + 6 * MINUTE, tick=False)
    late = client.post(message_of(answer).extra_tags)
    assert (str(message_of(late)).startswith("3 leads stay as they are:"), message_of(late).level_tag) == (
        True,
        "warning",
    )
