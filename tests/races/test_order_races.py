"""Sales ops rearrange a rotation, or empty it, while leads arrive (F1, F2, F6, L11)."""

from collections import Counter
from threading import Event

import pytest

from leads.actions.intake.capture import capture_lead
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Entry, EntryRule
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.models import Assignment, Rotation, RotationVersion
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation
from tests.patience import PATIENCE
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, STEPS = 10, 10


@pytest.fixture
def rotation(transactional_db) -> Rotation:
    rotation = make_rotation(*(make_rep() for _number in range(5)))
    queue = QueueFactory(dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="everything", outcome="queue", queue=queue)
    return rotation


def bring(thread: int, is_running: Event) -> None:
    for step in range(STEPS):
        capture_lead({"email": f"t{thread}-{step}@race.example.com"}, channel="api", at=MORNING)
        is_running.set()


def reverse(rotation: Rotation) -> None:
    members = rotation.members.order_by("-position")
    edits = [MemberEdit(each.rep_id, place, member_id=each.pk) for place, each in enumerate(members, start=1)]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)


def test_an_order_that_is_reversed_in_a_burst_leaves_counts_within_one(rotation):
    is_running = Event()

    def rearrange() -> None:
        assert is_running.wait(timeout=PATIENCE)
        for _time in range(4):
            reverse(rotation)

    acts = [lambda thread=thread: bring(thread, is_running) for thread in range(THREADS)]
    assert all_at_once([*acts, rearrange]) == [None] * (THREADS + 1)
    given = Counter(Assignment.objects.values_list("holder", flat=True))
    assert sorted(given.values()) == [20] * 5
    assert RotationVersion.objects.filter(rotation=rotation).count() == 5
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_when_the_last_member_leaves_in_a_burst_leads_wait_for_who_comes(rotation):
    is_running = Event()

    def empty() -> None:
        assert is_running.wait(timeout=PATIENCE)
        edit_rotation(rotation, members=[], by=None, at=MORNING)

    acts = [lambda thread=thread: bring(thread, is_running) for thread in range(THREADS)]
    assert all_at_once([*acts, empty]) == [None] * (THREADS + 1)
    waiting = Entry.objects.waiting().count()
    assert Assignment.objects.count() + waiting == THREADS * STEPS
    newcomer = make_rep()
    edit_rotation(rotation, members=[MemberEdit(newcomer.rep.pk)], by=None, at=MORNING)
    serve_waiting(at=MORNING)
    assert Assignment.objects.filter(holder=newcomer).count() == waiting
    assert audit_rotation(rotation, at=MORNING).faults == []
