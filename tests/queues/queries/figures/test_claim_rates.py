"""The claim rate of a day: each stay is decided once; boards and alarms count it alike (D5, E8)."""

from datetime import timedelta
from fractions import Fraction

import pytest

from dashboards.queries.health import queue_health
from queues.models import Entry
from queues.queries.figures.claim_rates import claim_rates
from queues.queries.figures.past import Decided, Past, full_hour
from queues.queries.intake import figures_by_queue
from tests.factories import MORNING, QueueFactory, fill_line

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def stay(queue, entered, left=None, *, since=None) -> None:
    (entry,) = fill_line(queue, [(since or entered, {})])
    left_how = Entry.Left.CLAIMED if left else ""
    Entry.objects.filter(pk=entry.pk).update(entered_at=entered, left_at=left, left_how=left_how)


def test_a_stay_is_decided_once_also_when_it_is_claimed_late():
    queue = QueueFactory()
    stay(queue, MORNING - 2 * HOUR, MORNING - HOUR)
    stay(queue, MORNING - 30 * HOUR, MORNING - HOUR)  # it became a day old six hours ago, and is no second case
    assert claim_rates([queue.pk], at=MORNING) == {queue.pk: Fraction(1, 2)}


def test_what_became_a_day_old_the_day_before_was_decided_then():
    queue = QueueFactory()
    stay(queue, MORNING - 50 * HOUR, MORNING - HOUR)
    assert claim_rates([queue.pk], at=MORNING) == {queue.pk: None}


def test_a_lead_that_was_given_back_starts_a_new_stay_with_its_old_age():
    queue = QueueFactory()
    stay(queue, MORNING - 3 * HOUR, MORNING - HOUR, since=MORNING - 40 * HOUR)
    assert claim_rates([queue.pk], at=MORNING) == {queue.pk: Fraction(1)}


@pytest.mark.parametrize(("after", "rate"), [(DAY - SECOND, 1), (DAY, 0)])
def test_exactly_24_hours_are_too_late(after, rate):
    queue = QueueFactory()
    stay(queue, MORNING - HOUR - after, MORNING - HOUR)
    assert claim_rates([queue.pk], at=MORNING) == {queue.pk: rate}


def test_boards_alarms_and_the_goal_of_reports_count_alike():
    queue = QueueFactory()
    at = full_hour(MORNING)
    for hours, wait in ((2, 1), (30, 29), (26, 3), (25, None), (40, 20), (3, None)):
        entered = at - hours * HOUR + SECOND
        stay(queue, entered, entered + wait * HOUR if wait else None)
    (board,) = queue_health([queue], at=at)
    (part,) = Past(at - DAY, [queue.pk], at=at).parts([at - DAY])[queue.pk]
    decided: Decided = part.decided
    assert board.rate == figures_by_queue([queue], at=at)[queue.pk].rate == Fraction(3, 5)
    assert (decided.within_day, decided.within_day + decided.turned_day_old) == (3, 5)
