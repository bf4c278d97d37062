"""Ids that were not there yet when later ones were read (I3)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.webhooks.gaps import MOST_GAPS, PATIENCE, Gap, gaps_after, read_gaps
from tests.effort import examples

AT = datetime(2026, 11, 16, 2, tzinfo=UTC)


def missing(gaps: list[Gap]) -> list[int]:
    return [number for gap in gaps for number in range(gap.first, gap.last + 1)]


def test_what_lies_between_new_ids_is_missing():
    assert gaps_after([], came=[], after=10, new=[11, 14, 15, 17], at=AT) == [Gap(12, 13, AT), Gap(16, 16, AT)]


def test_the_end_has_no_gap():
    assert gaps_after([], came=[], after=10, new=[], at=AT) == []


def test_what_came_since_is_missing_no_longer_and_the_rest_keeps_its_age():
    since = AT - timedelta(minutes=4)
    assert gaps_after([Gap(12, 16, since)], came=[12, 14], after=20, new=[], at=AT) == [
        Gap(13, 13, since),
        Gap(15, 16, since),
    ]


def test_a_gap_is_given_up_after_five_minutes():
    assert gaps_after([Gap(12, 16, AT - PATIENCE)], came=[], after=20, new=[], at=AT) == []


def test_gaps_survive_being_stored():
    gaps = [Gap(12, 13, AT)]
    assert read_gaps([gap.as_stored() for gap in gaps]) == gaps


def test_the_newest_gaps_are_kept_when_there_are_too_many():
    found = gaps_after([], came=[], after=0, new=range(2, 2 * MOST_GAPS + 4, 2), at=AT)
    assert (len(found), found[-1].first) == (MOST_GAPS, 2 * MOST_GAPS + 1)


@given(st.lists(st.sets(st.integers(1, 40)), max_size=8))
@settings(max_examples=examples(100))
def test_each_id_is_read_once_in_whatever_order_transactions_commit(commits):
    """Each round some ids appear; what is read is what lies beyond the place and what fills a gap."""
    there: set[int] = set()
    read: list[int] = []
    after, gaps = 0, []
    for appearing in commits:
        there |= appearing
        came = sorted(there & set(missing(gaps)))
        new = sorted(number for number in there if number > after)
        gaps = gaps_after(gaps, came=came, after=after, new=new, at=AT)
        read += [*came, *new]
        after = max([after, *new])
    assert sorted(read) == sorted(there)
