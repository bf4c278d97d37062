"""First contacts of a rep, computed by the database: the same figures as one by one, of all rows, however many."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.queries.response import MONTH, Response, response_by_holder
from leads.models import Lead
from queues.decisions.figures.ranks import median
from routing.models import Assignment
from tests.factories import MORNING, make_lead, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def random_assignment(holder, pick: random.Random) -> Assignment:
    """Anything that can be: contacted or not, with or without a limit, open, ended, undone, with and without seconds,
    often exactly at a border."""
    taken = MORNING - pick.choice([0 * DAY, MONTH, 2 * MONTH, 3 * MONTH]) - pick.choice([0, 0, 1, 39]) * 7 * HOUR
    due = pick.choice([None, taken + 2 * HOUR, MORNING, taken + timedelta(minutes=90, microseconds=4)])
    contact = pick.choice([None, due, taken + pick.randrange(400) * MINUTE])
    ended = pick.choice([None, contact, due, taken + pick.randrange(600) * MINUTE])
    return Assignment(
        lead=make_lead() if ended is None else Lead.objects.order_by("pk").first() or make_lead(),
        holder=holder,
        how="take_next",
        assigned_at=taken,
        first_due_at=due,
        first_contact_at=contact,
        contact_seconds=pick.choice([None, 17 * 60]) if contact else None,
        ended_at=ended,
        ended_how=pick.choice(["lost", "won", "undone"]) if ended else "",
    )


def one_by_one(rows: list[Assignment], *, at: datetime) -> Response:
    """The definitions in words of Python (E3, L7)."""
    times = [row.to_contact for row in rows if row.to_contact is not None]
    silent = [row for row in rows if not row.first_contact_at and row.first_due_at]
    late = [row for row in silent if min(row.ended_at or at, at) > row.first_due_at]
    contacted = [row for row in rows if row.first_contact_at]
    in_limit = [row for row in contacted if row.first_due_at and row.first_contact_at <= row.first_due_at]
    still_in_time = [row for row in silent if not row.ended_at and row.first_due_at >= at]
    return Response(
        median=median(times),
        in_time=len(in_limit),
        judged=len([row for row in contacted if row.first_due_at]) + len(late),
        contacted=len(contacted),
        taken=len(rows) - len(still_in_time),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_database_computes_what_one_by_one_gives(seed: int):
    pick = random.Random(seed)
    reps = [make_rep() for _number in range(3)]
    Assignment.objects.bulk_create([random_assignment(pick.choice(reps[:2]), pick) for _number in range(120)])
    found = response_by_holder([rep.pk for rep in reps], at=MORNING)
    assert reps[2].pk not in found
    for rep in reps[:2]:
        rows = [row for row in Assignment.objects.filter(holder=rep) if row.ended_how != "undone"]
        now = [row for row in rows if row.ended_at is None or MORNING - MONTH <= row.assigned_at <= MORNING]
        before = [row for row in rows if MORNING - 2 * MONTH <= row.assigned_at < MORNING - MONTH]
        assert found[rep.pk].now == one_by_one(now, at=MORNING)
        assert found[rep.pk].before == one_by_one(before, at=MORNING)


def test_more_leads_than_twenty_thousand_count_all():
    """The oldest are the slow ones: without them the median is 10 minutes."""
    rep, lead = make_rep(), make_lead()
    fast, slow = (MORNING - DAY, 10), (MORNING - 20 * DAY, 100)
    Assignment.objects.bulk_create(
        [
            Assignment(
                lead=lead,
                holder=rep,
                how="take_next",
                assigned_at=taken,
                first_due_at=taken + HOUR,
                first_contact_at=taken + minutes * MINUTE,
                contact_seconds=minutes * 60,
                ended_at=taken + 2 * HOUR,
                ended_how="lost",
            )
            for (taken, minutes), count in ((fast, 10_000), (slow, 10_001))
            for _number in range(count)
        ],
        batch_size=5000,
    )
    with CaptureQueriesContext(connection) as asked:
        found = response_by_holder([rep.pk], at=MORNING)[rep.pk].now
    assert (found.median, found.in_time, found.judged) == (100 * MINUTE, 10_000, 20_001)
    assert len(asked) == 1
