"""On the flow page: capture to owner against its goals, and the nightly audit over all rotations (F12, F6b)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import Task

from config.worker.heartbeat import record_heartbeat
from dashboards.queries.audits import audits
from dashboards.queries.system_status import SWEEPS
from leads.models import Capture
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule
from routing.actions.rotation.audit import audit_rotations
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import RotationMember
from tests.factories import MORNING, QueueFactory, make_lead, make_ops, make_rep, make_rotation
from tests.markup import markup

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + HOUR, tick=False)


@pytest.fixture
def flow(client: Client):
    client.force_login(make_ops())
    return lambda: markup(client.get("/flow/"))


def came(*seconds: float) -> None:
    """Leads that waited so long from their capture until a rotation gave them out."""
    queue = QueueFactory(dispatch="push", rotation=make_rotation(make_rep()))
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    for wait in seconds:
        received = MORNING - wait * SECOND
        lead = make_lead(at=received)
        Capture.objects.create(channel="api", received_at=received, fingerprint="x", state="made", lead=lead)
        place_leads([lead], at=MORNING)
        serve_waiting(at=MORNING)


def turns(rotation, count: int) -> None:
    take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=MORNING)


@pytest.mark.parametrize(
    ("seconds", "shown", "verdict"),
    [
        ((2, 4, 6), ("4 s", "6 s"), "Leads find an owner fast enough: both goals are met."),
        ((2, 4, 40), ("4 s", "40 s"), "Most leads find an owner fast enough, but too many wait too long."),
        ((12, 12, 12), ("12 s", "12 s"), "Few leads wait long, but the typical lead waits too long."),
        ((40, 50, 60), ("50 s", "1 min"), "Leads wait too long for an owner: both goals are missed."),
        ((), ("n/a", "n/a"), "No rotation or rule gave a lead to an owner in this time."),
    ],
)
def test_speed_stands_beside_its_goals_with_a_verdict(flow, seconds, shown, verdict):
    if seconds:
        came(*seconds)
    page = flow()
    assert verdict in page
    assert f'Median<span class="v">{shown[0]}<span class="muted">(goal: under 10 s)</span>' in page
    assert f'95 of 100 within<span class="v">{shown[1]}<span class="muted">(goal: under 30 s)</span>' in page


def test_an_audit_that_never_ran_says_so(flow):
    turns(make_rotation(make_rep()), 1)
    page = flow()
    assert 'Nightly audit<span class="v">never run' in page
    assert "1 rotation was not replayed yet" in page
    assert audits(at=MORNING).level == "off"


def test_all_rotations_that_agree_are_one_line(flow):
    for name, count in (("SMB", 3), ("Enterprise", 4)):
        turns(make_rotation(make_rep(), make_rep(), name=name), count)
    make_rotation(make_rep(), name="Without turns")
    for hours in (0, 1):
        audit_rotations(at=MORNING - hours * HOUR)
    audit_rotations(at=MORNING)
    page = flow()
    assert ("every owner is right" in page, "7 turns of 2 rotations, " in page) == (True, True)
    found = audits(at=MORNING)
    assert (found.ran_at, found.rotations, found.turns, found.unread, found.level) == (MORNING, 2, 7, 0, "ok")


def test_the_rotation_that_differs_is_named_and_linked(flow):
    wrong, right = (make_rotation(make_rep(), make_rep(), name=name) for name in ("Wrong", "Right"))
    turns(wrong, 2), turns(right, 2)
    RotationMember.objects.filter(rotation=wrong).update(owed=4)
    audit_rotations(at=MORNING)
    page = flow()
    assert ("not every rotation agrees" in page, "4 turns of 2 rotations, " in page) == (True, True)
    assert f'<a href="/rotations/{wrong.pk}/">Wrong</a><span class="v">2 differences, 10:42</span>' in page
    assert (">Right</a>" in page, audits(at=MORNING).level) == (False, "bad")


def test_the_system_is_not_all_well_while_a_rotation_differs(client: Client, flow):
    record_heartbeat(at=MORNING + HOUR)
    for func in SWEEPS:
        times = {"started": MORNING + HOUR, "stopped": MORNING + HOUR}
        Task.objects.create(id=func[-32:], name=func, func=func, success=True, **times)
    turns(make_rotation(make_rep()), 2)
    audit_rotations(at=MORNING)
    assert client.get("/flow/").context["health"] == "ok"
    RotationMember.objects.update(owed=4)
    audit_rotations(at=MORNING)
    assert client.get("/flow/").context["health"] == "warn"


def test_what_was_put_right_since_is_no_fault_any_more(flow):
    rotation = make_rotation(make_rep())
    turns(rotation, 2)
    RotationMember.objects.update(owed=4)
    audit_rotations(at=MORNING - HOUR)
    RotationMember.objects.update(owed=0)
    audit_rotations(at=MORNING)
    page = flow()
    assert ("every owner is right" in page, "2 turns of 1 rotation, " in page) == (True, True)


def test_an_audit_that_did_not_run_last_night_is_a_warning():
    turns(make_rotation(make_rep()), 1)
    audit_rotations(at=MORNING)
    levels = [audits(at=MORNING + hours * HOUR).level for hours in (26, 27)]
    assert levels == ["ok", "warn"]


def test_three_rotations_ask_as_much_as_one():
    counts = []
    for number in range(3):
        turns(make_rotation(make_rep(), name=f"R{number}"), 1)
        audit_rotations(at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            audits(at=MORNING)
        counts.append(len(asked))
    assert counts == [2, 2, 2]
