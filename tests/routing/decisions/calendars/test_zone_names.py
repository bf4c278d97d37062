"""Names of time zones as calendars write them: IANA, Windows, Outlook, paths, cities and offsets (I2)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.calendars.zone_names import zone_meant


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" 'Europe/Berlin' ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe daylight time", "Europe/Berlin"),
        ("W. Europe Standard Time 1", "Europe/Berlin"),
        ("SE Asia Standard Time", "Asia/Bangkok"),
        ("tzone://Microsoft/Utc", "Etc/UTC"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(UTC+07:00) Bangkok, Hanoi, Jakarta", "Asia/Bangkok"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("Bangkok, Hanoi, Jakarta", "Asia/Bangkok"),
        ("(GMT+07.00) Bangkok / Hanoi / Jakarta", "Asia/Bangkok"),
        ("(UTC+01:00) Amsterdam\\, Berlin", "Europe/Amsterdam"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Z", "UTC"),
        ("Etc/GMT-7", "Etc/GMT-7"),
    ],
)
def test_a_name_means_a_zone(name, zone):
    assert zone_meant(name) == ZoneInfo(zone)


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("GMT+7", 7),
        ("UTC+07:00", 7),
        ("+0700", 7),
        ("GMT+0700", 7),
        ("(GMT+07:00)", 7),
        ("UTC-3", -3),
        ("UTC\u22123", -3),
        ("UTC+5:30", 5.5),
        ("UTC+00:00", 0),
        ("(UTC-03:00) Brasilia", -3),
        ("(UTC+09:00) Berlin", 9),
    ],
)
def test_a_name_means_an_offset(name, hours):
    assert zone_meant(name) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    ["", "Customized Time Zone", "tzone://Microsoft/Custom", "Europe", "+15", "+0760", "localtime", "../../etc/passwd"]
    + ["Mars/Olympus", "x" * 100_000, "\x00", "(UTC+99:00) Mars"],
)
def test_other_names_mean_nothing(name):
    assert zone_meant(name) is None
