"""Why a lead stands at its place, in words with numbers (B3-B6, B8)."""

from datetime import timedelta

import pytest

from dashboards.presenters.places import QueuePlace, reason_text, why_here
from dashboards.presenters.receipts import Reader, receipt_of
from dashboards.queries.waiting import page_of_queue
from queues.actions.claims.take import take_batch, take_next, take_next_by_orm
from queues.decisions.ordering import Bands
from queues.models import PriorityTier, Queue
from tests.factories import MORNING, QueueFactory, fill_line, make_rep

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)


def place_text(reason: str, *, number: int = 1, of: int = 118, age: timedelta = HOUR, **more) -> str:
    standing = QueuePlace(
        reason=reason, number=number, of=of, since_at=MORNING - age, age=age, hot_above=80, bands=Bands(), **more
    )
    return reason_text(standing)


@pytest.mark.parametrize(
    ("reason", "more", "words"),
    [
        ("front", {"age": 90 * HOUR, "number": 30}, "moved to the front by a manager"),
        ("hot", {"score": 92}, "hot, score 92 is above 80"),
        ("hot", {}, "hot, above 80"),
        ("tier", {"score": 71, "tier": "Inbound trial"}, "Inbound trial, score 71"),
        ("tier", {"score": 71}, "no tier, score 71"),
        ("tier", {}, "its tier, then its score"),
        ("first_in", {"age": 130 * MINUTE}, "by time of entry, 08:32"),
        ("lifted_second", {"number": 3, "age": 49 * HOUR}, "49 h old, top 10 % of 118"),
        ("lifted_first", {"number": 29, "age": 26 * HOUR + 59 * MINUTE}, "26 h old, top 25 % of 118"),
        ("", {}, ""),
    ],
)
def test_each_reason_has_its_words(reason, more, words):
    assert place_text(reason, **more) == words


@pytest.mark.parametrize(
    ("reason", "number", "age", "words"),
    [
        # of 20 the narrow band has 2 places, the wide one 5
        ("lifted_second", 2, 60 * HOUR, "60 h old, top 10 % of 20"),
        ("lifted_first", 3, 60 * HOUR, "60 h old, top 25 % of 20; the top 10 % is full"),
        ("lifted_first", 5, 47 * HOUR, "47 h old, top 25 % of 20"),
        ("first_in", 3, 48 * HOUR, "by time of entry, Sat 10:42; 48 h old, but the top 10 % is full"),
        ("first_in", 6, 24 * HOUR, "by time of entry, Sun 10:42; 24 h old, but the top 25 % is full"),
        ("first_in", 6, 24 * HOUR - MINUTE, "by time of entry, Sun 10:43"),
        ("first_in", 5, 24 * HOUR, "by time of entry, Sun 10:42"),
    ],
)
def test_a_band_that_had_no_place_left_is_said(reason, number, age, words):
    assert place_text(reason, number=number, of=20, age=age) == words


ROWS = [(1, 95), (1, 40), (30, 40), (50, 95), (50, 40), (60, 40), (2, 71)]  # age in hours, score


def line(order: str) -> Queue:
    PriorityTier.objects.get_or_create(
        position=2, name="Good", conditions=[{"field": "score", "operator": "at_least", "value": 70}]
    )
    queue = QueueFactory(name=f"Q{Queue.objects.count()}", order=order)
    fill_line(queue, [(MORNING - hours * HOUR, {"score": score}) for hours, score in ROWS])
    return queue


def sentence(taken) -> str:
    taken.refresh_from_db()
    return receipt_of(taken, reader=Reader(0, None, False), names={}).sentence


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(Queue.Order))
@pytest.mark.parametrize("take", [take_next, take_next_by_orm])
def test_the_receipt_says_what_the_list_said(order, take):
    queue, rep = line(order), make_rep()
    for _time in ROWS:
        listed, _page = page_of_queue(queue, user=rep, at=MORNING, number=1)
        why = why_here(listed.rows[0], MORNING)
        says = sentence(take(queue, by=rep, at=MORNING))
        assert says.casefold() == f"taken from {queue.name}, first in order: {why}.".casefold()


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(Queue.Order))
def test_the_receipts_of_a_batch_say_what_the_list_said(order):
    queue, rep = line(order), make_rep()
    listed, _page = page_of_queue(queue, user=rep, at=MORNING, number=1)
    taken = take_batch(queue, count=4, by=rep, at=MORNING)
    for number, (row, each) in enumerate(zip(listed.rows, taken, strict=False), start=1):
        place = "first in order" if number == 1 else f"place {number} of 7 in order"
        says = f"taken from {queue.name}, {place}: {why_here(row, MORNING)}.".casefold()
        assert sentence(each).casefold() == says
