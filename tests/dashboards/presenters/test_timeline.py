"""The timeline on the card of a lead: newest first, bounded, every kind of line in words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Activity
from queues.actions.claims.take import take_next
from routing.actions.contact import add_note
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, make_entry, make_ops, make_rep

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(minutes=30), tick=False)


def card(client: Client, assignment: Assignment, **headers: str) -> str:
    return client.get("/desk/", {"lead": assignment.lead_id}, headers=headers).content.decode()


def missing(wanted: list[str], shown: str) -> list[str]:
    return [each for each in wanted if each not in shown]


def taken(*, by) -> Assignment:
    queue = QueueFactory(name="MQL")
    make_entry(queue)
    return take_next(queue, by=by, at=MORNING)


def test_timeline_is_bounded_and_leads_to_all_of_it(client: Client):
    rep = make_rep()
    held = taken(by=rep)
    for number in range(9):
        add_note(held, text=f"note number {number}", by=rep, at=MORNING + timedelta(minutes=number))
    client.force_login(rep)
    short, whole = card(client, held), client.get(f"/leads/{held.lead_id}/").content.decode()
    kept = [number for number in range(9) if f"note number {number}" in short]
    assert kept == [3, 4, 5, 6, 7, 8]
    assert short.index("note number 8") < short.index("note number 3")
    assert [number for number in range(9) if f"note number {number}" in whole] == list(range(9))


def test_card_asks_as_much_for_a_long_timeline_as_for_a_short_one(client: Client):
    rep = make_rep()
    held = taken(by=rep)
    client.force_login(rep)
    card(client, held, **HTMX)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            card(client, held, **HTMX)
        asked.append(len(queries))
        for number in range(3):
            add_note(held, text=f"{number}", by=rep, at=MORNING)
    assert asked[0] == asked[1]


def test_timeline_tells_every_kind_of_line(client: Client):
    rep, other = make_rep(), make_rep()
    held = taken(by=rep)
    details_of = {
        "captured": {"source": "Trial", "channel": "form"},
        "re_engaged": {"score_from": 60, "score_to": 72},
        "queued": {"queue": "MQL", "rule": None},
        "review": {"reasons": ["no_rule"]},
        "assigned": {"holder": other.pk, "how": "rotation", "place": "SMB"},
        "contacted": {"kind": "call", "outcome": "no_answer", "note": "rang twice"},
        "snoozed": {"until": "2026-11-17T09:00:00+07:00"},
        "returned": {"reason": "no_skill", "note": "needs French"},
        "released": {"holder": rep.pk},
        "breached": {"clock": "wait", "queue": "MQL"},
        "escalated": {"why": "contact"},
        "moved": {"queue": "MQL"},
        "closed": {"stage": "lost", "note": "chose another"},
        "archived": {"stage": "archived"},
        "undone": {},
    }
    for kind, details in details_of.items():
        Activity.objects.create(lead=held.lead, kind=kind, at=MORNING, by=other, details=details)
    client.force_login(rep)
    shown = client.get(f"/leads/{held.lead_id}/").content.decode()
    lines = ["Captured from Trial", "Score 60 → 72", "Entered MQL", "Went to the review desk", "Call: No answer"]
    lines += ["rang twice", f"It was given to {other.get_full_name()}", "Snoozed until Tue 09:00", "needs French"]
    lines += [
        f"{other.get_full_name()} returned it: Needs a skill I do not have",
        "It was taken from",
        "Moved to the front of MQL",
    ]
    lines += ["The longest wait in MQL ran out", "Escalated to the manager", "chose another", "Archived", "Undone"]
    assert missing(lines, shown) == []


def test_a_lead_that_was_moved_between_queues_says_by_whom_and_from_where(client: Client):
    rep, ops = make_rep(), make_ops(first_name="Bima", last_name="Putra")
    held = taken(by=rep)
    details = {"queue": "MQL", "from": "SMB", "rule": None}
    Activity.objects.create(lead=held.lead, kind="queued", at=MORNING, by=ops, details=details)
    client.force_login(rep)
    shown = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert missing(["Moved from SMB to MQL", "Bima Putra"], shown) == []
