"""Many escalations decided at once, with one answer that says what happened to each (C7)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.clocks.escalations import escalate, take_over
from queues.models import Entry, Escalation, Queue
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
HOUR = timedelta(hours=1)
PATH = "/escalations/many/"


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Maria", last_name="Kusuma")


@pytest.fixture
def manager(team, client):
    made = make_manager(team, first_name="Agus", last_name="Wijaya")
    client.force_login(made)
    return made


def make_case(queue: Queue) -> Escalation:
    entry = make_entry(queue, since=MORNING - 2 * HOUR)
    return escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING - HOUR, at=MORNING)


@pytest.fixture
def cases(queue) -> list[Escalation]:
    return [make_case(queue) for _number in range(3)]


def send(client: Client, cases: list[Escalation], act: str, **more):
    return client.post(PATH, {"act": act, "cases": [case.pk for case in cases], **more})


def said(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def closed() -> list[str]:
    return list(Escalation.objects.order_by("pk").values_list("closed_how", flat=True))


@pytest.mark.parametrize(("act", "how"), [("take", "taken_over"), ("front", "front"), ("leave", "dismissed")])
def test_one_act_decides_all_ticked_leads(client, manager, cases, act, how):
    assert said(send(client, cases[:2], act)) == "2 leads decided."
    assert closed() == [how, how, ""]


def test_all_go_to_the_chosen_rep(client, manager, cases, rep):
    assert said(send(client, cases, "reassign", rep=rep.rep.pk)) == "3 leads decided."
    assert list(Assignment.objects.open().values_list("holder", flat=True)) == [rep.pk] * 3


def test_all_are_snoozed_with_the_reason(client, manager, cases):
    send(client, cases, "snooze", reason="fair week", preset="hour")
    rows = set(Escalation.objects.values_list("snoozed_until", "snooze_reason"))
    assert rows == {(MORNING + HOUR, "fair week")}


def test_what_another_manager_decided_is_named_and_stops_nothing(client, manager, cases, team):
    take_over(cases[1], by=make_manager(team, first_name="Ayu", last_name=""), at=MORNING)
    answer = send(client, cases, "leave")
    assert said(answer) == "2 leads decided. 1 lead not decided: Decided already: Taken over, by Ayu at 10:42."
    assert closed() == ["dismissed", "taken_over", "dismissed"]


def test_what_cannot_be_done_to_one_lead_is_done_to_the_others(client, manager, cases):
    Entry.objects.filter(lead=cases[0].lead).update(left_at=MORNING, left_how="withdrawn")
    answer = send(client, cases, "front")
    assert "2 leads decided. 1 lead not decided: This lead is in no queue" in said(answer)


def test_a_rep_who_may_not_have_a_queues_leads_gets_the_others_only(client, manager, cases, rep, team):
    other = QueueFactory(team=TeamFactory())
    other.team.managers.add(manager)
    foreign = make_case(other)
    answer = send(client, [*cases, foreign], "reassign", rep=rep.rep.pk)
    assert said(answer) == "3 leads decided. 1 lead not decided: Choose who gets the lead."


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"act": "leave"}, "Tick at least one lead."),
        ({"act": "leave", "cases": ["x", "-1"]}, "Tick at least one lead."),
        ({"act": "", "cases": [1]}, "Choose what to do with the ticked leads."),
        ({"act": "shout", "cases": [1]}, "Choose what to do with the ticked leads."),
        ({"act": "leave", "cases": list(range(1, 202))}, "Tick at most 200 leads at once."),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(htmx, manager, cases, sent, says):
    htmx.force_login(manager)
    with nothing_changes():
        answer = htmx.post(PATH, sent)
    assert (answer.status_code, json.loads(answer.headers["HX-Trigger"])["toast"]["text"]) == (422, says)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"preset": "hour"}, "Write why it can wait."),
        ({"reason": "x", "until": "2020-01-01T09:00"}, "This time has passed. Choose a later time."),
        ({"reason": "x", "until": "2030-01-01T09:00"}, "This is more than a year away. Choose a nearer time."),
        ({"reason": "x", "until": "soon"}, "Choose a time."),
    ],
)
def test_a_snooze_that_cannot_be_is_refused_for_all(htmx, manager, cases, more, says):
    htmx.force_login(manager)
    answer = send(htmx, cases, "snooze", **more)
    assert answer.status_code == 422
    assert answer.content.decode() == f"3 leads not decided: {says}"
    assert set(Escalation.objects.values_list("snoozed_until", flat=True)) == {None}


def test_another_teams_manager_decides_nothing(htmx, cases):
    htmx.force_login(make_manager(TeamFactory()))
    answer = send(htmx, cases, "leave")
    assert (answer.status_code, answer.content.decode()) == (409, "3 leads not decided: No longer there.")
    assert closed() == [""] * 3


def test_the_page_offers_it_with_keys(client, manager, cases, rep):
    text = client.get("/escalations/").content.decode()
    assert text.count('name="cases"') == 3
    assert 'data-key="X"' in text
    assert f'<option value="{rep.rep.pk}">' in text.split('id="many-rep"')[1].split("</select>")[0]
    assert 'name="cases"' not in client.get("/escalations/?tab=done").content.decode()
