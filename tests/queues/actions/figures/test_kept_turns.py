"""After any history of a rotation, fairness from kept days is fairness from the turns themselves (H1, J5)."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from queues.actions.claims.undo import QueueIsGone, undo_assignment
from queues.actions.dispatch.serve import serve
from queues.actions.figures.sweep import count_figures
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.closing import close_held_lead
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment, CountedDay, RepTurnDay, RosterDay, Turn
from routing.queries.fairness import Period, Span, rotation_fairness
from routing.queries.shares import rotation_shares
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, make_entry, make_ops, make_rep, make_rotation

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSES = st.sampled_from([MINUTE, 4 * MINUTE, 50 * MINUTE, 7 * HOUR, 25 * HOUR, 60 * HOUR])


class History:
    """One rotation of three, one of them with twice the weight, and whatever happens to its leads."""

    def __init__(self) -> None:
        self.at: datetime = MORNING
        self.rotation = make_rotation(*[make_rep() for _number in range(3)])
        self.rotation.members.filter(position=1).update(weight=2)
        self.queue, self.ops = QueueFactory(dispatch="push", rotation=self.rotation), make_ops()

    def serve(self, n: int) -> None:
        make_entry(self.queue, since=self.at, score=n * 8, deal_size=(None, 1000)[n % 2])
        serve(self.queue, at=self.at)

    def close(self, n: int) -> None:
        if held := self._held(n):
            stage = ("converted", "won", "lost")[n % 3]
            close_held_lead(held, stage=stage, by=held.holder, at=self.at, reason="competitor" if n % 3 > 1 else "")

    def give_back(self, n: int) -> None:
        if held := self._held(n):
            return_lead(held, reason=("no_capacity", "duplicate")[n % 2], note="", by=held.holder, at=self.at)

    def undo(self, n: int) -> None:
        if held := Assignment.objects.open().select_related("holder", "lead").order_by("-pk").first():
            with suppress(NotTheHolder, QueueIsGone, TooLateToUndo, AlreadyWorkedOn):
                undo_assignment(held, by=self.ops, at=self.at)

    def sweep(self, n: int) -> None:
        count_figures(at=self.at, patience=n % 2)

    def figures(self) -> list:
        """Of a month, of a period whose borders are no midnights, and the shares of letters."""
        spans = [(self.at - 40 * DAY, self.at), (MORNING + 3 * HOUR, self.at - 20 * HOUR)]
        found: list = []
        for start, end in spans:
            report = rotation_fairness(self.rotation, Span(Period.MONTH, start, max(start, end)))
            found.append((report.turns, report.verdict, report.value, report.rates))
            found.append(rotation_shares([self.rotation.pk], start=start, end=max(start, end)))
        return found

    def from_rows(self) -> list:
        with transaction.atomic():
            CountedDay.objects.all().delete()
            found = self.figures()
            transaction.set_rollback(True)
        return found

    def _held(self, n: int) -> Assignment | None:
        rows = list(Assignment.objects.open().select_related("holder", "lead").order_by("pk"))
        return rows[n % len(rows)] if rows else None


ACTS = ["serve", "close", "give_back", "undo", "sweep"]
OFTEN = [*ACTS, "serve", "serve"]


class AnyHistory(TestCase):
    @settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(OFTEN), st.integers(0, 11), PASSES), min_size=5, max_size=25))
    def test_from_kept_days_as_from_turns(self, acts):
        history = History()
        for name, number, passes in acts:
            history.at += passes
            getattr(history, name)(number)
        turns = history.figures()[1], history.from_rows()[1]
        assert turns[0] == turns[1]  # who got how many is right also before the sweep: today is read from the rows
        history.at += MINUTE
        count_figures(at=history.at, patience=60)
        assert history.figures() == history.from_rows()


@pytest.mark.django_db
def test_what_becomes_of_a_lead_later_counts_on_the_day_of_its_turn():
    history = History()
    for number in range(6):
        history.serve(number)
        history.at += DAY
    count_figures(at=history.at, patience=60)
    assert CountedDay.objects.filter(is_whole=True).count() == 6
    assert sum(RepTurnDay.objects.values_list("won", flat=True)) == 0

    first = Assignment.objects.order_by("pk").first()
    assert first is not None
    close_held_lead(first, stage="won", by=first.holder, at=history.at)
    count_figures(at=history.at + MINUTE, patience=60)
    assert RepTurnDay.objects.order_by("day").values_list("won", flat=True)[0] == 1
    assert history.figures() == history.from_rows()


@pytest.mark.django_db
def test_past_days_are_not_read_from_the_turns():
    history = History()
    for number in range(6):
        history.serve(number)
        history.at += DAY
    count_figures(at=history.at, patience=60)
    whole = CountedDay.objects.order_by("day").first()
    assert whole is not None
    with CaptureQueriesContext(connection) as queries:
        report = rotation_fairness(history.rotation, Span(Period.MONTH, whole.start_at, history.at))
    assert report.turns == 6
    RosterDay.objects.all().delete()
    assert rotation_fairness(history.rotation, Span(Period.MONTH, whole.start_at, history.at)).turns == 0
    assert len(queries) <= 10
    assert Turn.objects.count() == 6


@pytest.mark.django_db
def test_a_day_is_kept_some_minutes_after_midnight():
    history = History()
    history.serve(5)
    midnight = (MORNING + DAY).replace(hour=17, minute=0)  # in Jakarta
    for minutes, kept in ((1, 1), (5, 1), (6, 2), (7, 2)):
        count_figures(at=midnight + minutes * MINUTE, patience=60)
        assert CountedDay.objects.filter(is_whole=True).count() == kept


@pytest.mark.django_db
def test_today_is_kept_up_to_where_a_turn_can_still_be_undone():
    history = History()
    history.serve(1)
    history.at += 6 * HOUR
    for number in (2, 3, 5):
        history.serve(number)
    history.at += 4 * MINUTE
    count_figures(at=history.at, patience=60)
    today = CountedDay.objects.order_by("day").last()
    assert today is not None
    assert (today.end_at, today.is_whole) == (history.at - 6 * MINUTE, False)
    assert sum(RosterDay.objects.filter(day=today.day).values_list("turns", flat=True)) == 1

    span = Span(Period.MONTH, MORNING - DAY, history.at + MINUTE)
    assert rotation_fairness(history.rotation, span).turns == 4
    history.undo(0)
    assert rotation_fairness(history.rotation, span).turns == 3
    history.at += 10 * MINUTE
    count_figures(at=history.at, patience=60)
    assert sum(RosterDay.objects.filter(day=today.day).values_list("turns", flat=True)) == 3
    assert history.figures() == history.from_rows()
