"""Zones of events: what a calendar defines counts for itself alone, other names are looked up or reported (I2)."""

from datetime import UTC, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.calendars.absence import NotACalendar
from routing.decisions.calendars.feed import Owner, read

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta


def zone(name: str, offset: str) -> str:
    change = f"DTSTART:16010101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}"
    return f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\n{change}\nEND:STANDARD\nEND:VTIMEZONE\n"


def event(param: str, wall: str = "20261117T090000", more: str = "") -> str:
    lines = f"UID:{wall}\nDTSTART{param}:{wall}\nDURATION:PT4H\nSUMMARY:OOO\n{more}"
    return f"BEGIN:VEVENT\n{lines}END:VEVENT\n"


def calendar(*parts: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{''.join(parts)}END:VCALENDAR\n"


def moments(text: str) -> list[str]:
    return [f"{each.starts_at:%dT%H%M}" for each in read(text.encode(), owner=Owner(JAKARTA), at=AT).absences]


def unknown(text: str) -> list[str]:
    return read(text.encode(), owner=Owner(JAKARTA), at=AT).unknown_zones


CUSTOM = ";TZID=Customized Time Zone"
FEEDS = {
    calendar(zone("Customized Time Zone", "+0900"), event(CUSTOM)): ["17T0000"],
    calendar(zone("Customized Time Zone", "+0100"), event(CUSTOM)): ["17T0800"],
    calendar(zone("Europe/Berlin", "+0900"), event(";TZID=Europe/Berlin")): ["17T0000"],
    calendar(event(";TZID=Europe/Berlin")): ["17T0800"],
    calendar(event(CUSTOM)): ["17T0200"],
}


@pytest.mark.parametrize("order", list(permutations(FEEDS, 3)))
def test_no_definition_reaches_another_feed_in_one_process(order):
    assert [moments(feed) for feed in order] == [FEEDS[feed] for feed in order]


def test_no_definition_reaches_another_calendar_of_the_text():
    east, west = (zone("Own", offset) for offset in ("+0900", "+0100"))
    first, second = (event(";TZID=Own", f"202611{day}T090000") for day in (17, 18))
    texts = [calendar(east, first), calendar(west, second)]
    assert [moments("".join(order)) for order in (texts, texts[::-1])] == [["17T0000", "18T0800"]] * 2


def test_one_name_twice_in_one_calendar_means_what_was_defined_before_the_event():
    east, west = (zone("Own", offset) for offset in ("+0900", "+0100"))
    first, second = (event(";TZID=Own", f"202611{day}T090000") for day in (17, 18))
    assert moments(calendar(east, first, west, second)) == ["17T0000", "18T0800"]
    assert moments(calendar(first, east, west, second)) == ["17T0000", "18T0800"]


@pytest.mark.parametrize(
    "text",
    [
        calendar(event(";TZID=Own"), zone("Own", "+0900")),
        calendar(zone("Own", "+0900"), event(';TZID="Own"')),
        calendar(zone('"Own"', "+0900"), event(";TZID=Own")),
        calendar(zone("Own", "+0900"), event(";TZID=OWN")),
        calendar(zone("Own", "+0900"), event(";tzid=own;VALUE=DATE-TIME")),
        calendar("X-WR-TIMEZONE:Own\n", zone("Own", "+0900"), event("")),
        calendar("X-WR-TIMEZONE:Europe/Berlin\n", zone("Own", "+0900"), event(";TZID=Own")),
        calendar(zone("A:B; C", "+0900"), event(';TZID="A:B; C"')),
        calendar(zone("A\\, B", "+0900"), event(';TZID="A, B"')),
        calendar(event(";TZID=GMT+9")),
        calendar(event(";TZID=(UTC+09:00) Osaka, Sapporo, Tokyo")),
        calendar(event(";TZID=Europe/Berlin", "20261117T000000Z")),
        calendar("BEGIN:VTIMEZONE\nTZID:Tokyo Standard Time\nEND:VTIMEZONE\n", event(";TZID=Tokyo Standard Time")),
    ],
)
def test_a_definition_is_found_however_it_is_written(text):
    assert (moments(text), unknown(text)) == (["17T0000"], [])


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ('"tzone://Microsoft/Utc"', "17T0900"),
        ("tzone://Microsoft/Utc", "17T0900"),
        ("W. Europe Standard Time", "17T0800"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "17T0800"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', "17T0800"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "17T0800"),
        ("UTC+05:30", "17T0330"),
        ("UTC+00:00", "17T0900"),
    ],
)
def test_names_of_programs_are_understood_also_as_the_zone_of_the_calendar(name, moment):
    assert moments(calendar(event(f";TZID={name}"))) == [moment]
    assert moments(calendar(f"X-WR-TIMEZONE:{name}\n", event(""))) == [moment]


def test_an_unknown_zone_is_the_persons_own_and_is_said():
    text = calendar(
        "X-WR-TIMEZONE:Mars/Olympus\n", event(";TZID=tzone://Microsoft/Custom"), event("", "20261118T090000")
    )
    assert moments(text) == ["17T0200", "18T0200"]
    assert unknown(text) == ["tzone://Microsoft/Custom", "Mars/Olympus"]
    assert unknown(calendar(*(event(f";TZID=Zone {n}") for n in range(100)))) == [f"Zone {n}" for n in range(20)]
    with pytest.raises(NotACalendar) as refused:
        unknown(calendar(*(event(f";TZID=Zone {n}") for n in range(201))))
    assert refused.value.code == "too_many_zones"
    assert unknown(calendar(event(f";TZID={'x' * 500}"))) == ["x" * 80]
    assert unknown(calendar(event(";TZID=Far", "20280117T090000"))) == []


@pytest.mark.parametrize("line", ["TZOFFSETTO:far", "DTSTART:soon"])
def test_a_definition_that_cannot_be_read_does_not_refuse_the_calendar(line):
    broken = zone("Own", "+0900").replace(
        next(each for each in zone("Own", "+0900").split("\n") if each[:7] == line[:7]), line
    )
    text = calendar(broken, event(";TZID=Own"))
    assert (moments(text), unknown(text)) == (["17T0200"], ["Own"])


def test_exceptions_of_a_series_are_in_the_zone_of_the_series():
    more = "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Own:20261118T090000\n"
    assert moments(calendar(zone("Own", "+0900"), event(";TZID=Own", more=more))) == ["17T0000", "19T0000"]
    east = zone("Europe/Berlin", "+0900")
    assert moments(calendar(event(";TZID=Europe/Berlin", more=more.replace("Own", "Europe/Berlin")), east)) == [
        "17T0000",
        "19T0000",
    ]
