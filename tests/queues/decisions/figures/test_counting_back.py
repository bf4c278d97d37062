"""Counting back with five sums equals going back hour by hour."""

from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.figures.counting_back import Moves, Span, Waited, Waiting, count_back, moves_of_hour

HOUR = 3_600
BEGINS = 1_000 * HOUR


@given(
    moves=st.lists(st.tuples(st.integers(-3, 3), st.integers(-9, 9)), min_size=1, max_size=60),
    more=st.lists(st.integers(1, 59), max_size=4),
    first=st.integers(0, 50),
)
def test_any_spans_are_what_an_hour_by_hour_count_gives(moves, more, first):
    leads, since = 500, 7_000
    cuts = sorted({0, *(cut for cut in more if cut < len(moves))})
    ends = [*cuts[1:], len(moves)]
    spans = [
        Span(
            first + start,
            first + end,
            sum((moves_of_hour(first + n, *moves[n]) for n in range(start, end)), Moves()),
        )
        for start, end in zip(cuts, ends, strict=True)
    ]
    depth, age = leads, since
    by_hour = []
    for number in reversed(range(len(moves))):
        depth, age = depth - moves[number][0], age - moves[number][1]
        seconds = depth * (BEGINS + HOUR * (first + number)) - age
        by_hour.append(Waited(1, depth, seconds))
    by_hour.reverse()
    direct = [sum(by_hour[start:end], Waited()) for start, end in zip(cuts, ends, strict=True)]
    assert count_back(Waiting(leads, since), spans, start=BEGINS) == direct


def test_a_span_without_hours_has_no_depth_and_no_age():
    (found,) = count_back(Waiting(3, 9), [Span(4, 4, Moves())], start=BEGINS)
    assert (found, found.mean_age, found.mean_depth) == (Waited(), None, None)


def test_an_empty_queue_has_a_depth_of_nothing_and_no_age():
    (found,) = count_back(Waiting(), [Span(0, 24, Moves())], start=BEGINS)
    assert (found.mean_depth, found.mean_age) == (0, None)
