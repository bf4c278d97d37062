"""What is read from the kept counts is what the rows say, for any period, filter and grouping (E10)."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.decisions.figures.calendar import day_start
from queues.models import Entry, FigureState, RepDay, StaleDay, StayDay
from queues.queries.figures.asked import ask
from queues.queries.figures.reading import arrivals, reasons, stays, taken
from queues.queries.figures.times import with_contacts, with_waits
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from tests.factories import MORNING, QueueFactory, SourceFactory, make_entry, make_rep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = MORNING + 20 * DAY


@pytest.fixture(scope="module")
def history(django_db_setup, django_db_blocker):
    """Made once; each test's own transaction, inside this one, takes back what it counted."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_history()
        transaction.set_rollback(True)


def make_history():
    """Eighty leads of twenty days in two queues, from two sources, of two types, and what two reps did with them."""
    dice = random.Random(5)
    queues, reps = [QueueFactory(), QueueFactory()], [make_rep(), make_rep()]
    sources = [SourceFactory(slug="web", name="Web"), SourceFactory(slug="fair", name="Fair")]
    for number in range(80):
        queue, rep = dice.choice(queues), dice.choice(reps)
        at = MORNING + timedelta(minutes=dice.randrange(20 * 24 * 60 - 3000))
        make_entry(queue, since=at, source=dice.choice(sources), lead_type=dice.choice(["mql", "cold"]))
        if number % 4:
            at += timedelta(minutes=dice.randrange(2000))
            held = take_next(queue, by=rep, at=at)
            if number % 4 == 1:
                return_lead(held, reason="no_capacity", note="", by=rep, at=at + timedelta(minutes=5))
            elif number % 4 == 2:
                close_held_lead(held, stage="won", by=rep, at=at + timedelta(minutes=9))
    return queues, reps, sources


def period(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    return day_start(first, ZoneInfo(zone)), day_start(last, ZoneInfo(zone))


def everything(start: datetime, end: datetime, **filters):
    asked = ask(start, end, at=NOW, **filters)
    return [
        stays(asked),
        stays(asked, "queue", "source"),
        stays(asked, "lead_type"),
        taken(asked, "rep"),
        taken(asked, "queue", "rep"),
        arrivals(asked, "source", "stage", "was_claimed"),
        reasons(asked, "kind", "reason"),
    ]


def test_kept_counts_and_rows_agree(history):
    queues, _reps, sources = history
    choices = [{}, {"queues": (queues[0].pk,)}, {"sources": (sources[1].pk,)}, {"types": ("cold",)}]
    periods = {
        zone: period(date(2026, 11, 16), date(2026, 11, 27), zone)
        for zone in ("Asia/Jakarta", "Europe/Berlin", "Asia/Kathmandu")
    } | {"within": (MORNING + DAY, NOW), "around": (MORNING - DAY, NOW + DAY)}
    rows = {name: [everything(*each, **filters) for filters in choices] for name, each in periods.items()}

    count_figures(at=NOW, patience=60)

    kept = {name: [everything(*each, **filters) for filters in choices] for name, each in periods.items()}
    assert [name for name in periods if kept[name] != rows[name]] == []
    assert StayDay.objects.count() > 20 and all(found[0][0][()].claimed > 10 for found in rows.values())


def test_days_are_told_apart_also_where_rows_are_counted(history):
    _queues, reps, sources = history
    count_figures(at=NOW, patience=60)
    start, end = period(date(2026, 11, 16), date(2026, 12, 1), "Asia/Jakarta")
    kept = taken(ask(start, end, at=NOW), "day")
    of_rows = [taken(ask(start, end, at=NOW, sources=(source.pk,)), "day") for source in sources]
    days = sorted({key for each in of_rows for key in each})
    assert days == sorted(kept)
    assert [sum(each[key].taken for each in of_rows if key in each) for key in days] == [
        kept[key].taken for key in days
    ]
    assert (
        sum(stays(ask(start, end, at=NOW, reps=(rep.pk,)))[()].claimed for rep in reps)
        == stays(ask(start, end, at=NOW))[()].claimed
    )


def test_whole_days_are_not_read_from_the_rows(history, django_assert_num_queries):
    count_figures(at=NOW, patience=60)
    start, end = period(date(2026, 11, 16), date(2026, 12, 1), "Asia/Jakarta")
    before = stays(ask(start, end, at=NOW))[()]
    Entry.objects.all().delete()
    with django_assert_num_queries(2):
        assert stays(ask(start, end, at=NOW))[()] == before


def test_a_period_that_is_being_counted_says_so(history):
    count_figures(at=NOW, patience=0)
    start, end = period(date(2026, 11, 16), date(2026, 12, 1), "Asia/Jakarta")
    asked = ask(start, end, at=NOW)
    assert asked.stale_days == StaleDay.objects.filter(day__lt=date(2026, 12, 1)).count() > 0
    assert asked.as_of == FigureState.objects.get().counted_at == NOW
    assert ask(start, end, at=NOW + DAY).as_of == NOW + DAY
    assert RepDay.objects.count() < 15


def test_times_are_read_where_they_are_few(history, monkeypatch):
    _queues, reps, _sources = history
    count_figures(at=NOW, patience=60)
    take_next(_queues[0], by=reps[0], at=NOW + timedelta(seconds=1))  # not counted yet
    asked = ask(*period(date(2026, 11, 16), date(2026, 12, 8), "Asia/Jakarta"), at=NOW + timedelta(minutes=1))
    waits = with_waits(asked, stays(asked, "queue", "source"), "queue", "source")
    assert all(len(each.times) == each.claimed for each in waits.values())
    assert sum(sum(each.times) for each in waits.values()) == stays(asked)[()].wait_sum
    contacts = with_contacts(asked, taken(asked, "rep", "queue"), "rep", "queue")
    assert all(len(each.times) == each.contacted for each in contacts.values())
    monkeypatch.setattr("queues.queries.figures.times.MOST", 5)
    assert with_waits(asked, stays(asked, "queue"), "queue") == stays(asked, "queue")
