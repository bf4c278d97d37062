"""Definitions of time zones: real ones are kept, bombs are refused before a package expands them (I2)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.calendars.absence import NotACalendar
from routing.decisions.calendars.feed import Owner, read
from routing.decisions.calendars.zones import MAX_CHANGES, MAX_ZONES, definitions_of

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)
TIMES = "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"


def change(*more: str, starts: str = "19701025T030000", kind: str = "STANDARD") -> str:
    return "\n".join([f"BEGIN:{kind}", f"DTSTART:{starts}", *more, f"{TIMES}END:{kind}", ""])


def zone(*changes: str, name: str = "Own") -> str:
    return f"BEGIN:VTIMEZONE\nTZID:{name}\n{''.join(changes)}END:VTIMEZONE\n"


def kept(*zones: str, last_year: int = 2027) -> list[str]:
    named = [[(line.partition(":")[0].partition(";")[0], line) for line in each.split()] for each in zones]
    return [line for found in definitions_of(named, last_year=last_year) for line in (found.name, *found.lines)]


def moments(*calendars: tuple[str, str]) -> list[str]:
    """When the absences of calendars begin that stand in one text: (zones, start) of each."""
    text = "".join(
        f"BEGIN:VCALENDAR\nVERSION:2.0\n{zones}BEGIN:VEVENT\nUID:1\nSUMMARY:OOO\nDTSTART;TZID=Own:{starts}\n"
        f"DURATION:PT4H\nRRULE:FREQ=DAILY;COUNT=1\nEND:VEVENT\nEND:VCALENDAR\n"
        for zones, starts in calendars
    )
    return [f"{each.starts_at:%dT%H}" for each in read(text.encode(), owner=Owner(JAKARTA), at=AT).absences]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "FREQ=YEARLY;UNTIL=20061029T060000Z;BYDAY=-1SU;BYMONTH=10",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31",
        "FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=1SU;BYMONTH=11",
        "FREQ=YEARLY;INTERVAL=1;WKST=SU;BYMONTH=11",
        "FREQ=YEARLY;BYMONTH=4;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=1",
        "FREQ=YEARLY",
    ],
)
def test_rules_of_real_zones_are_kept(rule):
    assert f"RRULE:{rule}" in kept(zone(change(f"RRULE:{rule}", starts="16010101T000000")))


@pytest.mark.parametrize(
    "rules",
    [
        ["FREQ=DAILY"],
        ["FREQ=WEEKLY"],
        ["FREQ=HOURLY"],
        ["FREQ=MINUTELY"],
        ["FREQ=SECONDLY"],
        ["freq=daily"],
        ["FREQ=SECONDLY;FREQ=YEARLY"],
        ["FREQ=YEARLY;FREQ=SECONDLY"],
        ["FREQ=YEARLY;BYDAY=SU"],
        ["FREQ=MONTHLY;BYMONTHDAY=1,2,3,4"],
        ["FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6"],
        ["FREQ=YEARLY;BYYEARDAY=1"],
        ["FREQ=YEARLY;INTERVAL=0"],
        ["FREQ=YEARLY;INTERVAL=00"],
        ["FREQ=YEARLY;INTERVAL=-1"],
        ["FREQ=YEARLY;INTERVAL=\u0660"],
        ["BYMONTH=1"],
        [""],
        ["FREQ=YEARLY", "FREQ=YEARLY"],
        ["FREQ=DAILY"] * 1000,
    ],
    ids=lambda rules: f"{len(rules)}_{rules[0].encode('ascii', 'backslashreplace').decode()}",
)
def test_rules_that_no_clock_follows_are_refused(rules):
    with pytest.raises(NotACalendar) as refused:
        kept(zone(change(*(f"RRULE:{rule}" for rule in rules))))
    assert refused.value.code == "too_many_zones"


@pytest.mark.parametrize(
    "zones",
    [
        [zone(change(), name=str(number)) for number in range(MAX_ZONES + 1)],
        [zone(change(f"RDATE:{','.join(['19700101T000000'] * (MAX_CHANGES + 1))}"))],
        [zone(*[change()] * (MAX_CHANGES + 1))],
        [zone(*[change("RRULE:FREQ=MONTHLY", starts="00010101T000000")] * 2)],
        [zone(change("RRULE:FREQ=YEARLY", starts="16010101T000000"), name=str(number)) for number in range(100)],
        [zone(change(f"TZOFFSETTO:+0{'1' * 200_000}"))],
    ],
    ids=["zones", "dates", "changes", "years", "years_of_all", "length"],
)
def test_zones_beyond_all_measure_are_refused(zones):
    with pytest.raises(NotACalendar) as refused:
        kept(*zones)
    assert refused.value.code == "too_many_zones"


def test_only_what_says_when_clocks_change_is_kept():
    extra = "LAST-MODIFIED:20201011T015911Z\nTZURL:http://example.org\nX-LIC-LOCATION:Own\nCOMMENT:Long\n"
    nested = "BEGIN:X-OWN\nRRULE:FREQ=SECONDLY\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:X-OWN\n"
    plain = zone(change("RRULE;X-A=b:FREQ=YEARLY"))
    assert kept(plain.replace("TZID:Own\n", f"TZID:Own\n{extra}{nested}")) == [
        *("Own", "BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY"),
        *("TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD"),
    ]


def fixed(offset: str) -> str:
    return f"BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\n"


def test_zones_of_one_name_reach_no_other_calendar_of_the_text():
    east, west = zone(fixed("+0900")), zone(fixed("+0100"))
    first, second = (east, "20261117T090000"), (west, "20261118T090000")
    assert moments(first, second) == moments(first) + moments(second) == ["17T00", "18T08"]


@given(
    st.dictionaries(
        st.sampled_from(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYDAY", "BYMONTHDAY", "BYHOUR", "BYSECOND"]),
        st.sampled_from(["YEARLY", "MONTHLY", "DAILY", "0", "1", "2", "1,2,3", "SU", "-1SU", "MO,TU", "20300101", ""]),
    )
)
def test_whatever_a_rule_says_a_calendar_is_read_or_refused(parts):
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    zones = zone(change(f"RRULE:{rule}"), change(kind="DAYLIGHT", starts="19700329T020000"))
    try:
        assert moments((zones, "20261117T090000")) in (["17T08"], ["17T07"])
    except NotACalendar as refused:
        assert refused.code in ("too_many_zones", "not_a_calendar")
