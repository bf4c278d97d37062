"""Times in reports: hours beyond a day, short ones in tables, changes with a sign."""

import pytest

from dashboards.presenters.reports.words import change_text, rough_time, short_time, time_text

MINUTE, HOUR = 60, 3600


def read(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (None, "n/a", "n/a"),
        (0, "0 s", "0 s"),
        (59.4, "59 s", "59 s"),
        (59.6, "1 min", "1 min"),
        (36 * MINUTE, "36 min", "36 min"),
        (59 * MINUTE + 31, "1 h", "1 h 00"),
        (8 * HOUR + 8 * MINUTE, "8 h 08 min", "8 h 08"),
        (31 * HOUR, "31 h", "31 h 00"),
        (300 * HOUR, "12 d 12 h", "12 d 12 h"),
    ],
)
def test_times(seconds: float | None, long: str, short: str):
    assert (read(time_text(seconds)), read(short_time(seconds))) == (long, short)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "n/a"), (20, "0"), (-29, "0"), (40, "+40 s"), (-10 * MINUTE, "\u221210 min"), (100 * MINUTE, "+1 h 40")],
)
def test_changes(seconds: float | None, text: str):
    assert read(change_text(seconds)) == text


def test_chips_round_to_hours_from_ten_hours_on():
    assert [read(rough_time(each)) for each in (5.25 * HOUR, 59.4 * HOUR)] == ["5 h 15", "59 h"]
