"""However long a calendar is, and however often its events repeat, reading it comes to an end (I2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.actions.availability.calendar_reading import read_calendar
from routing.decisions.calendars.absence import NotACalendar
from routing.decisions.calendars.feed import LOOKED_AHEAD, Owner, read
from routing.decisions.calendars.text import MAX_EVENT_LENGTH, MAX_TEXT_LENGTH

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta
MAX_BYTES = 10 * 1024 * 1024  # what a feed may have
LEAVE = "DTSTART;VALUE=DATE:20261118\nDTEND;VALUE=DATE:20261119\nSUMMARY:Leave"
EVERY_MINUTE = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"


def event(text: str, uid: object = "1") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\n{text}\nEND:VEVENT\n"


def calendar(*events: str, head: str = "") -> bytes:
    lines = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(events)}END:VCALENDAR\n"
    return lines.replace("\n", "\r\n").encode()


def days(content: bytes) -> list[date]:
    found = read(content, owner=Owner(JAKARTA), at=AT).absences
    return [each.starts_at.astimezone(JAKARTA).date() for each in found]


def filled(one: str, size: int = MAX_BYTES) -> bytes:
    """So many bytes of such events, which are numbered, and a day of leave at the end."""
    count = (size - 1000) // len(event(one, 10**6).replace("\n", "\r\n"))
    content = calendar(*(event(one, number) for number in range(count)), event(LEAVE, "leave"))
    assert 0.9 * size < len(content) <= size
    return content


HISTORY = "SUMMARY:Call\nDTSTART:20200102T100000Z\nDTEND:20200102T110000Z"
FAR = "SUMMARY:Leave\nDTSTART;VALUE=DATE:20280102"
INVITATION = "SUMMARY:Call\nDTSTART:20261120T100000Z\nDTEND:20261120T110000Z\nDESCRIPTION:" + "Join here. " * 500
ATTACHED = "SUMMARY:Call\nDTSTART:20261120T100000Z\nATTACH;ENCODING=BASE64:" + "\n QUJD" * 900
REMINDED = HISTORY + "\nBEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nDESCRIPTION:Soon\nEND:VALARM"
WITHOUT = "SUMMARY:Nothing else"


@pytest.mark.parametrize(
    "one",
    [HISTORY, FAR, INVITATION, ATTACHED, REMINDED, WITHOUT],
    ids=["history", "far", "invitation", "attached", "reminded", "without"],
)
def test_ten_megabytes_are_read_within_the_limits_of_the_child(one):
    found = read_calendar(filled(one), owner={"zone": "Asia/Jakarta"}, at=AT).absences
    assert [each.starts_at.astimezone(JAKARTA).date() for each in found] == [date(2026, 11, 18)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        f"FREQ=DAILY;{EVERY_MINUTE}",
        f"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;{EVERY_MINUTE};BYSECOND={','.join(map(str, range(60)))}",
        "FREQ=HOURLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_series_without_an_end_to_its_counting_is_passed_over(rule):
    endless = event(f"SUMMARY:Leave\nDTSTART:20260101T000000Z\nDTEND:20260101T000100Z\nRRULE:{rule}")
    assert days(calendar(endless, event(LEAVE, "leave"))) == [date(2026, 11, 18)]


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;COUNT=100000000", "FREQ=DAILY;UNTIL=99991231"])
def test_a_series_that_never_ends_counts_in_the_time_ahead(rule):
    endless = event(f"SUMMARY:Leave\nDTSTART;VALUE=DATE:19700101\nRRULE:{rule}")
    assert len(days(calendar(endless))) == LOOKED_AHEAD.days + 1


def test_a_series_may_come_several_times_a_day():
    times = "DTSTART:20261118T010000Z\nDTEND:20261118T020000Z\nRRULE:FREQ=DAILY;BYHOUR=1,5;COUNT=4"
    found = days(calendar(event(f"X-MICROSOFT-CDO-BUSYSTATUS:OOF\n{times}")))
    assert found == [date(2026, 11, 18)] * 2 + [date(2026, 11, 19)] * 2


def test_an_event_beyond_all_measure_is_refused():
    with pytest.raises(NotACalendar) as refused:
        days(calendar(event(LEAVE + "\nEXDATE;VALUE=DATE:20261118" * (MAX_EVENT_LENGTH // 25))))
    assert refused.value.code == "too_much"


BLANKS = {"blank": " ", "tab": "\t", "no-break": "\xa0", "ideographic": "\u3000", "sign": "-", "folded": "\r\n  "}


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS.keys())
@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "UID", "STATUS", "TRANSP", "X-OWN"])
def test_a_text_is_cut_before_it_is_matched(name, blank):
    text = f"DTSTART;VALUE=DATE:20261118\n{name}:{blank * (MAX_BYTES // 3 // len(blank.encode()))}leave"
    [found] = read(calendar(event(text)), owner=Owner(JAKARTA), at=AT).absences
    assert (found.kind, len(found.note) <= MAX_TEXT_LENGTH) == ("meeting", True)


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VEVENT\nEND:VEVENT\n",
        "BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:\nEND:VCALENDAR\n",
    ],
)
def test_components_that_do_not_fit_are_no_calendar(text):
    with pytest.raises(NotACalendar):
        days(text.encode())


def test_two_calendars_in_one_text_have_zones_of_their_own():
    afternoon = event("SUMMARY:OOO\nDTSTART:20261118T130000\nDTEND:20261118T170000")
    berlin, here = calendar(afternoon, head="X-WR-TIMEZONE:Europe/Berlin\n"), calendar(afternoon)
    found = read(berlin + here, owner=Owner(JAKARTA), at=AT).absences
    assert [each.starts_at.hour for each in found] == [6, 12]


def test_a_line_that_goes_on_is_no_begin_of_an_event():
    text = LEAVE + "\nDESCRIPTION:Copied:\n BEGIN:VEVENT\n END:VCALENDAR\n"
    assert days(calendar(event(text.strip()))) == [date(2026, 11, 18)]


@given(st.lists(st.tuples(st.integers(-90, 90), st.integers(0, 120), st.sampled_from(["day", "time", "for"]))))
def test_nothing_that_counts_is_passed_over_by_its_dates(spans):
    """`for` says how long instead of until when; a length of nought says nothing, which is one day."""
    first, events, expected = date(2026, 11, 16), [], set()
    for number, (offset, length, how) in enumerate(spans):
        starts = first + timedelta(days=offset)
        ends = starts + timedelta(days=length or 1)
        if how == "time":
            text = f"DTSTART;TZID=Asia/Jakarta:{starts:%Y%m%d}T000000\nDTEND;TZID=Asia/Jakarta:{ends:%Y%m%d}T000000"
        else:
            text = f"DTSTART;VALUE=DATE:{starts:%Y%m%d}"
            text += (
                "" if not length else f"\nDURATION:P{length}D" if how == "for" else f"\nDTEND;VALUE=DATE:{ends:%Y%m%d}"
            )
        events.append(event(f"SUMMARY:Leave\n{text}", number))
        if ends > first and offset <= LOOKED_AHEAD.days:
            expected.add((starts, ends))
    found = read(calendar(*events), owner=Owner(JAKARTA), at=AT).absences
    found_days = [tuple(each.astimezone(JAKARTA).date() for each in (away.starts_at, away.ends_at)) for away in found]
    assert sorted(found_days) == sorted(expected)
