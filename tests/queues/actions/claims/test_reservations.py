"""A closer look keeps a lead for 60 seconds; others see it and pass over it (C4c, B8)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from queues.actions.claims.guards import LeadIsReserved, TooManyUncontacted
from queues.actions.claims.reservations import release, reserve
from queues.actions.claims.take import (
    AlreadyTaken,
    NotPickable,
    NotYourQueue,
    QueueIsEmpty,
    pick,
    take_batch,
    take_next,
)
from queues.actions.claims.undo import undo_assignment
from queues.actions.dispatch.serve import serve
from queues.models import Entry, Queue
from queues.queries.waiting import first_positions
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_rep, make_rotation

pytestmark = pytest.mark.django_db
LAPSED = MORNING + timedelta(seconds=60)
LAST = LAPSED - timedelta(microseconds=1)


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(picks_within=3, is_reserving=True, batch_size=5)


def numbers(queue: Queue) -> list[tuple[int, int]]:
    return [(position.number, position.entry.id) for position in first_positions(queue, at=MORNING, limit=9)]


def test_whoever_looks_keeps_the_lead_and_its_place(queue):
    rep = make_rep()
    first, second = fill(queue, 2)
    before = numbers(queue)
    reserve(first, by=rep, at=MORNING)
    kept = Entry.objects.get(pk=first.pk)
    assert (kept.reserved_by, kept.reserved_until) == (rep, LAPSED)
    assert numbers(queue) == before


@pytest.mark.parametrize("at", [MORNING, LAST])
def test_others_pass_over_it(queue, at):
    rep = make_rep()
    first, second, third, fourth = fill(queue, 4)
    reserve(first, by=make_rep(), at=MORNING)
    with pytest.raises(LeadIsReserved) as kept:
        pick(first, by=rep, at=at)
    assert kept.value.entry.reserved_until == LAPSED
    with pytest.raises(LeadIsReserved):
        reserve(first, by=rep, at=at)
    taken = take_next(queue, by=rep, at=at)
    assert (taken.lead_id, taken.receipt["place"]) == (second.lead_id, 2)
    assert [each.lead_id for each in take_batch(queue, count=5, by=rep, at=at)] == [third.lead_id, fourth.lead_id]
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=rep, at=at)


def test_it_lapses_by_the_clock_alone(queue):
    (first,) = fill(queue, 1)
    reserve(first, by=make_rep(), at=MORNING)
    assert take_next(queue, by=make_rep(), at=LAPSED).lead_id == first.lead_id


def test_whoever_looks_may_take_it(queue):
    rep = make_rep()
    first, second, third = fill(queue, 3)
    reserve(second, by=rep, at=MORNING)
    assert take_next(queue, by=rep, at=MORNING).lead_id == first.lead_id
    assert pick(second, by=rep, at=MORNING).lead_id == second.lead_id
    kept = Entry.objects.get(pk=second.pk)
    assert (kept.reserved_by, kept.reserved_until) == (None, None)


def test_an_undone_claim_comes_back_without_the_look(queue):
    rep = make_rep()
    (first,) = fill(queue, 1)
    reserve(first, by=rep, at=MORNING)
    undo_assignment(take_next(queue, by=rep, at=MORNING), by=rep, at=MORNING)
    assert take_next(queue, by=make_rep(), at=MORNING).lead_id == first.lead_id


def test_one_person_looks_at_one_lead(queue):
    rep, other = make_rep(), QueueFactory(picks_within=3, is_reserving=True)
    (first, second), (elsewhere,) = fill(queue, 2), fill(other, 1)
    for entry in (first, second, elsewhere):
        reserve(entry, by=rep, at=MORNING)
        assert list(Entry.objects.reserved(MORNING)) == [entry]
    release(by=rep)
    assert list(Entry.objects.reserved(MORNING)) == []
    reserve(first, by=rep, at=MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=second.pk).update(reserved_by=rep, reserved_until=LAPSED)


@pytest.mark.parametrize("half", [{"reserved_until": LAPSED}, {"reserved_by": 0}])
def test_time_and_person_are_set_together(queue, half):
    (first,) = fill(queue, 1)
    half = {"reserved_by": make_rep()} if "reserved_by" in half else half
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=first.pk).update(**half)


def test_a_look_that_is_refused_leaves_the_one_before(queue):
    rep = make_rep()
    entries = fill(queue, 5)
    reserve(entries[0], by=make_rep(), at=MORNING)
    reserve(entries[1], by=rep, at=MORNING)
    take_next(queue, by=make_rep(), at=MORNING)
    for entry, refusal in ((entries[4], NotPickable), (entries[0], LeadIsReserved), (entries[2], AlreadyTaken)):
        with pytest.raises(refusal):
            reserve(entry, by=rep, at=MORNING)
    assert Entry.objects.get(reserved_by=rep) == entries[1]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"picks_within": 3}, NotPickable),
        ({"picks_within": 0}, NotPickable),
        ({"picks_within": 3, "is_reserving": True, "is_active": False}, NotYourQueue),
    ],
)
def test_only_where_the_guard_is_on_a_look_reserves(fields, refusal):
    (entry,) = fill(QueueFactory(**fields), 1)
    with pytest.raises(refusal):
        reserve(entry, by=make_rep(), at=MORNING)


def test_another_teams_lead_is_not_looked_at():
    (entry,) = fill(QueueFactory(picks_within=3, is_reserving=True, team=TeamFactory()), 1)
    with pytest.raises(NotYourQueue):
        reserve(entry, by=make_rep(TeamFactory()), at=MORNING)


def test_who_has_to_contact_first_keeps_nothing_from_others():
    queue, rep = QueueFactory(picks_within=3, is_reserving=True, uncontacted_limit=1), make_rep()
    _first, second = fill(queue, 2)
    take_next(queue, by=rep, at=MORNING)
    with pytest.raises(TooManyUncontacted):
        reserve(second, by=rep, at=MORNING)


def test_a_guard_that_was_switched_off_keeps_nothing(queue):
    (first,) = fill(queue, 1)
    reserve(first, by=make_rep(), at=MORNING)
    Queue.objects.update(is_reserving=False)
    queue.refresh_from_db()
    assert take_next(queue, by=make_rep(), at=MORNING).lead_id == first.lead_id


def test_a_rotation_passes_over_it_until_it_lapses():
    rep, turn = make_rep(), make_rep()
    queue = QueueFactory(dispatch="hybrid", rotation=make_rotation(turn), picks_within=3, is_reserving=True)
    first, second = fill(queue, 2, since=MORNING - timedelta(hours=1))
    reserve(first, by=rep, at=MORNING)
    assert [each.lead_id for each in serve(queue, at=LAST)] == [second.lead_id]
    assert [each.lead_id for each in serve(queue, at=LAPSED)] == [first.lead_id]
