"""Words for a lead that left while somebody wrote them are not lost (M7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from routing.actions.assignment import AssignmentRequest, reassign, return_lead, take_away
from routing.actions.closing import close_held_lead
from routing.models import Assignment, Team
from tests.factories import MORNING, QueueFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db

TEXT = "Prefers tea. سلام، 你好. " + "Careful words. " * 30
CONTACT = {"kind": "call", "outcome": "no_answer", "note": TEXT}
COPY = "What you wrote is not saved; copy it from here."
LATER = MORNING + timedelta(minutes=9)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(minutes=30), tick=False)


@pytest.fixture
def held(client: Client, team: Team) -> Assignment:
    rep = make_rep(team, first_name="Budi")
    client.force_login(rep)
    queue = QueueFactory(name="MQL", team=team)
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def to_a_colleague(held: Assignment) -> None:
    colleague = make_rep(first_name="Rina", last_name="Hartono")
    request = AssignmentRequest(lead=held.lead, holder_id=colleague.pk, how="by_hand")
    reassign(held, request=request, ended_how="reassigned", by=make_manager(), at=LATER)


def back_to_the_queue(held: Assignment) -> None:
    return_lead(held, reason="no_capacity", note="", by=make_manager(), at=LATER)


def closed(held: Assignment) -> None:
    close_held_lead(held, stage=Lead.Stage.WON, by=make_manager(), at=LATER)


def breached(held: Assignment) -> None:
    take_away(held, ended_how="breached", by=None, at=LATER)


def send(client: Client, held: Assignment, act: str, **sent: str):
    return client.post(f"/leads/{held.lead_id}/{act}/", sent)


def notes() -> list[dict]:
    return [each.details for each in Activity.objects.filter(kind=Activity.Kind.NOTED)]


@pytest.mark.parametrize("leave", [to_a_colleague, back_to_the_queue, breached])
@pytest.mark.parametrize(("act", "sent"), [("note", {"text": TEXT}), ("contact", CONTACT)])
def test_words_for_a_lead_out_of_sight_stand_there_to_copy(
    client: Client, htmx: Client, held: Assignment, leave: Callable, act: str, sent: dict
):
    leave(held)
    for browser in (htmx, client):
        answer = send(browser, held, act, **sent)
        shown = answer.content.decode()
        assert (answer.status_code, COPY in shown, f">{TEXT.strip()}</textarea>" in shown) == (409, True, True)
        assert held.lead.email not in shown
    assert (notes(), Assignment.objects.filter(first_contact_at__isnull=False).count()) == ([], 0)


@pytest.mark.parametrize("act", ["return", "disqualify"])
def test_the_note_of_an_act_that_came_too_late_comes_back(htmx: Client, held: Assignment, act: str):
    to_a_colleague(held)
    reasons = {"return": "no_capacity", "disqualify": "no_need"}
    answer = send(htmx, held, act, reason=reasons[act], note=TEXT)
    assert (answer.status_code, f">{TEXT.strip()}</textarea>" in answer.content.decode()) == (409, True)


def test_a_note_for_a_lead_that_was_closed_is_added_to_its_story_once(client: Client, htmx: Client, held: Assignment):
    closed(held)
    seen = str(Activity.objects.latest("pk").pk)
    first, second = (send(htmx, held, "note", text=TEXT, seen=seen) for _press in range(2))
    for answer in (first, second):
        assert "It was closed" in answer.content.decode()
        assert "Your note was added to its story." in answer.content.decode()
        assert COPY not in answer.content.decode()
    assert notes() == [{"text": TEXT.strip()}]
    assert TEXT.strip() in client.get(f"/leads/{held.lead_id}/").content.decode()


def test_a_contact_with_a_lead_that_was_closed_is_a_note_and_stops_no_clock(client: Client, held: Assignment):
    closed(held)
    before = Assignment.objects.values().get(pk=held.pk)
    answer = send(client, held, "contact", **CONTACT)
    said = str(next(iter(get_messages(answer.wsgi_request))))
    assert said.endswith("Your contact was added to its story as a note; it stops no clock.")
    assert Assignment.objects.values().get(pk=held.pk) == before
    assert [(each["kind"], each["outcome"], each["text"]) for each in notes()] == [("call", "no_answer", TEXT.strip())]
    assert Activity.objects.filter(kind=Activity.Kind.CONTACTED).count() == 0
    story = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert "Call: No answer" in story and TEXT.strip() in story


def test_a_manager_adds_to_the_story_of_a_lead_that_went_to_the_team(client: Client, htmx: Client, team: Team):
    manager = make_manager(team)
    client.force_login(manager)
    queue = QueueFactory(name="SQL", team=team)
    make_entry(queue, company_name="Bumi Hijau")
    held = take_next(queue, by=make_rep(team), at=MORNING)
    mine = AssignmentRequest(lead=held.lead, holder_id=manager.pk, how="taken_over")
    mine = reassign(held, request=mine, ended_how="reassigned", by=manager, at=LATER)
    rina = AssignmentRequest(lead=held.lead, holder_id=held.holder_id, how="by_hand")
    reassign(mine, request=rina, ended_how="reassigned", by=manager, at=LATER)
    answer = send(htmx, held, "note", text=TEXT)
    assert "Your note was added to its story." in answer.content.decode()
    assert (notes(), Activity.objects.latest("pk").by) == ([{"text": TEXT.strip()}], manager)


def test_who_never_held_the_lead_adds_nothing(client: Client, held: Assignment):
    closed(held)
    client.force_login(make_rep())
    assert send(client, held, "note", text=TEXT).status_code == 404
    assert notes() == []


def test_a_note_that_is_no_note_is_not_added_but_shown(htmx: Client, held: Assignment):
    closed(held)
    answer = send(htmx, held, "note", text="a" * 2001)
    assert (answer.status_code, COPY in answer.content.decode(), notes()) == (409, True, [])
