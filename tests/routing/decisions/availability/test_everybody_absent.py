"""Spans in which everybody who would work is absent, against a walk over each minute; and what is news (F6, F11c)."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.everybody_absent import (
    AllAbsent,
    LeadsThen,
    MemberTimes,
    all_absent,
    is_known,
    leads_then,
)

START = datetime(2026, 11, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GRID = 90


def at(minute: int) -> datetime:
    return START + minute * MINUTE


def stretches(*pairs: tuple[int, int]) -> list[tuple[datetime, datetime]]:
    return [(at(first), at(last)) for first, last in pairs]


def minutes(found: list[AllAbsent]) -> list[tuple[int, int]]:
    return [((each.starts_at - START) // MINUTE, (each.ends_at - START) // MINUTE) for each in found]


def walked(members: list[MemberTimes]) -> list[tuple[int, int]]:
    """Minute by minute; a run of absent minutes goes on over minutes in which nobody would work."""

    def state(minute: int) -> str:
        def has(spans) -> bool:
            return any(first <= at(minute) < last for first, last in spans)

        working = [each for each in members if has(each.works)]
        if not working:
            return "nobody works"
        return "here" if any(not has(each.absences) for each in working) else "absent"

    found = []
    told = [(minute, state(minute)) for minute in range(GRID)]
    for _key, run in groupby((pair for pair in told if pair[1] != "nobody works"), key=lambda pair: pair[1]):
        run = list(run)
        if run[0][1] == "absent":
            found.append((run[0][0], run[-1][0] + 1))
    return found


SPANS = st.lists(st.tuples(st.integers(0, GRID), st.integers(0, GRID)).map(sorted).map(tuple), max_size=4)


@given(st.lists(st.tuples(SPANS, SPANS), max_size=4))
def test_it_is_what_a_walk_over_each_minute_finds(drawn):
    members = [MemberTimes(stretches(*works), stretches(*absences)) for works, absences in drawn]
    found = all_absent(members)
    assert minutes(found) == walked(members)
    assert [each.is_open for each in found[:-1]] == [False] * len(found[:-1])


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ([], []),
        ([([(0, 60)], [])], []),
        ([([(0, 60)], [(10, 20)])], [(10, 20)]),
        ([([(0, 60)], [(10, 20)]), ([(0, 60)], [(15, 30)])], [(15, 20)]),
        ([([(0, 30)], [(10, 40)]), ([(30, 60)], [])], [(10, 30)]),
        ([([(0, 20), (40, 60)], [(0, 60)])], [(0, 60)]),
        ([([(0, 20), (40, 60)], [(0, 60)]), ([(25, 30)], [])], [(0, 20), (40, 60)]),
    ],
    ids=["nobody", "here", "one", "overlap", "who works later is no help", "over the night", "somebody between"],
)
def test_examples(members, found):
    times = [MemberTimes(stretches(*works), stretches(*absences)) for works, absences in members]
    assert minutes(all_absent(times)) == found


def test_nobody_back_as_far_as_one_can_see_is_open():
    (long,) = all_absent([MemberTimes(stretches((0, 20), (40, 60)), stretches((10, 99)))])
    (short,) = all_absent([MemberTimes(stretches((0, 20), (40, 60)), stretches((10, 50)))])
    assert (long.is_open, short.is_open) == (True, False)


@pytest.mark.parametrize(
    ("absences", "then"),
    [
        (None, "wait"),
        ([], "fallback"),
        ([(0, 10)], "fallback"),
        ([(0, 20)], "partly"),
        ([(0, 20), (20, 60)], "wait_too"),
    ],
)
def test_leads_go_to_the_fallback_person_while_that_one_is_there(absences, then):
    spans = None if absences is None else stretches(*absences)
    assert leads_then(at(10), at(50), spans) == LeadsThen(then)


def span(first: float, last: float, **fields) -> AllAbsent:
    return AllAbsent(START + first * HOUR, START + last * HOUR, **fields)


@pytest.mark.parametrize(
    ("told", "now", "hour", "known"),
    [
        (span(9, 12), span(9, 12), 0, True),
        (span(9, 12), span(9.5, 12.5), 0, True),
        (span(9, 12), span(8, 12), 0, False),
        (span(9, 12), span(9, 13), 0, False),
        (span(9, 12), span(9, 11), 0, False),
        (span(9, 12), span(11, 12), 11, True),
        (span(9, 12), span(9, 12, then="fallback"), 0, False),
        (span(9, 99, is_open=True), span(9, 120, is_open=True), 0, True),
        (span(9, 99, is_open=True), span(9, 98.5), 0, True),
        (span(9, 99, is_open=True), span(9, 50), 0, False),
        (span(9, 50), span(9, 99, is_open=True), 0, False),
    ],
)
def test_only_what_changes_by_an_hour_or_in_its_outcome_is_news(told, now, hour, known):
    assert is_known(told, now, at=START + hour * HOUR) == known
