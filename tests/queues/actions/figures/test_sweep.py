"""The kept counts follow what happens to leads, also long after (E10)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.corrections import correct_lead
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.figures.sweep import count_figures
from queues.models import FigureState, QueueHour, RepDay, SourceHour, StaleDay, StayDay, WayHour
from queues.queries.figures.asked import ask
from queues.queries.figures.reading import stays, taken
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, SourceFactory, fill, make_entry, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = MORNING + 20 * DAY


def _sum(model, name: str) -> int:
    return sum(model.objects.order_by("pk").values_list(name, flat=True))


def test_a_claim_counts_on_its_day_with_its_wait():
    queue, rep = QueueFactory(), make_rep()
    fill(queue, 2)
    take_next(queue, by=rep, at=MORNING + 2 * HOUR)  # exactly two hours are not below two hours (L1)
    count_figures(at=MORNING + 3 * HOUR)

    row = StayDay.objects.get()
    assert (row.day.isoformat(), row.entered, row.claimed, row.unclaimed) == ("2026-11-16", 2, 1, 0)
    assert (row.wait_sum, row.wait_longest, row.w05, row.w06) == (7200, 7200, 0, 1)
    hours = list(QueueHour.objects.order_by("hour_at").values_list("hour_at__hour", "came", "went", "claimed"))
    assert hours == [(10, 2, 0, 0), (12, 0, 1, 1)]
    assert list(SourceHour.objects.order_by("hour_at").values_list("came", "went")) == [(2, 0), (0, 1)]
    assert WayHour.objects.values_list("left", "how", "count").get() == ("claimed", "take_next", 1)
    assert RepDay.objects.values_list("rep", "queue", "taken", "contacted", "decided").get() == (
        rep.pk,
        queue.pk,
        1,
        0,
        0,
    )


def test_what_happens_later_counts_on_the_day_of_the_claim():
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue)
    held = take_next(queue, by=rep, at=MORNING + MINUTE)
    count_figures(at=MORNING + HOUR)
    count_figures(at=LATER)

    log_contact(held, kind="call", outcome="reached", note="", by=rep, at=LATER)
    close_held_lead(held, stage="won", by=rep, at=LATER + MINUTE)
    count_figures(at=LATER + 2 * MINUTE)

    stay, row = StayDay.objects.get(), RepDay.objects.get()
    assert (stay.day.isoformat(), stay.claimed, stay.converted, stay.won, stay.c02) == ("2026-11-16", 1, 1, 1, 0)
    assert stay.c01 == 1  # it had waited a minute
    assert (row.day.isoformat(), row.contacted, row.decided, row.within, row.converted, row.won) == (
        "2026-11-16",
        1,
        1,
        0,
        1,
        1,
    )
    assert row.contact_longest == (LATER - MORNING - MINUTE).total_seconds()


def test_an_undone_claim_counts_nowhere():
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue)
    before_midnight = MORNING + 13 * HOUR + 16 * MINUTE  # 23:58 in Jakarta
    held = take_next(queue, by=rep, at=before_midnight)
    count_figures(at=before_midnight + 3 * MINUTE)
    assert (_sum(StayDay, "claimed"), _sum(RepDay, "taken")) == (1, 1)

    undo_assignment(held, by=rep, at=before_midnight + 4 * MINUTE)
    count_figures(at=before_midnight + 5 * MINUTE)

    assert (_sum(StayDay, "claimed"), _sum(RepDay, "taken"), _sum(QueueHour, "went")) == (0, 0, 0)
    assert _sum(StayDay, "entered") == 1


def test_a_corrected_source_counts_from_the_first_day():
    queue, web = QueueFactory(), SourceFactory(slug="web", name="Web")
    entry = make_entry(queue)
    count_figures(at=MORNING + HOUR)
    count_figures(at=LATER)

    correct_lead(entry.lead, {"source": web}, by=None, at=LATER)
    count_figures(at=LATER + MINUTE)

    assert StayDay.objects.values_list("source", "entered").get() == (web.pk, 1)


def test_a_lead_that_left_without_a_claim_counts_on_the_day_it_entered():
    queue = QueueFactory()
    fill(queue, 3)
    count_figures(at=MORNING + HOUR)
    clear_stale(at=LATER)
    count_figures(at=LATER + MINUTE)

    row = StayDay.objects.get()
    assert (row.day.isoformat(), row.entered, row.unclaimed, row.claimed) == ("2026-11-16", 3, 3, 0)
    assert (_sum(QueueHour, "turned_day_old"), _sum(QueueHour, "turned_72_hours_old")) == (3, 3)


def test_reading_is_right_before_the_first_sweep_and_beside_a_stopped_worker():
    queue, rep = QueueFactory(), make_rep()
    fill(queue, 3)
    take_next(queue, by=rep, at=MORNING + MINUTE)
    read = lambda at: stays(ask(MORNING - DAY, at, at=at))[()]  # noqa: E731

    assert (read(MORNING + HOUR).entered, read(MORNING + HOUR).claimed) == (3, 1)
    count_figures(at=MORNING + HOUR)
    take_next(queue, by=rep, at=MORNING + 2 * HOUR)
    assert read(MORNING + 3 * HOUR).claimed == 2
    assert taken(ask(MORNING - DAY, MORNING + DAY, at=MORNING + 3 * HOUR), "rep")[rep.pk,].taken == 2


def test_days_before_the_first_sweep_are_marked_and_counted_by_the_next_ones():
    queue = QueueFactory()
    for day in range(5):
        make_entry(queue, since=MORNING + day * DAY)
    at = MORNING + 4 * DAY + HOUR

    counted = count_figures(at=at, patience=0)

    assert (counted, StaleDay.objects.count()) == (2, 3)
    assert ask(MORNING - DAY, at, at=at).stale_days == 3
    while StaleDay.objects.exists():
        count_figures(at=at, patience=0)
    assert sorted(StayDay.objects.values_list("day__day", "entered")) == [(day, 1) for day in range(16, 21)]


def test_another_time_zone_counts_every_day_again(settings):
    queue = QueueFactory()
    make_entry(queue, since=MORNING + 15 * HOUR)  # the 17th in Jakarta
    count_figures(at=MORNING + 16 * HOUR)
    assert StayDay.objects.get().day.day == 17

    settings.TIME_ZONE = "UTC"
    count_figures(at=MORNING + 16 * HOUR)

    assert StayDay.objects.get().day.day == 16


def test_the_command_counts_all_days_and_tells_how_far_it_is(capsys):
    queue = QueueFactory()
    make_entry(queue)
    count_figures(at=MORNING + HOUR)
    StayDay.objects.update(entered=99)

    call_command("rebuild_figures")

    assert list(StayDay.objects.values_list("entered", flat=True)) == [1]
    told = capsys.readouterr().out.splitlines()
    days = int(told[-2].split()[0])
    assert told[-2] == f"{days} of {days} days" and told[-1] == f"Done: {days} earlier days and today."


def test_a_sweep_in_which_nothing_happened_costs_the_same_with_a_long_history():
    queue = QueueFactory()
    counts = []
    for day in (1, 9):
        fill(queue, 5, since=MORNING + day * DAY)
        at = MORNING + (day + 1) * DAY
        count_figures(at=at, patience=60)
        count_figures(at=at + 10 * MINUTE)
        with CaptureQueriesContext(connection) as queries:
            count_figures(at=at + 11 * MINUTE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert FigureState.objects.get().counted_at == at + 11 * MINUTE


def test_the_first_sweep_of_an_installation_with_a_history_marks_it_all_and_counts_the_newest_days_first():
    queue, today = QueueFactory(), MORNING.date()
    for days in range(6):
        make_entry(queue, since=MORNING - days * timedelta(days=1))
    assert count_figures(at=MORNING, patience=0) == 2  # today, and the newest day of the past
    left = set(StaleDay.objects.values_list("day", flat=True))
    assert left == {today - timedelta(days=days) for days in range(2, 6)}
    assert set(StayDay.objects.values_list("day", flat=True)) == {today, today - timedelta(days=1)}
    for _minute in range(4):
        count_figures(at=MORNING, patience=0)
    assert (StaleDay.objects.count(), StayDay.objects.values("day").distinct().count()) == (0, 6)
