"""The preview of what skipped turns will mean: when somebody is back, how many are owed, and on which days (F5)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours
from routing.decisions.availability.returns import ReturnPreview, away_span, preview_owed, preview_return
from routing.decisions.availability.status import Absence, AvailabilityRules
from routing.decisions.rotation.skipped_turns import SkippedMeans, SkippedTurnPolicy
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy

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
    assert away_span(absences, at=AT, rules=AvailabilityRules(all_day_meeting=False), hours=hours) == span


def line(*, away: int = 1, strategy: Strategy = Strategy.SMOOTH, virtual: int = 0) -> RotationState:
    """Four members of weight 1; the first is away and has missed what the clock ran."""
    members = tuple(Candidate(n, n, n, is_available=n >= away, reason="on_leave" if n < away else "") for n in range(4))
    return RotationState(members, strategy=strategy, virtual=virtual)


def preview(
    policy: SkippedTurnPolicy,
    *,
    turns_a_day: float = 0,
    missed: int = 0,
    owed: int = 0,
    strategy: Strategy = Strategy.SMOOTH,
) -> ReturnPreview:
    state = line(strategy=strategy, virtual=missed * TURN // 100)
    member = state.members[0]
    member = Candidate(**{name: getattr(member, name) for name in member.__slots__} | {"owed": owed})
    span = (AT, AT + timedelta(days=3))
    return preview_return(
        member, state, policy, away_for="on_leave", span=span, turns_a_day=turns_a_day, today=MONDAY, hours=OFFICE
    )


@pytest.mark.parametrize(
    ("policy", "owed", "days"),
    [
        (SkippedTurnPolicy(SkippedMeans.FORGONE), 0, 0),
        (SkippedTurnPolicy(SkippedMeans.OWED, limit=5), 5, 1),
        (SkippedTurnPolicy(SkippedMeans.OWED, limit=50), 5, 1),
        (SkippedTurnPolicy(SkippedMeans.FIRST), 1, 1),
        (SkippedTurnPolicy(SkippedMeans.DAILY, a_day=1), 5, 5),
        (SkippedTurnPolicy(SkippedMeans.DAILY, a_day=4), 5, 2),
    ],
)
def test_turns_missed_and_to_come_mean_what_the_rotation_says(policy, owed, days):
    """Two were missed, and of the twelve leads of the three days a quarter is due to each of the four."""
    found = preview(policy, turns_a_day=4, missed=2)
    assert (found.owed, len(found.plan), sum(many for _day, many in found.plan)) == (owed, days, owed)


def test_owed_turns_do_not_come_on_days_off():
    days = [day for day, _many in preview(SkippedTurnPolicy(SkippedMeans.DAILY), missed=6).plan]
    assert days == [date(2026, 11, 30), *(date(2026, 12, day) for day in (1, 2, 3, 4, 7))]


def test_what_was_owed_before_counts_within_the_limit():
    assert preview(SkippedTurnPolicy(SkippedMeans.OWED, limit=5), missed=4, owed=3).owed == 5
    assert preview(SkippedTurnPolicy(SkippedMeans.OWED, limit=5), owed=9).owed == 9


def one_day(now: RotationState, *, away_for: str, turns_a_day: float) -> ReturnPreview:
    span, policy = (AT, AT + timedelta(days=1)), SkippedTurnPolicy(SkippedMeans.DAILY)
    more = {"turns_a_day": turns_a_day, "today": MONDAY, "hours": None}
    return preview_return(now.members[0], now, policy, away_for=away_for, span=span, **more)


def test_a_pause_before_the_leave_is_not_counted():
    now = line(virtual=5 * TURN // 100)
    assert one_day(now, away_for="switched_off", turns_a_day=0).owed == 0
    assert one_day(now, away_for="on_leave", turns_a_day=0).owed == 5


def test_where_value_is_shared_what_was_missed_comes_by_itself():
    assert preview(SkippedTurnPolicy(SkippedMeans.DAILY), missed=3, strategy=Strategy.VALUE).levels
    assert not preview(SkippedTurnPolicy(SkippedMeans.FORGONE), missed=3, strategy=Strategy.VALUE).levels


def test_nobody_else_here_takes_the_turns_of_all_others():
    assert one_day(line(away=4), away_for="on_leave", turns_a_day=9).owed == 2


def test_what_is_still_owed_to_somebody_who_is_here():
    found = preview_owed(
        Candidate(1, 1, 0, owed=3), SkippedTurnPolicy(SkippedMeans.DAILY, a_day=2), today=MONDAY, hours=OFFICE
    )
    assert (found.back_at, found.plan) == (None, ((MONDAY, 2), (MONDAY + timedelta(days=1), 1)))
