"""Numbers and hours have the marks of the language: 1.234 and 0,5 and 14.05 in Indonesian (J1)."""

from datetime import UTC, datetime, time
from fractions import Fraction

import pytest
from django.utils import timezone, translation

from config.web import figures
from config.web.times import clock_text, clock_time, day_and_time, exact, moments, when
from config.web.zones import zone_text
from routing.queries.availability.zones import zone_named

NBSP = figures.NO_BREAK_SPACE
NOON = datetime(2026, 11, 16, 5, 5, 9, tzinfo=UTC)  # 12:05:09 in Jakarta


@pytest.mark.parametrize(
    ("write", "english", "indonesian"),
    [
        (lambda: figures.number(None), "n/a", "n/a"),
        (lambda: figures.number(999), "999", "999"),
        (lambda: figures.number(1_234_567), f"1{NBSP}234{NBSP}567", "1.234.567"),
        (lambda: figures.number(-1_234), f"-1{NBSP}234", "-1.234"),
        (lambda: figures.number(0.5), "0.5", "0,5"),
        (lambda: figures.number_up_to(5_000, 5_000), f"5{NBSP}000 or more", "5.000 atau lebih"),
        (lambda: figures.amount(1_234.5), f"1{NBSP}234.5", "1.234,5"),
        (lambda: figures.amount(Fraction(699, 100)), "6.99", "6,99"),
        (lambda: figures.amount(7), "7.0", "7,0"),
        (lambda: figures.amount(7, whole=True), "7", "7"),
        (lambda: figures.amount(Fraction(1234), whole=True), f"1{NBSP}234", "1.234"),
        (lambda: figures.signed(-0.7), "−0.7", "−0,7"),
        (lambda: figures.signed(Fraction(1, 3)), "+0.3", "+0,3"),
        (lambda: figures.signed(0), "0.0", "0,0"),
        (lambda: figures.decimals(0.95, 2), "0.95", "0,95"),
        (lambda: figures.decimals(2), "2.0", "2,0"),
        (lambda: figures.decimals(None), "n/a", "n/a"),
        (lambda: figures.trimmed(0.5), "0.5", "0,5"),
        (lambda: figures.trimmed(100.0), "100", "100"),
        (lambda: figures.trimmed(1_200.25), f"1{NBSP}200.25", "1.200,25"),
        (lambda: figures.percent(0.125), f"12{NBSP}%", f"12{NBSP}%"),
        (lambda: figures.percent(0.125, decimals=1), f"12.5{NBSP}%", f"12,5{NBSP}%"),
        (lambda: figures.percent(0.796, limit=0.8), f"79.6{NBSP}%", f"79,6{NBSP}%"),
        (lambda: figures.plain(1_234.5), "1234.5", "1234.5"),
    ],
)
def test_a_figure_has_the_marks_of_the_language(write, english, indonesian):
    found = []
    for language in ("en", "id"):
        with translation.override(language):
            found.append(write())
    assert found == [english, indonesian]


@pytest.mark.parametrize("language", ["en", "id"])
def test_what_programs_read_has_a_point_and_no_thousands(language):
    with translation.override(language), figures.for_programs():
        assert (figures.number(1_234_567), figures.amount(1_234.5), figures.decimals(0.5, 2), figures.trimmed(0.5)) == (
            "1234567",
            "1234.5",
            "0.50",
            "0.5",
        )
    with translation.override(language):
        assert figures.number(1_234) != "1234"


def test_the_marks_of_other_languages_are_those_of_django():
    found = {}
    for language in ("de", "fr", None):
        with translation.override(language):
            found[language] = figures.amount(1_234.5)
    assert found == {"de": "1.234,5", "fr": f"1{NBSP}234,5", None: f"1{NBSP}234.5"}


def test_hours_have_a_point_in_indonesian():
    with timezone.override("Asia/Jakarta"):
        found = {}
        for language in ("en", "id"):
            with translation.override(language):
                local = timezone.localtime(NOON)
                found[language] = (
                    clock_time(local),
                    clock_time(time(9, 5)),
                    clock_text("09:00-24:00"),
                    day_and_time(local),
                    when(NOON, NOON),
                    exact(NOON),
                    moments(NOON)[0].exact,
                    moments(NOON)[0].iso,
                )
    iso = "2026-11-16T12:05:09+07:00"
    assert found == {
        "en": (
            "12:05", "09:05", "09:00-24:00", "Mon 12:05", "12:05",
            "Mon 16 Nov 2026, 12:05:09 WIB", "Mon 16 Nov 2026, 12:05:09 WIB", iso,
        ),
        "id": (
            "12.05", "09.05", "09.00-24.00", "Sen 12.05", "12.05",
            "Sen 16 Nov 2026, 12.05.09 WIB", "Sen 16 Nov 2026, 12.05.09 WIB", iso,
        ),
    }  # fmt: skip


def test_a_zone_is_named_by_its_letters_and_its_city():
    names = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Istanbul", "UTC")
    assert [zone_text(zone_named(name), NOON) for name in names] == [
        "WIB (Jakarta)", "WITA (Makassar)", "WIT (Jayapura)", "UTC+03 (Istanbul)", "UTC",
    ]  # fmt: skip
