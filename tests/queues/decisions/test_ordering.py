"""The order of a queue: keys, bands, the words of B6 one by one, and the merge that must agree with them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from queues.decisions.ordering import (
    Bands,
    BandsRefused,
    Order,
    QueueCounts,
    WaitingLead,
    band_size,
    base_keys,
    head_positions,
    ranked,
)

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
BANDS = Bands()
WIDE = Bands(first_percent=60, second_percent=30)
HOUR = timedelta(hours=1)


def lead(number: int, hours: float, *keys: int) -> WaitingLead:
    return WaitingLead(number, keys or (0, 0, 0), AT - hours * HOUR)


def line_of(*hours: float) -> list[WaitingLead]:
    """Leads whose base order is the order of writing, whatever their age; ids from 1."""
    return [lead(number, age, 0, number, 0) for number, age in enumerate(hours, start=1)]


def ids(positions) -> list[int]:
    return [position.entry.id for position in positions]


def base_order(entries) -> list[WaitingLead]:
    return sorted(entries, key=lambda entry: (*entry.keys, entry.since_at, entry.id))


def aged(entries, after: timedelta, at: datetime = AT) -> list[WaitingLead]:
    return sorted((e for e in entries if at - e.since_at >= after), key=lambda entry: (entry.since_at, entry.id))


def tally(entries, bands: Bands = BANDS) -> QueueCounts:
    return QueueCounts(len(entries), len(aged(entries, bands.first_after)), len(aged(entries, bands.second_after)))


def merged(entries, bands=BANDS, order_name=Order.FIFO, limit=None, offset=0):
    return head_positions(
        base_order(entries),
        aged(entries, bands.first_after),
        tally(entries, bands),
        order_name=order_name,
        bands=bands,
        at=AT,
        limit=limit,
        offset=offset,
    )


def order_of(entries, bands=BANDS, order_name=Order.FIFO):
    return ranked(entries, order_name=order_name, bands=bands, at=AT)


# Keys


def keys(order, **facts):
    return base_keys(order, **{"tier": 3, "score": 60, "deal_size": Decimal("12.50"), "hot_score": 80} | facts)


def test_base_keys_of_fifo_leave_the_order_to_time():
    assert keys("fifo") == (0, 0, 0)


def test_base_keys_of_priority_are_tier_then_score_then_deal():
    assert keys("priority") == (3, 40, -1250)
    assert keys("priority", deal_size=Decimal("0.005"), score=0) == (3, 100, 0)


def test_a_larger_deal_goes_first_and_an_unknown_one_behind_all_that_are_known():
    sizes = [Decimal("0.01"), None, Decimal(250), Decimal(0), Decimal("250.01")]
    third = {size: keys("priority", deal_size=size)[2] for size in sizes}
    assert sorted(sizes, key=third.get) == [Decimal("250.01"), Decimal(250), Decimal("0.01"), Decimal(0), None]


@pytest.mark.parametrize(("score", "key"), [(80, 1), (81, 0), (0, 1), (100, 0)])
def test_base_keys_of_hybrid_put_scores_above_the_threshold_first(score, key):
    assert keys("hybrid", score=score) == (key, 0, 0)


@pytest.mark.parametrize("order", list(Order))
def test_base_keys_of_a_fronted_lead_are_before_all_others(order):
    assert keys(order, is_front=True) == (-1, 0, 0)


def test_base_keys_refuse_an_order_they_do_not_know():
    with pytest.raises(ValueError, match="newest"):
        keys("newest")


def test_fifo_is_by_time_to_the_microsecond_and_ties_by_id():
    early, tie, late = lead(9, 2), lead(7, 1), lead(3, 1)
    nearly = WaitingLead(1, (0, 0, 0), AT - 2 * HOUR + timedelta(microseconds=1))
    assert ids(order_of([late, nearly, tie, early])) == [9, 1, 3, 7]


# Bands


@pytest.mark.parametrize(
    ("waiting", "percent", "positions"), [(0, 25, 0), (1, 10, 1), (4, 25, 1), (5, 25, 2), (40, 25, 10), (41, 10, 5)]
)
def test_band_places_round_up(waiting, percent, positions):
    assert band_size(waiting, percent) == positions


def test_bands_refuse_a_second_band_outside_the_first():
    with pytest.raises(BandsRefused):
        Bands(first_percent=10, second_percent=25)
    with pytest.raises(BandsRefused):
        Bands(first_after=48 * HOUR, second_after=24 * HOUR)


def test_an_aged_lead_is_lifted_to_the_last_place_of_its_band_and_no_further():
    queue = line_of(*[1] * 11, 30)  # 12 leads: places 1-3
    positions = order_of(queue)
    assert ids(positions) == [1, 2, 12, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert [position.reason for position in positions[:4]] == ["first_in", "first_in", "lifted_first", "first_in"]


def test_a_lead_of_two_days_is_lifted_into_the_narrow_band():
    queue = line_of(*[1] * 19, 50)  # 20 leads: places 1-2
    positions = order_of(queue)
    assert ids(positions)[:4] == [1, 20, 2, 3]
    assert positions[1].reason == "lifted_second"


def test_aged_leads_that_already_stand_within_the_band_stay():
    # Both stand on places of the band; the younger of them first, and it keeps its place.
    queue = line_of(1, 25, 40, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    positions = order_of(queue)
    assert ids(positions) == list(range(1, 13))
    assert {position.reason for position in positions} == {"first_in"}
    assert merged(queue) == positions


def test_one_stays_while_another_is_lifted_behind_it():
    queue = line_of(1, 25, 1, 40, 1, 1, 1, 1, 1, 1, 1, 1)
    assert ids(order_of(queue))[:5] == [1, 2, 4, 3, 5]
    queue = line_of(25, 1, 1, 1, 40, 30, 1, 1, 1, 1, 1, 1)
    assert ids(order_of(queue))[:5] == [1, 5, 6, 2, 3]


def test_exactly_24_and_48_hours_are_aged():
    assert ids(order_of(line_of(1, 1, 1, 24)))[0] == 4
    assert ids(order_of(line_of(1, 1, 1, 23.99)))[0] == 1
    assert order_of(line_of(1, 1, 1, 48))[0].reason == "lifted_second"
    assert order_of(line_of(1, 1, 1, 47.99))[0].reason == "lifted_first"


def test_when_too_many_are_aged_the_oldest_fill_the_band_and_the_rest_stand_in_base_order():
    # 15 of 40 are older than 24 h and the band has ten places
    queue = line_of(*[1] * 20, *[25 + number for number in range(15)], *[1] * 5)
    order = ids(order_of(queue))
    assert order[:10] == list(range(35, 25, -1))
    assert order[10:] == [*range(1, 21), 21, 22, 23, 24, 25, *range(36, 41)]


def test_a_wide_band_that_is_too_small_is_filled_oldest_first_from_its_very_first_place():
    queue = line_of(50, 1, 60, *[1] * 13, 30, 31, 32, 33)  # 20 leads: two places in 10 %, five in 25 %
    assert ids(order_of(queue))[:6] == [3, 1, 20, 19, 18, 2]
    assert merged(queue) == order_of(queue)


def test_when_the_narrow_band_is_full_the_wide_one_still_lifts():
    queue = line_of(*[1] * 17, 50, 60, 70)  # 20 leads: two places in 10 %, five in 25 %
    positions = order_of(queue)
    assert ids(positions)[:6] == [20, 19, 1, 2, 18, 3]
    assert [position.reason for position in positions[:6]] == [
        *["lifted_second"] * 2,
        *["first_in"] * 2,
        "lifted_first",
        "first_in",
    ]


def test_a_lead_of_two_days_stands_before_one_of_one_day_that_was_lifted():
    queue = line_of(1, 1, 1, 30, 26, 28, 1, 1, 1, 50, 1, 1)  # 12 leads: two places in 10 %, three in 25 %
    assert ids(order_of(queue))[:4] == [10, 4, 6, 1]


def test_a_fronted_lead_stands_before_all_and_takes_a_place_of_the_band():
    queue = [*line_of(*[1] * 10, 30), lead(99, 1, -1, 0, 0)]  # 12 leads: places 1-3
    positions = order_of(queue)
    assert ids(positions)[:4] == [99, 1, 11, 2]
    assert positions[0].reason == "front"
    assert merged(queue) == positions


def test_fronted_leads_that_fill_the_band_leave_no_place_to_lift_to():
    queue = [*line_of(*[1] * 8, 30), *(lead(90 + number, 1, -1, 0, 0) for number in (1, 2, 3))]
    assert ids(order_of(queue)) == [91, 92, 93, *range(1, 10)]
    assert merged(queue) == order_of(queue)


@pytest.mark.parametrize(
    ("order_name", "reasons"),
    [("fifo", ["first_in", "first_in"]), ("priority", ["tier", "tier"]), ("hybrid", ["hot", "first_in"])],
)
def test_reasons_speak_of_the_order_of_the_queue(order_name, reasons):
    queue = [lead(1, 2, 0, 0, 0), lead(2, 3, 1, 0, 0)]
    assert [position.reason for position in order_of(queue, order_name=order_name)] == reasons
    assert [position.reason for position in merged(queue, order_name=order_name)] == reasons


def test_an_empty_queue_has_no_places():
    assert order_of([]) == []
    assert merged([]) == []


def test_head_places_reads_no_more_than_it_gives():
    queue = line_of(*[1] * 80, *[30] * 10, *[50] * 10)
    base, by_age = iter(base_order(queue)), iter(aged(queue, BANDS.first_after))
    head_positions(base, by_age, tally(queue), order_name="fifo", bands=BANDS, at=AT, limit=20, offset=5)
    assert len(list(base)) >= 100 - 25
    assert len(list(by_age)) >= 20 - 25
    assert ids(merged(queue, limit=3)) == ids(order_of(queue))[:3]


def test_head_places_lifts_nobody_who_is_not_aged_enough_when_the_tally_is_off():
    queue = line_of(*[1] * 11, 30)
    positions = head_positions(
        base_order(queue),
        aged(queue, 24 * HOUR),
        QueueCounts(12, 0, 2),
        order_name="fifo",
        bands=BANDS,
        at=AT,
        limit=12,
    )
    assert ids(positions) == list(range(1, 13))


@pytest.mark.parametrize("counts", [(0, 0, 0), (12, 12, 12), (12, 0, 0), (100, 9, 9), (3, 0, 2)])
def test_head_places_loses_nobody_when_the_tally_is_off(counts):
    queue = line_of(1, 1, 30, 1, 50, 1, 30, 1, 1, 50, 1, 1)
    positions = head_positions(
        base_order(queue),
        aged(queue, 24 * HOUR),
        QueueCounts(*counts),
        order_name="fifo",
        bands=BANDS,
        at=AT,
        limit=None,
    )
    assert sorted(ids(positions)) == list(range(1, 13))
    assert [position.number for position in positions] == list(range(1, 13))
