"""Who is away by a calendar: whole days however written, answers, flags before words, and events together (I2)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours
from routing.decisions.calendars.feed import Owner, read

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta
NINE_TO_FIVE = WorkingHours(DEFAULT_HOURS, JAKARTA)
RINA = {"addresses": frozenset({"rina@alur.example"}), "names": frozenset({"rina"})}
FRIDAY = "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261121"
ALL_FRIDAY = ("20 00:00", "21 00:00")


def calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\nUID:{number}\n{text}\nEND:VEVENT\n" for number, text in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n".encode()


def seen(*events: str, hours: WorkingHours | None = NINE_TO_FIVE, head: str = "", **owner) -> list[tuple]:
    found = read(calendar(*events, head=head), owner=Owner(JAKARTA, hours, **RINA | owner), at=AT)
    return [
        (f"{each.starts_at.astimezone(JAKARTA):%d %H:%M}", f"{each.ends_at.astimezone(JAKARTA):%d %H:%M}", each.kind)
        for each in found.absences
    ]


def at(first: str, last: str, *more: str, day: int = 17) -> str:
    """An event on the clock of Jakarta."""
    times = [f"{name};TZID=Asia/Jakarta:202611{day}T{each}00" for name, each in (("DTSTART", first), ("DTEND", last))]
    return "\n".join([*times, *more])


@pytest.mark.parametrize("hours", [NINE_TO_FIVE, None], ids=["nine_to_five", "no_hours"])
@pytest.mark.parametrize(
    "times",
    [
        FRIDAY,
        "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261120",
        "DTSTART;VALUE=DATE:20261120",
        "DTSTART:20261120",
        "DTSTART;VALUE=DATE:20261120\nDURATION:P1D",
        "DTSTART;VALUE=DATE:20261120\nDURATION:PT8H",
        "DTSTART;VALUE=DATE:20261120\nDURATION:PT0S",
        "DTSTART;VALUE=DATE:20261120\nDTEND;TZID=Asia/Jakarta:20261121T000000",
        "DTSTART:20261119T170000Z\nDTEND:20261120T170000Z",
        "DTSTART:20261120T000000Z\nDTEND:20261121T000000Z",
        "DTSTART:20261120T000000\nDTEND:20261121T000000",
        "DTSTART:20261120T000000\nDTEND:20261120T235900",
        "DTSTART;TZID=Asia/Jakarta:20261120T000000\nDTEND;TZID=Asia/Jakarta:20261120T235959",
        "DTSTART:20261119T170000Z\nDTEND:20261120T170000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "DTSTART:20261119T230000Z\nDTEND:20261120T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "DTSTART:20261120T040000Z\nDTEND:20261120T040000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "DTSTART:20261120T000000\nDTEND:20261121T000000\nX-MICROSOFT-MSNCALENDAR-ALLDAYEVENT:TRUE",
        "DTSTART;VALUE=DATE:20251121\nDTEND;VALUE=DATE:20251121\nRRULE:FREQ=WEEKLY;UNTIL=20261121",
    ],
)
def test_a_whole_day_is_one_however_it_is_written(times, hours):
    assert seen(f"{times}\nSUMMARY:Offsite", hours=hours) == [(*ALL_FRIDAY, "meeting")]
    assert seen(f"{times}\nSUMMARY:Cuti", hours=hours) == [(*ALL_FRIDAY, "leave")]


def test_the_working_time_between_start_and_end_of_several_days_counts():
    trip = "DTSTART;TZID=Asia/Jakarta:20261117T080000\nDTEND;TZID=Asia/Jakarta:20261119T180000"
    for hours in (NINE_TO_FIVE, None):
        assert seen(trip, hours=hours) == [("17 08:00", "19 18:00", "meeting")]
    assert seen(at("0800", "1800")) == [("17 08:00", "17 18:00", "meeting")]
    assert (seen(at("0800", "1800"), hours=None), seen(at("0900", "1600")), seen(at("1300", "1700"))) == ([], [], [])


@pytest.mark.parametrize(
    ("partstat", "is_away", "if_counted"),
    [
        (";PARTSTAT=ACCEPTED", True, True),
        (";PARTSTAT=DECLINED", False, False),
        (";partstat=declined", False, False),
        (";PARTSTAT=TENTATIVE", False, False),
        (";PARTSTAT=DELEGATED", False, False),
        (";PARTSTAT=NEEDS-ACTION", False, True),
        ("", False, True),
    ],
)
def test_an_invitation_counts_by_the_owners_own_answer(partstat, is_away, if_counted):
    others = "ATTENDEE;PARTSTAT=DECLINED:mailto:budi@alur.example\nORGANIZER:mailto:ops@alur.example"
    mine = f'ATTENDEE;ROLE=REQ-PARTICIPANT{partstat};CN="Rina: H":MAILTO:Rina@Alur.example'
    for counts, expected in ((False, is_away), (True, if_counted)):
        for title in ("Offsite", "Cuti bersama"):
            found = seen(f"{FRIDAY}\nSUMMARY:{title}\n{others}\n{mine}", counts_unanswered=counts)
            assert bool(found) == expected
    assert seen(f"{FRIDAY}\n{others}") == [(*ALL_FRIDAY, "meeting")]


def test_who_invites_takes_part_and_some_calendars_are_named_by_their_owner():
    unanswered = f"{FRIDAY}\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:"
    mine = f"{unanswered}rina@alur.example\nORGANIZER:mailto:rina@alur.example"
    assert seen(mine) == [(*ALL_FRIDAY, "meeting")]
    private = f"{unanswered}rina.private@mail.example"
    assert (bool(seen(private)), seen(private, head="X-WR-CALNAME:Rina.Private@mail.example\n")) == (True, [])
    by_name = "ATTENDEE;EMAIL=rina@alur.example;PARTSTAT=DECLINED:/aMjAxMDY0/principal/"
    assert seen(f"{FRIDAY}\n{by_name}") == []


def test_a_declined_event_of_a_series_leaves_the_others():
    series = "DTSTART;VALUE=DATE:20261117\nRRULE:FREQ=DAILY;COUNT=3\nATTENDEE;PARTSTAT={}:mailto:rina@alur.example"
    declined = series.replace("RRULE:FREQ=DAILY;COUNT=3", "RECURRENCE-ID;VALUE=DATE:20261118").replace("17", "18", 1)
    text = calendar(series.format("ACCEPTED"), declined.format("DECLINED")).replace(b"UID:1", b"UID:0")
    found = read(text, owner=Owner(JAKARTA, NINE_TO_FIVE, **RINA), at=AT).absences
    assert [each.starts_at.astimezone(JAKARTA).day for each in found] == [17, 19]


def test_unanswered_invitations_are_counted_for_the_page():
    invited = f"{FRIDAY}\nATTENDEE:mailto:rina@alur.example"
    for counts, expected in ((False, 1), (True, 0)):
        owner = Owner(JAKARTA, NINE_TO_FIVE, **RINA, counts_unanswered=counts)
        assert read(calendar(invited, FRIDAY), owner=owner, at=AT).unanswered == expected


def test_outlook_shows_what_is_not_answered_as_tentative():
    invited = f"{FRIDAY}\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:rina@alur.example"
    out = f"{invited}\nX-MICROSOFT-CDO-INTENDEDSTATUS:OOF"
    assert (seen(invited), seen(out)) == ([], [])
    counted = [seen(each, counts_unanswered=True) for each in (invited, out)]
    assert counted == [[(*ALL_FRIDAY, "meeting")], [(*ALL_FRIDAY, "leave")]]


OUTLOOK = "X-MICROSOFT-CDO-"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([f"{OUTLOOK}BUSYSTATUS:OOF"], "leave"),
        ([f"{OUTLOOK}BUSYSTATUS:FREE", "SUMMARY:OOO"], None),
        ([f"{OUTLOOK}BUSYSTATUS:WORKINGELSEWHERE", "SUMMARY:OOO"], None),
        ([f"{OUTLOOK}BUSYSTATUS:TENTATIVE", f"{OUTLOOK}INTENDEDSTATUS:OOF"], None),
        ([f"{OUTLOOK}INTENDEDSTATUS:OOF"], "leave"),
        ([f"{OUTLOOK}BUSYSTATUS:BUSY", f"{OUTLOOK}INTENDEDSTATUS:FREE", "SUMMARY:OOO"], "leave"),
        (["X-GOOGLE-EVENT-TYPE:outOfOffice"], "leave"),
        (["X-GOOGLE-EVENT-TYPE:workingLocation", "SUMMARY:OOO"], None),
        (["TRANSP:TRANSPARENT", "SUMMARY:Vacation"], None),
        (["STATUS:TENTATIVE", "SUMMARY:Vacation"], None),
        (["STATUS:CANCELLED", f"{OUTLOOK}BUSYSTATUS:OOF"], None),
        (["CATEGORIES:Team,Out of Office"], "leave"),
        (["CATEGORIES:Vacation"], "leave"),
        (["CATEGORIES:Vacation sales"], None),
        (["SUMMARY:Rina OOO"], "leave"),
        (["SUMMARY:Holiday Inn - site visit"], None),
        (["SUMMARY:Training"], None),
    ],
)
def test_half_a_day_is_leave_by_flags_before_words(lines, kind):
    expected = [("17 13:00", "17 17:00", kind)] if kind else []
    assert seen(at("1300", "1700", *lines)) == expected


@pytest.mark.parametrize(
    ("first", "last", "line", "is_away"),
    [
        ("1400", "1500", "SUMMARY:Vacation Rentals Ltd - demo", False),
        ("1400", "1500", "SUMMARY:Vacation", False),
        ("1400", "1500", "CATEGORIES:Vacation", False),
        ("1400", "1500", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", True),
        ("1400", "1500", "CATEGORIES:OOO", True),
        ("0900", "1200", "SUMMARY:OOO", True),
        ("1300", "1700", "SUMMARY:cuti", True),
        ("1300", "1530", "SUMMARY:cuti", False),
    ],
)
def test_words_count_from_half_a_day_on_and_flags_always(first, last, line, is_away):
    assert bool(seen(at(first, last, line))) == is_away


def test_events_together_take_a_day():
    morning, lunch, afternoon = (
        at("0900", "1200", "SUMMARY:Course"),
        at("1200", "1300"),
        at("1300", "1700", "SUMMARY:Visit"),
    )
    assert seen(morning, afternoon) == [("17 09:00", "17 17:00", "meeting")]
    assert seen(morning, lunch, afternoon) == [("17 09:00", "17 17:00", "meeting")]
    assert seen(morning, at("1100", "1700")) == [("17 09:00", "17 17:00", "meeting")]
    assert (seen(morning), seen(morning, at("1400", "1700")), seen(morning, at("1300", "1700", day=18))) == ([], [], [])
    free = afternoon + "\nTRANSP:TRANSPARENT"
    assert seen(morning, free) == []
    out = at("0900", "1200", "SUMMARY:OOO")
    assert seen(out, afternoon) == [("17 09:00", "17 12:00", "leave"), ("17 09:00", "17 17:00", "meeting")]
    later = at("1300", "1700", "SUMMARY:OOO")
    halves = [("17 09:00", "17 12:00", "leave"), ("17 13:00", "17 17:00", "leave")]
    assert seen(out, later) == sorted([*halves, ("17 09:00", "17 17:00", "leave")])
    assert len(seen(at("0900", "1300", "SUMMARY:OOO"), later)) == 2
    found = read(calendar(morning, afternoon), owner=Owner(JAKARTA, NINE_TO_FIVE), at=AT).absences
    assert [(each.why, each.note, each.covered, each.working) for each in found] == [
        ("together", "Course + Visit", 420, 480)
    ]


def test_a_busy_weekend_is_no_absence_and_days_follow_the_persons_hours():
    saturday = at("0900", "1700", day=21)
    assert (seen(saturday), seen(at("0900", "1200"), hours=NINE_TO_FIVE)) == ([], [])
    mornings = Owner(JAKARTA, WorkingHours(tuple(each for each in DEFAULT_HOURS if each.weekday == 0), JAKARTA))
    assert read(calendar(at("0900", "1700")), owner=mornings, at=AT).absences == []
