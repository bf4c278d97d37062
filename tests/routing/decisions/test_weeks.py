"""Weeks on a person's own clock, and from when on their letter is due (K7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.weeks import NotAWeek, letter_week, monday_of, read_week, week_span, week_text

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")


def test_a_week_is_written_as_iso_8601_does():
    assert [week_text(day) for day in (date(2026, 11, 16), date(2026, 12, 28), date(2025, 12, 29))] == [
        "2026-W47",
        "2026-W53",
        "2026-W01",
    ]
    assert read_week("2026-W53") == date(2026, 12, 28)


BAD = ["", "2026", "2026-W00", "2026-W54", "2025-W53", "2026-w47", "1999-W01", "2026-W٤٧", "2026-W47 "]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_week_is_refused(text: str):
    with pytest.raises(NotAWeek):
        read_week(text)


def test_a_letter_is_due_on_monday_at_seven_where_the_person_is():
    seven = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)  # in Jakarta
    assert letter_week(seven, JAKARTA) == date(2026, 11, 9)
    assert letter_week(seven - timedelta(seconds=1), JAKARTA) == date(2026, 11, 2)
    assert letter_week(seven, BERLIN) == date(2026, 11, 2)
    assert letter_week(seven + timedelta(days=6), JAKARTA) == date(2026, 11, 9)


def test_the_week_of_a_change_of_clocks_has_another_hour():
    start, end = week_span(date(2026, 10, 19), BERLIN)
    assert end - start == timedelta(days=7, hours=1)
    assert monday_of(end - timedelta(seconds=1), BERLIN) == date(2026, 10, 19)
