"""The benchmarks' history fits the tables on both databases, tells the same twice, and has the patterns it promises."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from statistics import fmean

import pytest
from django.db.models import F, Q

from leads.models import Activity, Lead
from queues.models import Entry, Queue
from queues.queries.counts import depth_by_queue
from routing.models import Assignment, Turn
from tests.benchmarks.history import Inserts, lives, make_cast, write_history
from tests.benchmarks.history.patterns import EAST, QUEUES
from tests.factories import MORNING

PUSH = {number for number, kind in enumerate(QUEUES) if kind.is_push}


@pytest.fixture(scope="module")
def told() -> list:
    return list(lives(20_000, at=MORNING, people=20, present=(40, 20)))


def test_the_same_seed_tells_the_same():
    one, two = (list(lives(500, at=MORNING, people=3, present=(20, 10), seed=3)) for _time in range(2))
    assert one == two != list(lives(500, at=MORNING, people=3, present=(20, 10), seed=4))


@pytest.mark.django_db
def test_a_small_history_fits_the_tables():
    cast = make_cast(at=MORNING, teams=2, people=3)
    written = write_history(cast, 500, Inserts(), at=MORNING, present=(40, 20))

    assert 530 < written == Lead.objects.count()
    assert (Entry.objects.waiting().count(), Assignment.objects.open().count()) == (40, 20)
    assert depth_by_queue(list(Queue.objects.all())) == {queue.pk: 2 for queue in cast.queues}
    assert not Entry.objects.filter(Q(left_at__lt=F("entered_at")) | Q(left_at__gt=MORNING)).exists()
    assert not Entry.objects.filter(left_how__in=("claimed", "assigned"), assignment=None).exists()
    assert Turn.objects.count() == Assignment.objects.filter(turn__isnull=False).count() > 50
    times = list(Activity.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    acts = Counter(Activity.objects.values_list("kind", flat=True))
    assert acts["assigned"] == Assignment.objects.count()
    assert acts["contacted"] == Assignment.objects.filter(first_contact_at__isnull=False).count()


@pytest.mark.django_db
def test_rows_written_afterwards_get_ids_of_their_own():
    cast = make_cast(at=MORNING, teams=1, people=2)
    write_history(cast, 50, Inserts(), at=MORNING, present=(5, 5))
    newest = Activity.objects.latest("pk")

    assert Activity.objects.create(lead=newest.lead, kind=Activity.Kind.NOTED, at=MORNING).pk == newest.pk + 1


def test_leads_come_in_the_morning_and_at_the_end_of_the_month(told):
    here = [_here(life.came) for life in told]
    by_hour = Counter(moment.hour for moment in here if moment.weekday() < 5)
    assert by_hour[9] > 2 * by_hour[15] > 4 * by_hour[3]
    last, others = [], []
    for day, rows in groupby(here, key=lambda moment: moment.date()):
        if day.weekday() < 5:
            (last if (day + timedelta(days=3)).month != day.month else others).append(len(list(rows)))
    assert fmean(last) > 1.5 * fmean(others)


def test_a_weekend_waits_until_monday(told):
    """Nobody takes on Saturday; leads that come then wait two days longer than on other days."""
    over = [life for life in told if life.stage != "held" and life.queue not in PUSH]
    taken = [(life, stay) for life in over for stay in life.stays if stay.holds]
    assert not any(_here(stay.left).weekday() > 4 and not stay.undone for _life, stay in taken)
    waits = {day: fmean(s.left - s.entered for _l, s in taken if _here(s.entered).weekday() == day) for day in (1, 5)}
    assert waits[5] > waits[1] + 24 * 3600


def test_one_queue_is_always_full(told):
    deepest = {}
    for number in range(len(QUEUES)):
        stays = [stay for life in told if life.queue == number for stay in life.stays if stay.left]
        whole = sum(stay.left - stay.entered for stay in stays)
        deepest[number] = whole / (180 * 24 * 3600)
    full = next(number for number, kind in enumerate(QUEUES) if kind.is_full)
    assert max(deepest, key=deepest.__getitem__) == full
    assert deepest[full] > 2 * sorted(deepest.values())[-2]


def test_who_is_taken_sooner_converts_more_often(told):
    taken = [(stay.left - life.came, life) for life in told for stay in life.stays[:1] if stay.holds]
    quick = [life.stage in ("converted", "won") for wait, life in taken if wait < 2 * 3600]
    slow = [life.stage in ("converted", "won") for wait, life in taken if wait > 24 * 3600]
    assert fmean(quick) > 2 * fmean(slow) > 0


def _here(moment: int) -> datetime:
    return datetime.fromtimestamp(moment + EAST, UTC)
