"""The demo goes on while somebody looks at it (the first minute of the demo)."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from dashboards.demo import traffic
from dashboards.demo.cast import Cast, hire
from dashboards.demo.rules import MQL
from dashboards.demo.traffic import Traffic
from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.models import Assignment
from tests.factories import MORNING, fill

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return hire(at=MORNING)


def play(cast: Cast, steps: int, *, at=LATER) -> Counter[str]:
    show = Traffic(cast, Random(7))
    return Counter(show.step(at=at + timedelta(seconds=6 * step)).split()[0] for step in range(steps))


def test_leads_arrive_through_the_real_intake(cast):
    done = play(cast, 40)
    assert done["arrived"] > 5
    assert Lead.objects.count() == done["arrived"]
    assert Activity.objects.filter(kind="captured").count() == done["arrived"]


def test_the_visitors_leads_are_never_touched(cast):
    fill(Queue.objects.get(slug=MQL), 12, since=MORNING)
    rina = cast.people["Rina"]
    held = take_next(cast.queues[MQL], by=rina, at=MORNING)
    play(cast, 80, at=MORNING + timedelta(hours=3))
    held.refresh_from_db()
    assert (held.is_open, held.first_contact_at) == (True, None)
    assert Assignment.objects.filter(holder=rina).exclude(pk=held.pk).exclude(how="rotation").count() == 0


def test_nothing_arrives_where_every_line_is_long(cast, monkeypatch):
    monkeypatch.setattr(traffic, "LINES", dict.fromkeys(traffic.LINES, (0, 0)))
    assert play(cast, 30)["arrived"] == 0


def test_nobody_takes_where_the_line_is_short(cast, monkeypatch):
    monkeypatch.setattr(traffic, "LINES", dict.fromkeys(traffic.LINES, (5, 0)))
    fill(Queue.objects.get(slug=MQL), 5, since=MORNING)
    assert play(cast, 30)["took"] == 0
