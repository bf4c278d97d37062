"""What came and went, counted from entries made by hand at known times (C8)."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.decisions.time_spans import Span, span_of, wall_time
from dashboards.queries import flow
from leads.actions.source_value import count_conversions
from leads.actions.stages import close_lead
from leads.models import Lead
from queues.actions.claims.take import take_batch, take_next
from queues.actions.figures.sweep import count_figures
from queues.models import Entry, Queue, QueueHour
from queues.queries.figures.hours import Hours
from routing.actions.assignment import return_lead
from tests.factories import MORNING, QueueFactory, SourceFactory, make_entry, make_lead, make_rep

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def day(at: datetime = MORNING) -> Span:
    return span_of("24h", at=at, tz=JAKARTA)


def by_source(span: Span, queues: list[Queue], hours: Hours | None = None) -> list[flow.Series]:
    sums = (hours or flow.hours_of(span, queues)).of_sources("source", "cut")
    return flow.by_source(span, flow.all_sources(), sums)


def sources(span: Span, queues: list[Queue], hours: Hours | None = None) -> flow.SourceTable:
    return flow.sources(flow.all_sources(), (hours or flow.hours_of(span, queues)).of_sources("source"))


def placed(span: Span, counts) -> dict[int, int]:
    """Numbers that are not nothing, by the hour on the wall_time."""
    return {wall_time(cut).hour: n for cut, n in zip(span.cuts, counts, strict=True) if n}


def test_entries_count_in_the_hour_of_the_readers_clock():
    queue = QueueFactory()
    for since in (MORNING, MORNING - timedelta(minutes=42), MORNING - timedelta(minutes=43), MORNING - 5 * HOUR):
        make_entry(queue, since=since)
    series = flow.by_queue(day(), [queue])[0]
    assert (placed(day(), series.ins), series.came, series.went) == ({10: 2, 9: 1, 5: 1}, 4, 0)


def test_what_lies_outside_the_span_does_not_count():
    queue = QueueFactory()
    make_entry(queue, since=MORNING - 23 * HOUR - timedelta(minutes=43))
    make_entry(queue, since=MORNING + timedelta(seconds=1))
    make_entry(queue, since=MORNING - 23 * HOUR - timedelta(minutes=42))
    assert placed(day(), flow.by_queue(day(), [queue])[0].ins) == {11: 1}


def test_leads_that_left_count_where_they_stood():
    first, second = QueueFactory(position=1), QueueFactory(position=2)
    make_entry(first, since=MORNING - 3 * HOUR)
    make_entry(second, since=MORNING - 3 * HOUR)
    take_next(second, by=make_rep(), at=MORNING - HOUR)
    ins_outs = [(one.came, one.went, one.net) for one in flow.by_queue(day(), [first, second])]
    assert ins_outs == [(1, 0, 1), (1, 1, 0)]


def test_a_returned_lead_came_twice_so_that_the_sum_is_what_waits():
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue, since=MORNING - 3 * HOUR)
    taken = take_next(queue, by=rep, at=MORNING - 2 * HOUR)
    return_lead(taken, reason="no_capacity", note="", by=rep, at=MORNING - HOUR)
    series = flow.by_queue(day(), [queue])[0]
    assert (series.came, series.went, series.net) == (2, 1, Entry.objects.waiting().count())


def test_days_are_counted_from_midnight_to_midnight():
    queue = QueueFactory()
    for since in (MORNING, MORNING - DAY, MORNING - DAY - 10 * HOUR, MORNING - DAY - 11 * HOUR):
        make_entry(queue, since=since)
    span = span_of("7d", at=MORNING, tz=JAKARTA)
    assert flow.by_queue(span, [queue])[0].ins == (0, 0, 0, 0, 1, 2, 1)


def test_sum_of_all_queues_is_hour_by_hour():
    queues = [QueueFactory(), QueueFactory()]
    for queue in queues:
        make_entry(queue, since=MORNING)
    whole = flow.summed(flow.by_queue(day(), queues))
    assert (whole.ins[-1], whole.came) == (2, 2)
    assert flow.summed([], 24).ins == (0,) * 24


def test_sources_come_with_the_busiest_first_and_without_those_that_rested():
    queue = QueueFactory()
    event, form = SourceFactory(slug="event", name="Event"), SourceFactory(slug="form", name="Form")
    SourceFactory(slug="trial", name="Trial")
    for source in (form, form, event):
        make_entry(queue, since=MORNING, source=source)
    assert [(one.name, one.came) for one in by_source(day(), [queue])] == [("Form", 2), ("Event", 1)]


def test_beyond_the_most_series_the_others_are_one():
    series = [flow.Series(pk, f"Q{pk}", (pk,), (0,)) for pk in range(1, 6)]
    shown = flow.busiest(series, most=3)
    assert [(one.pk, one.came) for one in shown] == [(4, 4), (5, 5), (None, 6)]
    assert flow.busiest(series, most=5) == series


def test_ways_out_differ_by_how_the_rep_got_the_lead():
    queue, rep = QueueFactory(), make_rep()
    entries = [make_entry(queue, since=MORNING - 3 * HOUR) for _number in range(5)]
    take_next(queue, by=rep, at=MORNING - HOUR)
    take_batch(queue, count=2, by=rep, at=MORNING - HOUR)
    close_lead(entries[3].lead, stage=Lead.Stage.NURTURE, by=None, at=MORNING - HOUR)
    close_lead(entries[4].lead, stage=Lead.Stage.ARCHIVED, by=None, at=MORNING - HOUR)
    ways = [(way.left, way.how, way.count) for way in flow.ways_out(day(), [queue])]
    assert ways == [
        ("claimed", "batch", 2),
        ("archived", "", 1),
        ("claimed", "take_next", 1),
        ("nurtured", "", 1),
    ]


def test_sources_tell_what_was_taken_and_what_share_was_won():
    queue, form = QueueFactory(), SourceFactory(slug="form", name="Form")
    make_entry(queue, since=MORNING - HOUR, source=form)
    make_entry(queue, since=MORNING - HOUR, source=form)
    take_next(queue, by=make_rep(), at=MORNING)
    make_lead(source=form, stage=Lead.Stage.WON, at=MORNING - 89 * DAY)
    make_lead(source=form, stage=Lead.Stage.CONVERTED, at=MORNING - DAY)
    older = make_lead(source=form, stage=Lead.Stage.WON, at=MORNING - 91 * DAY)
    make_lead(source=form, stage=Lead.Stage.MERGED, merged_into=older, at=MORNING - DAY)
    make_lead(source=SourceFactory(slug="silent", name="Silent"), stage=Lead.Stage.LOST, at=MORNING - DAY)
    count_conversions(at=MORNING)
    found = sources(day(), [queue])
    assert [(row.name, row.came, row.taken, row.won, row.of) for row in found.rows] == [("Form", 2, 1, 2, 4)]
    assert (found.rows[0].converted, found.converted, found.counted_at) == (0.5, 0.4, MORNING)


def test_a_source_without_leads_of_90_days_has_no_share():
    queue = QueueFactory()
    entry = make_entry(queue, since=MORNING - HOUR)
    Lead.objects.filter(pk=entry.lead_id).update(captured_at=MORNING - 100 * DAY)
    count_conversions(at=MORNING)
    found = sources(day(), [queue])
    assert (found.rows[0].converted, found.converted) == (None, None)


def test_heat_counts_back_from_what_waits_now():
    queue = QueueFactory()
    make_entry(queue, since=MORNING - 3 * HOUR)
    make_entry(queue, since=MORNING - HOUR)
    take_next(queue, by=make_rep(), at=MORNING)
    heat = flow.week_heat([queue], at=MORNING, tz=JAKARTA)
    assert [cell.mean for cell in heat.rows[0][6:12]] == [None, 1, 1, 2, 1, None]


@pytest.mark.parametrize("rows", [1, 3])
def test_counting_takes_as_many_queries_for_three_rows_as_for_one(rows: int):
    queues = [QueueFactory() for _number in range(rows)]
    for number, queue in enumerate(queues):
        make_entry(queue, since=MORNING, source=SourceFactory(slug=f"s{number}", name=f"S{number}"))
    count_figures(at=MORNING)
    with CaptureQueriesContext(connection) as asked:
        hours = flow.hours_of(day(), queues)
        flow.by_queue(day(), queues, hours)
        sums, known = hours.of_sources("source", "cut"), flow.all_sources()
        flow.by_source(day(), known, sums)
        flow.ways_out(day(), queues, hours)
        flow.sources(known, sums)
        flow.week_heat(queues, at=MORNING, tz=JAKARTA, hours=hours, depth=rows)
    state, kept, hour_that_runs, sources, ways = 1, 1, 1, 2, 1
    assert len(asked) == state + kept + hour_that_runs + sources + ways + kept


def all_figures(span: Span, queues: list[Queue], hours: Hours | None = None) -> list:
    heat = flow.week_heat(queues, at=span.ends_at, tz=span.cuts[0].tzinfo, hours=hours)
    return [*(each(span, queues, hours) for each in (flow.by_queue, by_source, flow.ways_out, sources)), heat]


def test_kept_counts_say_what_the_entries_say():
    queues, rep = [QueueFactory(), QueueFactory()], make_rep()
    dice = random.Random(7)
    for number in range(60):
        source = SourceFactory(slug=f"s{number % 3}", name=f"S{number % 3}")
        since = MORNING - timedelta(minutes=dice.randrange(60 * 24 * 31))
        make_entry(queues[number % 2], since=since, source=source)
        if number % 2:
            take_next(queues[1], by=rep, at=since + timedelta(minutes=dice.randrange(600)))
    spans = {
        (key, zone): span_of(key, at=MORNING + timedelta(minutes=17), tz=ZoneInfo(zone))
        for key in ("24h", "7d", "30d")
        for zone in ("Asia/Jakarta", "Asia/Kolkata", "America/New_York")
    }
    from_entries = {name: all_figures(span, queues) for name, span in spans.items()}

    count_figures(at=MORNING, patience=60)

    kept = {name: all_figures(span, queues) for name, span in spans.items()}
    at_once = {name: all_figures(span, queues, flow.hours_of(span, queues)) for name, span in spans.items()}
    assert [name for name in spans if kept[name] != from_entries[name]] == []
    assert [name for name in spans if at_once[name] != from_entries[name]] == []
    assert QueueHour.objects.count() > 50
