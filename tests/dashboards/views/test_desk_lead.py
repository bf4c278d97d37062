"""The open lead on the desk: full details for its holder, its clock, its receipt, and where it went (C4, C6)."""

from datetime import timedelta

import pytest
from django.test import Client

from leads.actions.stages import close_lead
from queues.actions.claims.take import pick, take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import escalate, reassign_escalated
from queues.actions.dispatch.serve import serve_waiting
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_entry,
    make_lead,
    make_manager,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def card(client: Client, assignment: Assignment, **headers: str) -> str:
    answer = client.get("/desk/", {"lead": assignment.lead_id}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def missing(wanted: list[str], shown: str) -> list[str]:
    return [each for each in wanted if each not in shown]


def taken(queue=None, *, by, at=MORNING, **lead) -> Assignment:
    queue = queue or QueueFactory(name="MQL")
    make_entry(queue, **lead)
    return take_next(queue, by=by, at=at)


def test_holder_reads_everything_of_the_lead(client: Client):
    rep = make_rep()
    held = taken(
        by=rep,
        since=MORNING - timedelta(hours=26),
        first_name="Dewi",
        last_name="Lestari",
        email="dewi@acme.example.com",
        phone="+6281255500142",
        title="Head of Operations",
        industry="Industrial parts",
        message="Stock never matches.",
        score_parts={"fit": [32, 40, [["Head of something", 32]]], "engagement": [30, 40]},
    )
    client.force_login(rep)
    shown = card(client, held)
    wanted = [
        "Head of something\xa0+32",
        "Dewi Lestari",
        "tel:+6281255500142",
        "+62 812-5550-0142</a>",
        "mailto:dewi@acme.example.com",
        "Head of Operations",
    ]
    wanted += ["Industrial parts", "Stock never matches.", "32 / 40", "30 / 40"]
    assert missing(wanted, shown) == []


def test_claim_receipt_says_place_and_reason(client: Client):
    rep, queue = make_rep(), QueueFactory(name="MQL")
    fill(queue, 3, score=90)
    held = taken(queue, by=rep, since=MORNING - timedelta(hours=26))
    client.force_login(rep)
    shown = card(client, held)
    wanted = [
        "Taken from MQL, first in order: 26 h old, top 25 % of 4.",
        "1 of 4",
        "hot first, then first in",
    ]
    assert missing(wanted, shown) == []


def test_picked_receipt_says_so(client: Client):
    rep, queue = make_rep(), QueueFactory(name="SMB", picks_within=3)
    entries = fill(queue, 3)
    held = pick(entries[1], by=rep, at=MORNING)
    client.force_login(rep)
    assert "Picked from SMB, place 2 of 3 in order: by time of entry, 10:42." in card(client, held)


@pytest.fixture
def pushed() -> tuple[Assignment, object, object]:
    """A lead given by turn to the second of two reps; the first is on sick leave."""
    team = TeamFactory()
    away, next_one = make_rep(team, first_name="Carlos", last_name="Wijaya"), make_rep(team)
    plan_time_off(
        away.rep,
        kind="sick",
        starts_at=MORNING - timedelta(days=1),
        ends_at=MORNING + timedelta(days=1),
        note="broken leg",
        by=away,
        at=MORNING - timedelta(days=2),
    )
    queue = QueueFactory(
        name="SMB", team=team, dispatch="push", rotation=make_rotation(away, next_one, name="SMB turns")
    )
    make_entry(queue)
    serve_waiting(at=MORNING)
    return Assignment.objects.get(), away, team


def test_turn_receipt_keeps_a_colleagues_reason_private(client: Client, pushed):
    held, _away, _team = pushed
    client.force_login(held.holder)
    shown = card(client, held)
    assert "Turn 1 of SMB turns, position 2." in shown
    leaked = [each for each in ("on leave", "sick", "broken leg") if each in shown]
    assert (shown.count("Carlos Wijaya"), "not available" in shown, leaked) == (1, True, [])


def test_turn_receipt_tells_the_manager_the_reason(client: Client, pushed):
    held, _away, team = pushed
    client.force_login(make_manager(team))
    shown = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert "on leave" in shown
    assert "broken leg" not in shown


def test_turn_receipt_tells_everybody_the_own_reason(client: Client, pushed):
    held, away, _team = pushed
    assignment = Assignment.objects.get()
    return_lead(assignment, reason="no_capacity", note="", by=assignment.holder, at=MORNING + timedelta(minutes=1))
    Assignment.objects.filter(pk=held.pk).update(holder=away, ended_at=None, ended_how="", end_reason="")
    client.force_login(away)
    assert "on leave" in card(client, held)


def test_decision_receipt_names_who_decided(client: Client):
    team = TeamFactory()
    rep, manager = make_rep(team), make_manager(team, first_name="Ayu", last_name="Kusuma")
    queue = QueueFactory(team=team)
    entry = make_entry(queue)
    escalation = escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING)
    held = reassign_escalated(escalation, to=rep.rep, by=manager, at=MORNING)
    client.force_login(rep)
    shown = card(client, held)
    assert "Ayu Kusuma decided to give it." in shown
    assert "Longest wait ran out" in shown


