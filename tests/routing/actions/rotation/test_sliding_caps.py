"""A cap in 60 minutes in real turns: the window slides, and what it held is given out as it opens (F5, F6)."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from queues.actions.dispatch.serve import serve, serve_waiting
from queues.models import Entry, Queue
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import count_as_turn, uncount_turn
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, LedgerLine, Rotation, RotationMember
from routing.queries.rotation.openings import openings
from tests.factories import MORNING, QueueFactory, fill, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
fill_times_of = import_module("routing.migrations.0020_sliding_caps").fill_times_of
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(make_rep(), cap_hour=3)


def given(rotation: Rotation, count: int, *, at: datetime) -> list[Assignment]:
    """What somebody got of so many leads, one by one."""
    got = []
    for _lead in range(count):
        try:
            got += take_turns(rotation, [TurnRequest(make_lead())], at=at)
        except NobodyAvailable as nobody:
            assert {look.reason for look in nobody.results} == {"cap_hour"}
    return got


def room(rotation: Rotation, *, at: datetime) -> int:
    return openings(rotation, at=at).turns


def test_no_more_than_the_cap_around_the_full_hour(rotation):
    before, full_hour = MORNING + 17 * MINUTE, MORNING + 18 * MINUTE  # 10:59 and 11:00
    assert [len(given(rotation, 5, at=at)) for at in (before, full_hour)] == [3, 0]
    assert [len(given(rotation, 5, at=at)) for at in (before + HOUR - SECOND, before + HOUR)] == [0, 3]
    assert audit_rotation(rotation, at=before + HOUR).faults == []


def test_the_places_come_back_as_the_leads_were_given(rotation):
    for minutes in (0, 20, 40):
        given(rotation, 1, at=MORNING + minutes * MINUTE)
    assert [room(rotation, at=MORNING + minutes * MINUTE) for minutes in (59, 60, 79, 80, 100)] == [0, 1, 1, 2, 3]


def test_one_batch_takes_what_the_window_has_left(rotation):
    other = make_rep()
    RotationMember.objects.create(rotation=rotation, rep=other.rep, position=1, cap_hour=50)
    given(rotation, 2, at=MORNING)
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(20)], at=MORNING + 30 * MINUTE)
    assert sum(each.holder_id != other.pk for each in made) == 2
    assert audit_rotation(rotation, at=MORNING + HOUR).faults == []


def test_an_undone_turn_gives_its_own_place_back(rotation):
    given(rotation, 1, at=MORNING)
    (undone,) = given(rotation, 1, at=MORNING + 2 * MINUTE)
    given(rotation, 1, at=MORNING + 4 * MINUTE)
    assert room(rotation, at=MORNING + 5 * MINUTE) == 0
    revert_assignment(undone, by=None, at=MORNING + 5 * MINUTE)
    assert [room(rotation, at=MORNING + minutes * MINUTE) for minutes in (5, 60, 63, 64)] == [1, 2, 2, 3]
    assert audit_rotation(rotation, at=MORNING + HOUR).faults == []


def test_a_lead_by_hand_that_counts_takes_a_place_and_gives_it_back(rotation):
    user = RotationMember.objects.get().rep.user
    given(rotation, 2, at=MORNING)
    assignment = Assignment.objects.create(
        lead=make_lead(), holder=user, assigned_at=MORNING + MINUTE, how="manager", contact_due_at=MORNING + HOUR
    )
    count_as_turn(rotation, user_id=user.pk, why="by_hand", by=None, at=MORNING + 10 * MINUTE, assignment=assignment)
    assert [room(rotation, at=MORNING + minutes * MINUTE) for minutes in (30, 60, 70)] == [0, 2, 3]
    uncount_turn(assignment, reason="duplicate", by=None, at=MORNING + 30 * MINUTE)
    assert [room(rotation, at=MORNING + minutes * MINUTE) for minutes in (30, 60)] == [1, 3]
    assert audit_rotation(rotation, at=MORNING + HOUR).faults == []


def test_held_leads_are_given_by_the_sweep_of_the_minute_in_which_a_place_opens(rotation):
    queue = QueueFactory(dispatch="push", rotation=rotation, order="fifo")
    for minutes in (0, 10, 20):
        given(rotation, 1, at=MORNING + minutes * MINUTE)
    first, *others = fill(queue, 5)
    assert serve(queue, at=MORNING + 30 * MINUTE) == []
    assert [serve_waiting(at=MORNING + minutes * MINUTE) for minutes in (59, 60, 61)] == [0, 1, 0]
    assert Assignment.objects.get(lead=first.lead_id).assigned_at == MORNING + HOUR
    assert [serve_waiting(at=MORNING + minutes * MINUTE) for minutes in (69, 70, 80, 119, 120)] == [0, 1, 1, 0, 1]
    assert list(Entry.objects.waiting().values_list("lead", flat=True)) == [others[-1].lead_id]


def old(rotation: Rotation, **counts) -> None:
    RotationMember.objects.update(counts=counts)


def test_after_the_update_the_times_of_the_ledger_count(rotation):
    """The release before knew only that one lead was given in the hour from 11 on; the other two came at 10:50."""
    early, late = MORNING + 8 * MINUTE, MORNING + 20 * MINUTE
    given(rotation, 2, at=early)
    given(rotation, 1, at=late)
    old(rotation, hour=["2026-11-16T117:00:00", 1], day=["2026-11-16", 3])
    fill_times_of(apps, at=late + MINUTE)
    assert RotationMember.objects.get().counts["hour"] == ["2026-11-16T117:00:00", 1]  # for processes still running
    moments = [late + MINUTE, early + HOUR - SECOND, early + HOUR, late + HOUR]
    assert [room(rotation, at=at) for at in moments] == [0, 0, 2, 3]
    assert len(given(rotation, 3, at=early + HOUR)) == 2


def test_leads_that_were_undone_before_the_update_do_not_count(rotation):
    user = RotationMember.objects.get().rep.user
    kept, undone = given(rotation, 2, at=MORNING)
    revert_assignment(undone, by=None, at=MORNING + MINUTE)
    values = {"rotation": rotation, "rep": user.rep, "member": RotationMember.objects.get().pk, "kind": "counted"}
    for number, size in ((1, 10**12), (2, 10**12), (2, -(10**12))):
        LedgerLine.objects.create(**values, at=MORNING + MINUTE, given=size, details={"assignment": number})
    old(rotation, hour=["2026-11-16T107:00:00", 2])
    fill_times_of(apps, at=MORNING + 2 * MINUTE)
    seconds = [int(at.timestamp()) for at in (kept.assigned_at, MORNING + MINUTE)]
    assert RotationMember.objects.get().counts["times"] == [[second, 1] for second in seconds]


def test_without_a_ledger_the_hour_of_the_release_before_counts_until_its_end_is_an_hour_ago(rotation):
    old(rotation, hour=["2026-11-16T107:00:00", 3])
    ends = MORNING + 18 * MINUTE  # 11:00
    assert [room(rotation, at=at) for at in (MORNING, ends, ends + HOUR - SECOND, ends + HOUR)] == [0, 0, 0, 3]
    given(rotation, 1, at=ends + HOUR)
    assert "hour" not in RotationMember.objects.get().counts


def test_members_without_a_cap_stay_within_a_thousand_bytes_for_a_busy_hour():
    rotation = make_rotation(make_rep())
    queue = QueueFactory(dispatch="push", rotation=rotation)
    for minute in range(30):
        fill(queue, 1)
        serve(Queue.objects.get(pk=queue.pk), at=MORNING + minute * MINUTE)
    assert len(str(RotationMember.objects.get().counts)) < 1000
