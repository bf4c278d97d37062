"""Words and figures of the pages: what people read must be right to the minute, and n/a where nothing is known (L2)."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory
from django.utils import timezone, translation

from config.templatetags import filters
from config.web import clocks, figures, icons, people, times

AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta
HOURS_2 = timedelta(hours=2)


@pytest.fixture(autouse=True)
def jakarta():
    with timezone.override(ZoneInfo("Asia/Jakarta")):
        yield


def words(text: str) -> str:
    """Without the no-break spaces, which keep figures on one line."""
    return text.replace(figures.NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (12 * 60 + 59, "12 min"),
        (3600, "1 h 00 min"),
        (2 * 3600 + 5 * 60, "2 h 05 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d 0 h"),
        (2 * 86_400 + 21 * 3600, "2 d 21 h"),
        (-720, "12 min"),
        (None, "n/a"),
    ],
)
def test_duration_reads_in_two_units_at_most(seconds, text):
    assert words(times.duration(seconds)) == text


def test_duration_takes_a_timedelta_and_never_breaks_the_line():
    assert times.duration(timedelta(hours=2, minutes=5)) == "2\u00a0h\u00a005\u00a0min"


@pytest.mark.parametrize(
    ("left", "level", "text", "ring"),
    [
        (timedelta(minutes=91), "ok", "1 h 31 min left", 76),
        (timedelta(minutes=48, seconds=1), "ok", "48 min left", 40),
        (timedelta(minutes=48), "warn", "48 min left", 40),  # 40 % or less
        (timedelta(minutes=7), "warn", "7 min left", 6),
        (timedelta(0), "warn", "0 s left", 0),  # exactly at the deadline is in time (L7)
        (timedelta(minutes=-12), "bad", "overdue 12 min", 0),
        (timedelta(hours=5), "ok", "5 h 00 min left", 100),
    ],
)
def test_clock_counts_down_and_then_up(left, level, text, ring):
    clock = clocks.clock(AT + left, at=AT, limit=HOURS_2)
    assert (clock.level, words(clock.text), clock.left) == (level, text, ring)


def test_clock_without_a_limit_has_a_full_ring():
    clock = clocks.clock(AT + timedelta(minutes=1), at=AT)
    assert (clock.level, clock.left) == ("ok", 100)


def test_since_and_ago_count_from_the_moment_passed_in():
    assert words(times.since(AT - timedelta(minutes=53), AT)) == "53 min"
    assert [words(times.ago(AT - age, AT)) for age in (timedelta(seconds=30), timedelta(minutes=12))] == [
        "just now",
        "12 min ago",
    ]
    assert times.ago(datetime(2026, 11, 15, 15, 14, tzinfo=UTC), AT) == "Sun 22:14"
    assert times.ago(datetime(2026, 10, 1, tzinfo=UTC), AT) == "1 Oct 2026"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (datetime(2026, 11, 16, 6, 30, tzinfo=UTC), "13:30"),
        (datetime(2026, 11, 17, 2, 0, tzinfo=UTC), "Tue 09:00"),
        (datetime(2026, 12, 1, 2, 0, tzinfo=UTC), "1 Dec, 09:00"),
        (None, "n/a"),
    ],
)
def test_when_is_as_short_as_it_can_be(then, text):
    assert times.when(then, AT) == text


def test_exact_is_in_the_time_zone_of_the_viewer():
    assert times.exact(AT) == "Mon 16 Nov 2026, 10:42:00 WIB"
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        assert times.exact(AT) == "Mon 16 Nov 2026, 04:42:00 CET"
    assert times.exact(None) == ""


def test_what_is_not_known_is_never_zero():
    assert [figures.number(None), figures.percent(None), times.since(None), times.ago(None)] == ["n/a"] * 4
    assert [figures.number(0), words(figures.percent(0))] == ["0", "0 %"]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (4, 5, "80 %"),
        (2, 3, "67 %"),
        (398, 500, "79.6 %"),
        (4999, 6250, "79.98 %"),
        (803, 1000, "80.3 %"),
        (0, 9, "0 %"),
    ],
)
def test_a_share_that_is_judged_is_shown_on_its_own_side_of_the_limit(part: int, whole: int, shown: str):
    for share in (Fraction(part, whole), part / whole):
        assert words(figures.percent(share, limit=Fraction(80, 100))) == shown
        assert words(figures.percent_beside(share, 80)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(7, "7.0"), (Fraction(699, 100), "6.99"), (6.9996, "7.000"), (6.8, "6.8"), (1234.5, "1 234.5"), (0, "0.0")],
)
def test_an_amount_does_not_look_whole_when_it_is_not(value, shown: str):
    assert words(figures.amount(value)) == shown


def test_numbers_part_their_thousands_and_percents_are_whole():
    assert (words(figures.number(1_204_567)), words(figures.percent(Fraction(61, 73)))) == ("1 204 567", "84 %")


def test_numbers_of_drawings_know_no_language():
    with translation.override("id"):
        assert [figures.plain(value) for value in (62.5, 40, 0, 33.333)] == ["62.5", "40", "0", "33.33"]


def test_initials_are_first_and_last():
    assert [people.initials(name) for name in ("Rina Hartono", "Van der Berg", "Budi", "")] == ["RH", "VB", "B", ""]


def test_languages_stand_in_their_own_words():
    assert [people.own_language(code) for code in ("en", "id")] == ["English", "Bahasa Indonesia"]


@pytest.mark.parametrize(
    ("level", "shape"),
    [
        ("ok", "circle-check-filled"),
        ("yellow", "alert-triangle-filled"),
        ("red", "alert-octagon-filled"),
        ("critical", "alert-octagon-filled"),
        ("off", "circle-dashed"),
    ],
)
def test_each_level_has_a_shape_beside_its_colour(level, shape):
    assert f"#{shape}" in icons.sign(level)


def test_an_address_keeps_its_filters_and_starts_at_the_first_page():
    request = RequestFactory().get("/review/?reason=dup&sort=age&page=4")
    address = {"request": request}
    assert filters.address_with(address, "reason", "low") == "?reason=low&sort=age"
    assert filters.address_with(address, "reason", "") == "?sort=age"
    assert filters.address_with({"request": RequestFactory().get("/review/?reason=dup")}, "reason", None) == "?"
