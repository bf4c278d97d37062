"""The preview of what skipped turns will mean: when somebody is back, how many are owed, and on which days (F5)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours
from routing.decisions.availability.returns import Return, away_span, foreseen, made_good
from routing.decisions.availability.status import Absence, Skips
from routing.decisions.rotation.skipped_turns import Means, Skipped
from routing.decisions.rotation.state import TURN, Candidate, Line, Way

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = WorkingHours(DEFAULT_HOURS, JAKARTA)
MONDAY = date(2026, 11, 30)


def jakarta(day: int, hour: int = 0) -> datetime:
    """A moment of November 2026, of which the 16th is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=JAKARTA)


def absence(first: datetime, last: datetime, kind: str = "leave") -> Absence:
    return Absence(first.astimezone(UTC), last.astimezone(UTC), kind)


AT = jakarta(16, 10)


@pytest.mark.parametrize(
    ("absences", "hours", "span"),
    [
        ([], OFFICE, None),
        ([absence(jakarta(10), jakarta(15))], OFFICE, None),
        ([absence(jakarta(16), jakarta(18))], None, (AT, jakarta(18))),
        ([absence(jakarta(16), jakarta(18))], OFFICE, (AT, jakarta(18, 9))),
        ([absence(jakarta(18, 12), jakarta(21))], OFFICE, (jakarta(18, 12), jakarta(23, 9))),  # until Saturday
        ([absence(jakarta(16), jakarta(18)), absence(jakarta(18), jakarta(19))], OFFICE, (AT, jakarta(19, 9))),
        (
            [absence(jakarta(16), jakarta(21)), absence(jakarta(23), jakarta(24), "holiday")],
            OFFICE,
            (AT, jakarta(24, 9)),  # the weekend, then a holiday
        ),
        ([absence(jakarta(16), jakarta(17), "meeting")], OFFICE, None),
        ([absence(jakarta(16), jakarta(17))], WorkingHours((), JAKARTA), (AT, jakarta(17))),
    ],
)
def test_away_from_the_first_absence_until_the_next_moment_of_work(absences, hours, span):
    assert away_span(absences, at=AT, skips=Skips(all_day_meeting=False), hours=hours) == span


def line(*, away: int = 1, way: Way = Way.SMOOTH, virtual: int = 0) -> Line:
    """Four members of weight 1, of whom the first is away and has missed what the clock ran."""
    members = tuple(
        Candidate(n, n, n, is_available=n >= away, reason="on_leave" if n < away else "", takes_part=n >= away)
        for n in range(4)
    )
    return Line(members, way=way, virtual=virtual)


def told(skipped: Skipped, *, turns_a_day: float = 0, missed: int = 0, owed: int = 0, way: Way = Way.SMOOTH) -> Return:
    now = line(way=way, virtual=missed * TURN // 100)
    member = now.members[0]
    member = Candidate(**{name: getattr(member, name) for name in member.__slots__} | {"owed": owed})
    span = (AT, AT + timedelta(days=3))
    return foreseen(
        member, now, skipped, away_for="on_leave", span=span, turns_a_day=turns_a_day, today=MONDAY, hours=OFFICE
    )


@pytest.mark.parametrize(
    ("skipped", "owed", "days"),
    [
        (Skipped(Means.FORGONE), 0, 0),
        (Skipped(Means.OWED, limit=5), 5, 1),
        (Skipped(Means.OWED, limit=50), 6, 1),
        (Skipped(Means.FIRST), 1, 1),
        (Skipped(Means.DAILY, a_day=1), 6, 6),
        (Skipped(Means.DAILY, a_day=4), 6, 2),
    ],
)
def test_turns_missed_and_to_come_mean_what_the_rotation_says(skipped, owed, days):
    """Two were missed, and of the four a day for three days the three others have one lap each day, so four more."""
    found = told(skipped, turns_a_day=4, missed=2)
    assert (found.owed, len(found.plan), sum(many for _day, many in found.plan)) == (owed, days, owed)


def test_days_off_are_no_days_on_which_turns_are_made_good():
    days = [day for day, _many in told(Skipped(Means.DAILY), missed=6).plan]
    assert days == [date(2026, 11, 30), *(date(2026, 12, day) for day in (1, 2, 3, 4, 7))]


def test_what_was_owed_before_counts_within_the_limit():
    assert told(Skipped(Means.OWED, limit=5), missed=4, owed=3).owed == 5
    assert told(Skipped(Means.OWED, limit=5), owed=9).owed == 9


def one_day(now: Line, *, away_for: str, turns_a_day: float) -> Return:
    span, skipped = (AT, AT + timedelta(days=1)), Skipped(Means.DAILY)
    more = {"turns_a_day": turns_a_day, "today": MONDAY, "hours": None}
    return foreseen(now.members[0], now, skipped, away_for=away_for, span=span, **more)


def test_a_pause_before_the_leave_is_not_counted():
    now = line(virtual=5 * TURN // 100)
    assert one_day(now, away_for="switched_off", turns_a_day=0).owed == 0
    assert one_day(now, away_for="on_leave", turns_a_day=0).owed == 5


def test_where_value_is_shared_what_was_missed_comes_by_itself():
    assert told(Skipped(Means.DAILY), missed=3, way=Way.VALUE).levels
    assert not told(Skipped(Means.FORGONE), missed=3, way=Way.VALUE).levels


def test_nobody_else_here_takes_the_turns_of_all_others():
    assert one_day(line(away=4), away_for="on_leave", turns_a_day=9).owed == 3


def test_what_is_still_owed_to_somebody_who_is_here():
    found = made_good(Candidate(1, 1, 0, owed=3), Skipped(Means.DAILY, a_day=2), today=MONDAY, hours=OFFICE)
    assert (found.back_at, found.plan) == (None, ((MONDAY, 2), (MONDAY + timedelta(days=1), 1)))
