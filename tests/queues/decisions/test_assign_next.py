"""Whom Assign next gives a lead: free, then fewest open leads, then longest without one, then the id (C3)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.assign_next import RepCandidate, choose_rep
from tests.factories import MORNING

HOUR = timedelta(hours=1)
PEOPLE = st.lists(
    st.builds(
        RepCandidate,
        rep_id=st.integers(1, 30),
        is_available=st.booleans(),
        reason=st.just("on_leave"),
        has_declined=st.booleans(),
        open_leads=st.integers(0, 4),
        capacity=st.integers(0, 5),
        uncontacted=st.integers(0, 3),
        last_at=st.none() | st.integers(0, 3).map(lambda hours: MORNING - hours * HOUR),
    ),
    max_size=8,
    unique_by=lambda each: each.rep_id,
)


def told(*people: RepCandidate, **limits) -> list[tuple[int, str, str]]:
    return [(look.candidate.rep_id, look.outcome, look.reason) for look in choose_rep(people, **limits)]


def test_fewest_open_leads_come_first():
    assert told(RepCandidate(1, open_leads=3), RepCandidate(2, open_leads=1), RepCandidate(3, open_leads=2)) == [
        (2, "chosen", ""),
        (3, "behind", ""),
        (1, "behind", ""),
    ]


def test_then_who_waits_longest_for_a_lead_and_whoever_never_had_one_before():
    late, early, never = (RepCandidate(pk, last_at=at) for pk, at in ((1, MORNING), (2, MORNING - HOUR), (3, None)))
    assert [pk for pk, _outcome, _reason in told(late, early, never)] == [3, 2, 1]
    assert [pk for pk, _outcome, _reason in told(RepCandidate(8), RepCandidate(7))] == [7, 8]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_available": False, "reason": "on_leave"}, "on_leave"),
        ({"is_available": False}, "unavailable"),
        ({"has_declined": True}, "declined"),
        ({"open_leads": 5, "capacity": 5}, "at_capacity"),
        ({"uncontacted": 2}, "contact_first"),
    ],
)
def test_who_cannot_be_given_a_lead_is_skipped_and_the_reason_is_kept(fields, reason):
    assert told(RepCandidate(1, **fields), RepCandidate(2, open_leads=4), uncontacted_limit=2) == [
        (2, "chosen", ""),
        (1, "skipped", reason),
    ]


def test_the_last_place_below_the_capacity_is_given_and_no_limit_means_none():
    assert told(RepCandidate(1, open_leads=4, capacity=5, uncontacted=9)) == [(1, "chosen", "")]
    assert told() == []


@given(people=PEOPLE, limit=st.integers(0, 3))
def test_everybody_is_told_once_and_nobody_free_stands_before_the_chosen(people, limit):
    looks = choose_rep(people, uncontacted_limit=limit)
    assert sorted(look.candidate.rep_id for look in looks) == sorted(each.rep_id for each in people)
    able = [look.candidate for look in looks if look.outcome != "skipped"]
    free = [
        each
        for each in people
        if each.is_available
        and not each.has_declined
        and each.open_leads < each.capacity
        and not (limit and each.uncontacted >= limit)
    ]
    assert set(able) == set(free)
    assert [look.outcome for look in looks] == (["chosen"] + ["behind"] * (len(free) - 1))[: len(free)] + [
        "skipped"
    ] * (len(people) - len(free))
    for other in able[1:]:
        assert able[0].open_leads <= other.open_leads
        if able[0].open_leads == other.open_leads and able[0].last_at:
            assert other.last_at is not None
            assert able[0].last_at <= other.last_at
    assert choose_rep(people[::-1], uncontacted_limit=limit) == looks
