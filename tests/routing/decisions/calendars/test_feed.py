"""What a calendar means for a rotation: leave, all-day meetings, series, zones, and calendars that are none (I2)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.calendars.absence import NotACalendar, Reading
from routing.decisions.calendars.feed import MAX_ABSENCES, Owner, read

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta
BERLIN_TIME = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def event(text: str, *, uid: str = "1", summary: str = "Offsite") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261101T000000Z\nSUMMARY:{summary}\n{text.strip()}\nEND:VEVENT\n"


def calendar(*events: str, head: str = "") -> bytes:
    lines = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody//EN\n{head}{''.join(events)}END:VCALENDAR\n"
    return lines.replace("\n", "\r\n").encode()


def seen(*events: str, zone: ZoneInfo = JAKARTA, at: datetime = AT, head: str = "") -> list[tuple]:
    found = read(calendar(*events, head=head), owner=Owner(zone), at=at).absences
    return [
        (f"{a.starts_at.astimezone(zone):%m-%d %H:%M}", f"{a.ends_at.astimezone(zone):%m-%d %H:%M}", a.kind)
        for a in found
    ]


WEDNESDAY = "DTSTART;VALUE=DATE:20261118\nDTEND;VALUE=DATE:20261119"
AFTERNOON = "DTSTART;TZID=Asia/Jakarta:20261118T130000\nDTEND;TZID=Asia/Jakarta:20261118T170000"
ALL_WEDNESDAY = ("11-18 00:00", "11-19 00:00")


@pytest.mark.parametrize(
    ("text", "summary", "kind"),
    [
        (WEDNESDAY, "Offsite", "meeting"),
        (WEDNESDAY + "\nTRANSP:OPAQUE", "Offsite", "meeting"),
        (WEDNESDAY + "\nTRANSP:TRANSPARENT", "Birthday", None),
        (WEDNESDAY + "\nTRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", "Offsite", "leave"),
        (WEDNESDAY + "\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", "Offsite", "leave"),
        (WEDNESDAY + "\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", "Vacation", None),
        (WEDNESDAY + "\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "Vacation", None),
        (WEDNESDAY + "\nSTATUS:CANCELLED", "Vacation", None),
        (WEDNESDAY + "\nSTATUS:TENTATIVE", "Vacation", None),
        (WEDNESDAY, "Vacation in Bali", "leave"),
        (WEDNESDAY, "Cuti tahunan", "leave"),
        (WEDNESDAY, "Oooh, a party", "meeting"),
        ("DTSTART;VALUE=DATE:20261118", "Offsite", "meeting"),
        (
            "DTSTART;TZID=Asia/Jakarta:20261118T000000\nDTEND;TZID=Asia/Jakarta:20261119T000000",
            "Offsite",
            "meeting",
        ),
    ],
)
def test_a_whole_day_is_leave_or_a_meeting_unless_the_calendar_says_free(text, summary, kind):
    assert seen(event(text, summary=summary)) == ([(*ALL_WEDNESDAY, kind)] if kind else [])


@pytest.mark.parametrize(
    ("text", "summary", "is_away"),
    [
        (AFTERNOON, "Call with Acme", False),
        (AFTERNOON, "About annual leave", False),
        (AFTERNOON, "Out of office", True),
        (AFTERNOON + "\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", "Dentist", True),
        (AFTERNOON + "\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY", "Dentist", False),
        ("DTSTART;TZID=Asia/Jakarta:20261118T130000\nDURATION:PT4H", "OOO: dentist", True),
        ("DTSTART:20261118T060000Z\nDTEND:20261118T100000Z", "OOO", True),
    ],
)
def test_half_a_day_away_is_leave_of_these_hours_and_a_meeting_is_none(text, summary, is_away):
    expected = [("11-18 13:00", "11-18 17:00", "leave")] if is_away else []
    assert seen(event(text, summary=summary)) == expected


def test_days_are_those_of_the_person_and_times_those_of_the_event():
    papua = ZoneInfo("Asia/Jayapura")
    text = "DTSTART;TZID=Europe/Berlin:20261118T080000\nDTEND;TZID=Europe/Berlin:20261118T120000"
    assert seen(event(WEDNESDAY), zone=papua) == [(*ALL_WEDNESDAY, "meeting")]
    assert seen(event(text, summary="OOO"), zone=papua) == [("11-18 16:00", "11-18 20:00", "leave")]


def test_a_time_without_a_zone_is_of_the_calendar_else_of_the_person():
    text = event("DTSTART:20261118T130000\nDTEND:20261118T170000", summary="OOO")
    assert seen(text) == [("11-18 13:00", "11-18 17:00", "leave")]
    assert seen(text, head="X-WR-TIMEZONE:Europe/Berlin\n") == [("11-18 19:00", "11-18 23:00", "leave")]


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "Somewhere of our own"])
def test_zones_with_names_of_their_own_are_understood(name):
    text = f'DTSTART;TZID="{name}":20261118T080000\nDTEND;TZID="{name}":20261118T120000'
    assert seen(event(text, summary="OOO"), head=BERLIN_TIME.format(name=name)) == [
        ("11-18 14:00", "11-18 18:00", "leave")
    ]


def test_a_series_goes_on_with_its_exceptions_and_changes():
    weekly = "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=4\nEXDATE;VALUE=DATE:20261127"
    first = event(f"DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261121\n{weekly}")
    moved = event(
        "RECURRENCE-ID;VALUE=DATE:20261204\nDTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261204", summary="Leave"
    )
    assert seen(first, moved) == [
        ("11-20 00:00", "11-21 00:00", "meeting"),
        ("12-03 00:00", "12-04 00:00", "leave"),
        ("12-11 00:00", "12-12 00:00", "meeting"),
    ]


@pytest.mark.parametrize(
    ("at", "offsets"),
    [(datetime(2026, 3, 20, tzinfo=UTC), [1, 2]), (datetime(2026, 10, 16, tzinfo=UTC), [2, 1])],
    ids=["spring", "autumn"],
)
def test_a_series_stays_on_the_wall_when_the_clocks_change(at, offsets):
    text = (
        "DTSTART;TZID=Europe/Berlin:20260102T130000\nDTEND;TZID=Europe/Berlin:20260102T170000\n"
        "RRULE:FREQ=WEEKLY;BYDAY=FR"
    )
    found = read(calendar(event(text, summary="OOO")), owner=Owner(BERLIN), at=at).absences[:3]
    assert {(a.starts_at.astimezone(BERLIN).hour, a.ends_at - a.starts_at) for a in found} == {(13, timedelta(hours=4))}
    assert sorted({13 - a.starts_at.hour for a in found}) == sorted(offsets)


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours():
    spring, autumn = (
        event(f"DTSTART;VALUE=DATE:{first}\nDTEND;VALUE=DATE:{last}", uid=first)
        for first, last in (("20260329", "20260330"), ("20261025", "20261026"))
    )
    lengths = [
        read(calendar(spring, autumn), owner=Owner(BERLIN), at=at).absences[0]
        for at in (datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC))
    ]
    assert [each.ends_at - each.starts_at for each in lengths] == [timedelta(hours=23), timedelta(hours=25)]


def test_only_what_is_not_over_and_begins_within_sixty_days_counts():
    days = ["20261114", "20261116", "20270114", "20270117"]
    events = [event(f"DTSTART;VALUE=DATE:{day}", uid=day) for day in days]
    assert [starts for starts, _ends, _kind in seen(*events)] == ["11-16 00:00", "01-14 00:00"]


def test_a_private_event_has_no_note():
    private = event(WEDNESDAY + "\nCLASS:PRIVATE", summary="Cuti")
    found = read(
        calendar(private, event(AFTERNOON, uid="2", summary="OOO\\, dentist")), owner=Owner(JAKARTA), at=AT
    ).absences
    assert [(each.note, each.word) for each in found] == [("", ""), ("OOO, dentist", "OOO")]


@pytest.mark.parametrize(
    "line",
    ["DTSTART:20261117,20261118", "DTSTART:FREQ=", "CATEGORIES;VALUE=PERIOD:x", "DTEND:99991231T235959", "RRULE:OOF"],
)
def test_a_line_that_the_package_cannot_read_costs_its_event_alone(line):
    others = [event(WEDNESDAY), event("DTSTART;VALUE=DATE:20261117\nRRULE:FREQ=DAILY;COUNT=1", uid="2")]
    odd = event(line if "DTSTART" in line else f"DTSTART:20261125T010000\n{line}", uid="odd")
    for events in ([odd, *others], [*others, odd]):
        assert {each[0] for each in seen(*events)} >= {"11-17 00:00", "11-18 00:00"}


@pytest.mark.parametrize(
    "text",
    [
        "DTSTART:tomorrow\nDTEND:20261119T000000Z",
        "DTEND;VALUE=DATE:20261119",
        "DTSTART;VALUE=DATE:20261119\nDTEND;VALUE=DATE:20261118",
        "DTSTART;VALUE=DATE:20261118\nRRULE:FREQ=SECONDLY",
        "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20261118\nRRULE:FREQ=SOMETIMES",
        "DTSTART;VALUE=DATE:99991231",
    ],
)
def test_an_event_that_cannot_be_read_is_passed_over_and_the_others_count(text):
    assert seen(event(text, uid="odd"), event(WEDNESDAY)) == [(*ALL_WEDNESDAY, "meeting")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:cut off",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR",
        b"\x00\xff\xfe" * 100,
    ],
)
def test_what_is_no_calendar_is_said(content):
    with pytest.raises(NotACalendar) as refused:
        read(content, owner=Owner(JAKARTA), at=AT)
    assert refused.value.code == "not_a_calendar"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_titles_are_read_in_the_letters_of_the_program_that_wrote_them(encoding):
    text = calendar(event(AFTERNOON, summary="F\xe9rias\nSUMMARY:Again")).decode().encode(encoding)
    [found] = read(text, owner=Owner(JAKARTA), at=AT).absences
    assert (found.kind, found.note, found.word) == ("leave", "F\xe9rias", "F\xe9rias")


def test_an_empty_calendar_is_one():
    assert read(calendar(), owner=Owner(JAKARTA), at=AT) == Reading([], [])


OUT = "DTSTART:202611{:02}T{:02}{:02}00Z\nDURATION:PT1H\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
MANY = calendar(
    *(event(OUT.format(17 + n // 60, n % 24, n % 60), uid=f"{n}") for n in range(MAX_ABSENCES + 1)),
)


def test_a_calendar_that_says_too_much_is_refused():
    with pytest.raises(NotACalendar) as refused:
        read(MANY, owner=Owner(JAKARTA), at=AT)
    assert refused.value.code == "too_much"
