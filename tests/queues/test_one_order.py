"""The database's order is the order that decisions explain (B3-B6, B8), at random ages, scores, depths and ties."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from queues.actions.claiming import QueueIsEmpty, take_next
from queues.actions.counting import mark_crossings
from queues.decisions.ordering import Waiting, ranked
from queues.models import Entry, Queue
from queues.queries import first_places
from tests.factories import MORNING, QueueFactory, make_entry, make_rep

HOUR = timedelta(hours=1)
LEADS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 23, 24, 25, 30, 47, 48, 49, 60, 71, 72, 90]),  # age in hours
        st.sampled_from([0, 40, 79, 80, 81, 95, 100]),  # score
        st.booleans(),  # moved to the front
    ),
    max_size=24,
)


def waiting(queue: Queue) -> list[Waiting]:
    rows = Entry.objects.waiting().filter(queue=queue).order_by("?")
    return [Waiting(id=row.pk, keys=(row.key1, row.key2, row.key3), since_at=row.since_at) for row in rows]


class TestOneOrder(TestCase):
    @given(
        leads=LEADS, order=st.sampled_from(["fifo", "priority", "hybrid"]), swept=st.booleans(), cut=st.integers(0, 9)
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_first_places_is_the_head_of_the_reference_and_take_next_follows_it(self, leads, order, swept, cut):
        queue = QueueFactory(order=order)
        for age, score, is_front in leads:
            entry = make_entry(queue, since=MORNING - age * HOUR, score=score)
            if is_front:
                Entry.objects.filter(pk=entry.pk).update(is_front=True, key1=-1, key2=0, key3=0)
        if swept:
            mark_crossings(queue, at=MORNING)

        whole = ranked(waiting(queue), order_name=order, bands=queue.bands, at=MORNING)

        assert first_places(queue, at=MORNING, limit=50) == whole
        assert first_places(queue, at=MORNING, limit=5, offset=cut) == whole[cut : cut + 5]
        rep = make_rep()
        for _time in range(3):
            left = ranked(waiting(queue), order_name=order, bands=queue.bands, at=MORNING)
            if not left:
                with pytest.raises(QueueIsEmpty):
                    take_next(queue, by=rep, at=MORNING)
                break
            taken = take_next(queue, by=rep, at=MORNING)
            assert (taken.entry.pk, taken.receipt["reason"]) == (left[0].entry.id, left[0].reason)
