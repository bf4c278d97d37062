"""Many placements at the depth limit, two sweeps of intakes at once, and arrivals while a queue opens (D5)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.actions.intake.capture import capture_leads
from leads.models import Capture, Lead
from queues.actions.intake.admitting import watch_intakes
from queues.models import Entry, EntryRule, IntakeState, Queue, ReviewItem
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_ops
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def limited(limit: int, **fields) -> Queue:
    """A manager and sales ops hear of it."""
    team = TeamFactory()
    make_ops(), make_manager(team)
    values = {"when_full": "park", "depth_limit": limit, "depth_lift": limit // 2} | fields
    queue = QueueFactory(team=team, **values)
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def come(caller: int, count: int, at=MORNING) -> None:
    raws = [{"email": f"a@n{caller}-{n}.co.id", "score": 50} for n in range(count)]
    capture_leads(raws, channel=Capture.Channel.API, at=at)


def parked(queue: Queue) -> list[int]:
    rows = ReviewItem.objects.filter(parked_for=queue, closed_at=None).order_by("opened_at", "pk")
    return list(rows.values_list("lead", flat=True))


def entered(queue: Queue) -> list[int]:
    return list(Entry.objects.filter(queue=queue).order_by("pk").values_list("lead", flat=True))


def check_all_somewhere(queue: Queue) -> None:
    stages = Counter(Lead.objects.values_list("stage", flat=True))
    assert (stages["waiting"], stages["review"]) == (len(entered(queue)), len(parked(queue)))
    assert Counter([*entered(queue), *parked(queue)]) == dict.fromkeys(Lead.objects.values_list("pk", flat=True), 1)


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


@pytest.mark.parametrize(("limit", "callers", "each"), [(4, 12, 1), (20, 8, 10), (30, 4, 25), (100, 8, 40)])
def test_no_more_enter_than_the_limit_allows_however_many_come_at_once(limit, callers, each):
    queue = limited(limit)
    results = all_at_once([lambda caller=caller: come(caller, each) for caller in range(callers)])
    assert results == [None] * callers
    assert len(entered(queue)) == limit + 1
    check_all_somewhere(queue)
    assert told("intake_paused") == 2


def test_queues_that_feed_each_other_do_not_wait_in_a_circle():
    """Two placements into both of two queues, of which one passes on to the other."""
    last = limited(10)
    first = QueueFactory(when_full="overflow", overflow_queue=last, depth_limit=6, depth_lift=3)
    EntryRule.objects.create(
        name="First", position=0, outcome="queue", queue=first,
        conditions=[{"field": "score", "operator": "less_than", "value": 50}],
    )  # fmt: skip

    def both(caller: int) -> None:
        raws = [{"email": f"a@n{caller}-{n}.co.id", "score": 20 + n % 2 * 40} for n in range(12)]
        capture_leads(raws, channel=Capture.Channel.API, at=MORNING)

    assert all_at_once([lambda caller=caller: both(caller) for caller in range(8)]) == [None] * 8
    assert (len(entered(first)), len(entered(last)), len(parked(first) + parked(last))) == (7, 11, 78)
    assert Lead.objects.filter(problems=[]).count() == 96
    assert ReviewItem.objects.exclude(parked_why="full").count() == 0


def test_sweeps_at_once_let_each_lead_in_once_and_in_order():
    queue = limited(40)
    IntakeState.objects.create(queue=queue, full_since=MORNING)
    for number in range(30):
        come(number, 1, at=MORNING + number * MINUTE)
    line = parked(queue)
    results = all_at_once([lambda: watch_intakes(at=MORNING + 60 * MINUTE)] * 4)
    assert (sum(results), len(line)) == (30, 30)
    assert (entered(queue), parked(queue)) == (line, [])
    assert told("intake_open") == 2
    check_all_somewhere(queue)


def test_who_comes_while_the_queue_opens_overtakes_nobody():
    queue = limited(40)
    IntakeState.objects.create(queue=queue, full_since=MORNING)
    for number in range(12):
        come(number, 1, at=MORNING + number * MINUTE)
    line, later = parked(queue), MORNING + 60 * MINUTE
    arrivals = [lambda caller=caller: come(100 + caller, 2, at=later) for caller in range(6)]
    results = all_at_once([*arrivals, lambda: watch_intakes(at=later)])
    assert [each for each in results if isinstance(each, Exception)] == []
    check_all_somewhere(queue)
    assert entered(queue)[:12] == line
    watch_intakes(at=later + MINUTE)
    assert (len(entered(queue)), parked(queue)) == (24, [])
    assert IntakeState.objects.get(queue=queue).full_since is None
