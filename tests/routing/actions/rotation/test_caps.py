"""Caps in real turns: 14 a month are 14, a day is a day when the clocks change, and what is held goes on (F5, F6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from queues.actions.dispatch.serve import serve, serve_waiting
from queues.models import Entry
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Assignment, Rotation
from tests.factories import MORNING, QueueFactory, fill, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 11, 30, 17, tzinfo=UTC)  # in Jakarta
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def given(rotation: Rotation, count: int, *, at: datetime) -> int:
    """How many of so many leads somebody got, one by one."""
    got = 0
    for _lead in range(count):
        try:
            got += len(take_turns(rotation, [TurnRequest(make_lead())], at=at))
        except NobodyAvailable as nobody:
            assert {look.reason for look in nobody.results} <= {"cap_hour", "cap_day", "cap_week", "cap_month"}
    return got


@pytest.fixture
def rep() -> User:
    return make_rep()


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "rotation"])
def test_fourteen_a_month_are_fourteen_and_next_month_fourteen_more(rep, is_own):
    rotation = make_rotation(rep, cap_month=None if is_own else 14)
    if is_own:
        rotation.members.update(cap_month=14)
    assert len(take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(10)], at=MORNING)) == 10
    assert given(rotation, 9, at=MORNING + HOUR) == 4
    assert given(rotation, 1, at=DECEMBER - SECOND) == 0
    assert given(rotation, 20, at=DECEMBER) == 14
    assert audit_rotation(rotation, at=DECEMBER).faults == []


def test_one_batch_stops_at_the_cap_and_the_others_go_on(rep):
    other = make_rep()
    rotation = make_rotation(rep, other)
    rotation.members.filter(rep=rep.rep).update(cap_month=14)
    assigned = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(50)], at=MORNING)
    assert [sum(each.holder_id == user.pk for each in assigned) for user in (rep, other)] == [14, 36]


def test_saying_the_cap_twice_changes_nothing_and_one_more_is_one_more(rep):
    rotation, ops = make_rotation(rep), make_ops()
    for _press in range(2):
        edit_rotation(rotation, fields={"cap_month": 14}, by=ops, at=MORNING)
    rotation.refresh_from_db()
    assert (rotation.version, given(rotation, 20, at=MORNING)) == (2, 14)
    edit_rotation(rotation, fields={"cap_month": 14}, by=ops, at=MORNING + HOUR)
    rotation.refresh_from_db()
    assert (rotation.version, given(rotation, 20, at=MORNING + HOUR)) == (2, 0)
    edit_rotation(rotation, fields={"cap_month": 15}, by=ops, at=MORNING + HOUR)
    assert given(rotation, 20, at=MORNING + HOUR) == 1


def test_sixty_minutes_go_on_through_the_hour_that_comes_twice_and_its_day_is_one(rep):
    rotation = make_rotation(rep, time_zone="Europe/Berlin", cap_hour=2, cap_day=5)
    first, second, later = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1, 20))
    assert [given(rotation, 3, at=at) for at in (first, second, later)] == [2, 2, 1]
    next_day = datetime(2026, 10, 25, 23, tzinfo=UTC)  # 25 hours after the day began
    assert [given(rotation, 3, at=at) for at in (next_day - SECOND, next_day)] == [0, 2]


def test_a_day_of_23_hours_ends_an_hour_earlier(rep):
    rotation = make_rotation(rep, time_zone="Europe/Berlin", cap_day=3)
    begins, ends = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert [given(rotation, 4, at=at) for at in (begins - SECOND, begins, ends - SECOND, ends)] == [3, 3, 0, 3]


def test_what_was_held_for_a_cap_is_given_when_the_month_is_over_the_oldest_first(rep):
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep, cap_month=14), order="fifo")
    entries = fill(queue, 20)
    assert len(serve(queue, at=MORNING)) == 14
    assert (serve_waiting(at=DECEMBER - SECOND), Entry.objects.waiting().count()) == (0, 6)
    assert serve_waiting(at=DECEMBER) == 6
    later = Assignment.objects.filter(assigned_at=DECEMBER).order_by("turn__number")
    assert [each.lead_id for each in later] == [entry.lead_id for entry in entries[14:]]


def test_the_turns_of_who_is_away_are_shared_by_all_others():
    people = [make_rep() for _number in range(5)]
    people[2].rep.is_available = False
    people[2].rep.save()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*people))
    fill(queue, 20)
    serve(queue, at=MORNING)
    got = [Assignment.objects.filter(holder=user).count() for user in people]
    assert got == [5, 5, 0, 5, 5]
