"""A closer look is noted once for each rep and stay, and forgotten after 90 days (K2)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from queues import tasks
from queues.actions.claims.reservations import release, reserve
from queues.actions.claims.take import NotPickable, pick
from queues.models import EntryPreview, Queue
from routing import roles
from tests.factories import MORNING, QueueFactory, fill, make_rep

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(picks_within=2, is_reserving=True)


def noted() -> list[tuple]:
    rows = EntryPreview.objects.order_by("pk")
    return [(row.viewer_id, row.entry_id, row.first_at, row.last_at, row.times) for row in rows]


def test_a_second_look_counts_and_keeps_the_first_moment(queue):
    rep, other = make_rep(), make_rep()
    first, second = fill(queue, 2)
    reserve(first, by=rep, at=MORNING)
    reserve(second, by=rep, at=MORNING + MINUTE)
    reserve(first, by=rep, at=MORNING + 2 * MINUTE)
    release(by=rep)
    reserve(first, by=other, at=MORNING + 3 * MINUTE)
    assert noted() == [
        (rep.pk, first.pk, MORNING, MORNING + 2 * MINUTE, 2),
        (rep.pk, second.pk, MORNING + MINUTE, MORNING + MINUTE, 1),
        (other.pk, first.pk, MORNING + 3 * MINUTE, MORNING + 3 * MINUTE, 1),
    ]


def test_a_look_that_is_refused_or_a_claim_without_a_look_is_not_noted(queue):
    rep = make_rep()
    first, _second, third = fill(queue, 3)
    with pytest.raises(NotPickable):
        reserve(third, by=rep, at=MORNING)
    pick(first, by=rep, at=MORNING)
    assert noted() == []


@pytest.mark.parametrize("role", [roles.MANAGERS, roles.SALES_OPS])
def test_what_people_who_manage_look_at_is_not_noted(queue, role):
    leader = make_rep()
    leader.groups.add(Group.objects.get(name=role))
    (entry,) = fill(queue, 1)
    reserve(entry, by=leader, at=MORNING)
    assert (entry.__class__.objects.get(pk=entry.pk).reserved_by, noted()) == (leader, [])


def test_after_90_days_it_is_forgotten(queue, time_machine):
    rep = make_rep()
    first, second = fill(queue, 2)
    reserve(first, by=rep, at=MORNING)
    reserve(second, by=rep, at=MORNING + MINUTE)
    time_machine.move_to(MORNING + timedelta(days=90), tick=False)
    assert tasks.forget_previews() == 0
    time_machine.move_to(MORNING + timedelta(days=90) + MINUTE, tick=False)
    assert (tasks.forget_previews(), [row[1] for row in noted()]) == (1, [second.pk])
