"""Own numbers: periods and what they are compared with, medians, and when the team has one (C5, L2)."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.my_numbers import InTheFuture, Numbers, numbers_of, read_period, team_median
from queues.decisions.figures.totals import TakenTotals, WaitTotals
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


def totals(waited: list[int], took: list[int], **more: int) -> tuple[TakenTotals, WaitTotals]:
    taken = TakenTotals(taken=4, contacted=len(took), times=tuple(took), **more)
    return taken, WaitTotals(waits=(len(waited), *[0] * 15), times=tuple(waited))


def test_figures_of_a_span():
    assert numbers_of(*totals([60, 120], [300, 900], within=1, decided=2, converted=1)) == Numbers(
        taken=4, waited=90, contact=600, within=Fraction(1, 2), contacted=2, conversion=Fraction(1, 4)
    )


def test_several_spans_give_means_of_counts_and_medians_of_all():
    found = numbers_of(*totals([10, 20, 90], [1, 2, 3]), spans=2)
    assert (found.taken, found.waited, found.contacted) == (2, 20, 1.5)


def test_medians_of_times_that_are_not_all_known_are_about_right():
    waits = WaitTotals(waits=(0, 10, *[0] * 14), wait_longest=290)
    contacts = (10, *[0] * 15)
    found = numbers_of(TakenTotals(taken=10, contacted=10, contacts=contacts, contact_longest=30), waits)
    assert found.about == {"waited", "contact"}
    assert 60 <= found.waited < 300 and 0 < found.contact <= 30


def test_nothing_is_n_a_but_a_count_is_0():
    assert numbers_of(TakenTotals(), WaitTotals()) == Numbers(0, None, None, None, 0, None)


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
