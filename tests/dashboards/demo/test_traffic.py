"""The demo goes on while somebody looks at it, by day and in the night in which it was opened (the first minute of the
demo). How it looks after an hour on its history is in test_demo.py."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from dashboards.demo import traffic
from dashboards.demo.cast import Cast, hire
from dashboards.demo.hours import JAKARTA, SHIFT
from dashboards.demo.rules import MQL
from dashboards.demo.traffic import Traffic
from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.actions.availability.time_off import end_due_pauses
from routing.models import Assignment, Rep
from tests.factories import MORNING, fill

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = MORNING + HOUR
SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 10, tzinfo=JAKARTA)
MONDAY_MORNING = datetime(2026, 11, 23, 8, tzinfo=JAKARTA)


@pytest.fixture
def cast() -> Cast:
    return hire(at=MORNING)


def play(cast: Cast, steps: int, *, opened_at=LATER, of=timedelta(seconds=6)) -> Counter[str]:
    show = Traffic(cast, Random(7), opened_at=opened_at)
    return sum((show.step(at=opened_at + number * of) for number in range(1, steps + 1)), Counter())


def test_leads_arrive_through_the_real_intake_in_the_first_minutes(cast):
    done = play(cast, 10)
    assert done["arrived"] > 2
    assert Lead.objects.count() == done["arrived"]
    assert Activity.objects.filter(kind="captured").count() == done["arrived"]


def test_after_the_first_minutes_it_goes_at_the_pace_of_the_history(cast):
    show = Traffic(cast, Random(7), opened_at=LATER)
    assert show.step(at=LATER + HOUR)["arrived"] < 5  # of two minutes: what was slept through is not made up for


def test_the_visitors_leads_are_never_touched(cast):
    fill(Queue.objects.get(slug=MQL), 12, since=MORNING)
    rina = cast.people["Rina"]
    held = take_next(cast.queues[MQL], by=rina, at=MORNING)
    assert play(cast, 60, opened_at=MORNING + 3 * HOUR, of=MINUTE)["took"] > 0
    held.refresh_from_db()
    assert (held.is_open, held.first_contact_at) == (True, None)
    assert Assignment.objects.filter(holder=rina).exclude(pk=held.pk).exclude(how="rotation").count() == 0


def test_nothing_arrives_where_every_line_is_long(cast, monkeypatch):
    monkeypatch.setattr(traffic, "LINES", dict.fromkeys(traffic.LINES, (0, 0)))
    assert play(cast, 10)["arrived"] == 0


def test_nobody_takes_where_the_line_is_short(cast, monkeypatch):
    monkeypatch.setattr(traffic, "LINES", dict.fromkeys(traffic.LINES, (5, 0)))
    fill(Queue.objects.get(slug=MQL), 5, since=MORNING)
    assert play(cast, 10)["took"] == 0


def test_who_has_no_room_takes_nothing(cast):
    fill(Queue.objects.get(slug=MQL), 12, since=MORNING)
    cast.habits = {pk: replace(person, capacity=0) for pk, person in cast.habits.items()}
    assert play(cast, 10)["took"] == 0


def test_the_shift_of_a_night_ends_and_then_nobody_works_until_monday_morning(cast):
    """Opened on Sunday at 03:10: people work for four hours, and pause until Monday, 08:00. Leads still arrive."""
    fill(Queue.objects.get(slug=MQL), 30, since=SUNDAY_NIGHT - HOUR)
    show = Traffic(cast, Random(7), opened_at=SUNDAY_NIGHT)
    shift = sum((show.step(at=SUNDAY_NIGHT + n * 4 * MINUTE) for n in range(1, 50)), Counter())
    assert min(shift[act] for act in ("took", "called", "closed")) > 0
    ends = SUNDAY_NIGHT + SHIFT
    before = Activity.objects.exclude(by=None).count()
    night = sum((show.step(at=ends + n * 30 * MINUTE) for n in range(12)), Counter())
    assert +night == Counter(arrived=night["arrived"])
    assert Activity.objects.exclude(by=None).count() == before
    away = set(Rep.objects.filter(is_available=False).values_list("away_until", flat=True))
    assert (away, Rep.objects.filter(is_available=True).get().user) == ({MONDAY_MORNING}, cast.people["Rina"])
    end_due_pauses(at=MONDAY_MORNING)
    monday = sum((show.step(at=MONDAY_MORNING + n * 5 * MINUTE) for n in range(1, 7)), Counter())
    assert monday["called"] > 0
