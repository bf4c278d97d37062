"""Series that began years ago: moved on to the time that matters, they repeat on the same days (I2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.calendars.feed import LOOKED_AHEAD, Owner, read

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STARTS = st.dates(date(2005, 1, 1), date(2026, 12, 31))


@st.composite
def rules(draw) -> str:
    parts = [f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY', 'MONTHLY']))}", f"INTERVAL={draw(st.integers(1, 9))}"]
    if days := draw(st.sets(st.sampled_from(DAYS))):
        parts.append(f"BYDAY={','.join(sorted(days))}")
    if months := draw(st.sets(st.integers(1, 12), max_size=3)):
        parts.append(f"BYMONTH={','.join(map(str, sorted(months)))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts)


@given(rules(), STARTS, st.integers(1, 50))
def test_a_series_repeats_on_the_days_of_its_rule(rule, start, length):
    text = f"DTSTART;VALUE=DATE:{start:%Y%m%d}\nDURATION:P{length}D\nRRULE:{rule}\nSUMMARY:OOO"
    content = f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\n{text}\nEND:VEVENT\nEND:VCALENDAR\n".encode()
    found = {each.starts_at.astimezone(BERLIN).date() for each in read(content, owner=Owner(BERLIN), at=AT).absences}
    first, last = AT - timedelta(days=length), AT + LOOKED_AHEAD
    begins = rrulestr(rule, dtstart=datetime.combine(start, datetime.min.time()))
    expected = {each.date() for each in begins.between(first.replace(tzinfo=None), last.replace(tzinfo=None), inc=True)}
    assert found - {start} == expected - {start}


@given(st.integers(1, 4), st.sampled_from(["20160104", "20260622"]), st.sets(st.integers(0, 60), max_size=5))
def test_exceptions_hold_in_a_series_that_was_moved_on(weeks, start, skipped):
    """A Monday at nine in Berlin, through a change of clocks."""
    mondays = [date(2026, 9, 28) + timedelta(days=7 * number) for number in range(12)]
    without = [f"{mondays[each]:%Y%m%d}T090000" for each in skipped if each < len(mondays)]
    exceptions = f"EXDATE;TZID=Europe/Berlin:{','.join(without)}\n" if without else ""
    times = f"DTSTART;TZID=Europe/Berlin:{start}T090000\nDURATION:PT4H\nRRULE:FREQ=WEEKLY;INTERVAL={weeks}\n"
    event = f"BEGIN:VEVENT\nUID:1\n{times}{exceptions}SUMMARY:OOO\nEND:VEVENT\n"
    found = read(f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n".encode(), owner=Owner(BERLIN), at=AT).absences
    first = datetime.strptime(start, "%Y%m%d").date()
    expected = [
        datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)
        for day in mondays
        if (day - first).days % (7 * weeks) == 0 and f"{day:%Y%m%d}T090000" not in without
    ]
    assert [each.starts_at for each in found] == [each for each in expected if AT < each <= AT + LOOKED_AHEAD]