def test_breach_receipt_names_the_previous_holder_and_why(client: Client, time_machine):
    team = TeamFactory()
    slow, free = make_rep(team, first_name="Budi", last_name="Santoso"), make_rep(team)
    held = taken(QueueFactory(team=team), by=slow)
    time_machine.move_to(MORNING + timedelta(hours=7), tick=False)
    escalate_overdue(at=MORNING + timedelta(hours=7))
    moved = Assignment.objects.open().get()
    client.force_login(free)
    shown = card(client, moved)
    assert "Moved here because first contact was overdue with Budi Santoso. The limit was 2 h." in shown
    client.force_login(slow)
    assert f"{free.get_full_name()} has it" in card(client, held)


def test_ladder_shows_three_steps_and_who_is_notified(client: Client, time_machine):
    team = TeamFactory()
    rep = make_rep(team)
    make_manager(team, first_name="Ayu", last_name="Kusuma")
    held = taken(by=rep)
    client.force_login(rep)
    shown = card(client, held)
    wanted = [
        "first contact is due within 2 h, at 12:42",
        "you are reminded",
        "Ayu Kusuma is notified",
        "goes to another rep",
    ]
    assert missing(wanted, shown) == []
    time_machine.move_to(MORNING + timedelta(hours=2, minutes=12), tick=False)
    later = card(client, held)
    assert [each for each in ("overdue 12", "you were reminded", "Ayu Kusuma is notified") if each not in later] == []


def test_clock_stops_with_the_first_contact(client: Client):
    rep = make_rep()
    held = taken(by=rep)
    log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING + timedelta(minutes=14))
    client.force_login(rep)
    shown = card(client, held)
    assert [
        each for each in ("Contacted in time", "14\u00a0min after the claim", "the limit is 2 h") if each not in shown
    ] == []


def test_others_at_the_company_are_counted_not_named(htmx, client: Client):
    rep, queue = make_rep(), QueueFactory()
    held = taken(by=rep, company_domain="acme.example.com")
    waiting = make_entry(queue, company_domain="acme.example.com").lead
    make_lead(company_domain="acme.example.com", stage="won")
    client.force_login(rep)
    shown = htmx.get("/desk/", {"lead": held.lead_id}).content.decode()
    leaked = [each for each in (waiting.first_name, waiting.email, waiting.company_name) if each in shown]
    assert ("1 waiting, 0 held" in shown, leaked) == (True, [])


def test_lead_that_went_back_says_so_instead_of_its_contact(client: Client):
    rep = make_rep()
    held = taken(by=rep)
    return_lead(held, reason="no_capacity", note="", by=rep, at=MORNING + timedelta(minutes=5))
    client.force_login(rep)
    shown = card(client, held)
    assert "You returned it (10:47)." in shown
    assert held.lead.email not in shown


def test_clock_part_replaces_the_card_of_a_lead_that_is_gone(htmx, client: Client):
    rep = make_rep()
    held = taken(by=rep)
    client.force_login(rep)
    same = htmx.get(f"/desk/clock/{held.lead_id}/")
    assert (same.status_code, same.headers.get("HX-Retarget")) == (200, None)
    close_lead(held.lead, stage="nurture", by=None, at=NOW)
    gone = htmx.get(f"/desk/clock/{held.lead_id}/")
    assert (gone.headers["HX-Retarget"], gone.headers["HX-Reswap"]) == ("#lead", "outerHTML")
    assert "You no longer hold" in gone.content.decode()
    client.force_login(make_rep())
    assert htmx.get(f"/desk/clock/{held.lead_id}/").status_code == 404


def test_card_alone_is_a_part_that_keeps_the_address(htmx, client: Client):
    rep = make_rep()
    held = taken(by=rep)
    client.force_login(rep)
    answer = htmx.get("/desk/", {"lead": held.lead_id})
    assert answer.headers["HX-Replace-Url"] == f"/desk/?lead={held.lead_id}"
    assert answer.content.decode().lstrip().startswith("<article")
