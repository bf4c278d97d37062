"""The doors that end a holder's work: opportunity, won, lost, disqualified (C4)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.closing import close_held_lead
from routing.models import Assignment, RotationMember
from tests.factories import MORNING, QueueFactory, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def held(client: Client) -> Assignment:
    rep, queue = make_rep(), QueueFactory()
    client.force_login(rep)
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


@pytest.mark.parametrize(
    ("stage", "says"),
    [("converted", "Acme Widgets: Opportunity."), ("won", "Acme Widgets: Won."), ("lost", "Acme Widgets: Lost.")],
)
def test_convert_closes_the_lead(client: Client, held: Assignment, stage: str, says: str):
    sent = {"stage": stage, "note": "20 seats", "next": "/desk/"}
    answer = client.post(f"/leads/{held.lead_id}/convert/", sent)
    held.refresh_from_db()
    assert (answer["Location"], [str(m) for m in get_messages(answer.wsgi_request)]) == ("/desk/", [says])
    assert (held.lead.stage, held.ended_how, held.ended_at) == (stage, stage, NOW)
    assert Activity.objects.filter(kind="closed").get().details["note"] == "20 seats"


@pytest.mark.parametrize("stage", ["", "disqualified", "archived", "held"])
def test_convert_becomes_a_deal_or_nothing(htmx, held: Assignment, stage: str):
    answer = htmx.post(f"/leads/{held.lead_id}/convert/", {"stage": stage, "note": "20 seats"})
    held.refresh_from_db()
    shown = answer.content.decode()
    assert (answer.status_code, held.is_open) == (422, True)
    assert ("Choose what it became." in shown, "20 seats" in shown) == (True, True)
    assert answer.headers["HX-Retarget"] == "#form-convert"


def test_disqualify_keeps_the_reason(client: Client, held: Assignment):
    client.post(f"/leads/{held.lead_id}/disqualify/", {"reason": "no_budget", "note": "next year"})
    held.refresh_from_db()
    assert (held.lead.stage, held.lead.closed_reason) == ("disqualified", "no_budget")
    assert (held.ended_how, held.end_reason) == ("disqualified", "no_budget")


def test_disqualify_without_a_reason_is_refused_on_a_page_of_its_own(client: Client, held: Assignment):
    answer = client.post(f"/leads/{held.lead_id}/disqualify/", {"note": "next year"})
    held.refresh_from_db()
    shown = answer.content.decode()
    assert (answer.status_code, held.is_open) == (422, True)
    assert ("Choose why you disqualify the lead." in shown, "next year" in shown, "<html" in shown) == (
        True,
        True,
        True,
    )


def test_disqualify_as_a_student_gives_the_turn_back(client: Client):
    rep = make_rep()
    client.force_login(rep)
    make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep)))
    serve_waiting(at=MORNING)
    client.post(f"/leads/{Assignment.objects.get().lead_id}/disqualify/", {"reason": "student"})
    assert RotationMember.objects.get().owed == 1


def test_desk_shows_what_is_due_next_after_an_end(client: Client, held: Assignment):
    queue = QueueFactory()
    second = make_entry(queue).lead
    take_next(queue, by=held.holder, at=MORNING)
    sent = {"stage": "won", "next": "/desk/"}
    answer = client.post(f"/leads/{held.lead_id}/convert/", sent, headers=HTMX, follow=True)
    shown = answer.content.decode()
    assert (second.email in shown, held.lead.email in shown) == (True, False)
    assert answer.headers["HX-Replace-Url"] == f"/desk/?lead={second.pk}"


def test_close_held_lead_refuses_a_former_holder(held: Assignment):
    return_lead(held, reason="no_skill", note="", by=held.holder, at=MORNING)
    with pytest.raises(NotTheHolder):
        close_held_lead(held, stage="won", by=held.holder, at=NOW)
    held.lead.refresh_from_db()
    assert held.lead.stage == "waiting"


def test_closed_today_lists_what_was_closed_since_midnight(client: Client, held: Assignment):
    client.post(f"/leads/{held.lead_id}/convert/", {"stage": "won"})
    shown = client.get("/desk/closed/").content.decode()
    assert ("Acme Widgets" in shown, "Won" in shown) == (True, True)
    client.force_login(make_rep())
    assert "Acme Widgets" not in client.get("/desk/closed/").content.decode()
