"""The stale leads that pages count by two indexes are those that the night moves (D6)."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.counts import counts
from leads.models import Lead, LeadType, Look
from queues.models import Queue, StaleStep, TypeLimit
from queues.queries.stale import Step, leaving, leaving_at, stale_in, stale_parts, stale_terms
from tests.factories import MORNING, QueueFactory, make_lead

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def parked(dice: random.Random) -> Lead:
    """A lead in one of the two places or none, with steps of this stay or an earlier one, due or not, undone or not."""
    stage = dice.choice([Lead.Stage.NURTURE, Lead.Stage.RECYCLED, Lead.Stage.LOST])
    since = MORNING - dice.randrange(45) * DAY
    lead = make_lead(stage=stage, at=since, lead_type=dice.choice(LeadType.values))
    for number in range(dice.choice([0, 0, 1, 2])):
        StaleStep.objects.create(
            lead=lead,
            step=Step.NURTURE,
            due_at=since + number * DAY,
            at=since - dice.choice([0, 0, 1]) * DAY,
            next_at=dice.choice([None, MORNING - DAY, MORNING, MORNING + DAY]),
            undone_at=dice.choice([None, None, MORNING - 2 * DAY]),
        )
    if not dice.randrange(8):
        Look.objects.create(lead=lead, at=MORNING - timedelta(minutes=dice.choice([5, 50])))
    return lead


@pytest.mark.parametrize("seed", range(4))
def test_the_two_parts_are_what_the_night_moves(seed: int):
    dice = random.Random(seed)
    queue = QueueFactory()
    TypeLimit.objects.create(lead_type=LeadType.values[0], recycle_after_days=5, archive_after_days=9)
    TypeLimit.objects.create(queue=queue, lead_type=LeadType.values[1], recycle_after_days=2)
    for _number in range(80):
        parked(dice)
    terms = stale_terms()
    for step in (Step.RECYCLE, Step.ARCHIVE):
        first, second = stale_parts(step, at=MORNING, terms=terms)
        by_night = list(stale_in(step, at=MORNING).values_list("pk", flat=True))
        found = [*first.values_list("pk", flat=True), *second.values_list("pk", flat=True)]
        assert (sorted(found), len(by_night) > 3) == (sorted(by_night), True)
    found_now = leaving(at=MORNING)
    expected = [stale_in(step, at=MORNING).count() for step in (Step.RECYCLE, Step.ARCHIVE)]
    assert [found_now.recycle, found_now.archive] == expected


def test_two_moments_are_counted_in_one_statement():
    make_lead(stage=Lead.Stage.NURTURE, at=MORNING - 6 * DAY - timedelta(hours=1))
    terms = stale_terms()
    with CaptureQueriesContext(connection) as asked:
        now, later = leaving_at([MORNING, MORNING + DAY], terms)
    assert (len(asked), now.recycle, later.recycle) == (1, 0, 1)


def test_a_count_stops_at_its_slice_and_nothing_is_asked_of_nothing():
    for _number in range(3):
        QueueFactory()
    found = counts(two=Queue.objects.order_by("pk")[:2], all=Queue.objects.all(), none=Queue.objects.none())
    assert found == {"two": 2, "all": 3, "none": 0}
