"""First contacts of reps: from rows and from kept counts the same as one by one, in any zone (E3, E10)."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.queries.response import NOTHING, Recent, Response, recently_taken, responses, still_in_time, taken_since
from leads.models import Lead
from queues.actions.figures.sweep import count_figures
from queues.decisions.figures.ranks import median
from routing.models import Assignment
from tests.factories import MORNING, make_lead, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ["Asia/Jakarta", "Europe/Berlin", "Asia/Kathmandu"]


def random_assignment(holder, pick: random.Random) -> Assignment:
    """Anything that can be: contacted or not, with or without a limit, open, ended, undone, with and without seconds,
    often near a border of days."""
    taken = MORNING - pick.choice([0, 6, 7, 29, 30, 31, 59, 60, 61]) * DAY - pick.choice([0, 1, 5, 11, 15, 20]) * HOUR
    due = pick.choice([None, taken + 2 * HOUR, MORNING, taken + timedelta(minutes=90)])
    contact = pick.choice([None, due, taken + pick.randrange(400) * MINUTE])
    contact = None if contact is None or contact > MORNING else contact
    ended = pick.choice([None, contact, due, taken + pick.randrange(600) * MINUTE])
    ended = None if ended is None or ended > MORNING else ended
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
    times = [int(row.to_contact.total_seconds()) for row in rows if row.to_contact is not None]
    silent = [row for row in rows if not row.first_contact_at and row.first_due_at]
    late = [row for row in silent if min(row.ended_at or at, at) > row.first_due_at]
    contacted = [row for row in rows if row.first_contact_at]
    in_limit = [row for row in contacted if not row.first_due_at or row.first_contact_at <= row.first_due_at]
    still_in_time = [row for row in silent if not row.ended_at and row.first_due_at >= at]
    middle = median(times)
    return Response(
        median=None if middle is None else timedelta(seconds=middle),
        in_time=len(in_limit),
        judged=len(contacted) + len(late),
        contacted=len(contacted),
        taken=len(rows) - len(still_in_time),
    )


def in_time_yet(recent: Recent, ids: list[int]) -> dict[int, tuple[int, int]]:
    found = [
        list(Assignment.objects.filter(still_in_time(asked), holder__in=ids).values_list("holder", flat=True))
        for asked in (recent.asked, recent.asked_before)
    ]
    return {pk: (found[0].count(pk), found[1].count(pk)) for pk in ids}


@pytest.fixture
def reps():
    pick = random.Random(7)
    found = [make_rep() for _number in range(3)]
    Lead.objects.filter(pk=make_lead().pk).update(created_at=MORNING - 70 * DAY)  # days are kept from the first lead on
    Assignment.objects.bulk_create([random_assignment(pick.choice(found[:2]), pick) for _number in range(160)])
    return found


def check(reps: list, zone: str, *, at: datetime = MORNING) -> None:
    tz, ids = ZoneInfo(zone), [rep.pk for rep in reps]
    today = at.astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0)
    recent = recently_taken(ids, at=at, tz=tz)
    found = responses(recent, in_time_yet(recent, ids))
    assert reps[2].pk not in found
    for rep in reps[:2]:
        rows = [row for row in Assignment.objects.filter(holder=rep) if row.ended_how != "undone"]

        def between(first: int, last: int, rows=rows) -> list[Assignment]:
            start, end = today - first * DAY, today - last * DAY
            return [row for row in rows if start <= row.assigned_at < end]

        assert found[rep.pk].now == one_by_one(between(29, -1), at=at)
        assert found[rep.pk].before == one_by_one(between(59, 29), at=at)
        week = recent.week.get(rep.pk, NOTHING)
        assert (week.taken, week.contacted) == (
            len(between(6, -1)),
            sum(row.first_contact_at is not None for row in between(6, -1)),
        )
        assert recent.today.get(rep.pk, NOTHING).taken == len(between(0, -1))


@pytest.mark.parametrize("zone", ZONES)
def test_rows_say_what_one_by_one_gives(reps, zone: str):
    check(reps, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_kept_days_say_what_one_by_one_gives(reps, zone: str):
    count_figures(at=MORNING, patience=60)
    check(reps, zone)


def test_kept_days_are_not_read_from_the_rows(reps):
    count_figures(at=MORNING, patience=60)
    ids, tz = [rep.pk for rep in reps], ZoneInfo("Asia/Jakarta")
    before = recently_taken(ids, at=MORNING, tz=tz)
    Assignment.objects.all().delete()
    after = recently_taken(ids, at=MORNING, tz=tz)
    assert [each.taken for each in after.month.values()] == [each.taken for each in before.month.values()] != []


def test_what_was_taken_since_the_last_count_is_known_at_once(reps):
    count_figures(at=MORNING, patience=60)
    now, ids = MORNING + MINUTE, [rep.pk for rep in reps]
    Assignment.objects.create(lead=make_lead(), holder=reps[2], how="take_next", assigned_at=MORNING + MINUTE / 2)
    recent = recently_taken(ids, at=now, tz=ZoneInfo("Asia/Jakarta"))
    assert taken_since(recent.asked, ids) == {reps[2].pk: 1}
    assert reps[2].pk not in recent.today


def test_a_lead_contacted_since_the_last_count_is_not_left_alone_meanwhile(reps):
    rep = reps[2]
    held = Assignment.objects.create(
        lead=make_lead(), holder=rep, how="take_next", assigned_at=MORNING - HOUR, first_due_at=MORNING + HOUR
    )
    count_figures(at=MORNING, patience=60)
    Assignment.objects.filter(pk=held.pk).update(first_contact_at=MORNING + MINUTE / 2)
    recent = recently_taken([rep.pk], at=MORNING + MINUTE, tz=ZoneInfo("Asia/Jakarta"))
    found = responses(recent, in_time_yet(recent, [rep.pk]))[rep.pk].now
    assert (found.contacted, found.taken, found.contact_share) == (0, 0, None)


def test_a_median_of_very_many_leads_is_read_from_classes(monkeypatch):
    """The oldest are the slow ones; the class of the median is right, and that it is no exact one is said."""
    rep, lead = make_rep(), make_lead()
    Lead.objects.filter(pk=lead.pk).update(created_at=MORNING - 70 * DAY)
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
            for (taken, minutes), count in ((fast, 20), (slow, 21))
            for _number in range(count)
        ]
    )
    monkeypatch.setattr("queues.queries.figures.times.MOST", 40)
    count_figures(at=MORNING, patience=60)
    with CaptureQueriesContext(connection) as asked:
        recent = recently_taken([rep.pk], at=MORNING, tz=ZoneInfo("Asia/Jakarta"))
    found = responses(recent, {})[rep.pk].now
    assert (found.in_time, found.judged, found.is_exact) == (20, 41, False)
    assert HOUR <= found.median <= 2 * HOUR
    assert len(asked) == 2
