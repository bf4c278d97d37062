"""A fast lane beside claims, arrivals and another worker: no lead goes to two people, none is lost (D8)."""

from collections import Counter
from datetime import timedelta

import pytest

from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.dispatch.fast_lane import serve_lanes
from queues.actions.fast_lanes import LaneIsOpen, close_finished, open_lane
from queues.actions.intake.admitting import watch_intakes
from queues.models import Entry, EntryRule, FastLane, ReviewItem
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, fill_line, make_lead, make_ops, make_rep, make_rotation
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_who_open_it_at_once_one_does_and_each_lead_goes_once():
    queue = QueueFactory(depth_lift=4, depth_limit=5)
    rotation, people = make_rotation(make_rep(), make_rep()), [make_ops() for _n in range(3)]
    fill_line(queue, [(MORNING - n * timedelta(minutes=1), {"score": 90}) for n in range(12)])
    results = all_at_once(
        [lambda by=by: open_lane(queue, rotation, min_score=81, until=None, by=by, at=MORNING) for by in people]
    )
    assert Counter(type(each) for each in results) == {FastLane: 1, LaneIsOpen: 2}
    assert Assignment.objects.open().count() == FastLane.objects.get().given == 12


def test_lanes_claims_and_the_sweep_share_the_leads():
    queue = QueueFactory(when_full="park", depth_lift=4, depth_limit=8, order="hybrid")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    rotation = make_rotation(make_rep(), make_rep())
    fill_line(queue, [(MORNING - n * timedelta(minutes=1), {"score": 90 if n % 2 else 50}) for n in range(14)])
    parked = [make_lead(score=95), make_lead(score=40)]
    for lead in parked:
        ReviewItem.objects.create(lead=lead, opened_at=MORNING, reasons=[], parked_for=queue, parked_why="full")
        lead.stage = lead.Stage.REVIEW
        lead.save(update_fields=["stage"])
    FastLane.objects.create(queue=queue, rotation=rotation, min_score=81, since=MORNING)
    acts = [lambda: serve_lanes(at=MORNING)] * 3
    acts += [lambda rep=rep: take_next(queue, by=rep, at=MORNING) for rep in [make_rep() for _n in range(4)]]
    results = all_at_once([*acts, lambda: watch_intakes(at=MORNING), lambda: close_finished(at=MORNING)])
    assert {type(each) for each in results if isinstance(each, Exception)} <= {QueueIsEmpty}
    held = list(Assignment.objects.open().values_list("lead", flat=True))
    assert len(held) == len(set(held)) == FastLane.objects.get().given + 4
    waiting = set(Entry.objects.waiting().values_list("lead", flat=True))
    desk = set(ReviewItem.objects.filter(closed_at__isnull=True).values_list("lead", flat=True))
    assert not set(held) & waiting and not waiting & desk and not set(held) & desk
    assert len(held) + len(waiting) + len(desk) == 16
