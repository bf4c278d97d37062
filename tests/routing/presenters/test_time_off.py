"""Days and half days of time off in the rep's own time zone, also when the clocks change (C5, F5)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.forms.time_off import TimeOffForm
from routing.models import TimeOff
from routing.presenters.time_off import span_text

JAKARTA, BERLIN, CAIRO, NEW_YORK = map(ZoneInfo, ("Asia/Jakarta", "Europe/Berlin", "Africa/Cairo", "America/New_York"))
WHOLE = {"starts": "morning", "ends": "evening"}
MORNING = {"starts": "morning", "ends": "noon"}
AFTERNOON = {"starts": "noon", "ends": "evening"}


def planned(zone: ZoneInfo, first: str, last: str, **halves: str) -> tuple[datetime, datetime]:
    form = TimeOffForm({"kind": TimeOff.Kind.LEAVE, "first_day": first, "last_day": last, **halves}, zone=zone)
    assert form.is_valid(), form.errors
    return form.span()


@pytest.mark.parametrize(
    ("zone", "day", "halves", "hours"),
    [
        (JAKARTA, "2026-11-18", WHOLE, 24),
        (JAKARTA, "2026-11-18", MORNING, 12),
        (JAKARTA, "2026-11-18", AFTERNOON, 12),
        # clocks go forward at 02:00
        (BERLIN, "2026-03-29", WHOLE, 23),
        (BERLIN, "2026-03-29", MORNING, 11),
        (BERLIN, "2026-03-29", AFTERNOON, 12),
        # and back at 03:00
        (BERLIN, "2026-10-25", WHOLE, 25),
        (BERLIN, "2026-10-25", MORNING, 13),
        (BERLIN, "2026-10-25", AFTERNOON, 12),
        (NEW_YORK, "2026-11-01", MORNING, 13),
        # there is no midnight: the day begins at 01:00
        (CAIRO, "2026-04-24", WHOLE, 23),
        (CAIRO, "2026-04-24", MORNING, 11),
        # the last hour of the day comes twice
        (CAIRO, "2026-10-29", WHOLE, 25),
        (CAIRO, "2026-10-29", AFTERNOON, 13),
    ],
)
def test_a_day_and_its_halves_are_as_long_as_they_are_there(zone, day, halves, hours):
    starts_at, ends_at = planned(zone, day, day, **halves)
    assert ends_at - starts_at == timedelta(hours=hours)
    says = {"morning": ", morning", "noon": ", afternoon"}[halves["starts"]] if halves != WHOLE else ""
    shown = f"{datetime.fromisoformat(day):%a} {int(day[-2:])} {datetime.fromisoformat(day):%b %Y}"
    assert span_text(starts_at, ends_at, zone) == shown + says


def test_a_morning_in_jakarta_is_what_it_is_there():
    assert planned(JAKARTA, "2026-11-18", "2026-11-18", **MORNING) == (
        datetime(2026, 11, 17, 17, tzinfo=UTC),
        datetime(2026, 11, 18, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("halves", "says"),
    [
        (WHOLE, "Wed 18 Nov 2026 to Fri 20 Nov 2026"),
        (AFTERNOON, "Wed 18 Nov 2026 at noon to Fri 20 Nov 2026"),
        (MORNING, "Wed 18 Nov 2026 to Fri 20 Nov 2026 at noon"),
        ({"starts": "noon", "ends": "noon"}, "Wed 18 Nov 2026 at noon to Fri 20 Nov 2026 at noon"),
    ],
)
def test_several_days_read_as_the_first_and_the_last(halves, says):
    assert span_text(*planned(JAKARTA, "2026-11-18", "2026-11-20", **halves), JAKARTA) == says


@pytest.mark.parametrize(
    ("ends_at", "says"),
    [
        (datetime(2026, 11, 18, 17, tzinfo=JAKARTA), "Wed 18 Nov 2026, 09:30 to 17:00"),
        (datetime(2026, 11, 20, 12, tzinfo=JAKARTA), "Wed 18 Nov 2026, 09:30 to Fri 20 Nov 2026, 12:00"),
    ],
)
def test_other_periods_read_with_their_times(ends_at, says):
    assert span_text(datetime(2026, 11, 18, 9, 30, tzinfo=JAKARTA), ends_at, JAKARTA) == says
