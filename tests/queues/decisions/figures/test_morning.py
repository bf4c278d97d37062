"""Which figures of yesterday are news, and where they come from."""

import pytest

from queues.decisions.figures.morning import Change, Figure, Value, changes

SMB, HOT = 1, 2


def day(**figures):
    """figure=(queue SMB, queue HOT): a count, or (part, whole)."""
    found = {}
    for name, pair in figures.items():
        for queue, value in zip((SMB, HOT), pair, strict=True):
            found[Figure(name), queue] = Value(*value) if isinstance(value, tuple) else Value(value, 1)
    return found


def test_a_change_is_told_with_the_queue_behind_it():
    weeks = [day(came=(20, 10)), day(came=(22, 10)), day(came=(18, 10))]
    assert changes(day(came=(20, 40)), weeks, queues=[SMB, HOT]) == [
        Change(Figure.CAME, 60, 30, pytest.approx(5.0), HOT, 40, 10)
    ]
    assert changes(day(came=(20, 40)), weeks, queues=[HOT])[0].queue is None


def test_what_jumps_each_week_is_weaker_than_what_never_moved():
    weeks = [day(came=(20, 20), claimed=(0, 10)), day(came=(60, 20), claimed=(0, 10))]
    found = changes(day(came=(85, 20), claimed=(0, 20)), weeks, queues=[SMB, HOT])
    assert [change.figure for change in found] == [Figure.CLAIMED, Figure.CAME]


def test_a_mean_needs_cases_and_is_led_by_its_largest_part():
    weeks = [day(wait=((3600, 6), (600, 6)))] * 2
    found = changes(day(wait=((36000, 6), (900, 6))), weeks, queues=[SMB, HOT])
    assert (found[0].figure, found[0].now, found[0].usual, found[0].queue) == (Figure.WAIT, 3075, 350, SMB)
    assert changes(day(wait=((36000, 4), (0, 0))), weeks, queues=[SMB, HOT]) == []


@pytest.mark.parametrize(
    ("now", "weeks"),
    [
        (day(came=(30, 2)), [day(came=(30, 0))] * 2),  # less than a tenth
        (day(returned=(4, 0)), [day(returned=(0, 0))] * 2),  # too few
        (day(came=(90, 0)), [day(came=(30, 0))]),  # one week says nothing
        (day(came=(30, 0)), [day(came=(30, 0))] * 4),
        ({}, []),
    ],
)
def test_what_is_no_news(now, weeks):
    assert changes(now, weeks, queues=[SMB, HOT]) == []


def test_at_most_five_are_told():
    pairs = {Figure.CAME: 50, Figure.CLAIMED: 50, Figure.TURNED_OLD: 50, Figure.RETURNED: 50}
    shares = {Figure.WITHIN_DAY: (9, 10), Figure.CONTACTED_IN_TIME: (9, 10), Figure.WAIT: (900, 10)}
    weeks = [{(figure, SMB): Value(10, 1) for figure in pairs} | {(figure, SMB): Value(1, 10) for figure in shares}] * 2
    now = {(figure, SMB): Value(part, 1) for figure, part in pairs.items()}
    now |= {(figure, SMB): Value(*value) for figure, value in shares.items()}
    found = changes(now, weeks, queues=[SMB])
    assert len(found) == 5
    assert [change.strength for change in found] == sorted((change.strength for change in found), reverse=True)
