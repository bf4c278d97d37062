"""Decisions about escalations are taken back: one, or all of one press (C7, M7)."""

import json
from datetime import timedelta

import pytest
import time_machine

from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.models import Entry, Escalation, Queue
from queues.queries.waiting import first_positions
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
HOUR = timedelta(hours=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, order="fifo")


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Maria", last_name="Kusuma")


@pytest.fixture
def manager(team, client):
    made = make_manager(team)
    client.force_login(made)
    return made


def make_case(queue: Queue, hours: int = 2) -> Escalation:
    entry = make_entry(queue, since=MORNING - hours * HOUR)
    return escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING - HOUR, at=MORNING)


def decide(client, act: str, case: Escalation, **more) -> str:
    """The address that undoes it, as the toast has it."""
    answer = client.post(f"/escalations/{case.pk}/{act}/", more, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    return json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]


def undo(client, address: str) -> str:
    answer = client.post(address, headers={"HX-Request": "true"})
    return json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def state(queue: Queue) -> tuple:
    rows = Escalation.objects.order_by("pk").values_list("closed_at", "closed_how", "closed_by", "snoozed_until")
    line = [position.entry.id for position in first_positions(queue, at=MORNING, limit=9)]
    fronts = list(Entry.objects.order_by("pk").values_list("is_front", "is_open_to_decliners", "left_at"))
    return list(rows), line, fronts, list(Assignment.objects.open().values_list("holder", flat=True))


@pytest.mark.parametrize("act", ["take-over", "reassign", "front", "snooze", "leave"])
def test_everything_is_as_before(client, manager, queue, rep, act):
    make_case(queue, 5)
    case = make_case(queue, 2)
    before = state(queue)
    address = decide(client, act, case, rep=rep.rep.pk, reason="fair week", preset="hour")
    assert state(queue) != before
    assert undo(client, address) == "1 decision undone."
    assert state(queue) == before
    assert undo(client, address) == "1 decision stands: five minutes are over, or the lead has moved on since."
    assert state(queue) == before


def test_a_held_lead_goes_back_to_its_holder(client, manager, queue, rep, team):
    make_entry(queue, since=MORNING - 5 * HOUR)
    held = take_next(queue, by=rep, at=MORNING - 4 * HOUR)
    case = escalate(held.lead, queue=queue, kind="contact", broke_at=MORNING - HOUR, at=MORNING - HOUR)
    other = make_rep(team)
    address = decide(client, "reassign", case, rep=other.rep.pk)
    assert Assignment.objects.open().get().holder == other
    undo(client, address)
    assert Assignment.objects.open().get().holder == rep
    assert Escalation.objects.get().closed_at is None


def test_all_of_one_press_are_undone_at_once(client, manager, queue, rep):
    cases = [make_case(queue) for _n in range(3)]
    sent = {"act": "reassign", "cases": [case.pk for case in cases], "rep": rep.rep.pk}
    answer = client.post("/escalations/many/", sent, headers={"HX-Request": "true"})
    address = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
    worked_on = Assignment.objects.open().order_by("pk").first()
    log_contact(worked_on, kind="call", outcome="reached", note="", by=rep, at=MORNING)
    says = "2 decisions undone. 1 decision stands: five minutes are over, or the lead has moved on since."
    assert undo(client, address) == says
    assert (Assignment.objects.open().get(), Entry.objects.waiting().count()) == (worked_on, 2)
    assert Escalation.objects.filter(closed_at=None).count() == 2


@pytest.mark.parametrize("act", ["take-over", "front", "leave"])
def test_after_five_minutes_a_decision_stands(client, manager, queue, act):
    address = decide(client, act, make_case(queue))
    after = state(queue)
    with time_machine.travel(MORNING + timedelta(minutes=5, seconds=1), tick=False):
        client.force_login(manager)
        assert undo(client, address) == "1 decision stands: five minutes are over, or the lead has moved on since."
    assert state(queue) == after


def test_what_is_snoozed_is_brought_back_at_any_time(client, manager, queue):
    case = make_case(queue)
    decide(client, "snooze", case, reason="fair week", preset="tomorrow")
    with time_machine.travel(MORNING + 3 * HOUR, tick=False):
        client.force_login(manager)
        page = client.get("/escalations/?tab=snoozed").content.decode()
        assert "Bring it back now" in page
        assert undo(client, f"/escalations/undo/?case={case.pk}") == "1 decision undone."
    assert Escalation.objects.get().snoozed_until is None


def test_one_that_a_rep_took_from_the_front_stands(client, manager, queue, rep):
    address = decide(client, "front", make_case(queue))
    take_next(queue, by=rep, at=MORNING)
    assert undo(client, address).startswith("1 decision stands")
    assert Assignment.objects.open().get().holder == rep


@pytest.mark.parametrize("since", ["closed", "taken", "contacted"])
def test_one_that_was_left_stands_when_nobody_waits_for_a_decision_any_more(client, manager, queue, rep, since):
    case = make_case(queue)
    if since == "contacted":
        held = take_next(queue, by=rep, at=MORNING - 4 * HOUR)
        case = escalate(held.lead, queue=queue, kind="contact", broke_at=MORNING - HOUR, at=MORNING - HOUR)
    address = decide(client, "leave", case)
    if since == "closed":
        close_lead(case.lead, stage="nurture", by=manager, at=MORNING)
    elif since == "taken":
        take_next(queue, by=rep, at=MORNING)
    else:
        log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING)
    assert undo(client, address).startswith("1 decision stands")
    assert Escalation.objects.filter(closed_at=None).count() == 0


def test_a_first_contact_that_is_still_overdue_comes_back(client, manager, queue, rep):
    make_entry(queue, since=MORNING - 5 * HOUR)
    held = take_next(queue, by=rep, at=MORNING - 4 * HOUR)
    case = escalate(held.lead, queue=queue, kind="contact", broke_at=MORNING - HOUR, at=MORNING - HOUR)
    assert undo(client, decide(client, "leave", case)) == "1 decision undone."
    assert Escalation.objects.get().closed_at is None


@pytest.mark.parametrize("address", ["", "?case=", "?case=x", "?case=99999", "?case=" + "9" * 40])
def test_an_unknown_one_changes_nothing(client, manager, queue, address):
    case = make_case(queue)
    decide(client, "leave", case)
    after = state(queue)
    assert undo(client, f"/escalations/undo/{address}") != ""
    assert state(queue) == after


def test_another_teams_manager_undoes_nothing(client, manager, queue):
    address = decide(client, "leave", make_case(queue))
    after = state(queue)
    client.force_login(make_manager(TeamFactory()))
    assert undo(client, address).startswith("1 decision stands")
    assert state(queue) == after
