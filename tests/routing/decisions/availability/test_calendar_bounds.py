"""However long a calendar is, and however often its events repeat, reading it comes to an end (I2)."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.calendar_feed import LOOKED_AHEAD, NotACalendar, absences_in
from routing.decisions.availability.calendar_text import MAX_EVENT_LENGTH, MAX_HEAD_LENGTH

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


def days(content: bytes, **more) -> list[date]:
    found = absences_in(content, zone=JAKARTA, at=AT, **more)
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
def test_ten_megabytes_are_read_in_seconds(one):
    begun = time.process_time()
    assert days(filled(one)) == [date(2026, 11, 18)]
    assert time.process_time() - begun < 10


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
    twice = event("SUMMARY:OOO\nDTSTART:20261118T010000Z\nDTEND:20261118T020000Z\nRRULE:FREQ=DAILY;BYHOUR=1,5;COUNT=4")
    assert days(calendar(twice)) == [date(2026, 11, 18)] * 2 + [date(2026, 11, 19)] * 2


def test_time_is_looked_at_while_a_calendar_is_parsed():
    weekly = "SUMMARY:Call\nDTSTART:20200102T100000Z\nDTEND:20200102T110000Z\nRRULE:FREQ=WEEKLY"
    asked = []

    def is_over() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(NotACalendar) as refused:
        days(filled(weekly, MAX_BYTES // 10), is_over=is_over)
    assert (refused.value.code, len(asked)) == ("too_much", 3)


ZONE = "BEGIN:VTIMEZONE\nTZID:Own\nCOMMENT:{}\nEND:VTIMEZONE\n"


@pytest.mark.parametrize(
    "content",
    [
        calendar(event(LEAVE), head=ZONE.format("x" * MAX_HEAD_LENGTH)),
        calendar(event(LEAVE + "\nEXDATE;VALUE=DATE:20261118" * (MAX_EVENT_LENGTH // 25))),
        calendar(event(LEAVE + "x" * MAX_EVENT_LENGTH)),
    ],
    ids=["zones", "exceptions", "title"],
)
def test_zones_and_events_beyond_all_measure_are_refused(content):
    with pytest.raises(NotACalendar) as refused:
        days(content)
    assert refused.value.code == "too_much"


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
    found = absences_in(berlin + here, zone=JAKARTA, at=AT)
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
    found = absences_in(calendar(*events), zone=JAKARTA, at=AT)
    found_days = [tuple(each.astimezone(JAKARTA).date() for each in (away.starts_at, away.ends_at)) for away in found]
    assert sorted(found_days) == sorted(expected)
