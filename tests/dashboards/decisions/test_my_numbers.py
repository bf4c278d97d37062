"""Own numbers: periods and what they are compared with, medians, and when the team has one (C5, L2)."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.my_numbers import InTheFuture, Numbers, OwnLead, own_numbers, read_period, team_median
from routing.decisions.weeks import NotAWeek

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 3, 42, tzinfo=UTC)  # Wednesday 10:42 in Jakarta
DAY = timedelta(days=1)


def local(text: str, zone=JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_this_week_is_compared_with_the_same_part_of_four_weeks():
    period = read_period("", at=NOW, zone=JAKARTA)
    assert period.span == (local("2026-11-16T00:00"), NOW)
    assert period.before == tuple((local("2026-11-16T00:00") - n * 7 * DAY, NOW - n * 7 * DAY) for n in (1, 2, 3, 4))
    assert (period.first, period.last) == (date(2026, 11, 16), date(2026, 11, 18))


def test_the_same_time_of_the_week_follows_the_clock_on_the_wall():
    at = local("2026-10-28T09:00", BERLIN).astimezone(UTC)  # clocks went back on the 25th
    last = read_period("this-week", at=at, zone=BERLIN).before[0]
    assert last == (local("2026-10-19T00:00", BERLIN), local("2026-10-21T09:00", BERLIN))


def test_whole_weeks_are_compared_with_whole_weeks():
    assert read_period("last-week", at=NOW, zone=JAKARTA).span == read_period("2026-W46", at=NOW, zone=JAKARTA).span
    four = read_period("4-weeks", at=NOW, zone=JAKARTA)
    assert four.span == (local("2026-10-19T00:00"), local("2026-11-16T00:00"))
    assert four.before == ((local("2026-09-21T00:00"), local("2026-10-19T00:00")),)
    assert read_period("2026-W47", at=NOW, zone=JAKARTA).key == "this-week"


def test_what_is_no_period_is_refused():
    with pytest.raises(NotAWeek):
        read_period("year", at=NOW, zone=JAKARTA)
    with pytest.raises(InTheFuture):
        read_period("2026-W48", at=NOW, zone=JAKARTA)


def lead(days: float, waited=60, took=600, *, is_within=True, is_converted=False) -> OwnLead:
    return OwnLead(NOW - days * DAY, waited, took, took is not None, is_within and took is not None, is_converted)


def test_figures_of_a_span():
    leads = [lead(1, 60, 300), lead(1, 120, 900, is_within=False, is_converted=True), lead(2, None, None), lead(3)]
    assert own_numbers(leads, ((NOW - 2 * DAY, NOW),)) == Numbers(
        taken=3, waited=90, contact=600, within=Fraction(1, 2), contacted=2, conversion=Fraction(1, 3)
    )


def test_several_spans_give_means_of_counts_and_medians_of_all():
    spans = ((NOW - DAY, NOW), (NOW - 8 * DAY, NOW - 7 * DAY))
    leads = [lead(0.5, 10), lead(0.5, 20), lead(7.5, 90)]
    found = own_numbers(leads, spans)
    assert (found.taken, found.waited, found.contacted) == (1.5, 20, 1.5)


def test_nothing_is_n_a_but_a_count_is_0():
    assert own_numbers([], ((NOW - DAY, NOW),)) == Numbers(0, None, None, None, 0, None)


def one(taken: int, within: Fraction | None = None) -> Numbers:
    return Numbers(taken, None, None, within, 0, None)


def test_the_team_has_a_median_from_three_colleagues_on():
    assert team_median(one(5), [one(1), one(9)]).taken is None
    assert team_median(one(5), [one(1), one(9), one(7)]).taken == 6


def test_each_figure_needs_three_colleagues_who_have_it():
    half = Fraction(1, 2)
    found = team_median(one(5, half), [one(1, half), one(9, half), one(7)])
    assert (found.taken, found.within) == (6, None)
    found = team_median(one(5), [one(1, half), one(9, half), one(7, Fraction(1))])
    assert found.within == half
