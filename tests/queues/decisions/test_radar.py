"""What differs clearly from the team, and what does not (K2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.radar import (
    Finding,
    Looked,
    Rate,
    RepCounts,
    Sign,
    Verdict,
    Weekend,
    days_judged_on,
    findings,
    judge,
    judge_held,
    team_findings,
    weekends,
)

COLD, WARM = 7, 3


def by_key(found: list[Finding]) -> dict[tuple, Finding]:
    return {(each.sign, each.key): each for each in found}


def returns(cold: Rate, **more) -> RepCounts:
    return RepCounts(received=cold.whole, by_source={COLD: cold}, **more)


@pytest.mark.parametrize(
    ("mine", "others", "verdict"),
    [
        ((12, 20), (6, 60), Verdict.UNUSUAL),  # 60 % beside 10 %
        ((9, 9), (6, 60), Verdict.FEW),  # never below ten cases
        ((12, 20), (1, 9), Verdict.ALONE),  # nor beside fewer than ten of the others
        ((12, 20), (0, 0), Verdict.ALONE),
        ((0, 0), (0, 0), Verdict.FEW),
        ((3, 10), (6, 60), Verdict.USUAL),  # 30 % of ten may be 11 %: not beyond 20 %
        ((4, 10), (0, 40), Verdict.UNUSUAL),  # at least 17 %, where the others have none
        ((2, 10), (0, 40), Verdict.USUAL),  # may be 6 %
        ((100, 1000), (40, 1000), Verdict.USUAL),  # at least 8.3 % is twice 4 %, and still few
        ((95, 100), (60, 100), Verdict.USUAL),  # more than half cannot be doubled
    ],
)
def test_a_share_is_unusual_only_far_beyond_the_others(mine, others, verdict):
    assert judge(Sign.RETURNED, Rate(*mine), Rate(*others)) == verdict


@pytest.mark.parametrize(
    ("mine", "others", "verdict"),
    [
        ((4, 40), (30, 60), Verdict.UNUSUAL),  # 10 % taken of what was looked at, beside 50 %
        ((4, 10), (30, 60), Verdict.USUAL),
        ((36, 40), (30, 60), Verdict.USUAL),  # to take more is no sign
        ((0, 9), (30, 60), Verdict.FEW),
        ((0, 40), (1, 5), Verdict.ALONE),
    ],
)
def test_taking_little_of_what_one_looked_at_is_unusual_below_half_of_the_others(mine, others, verdict):
    assert judge(Sign.LOOKED, Rate(*mine), Rate(*others)) == verdict


@pytest.mark.parametrize(
    ("held", "others", "verdict"),
    [
        (12, [4, 6, 5], Verdict.UNUSUAL),
        (10, [4, 6, 5], Verdict.USUAL),  # exactly twice the median
        (9, [0, 0], Verdict.FEW),
        (10, [0, 0], Verdict.UNUSUAL),
        (40, [], Verdict.ALONE),
    ],
)
def test_holding_is_unusual_above_twice_the_median_of_the_others(held, others, verdict):
    assert judge_held(held, others) == verdict


def test_the_interval_is_wilsons():
    low, high = Rate(12, 20).interval
    assert (round(low, 4), round(high, 4)) == (0.3866, 0.7812)
    assert (Rate(0, 10).interval[0], Rate(10, 10).interval[1], Rate().interval) == (0.0, 1.0, (0.0, 1.0))
    assert round(Rate(0, 10).interval[1], 4) == 0.2775


@given(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_share_lies_within_its_interval(case):
    rate = Rate(*case)
    low, high = rate.interval
    assert 0 <= low <= rate.share + 1e-12 and rate.share - 1e-12 <= high <= 1


def test_a_rep_who_returns_one_source_is_named_with_that_source_beside_the_others():
    mine = RepCounts(
        received=50,
        by_source={COLD: Rate(12, 20), WARM: Rate(1, 30)},
        reasons={"not_my_type": 11, "duplicate": 2},
    )
    found = by_key(findings(mine, [returns(Rate(3, 30)), returns(Rate(3, 30))]))
    cold = found[Sign.RETURNED, COLD]
    assert (cold.mine, cold.usual, cold.verdict) == (Rate(12, 20), 0.1, Verdict.UNUSUAL)
    assert found[Sign.RETURNED, WARM].verdict == Verdict.ALONE  # nobody else had that source
    assert (found[Sign.RETURNED, ""].mine, found[Sign.RETURNED, ""].usual) == (Rate(13, 50), 0.1)
    assert found[Sign.REASON, "not_my_type"].mine == Rate(11, 50)


def test_sources_and_reasons_without_a_return_are_not_listed():
    mine = RepCounts(received=30, by_source={COLD: Rate(0, 30)})
    assert {each.sign for each in findings(mine, [])} == set(Sign) - {Sign.REASON}
    assert [each.key for each in findings(mine, [])] == [""] * 7


def test_what_still_waits_is_not_decided():
    looked = Looked(previewed=40, took=4, others_took=30, converted=12, still_waiting=3)
    assert looked.rate == Rate(4, 37)


def test_without_previews_there_is_nothing_to_judge():
    found = by_key(findings(RepCounts(looked=None), [RepCounts(looked=None)]))
    assert (found[Sign.LOOKED, ""].mine.share, found[Sign.LOOKED, ""].verdict) == (None, Verdict.FEW)


def test_weekends_are_cut_at_the_period_and_known_when_monday_begins():
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 10, 23, 15, tzinfo=berlin)  # the clocks go back on Sunday
    monday = datetime(2026, 10, 26, tzinfo=berlin)
    ends = friday + timedelta(hours=2)
    week = (ends - timedelta(days=7), ends)
    first = Weekend(
        datetime(2026, 10, 16, 17, tzinfo=berlin), datetime(2026, 10, 17, tzinfo=berlin), monday - timedelta(days=7)
    )
    assert weekends(*week, over_by=monday, tz=berlin) == [first, Weekend(friday, ends, monday)]
    assert weekends(*week, over_by=monday - timedelta(microseconds=1), tz=berlin) == [first]
    assert len(weekends(monday - timedelta(days=28), monday, over_by=monday, tz=berlin)) == 4
    assert (monday.astimezone(UTC) - friday.astimezone(UTC)) == timedelta(hours=58)


def test_a_friday_is_judged_on_monday_and_for_zones_behind_on_tuesday():
    monday = date(2026, 11, 30)
    days = [date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28)]
    found = [days_judged_on(monday + timedelta(days=step)) for step in range(-1, 3)]
    assert found == [[], days, days, []]


def test_a_team_is_judged_as_each_beside_the_others():
    counts = [
        RepCounts(received=20, by_source={COLD: Rate(12, 20)}, reasons={"student": 12}, held=14),
        RepCounts(received=30, by_source={COLD: Rate(2, 20), WARM: Rate(1, 10)}, reasons={"duplicate": 3}, held=2),
        RepCounts(looked=Looked(previewed=20, took=9), quick=Rate(3, 20)),
    ]
    alone = [findings(mine, [each for each in counts if each is not mine]) for mine in counts]
    assert team_findings(counts) == alone
