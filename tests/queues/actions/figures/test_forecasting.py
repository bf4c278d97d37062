"""Forecasts of breaches by the hour, from real leads and earlier weeks, and what came of them (K1)."""

from datetime import timedelta

import pytest
from django.db import transaction

from queues.actions.claims.take import take_next
from queues.actions.clocks.waits import expire_waits
from queues.actions.figures.forecasting import forecast_breaches
from queues.actions.figures.sweep import count_figures
from queues.decisions.figures.forecast import forecast
from queues.models import Breach, BreachForecast, Queue
from queues.queries.figures.forecast import starts
from routing.models import Rep, TimeOff
from tests.factories import MORNING, QueueFactory, SourceFactory, fill, make_entry, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
FULL = MORNING.replace(minute=0) + 4 * WEEK  # Monday 10:00 in Jakarta


@pytest.fixture(scope="module")
def mondays(django_db_setup, django_db_blocker):
    """Made once; each test's own transaction, inside this one, takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_mondays()
        transaction.set_rollback(True)


@pytest.fixture
def queue(mondays):
    return Queue.objects.get(pk=mondays)


def make_mondays():
    """Four Mondays on which eight leads came from 10 to 12 and four were taken at 13; each may wait for two hours."""
    queue, rep = QueueFactory(wait_minutes=120), make_rep()
    cold, web = SourceFactory(slug="cold", name="Cold list"), SourceFactory(slug="web", name="Web")
    web.conversions, web.conversions_of = 5, 10
    web.save()
    for week in range(4):
        monday = FULL - (4 - week) * WEEK
        for number in range(8):
            make_entry(queue, since=monday + number * 15 * MINUTE, source=cold if number % 2 else web)
        for _number in range(8):
            take_next(queue, by=rep, at=monday + 3 * HOUR)
    return queue.pk


def test_what_waits_is_forecast_from_the_same_hours_of_earlier_weeks(queue):
    fill(queue, 3, since=FULL - HOUR)
    count_figures(at=FULL, patience=60)

    found = starts([queue], at=FULL)[0]
    expected = forecast(found.line, found.weeks)

    assert (found.line.overdue, found.line.due, found.line.limit) == (0, (0, 0, 0, 0, 0, 0, 3), 7200)
    assert [(week.came[:3], week.taken) for week in found.weeks] == [((4, 4, 0), (0, 0, 8, 8, 8, 0, 0, 0))] * 4
    # the three at 11:00; the eight that come are due from 12:15 on, and from 12:00 on eight an hour can be taken
    assert expected.by_hour[:2] == (0, 3)
    assert (found.reps, found.sources) == (1, (("Cold list", 0.5),))


def test_forecasts_are_written_once_an_hour_and_compared_with_what_happened(queue):
    fill(queue, 3, since=FULL - HOUR)
    count_figures(at=FULL, patience=60)

    assert [forecast_breaches(at=FULL + minutes * MINUTE) for minutes in (1, 2, 30)] == [1, 0, 0]
    row = BreachForecast.objects.get()
    assert (row.made_at, row.until_at, row.happened) == (FULL, FULL + 8 * HOUR, None)

    expire_waits(at=FULL + 2 * HOUR)
    forecast_breaches(at=FULL + 8 * HOUR + 14 * MINUTE)
    row.refresh_from_db()
    assert row.happened is None
    forecast_breaches(at=FULL + 8 * HOUR + 15 * MINUTE)
    row.refresh_from_db()
    assert row.happened == 3


def test_a_lead_that_was_taken_too_late_happened_although_no_sweep_saw_it(queue):
    fill(queue, 3, since=FULL - HOUR)
    count_figures(at=FULL, patience=60)
    forecast_breaches(at=FULL)
    rep = make_rep()
    take_next(queue, by=rep, at=FULL + 59 * MINUTE)
    take_next(queue, by=rep, at=FULL + 61 * MINUTE)
    forecast_breaches(at=FULL + 9 * HOUR)
    assert (Breach.objects.count(), BreachForecast.objects.get(made_at=FULL).happened) == (0, 2)


def test_who_is_away_in_the_coming_hours_takes_nothing(queue):
    count_figures(at=FULL, patience=60)
    rep = Rep.objects.get()
    before = starts([queue], at=FULL)[0]
    for kind, begins, ends in (("leave", -DAY, 12 * HOUR), ("sick", 0 * HOUR, 2 * HOUR)):
        TimeOff.objects.create(rep=rep, kind=kind, starts_at=FULL + begins, ends_at=FULL + ends)
    assert (before.away, starts([queue], at=FULL)[0].away) == (0, 1)
    assert [week.taken for week in starts([queue], at=FULL)[0].weeks] == [(0,) * 8] * 4


def test_a_young_queue_and_a_late_worker_write_no_forecast(queue):
    young = QueueFactory()
    fill(young, 2, since=FULL)
    count_figures(at=FULL + MINUTE, patience=60)
    assert forecast_breaches(at=FULL + 11 * MINUTE) == 0
    assert forecast_breaches(at=FULL + HOUR) == 1
    assert BreachForecast.objects.get().queue == queue


def test_the_rest_of_an_hour_counts_in_part(queue):
    count_figures(at=FULL + 45 * MINUTE, patience=60)
    found = starts([queue], at=FULL + 45 * MINUTE)[0]
    assert [week.came[:2] for week in found.weeks] == [(1.0, 4.0)] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_forecasting_asks_as_much_for_three_queues_as_for_one(queue, count, django_assert_num_queries):
    queues = [queue, QueueFactory(), QueueFactory()][:count]
    count_figures(at=FULL, patience=60)
    with django_assert_num_queries(7):
        starts(queues, at=FULL)
