"""One order for everybody (B3-B6, B8): the database's line, every list, take next, batch, pick and the rotation agree
with what decisions explain, at random ages, scores, deal sizes, depths and ties."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dashboards.queries.waiting import page_of_queue
from queues.actions.claims.take import QueueIsEmpty, pick, take_batch, take_next
from queues.actions.dispatch.serve import serve
from queues.actions.entries.counts import mark_crossings
from queues.decisions.ordering import Position, WaitingLead, ranked
from queues.models import Decline, Entry, PriorityTier, Queue
from queues.queries.waiting import first_positions
from routing.models import Assignment
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, fill_line, make_rep, make_rotation

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FRESH = [0, 0, 1, 2, 5, 23]
AGES = [*FRESH, 24, 25, 30, 47, 48, 49, 60, 72, 90]


def leads(ages: Sequence[int]):
    """Ages in hours, with ties and with neighbours one microsecond apart; few kinds, so that much is equal."""
    return st.fixed_dictionaries(
        {
            "age": st.sampled_from(ages).flatmap(lambda age: st.sampled_from([0, 0, 0, 1]).map(lambda us: (age, us))),
            "score": st.sampled_from([40, 80, 81, 95]),
            "deal_size": st.sampled_from([None, Decimal(0), Decimal("9.99"), Decimal(10)]),
            "is_front": st.sampled_from([False, False, False, False, True]),
            "is_back": st.booleans(),  # somebody gave it back a minute ago
            "is_declined": st.sampled_from([False, False, True]),
        }
    )


LINES = st.one_of(*(st.lists(leads(ages), max_size=22) for ages in (AGES, FRESH * 3 + AGES)))
ORDERS = st.sampled_from(list(Queue.Order))
fast = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def stand(queue: Queue, rows: Sequence[dict], *, declined_by, is_swept: bool) -> list[Entry]:
    """These leads wait; what came back entered a minute ago and keeps its age (L9)."""
    PriorityTier.objects.create(
        name="Hot", position=1, conditions=[{"field": "score", "operator": "more_than", "value": 90}]
    )
    since = [MORNING - row["age"][0] * HOUR - timedelta(microseconds=row["age"][1]) for row in rows]
    fields = [{name: row[name] for name in ("score", "deal_size", "is_front")} for row in rows]
    entries = fill_line(queue, list(zip(since, fields, strict=True)))
    for entry, row in zip(entries, rows, strict=True):
        entry.entered_at = MORNING - MINUTE if row["is_back"] else entry.since_at
    Entry.objects.bulk_update(entries, ["entered_at"])
    Decline.objects.bulk_create(
        Decline(lead_id=entry.lead_id, user=declined_by, reason="no_skill", at=MORNING)
        for entry, row in zip(entries, rows, strict=True)
        if row["is_declined"]
    )
    if is_swept:
        mark_crossings(queue, at=MORNING)
    return entries


def reference(queue: Queue) -> list[Position]:
    rows = Entry.objects.waiting().filter(queue=queue).order_by("?")
    line = [WaitingLead(id=row.pk, keys=(row.key1, row.key2, row.key3), since_at=row.since_at) for row in rows]
    return ranked(line, order_name=queue.order, bands=queue.bands, at=MORNING)


def given_back(user) -> set[int]:
    return set(Entry.objects.filter(lead__declines__user=user).values_list("pk", flat=True))


def told(positions: Sequence[Position], of: int) -> list[tuple]:
    return [(position.entry.id, position.number, position.reason, of) for position in positions]


def receipts(taken: Sequence[Assignment]) -> list[tuple]:
    return [(each.entry.pk, each.receipt["place"], each.receipt["reason"], each.receipt["of"]) for each in taken]


class TestOneOrder(TestCase):
    @given(rows=LINES, order=ORDERS, is_swept=st.booleans(), start=st.integers(0, 9), limit=st.integers(1, 9))
    @fast
    def test_every_list_is_the_reference_without_what_this_person_may_not_take(
        self, rows, order, is_swept, start, limit
    ):
        queue, rep = QueueFactory(order=order), make_rep()
        stand(queue, rows, declined_by=rep, is_swept=is_swept)
        whole, barred = reference(queue), given_back(rep)
        mine = [position for position in whole if position.entry.id not in barred]

        assert first_positions(queue, at=MORNING, limit=30) == whole
        assert first_positions(queue, at=MORNING, limit=limit, offset=start) == whole[start : start + limit]
        assert first_positions(queue, at=MORNING, limit=30, for_rep=rep) == mine
        assert first_positions(queue, at=MORNING, limit=limit, offset=start, for_rep=rep) == mine[start : start + limit]
        for user, positions in ((None, whole), (rep, mine)):
            line, _page = page_of_queue(queue, user=user, at=MORNING, number=1)
            shown = [(row.entry_id, row.number, row.reason, line.depth) for row in line.rows]
            assert shown == told(positions, len(whole))

    @given(rows=LINES, order=ORDERS, is_swept=st.booleans(), count=st.integers(1, 5), step=st.integers(0, 4))
    @fast
    def test_take_next_batch_and_pick_take_what_the_list_shows(self, rows, order, is_swept, count, step):
        queue, rep, other = QueueFactory(order=order, picks_within=5), make_rep(), make_rep()
        stand(queue, rows, declined_by=rep, is_swept=is_swept)

        for person in (rep, other):  # one has given some back, for the other PostgreSQL needs one statement only
            whole = reference(queue)
            mine = [position for position in whole if person is other or position.entry.id not in given_back(rep)]
            if not mine:
                with pytest.raises(QueueIsEmpty):
                    take_next(queue, by=person, at=MORNING)
                continue
            assert receipts([take_next(queue, by=person, at=MORNING)]) == told(mine[:1], len(whole))

        whole = reference(queue)
        if whole[step:]:
            picked = pick(Entry.objects.get(pk=whole[step].entry.id), by=other, at=MORNING)
            assert receipts([picked]) == told(whole[step : step + 1], len(whole))
        whole = reference(queue)
        if whole:
            assert receipts(take_batch(queue, count=count, by=other, at=MORNING)) == told(whole[:count], len(whole))

    @given(rows=LINES, order=ORDERS, is_swept=st.booleans(), count=st.integers(1, 6))
    @fast
    def test_the_rotation_takes_the_head_and_leaves_to_the_reps_what_is_older_than_the_opening_time(
        self, rows, order, is_swept, count
    ):
        rep, member = make_rep(), make_rep()
        rotation = make_rotation(member)
        queue = QueueFactory(order=order, dispatch="hybrid", rotation=rotation, opens_after_minutes=30)
        entries = stand(queue, rows, declined_by=rep, is_swept=is_swept)
        young = {entry.pk for entry in entries if MORNING - entry.entered_at < 30 * MINUTE}
        whole = reference(queue)
        mine = [position for position in whole if position.entry.id not in young | given_back(rep)]

        assert first_positions(queue, at=MORNING, limit=30, for_rep=rep) == mine
        assert first_positions(queue, at=MORNING, limit=2, offset=1, for_rep=rep) == mine[1:3]
        served = serve(queue, at=MORNING, limit=count)
        assert [each.lead_id for each in served] == [
            Entry.objects.get(pk=position.entry.id).lead_id for position in whole[:count]
        ]


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(Queue.Order))
def test_of_two_that_entered_at_the_same_microsecond_the_smaller_id_goes_first(order):
    queue = QueueFactory(order=order)
    later, first, second = fill_line(queue, [(MORNING + timedelta(microseconds=us), {}) for us in (1, 0, 0)])
    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=3)] == [
        first.pk,
        second.pk,
        later.pk,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(Queue.Order))
def test_the_fortieth_page_is_as_right_as_the_first(order):
    """Of 1,020 some hundred are aged, more than the narrow band has places for."""
    queue = QueueFactory(order=order)
    hours = [n % 23 if n % 8 else 24 + n % 40 for n in range(1020)]
    fill_line(queue, [(MORNING - n * HOUR, {"score": 40 + n * 7 % 60}) for n in hours])
    whole = reference(queue)
    for number in (1, 3, 11, 40):
        line, page = page_of_queue(queue, user=None, at=MORNING, number=number)
        start = (number - 1) * 25
        assert [(row.entry_id, row.number, row.reason) for row in line.rows] == [
            (position.entry.id, position.number, position.reason) for position in whole[start : start + 25]
        ]
        assert (page.number, page.last) == (number, 40)
