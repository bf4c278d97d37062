"""When a message may leave: choices, quiet hours over midnight and where clocks change, growing gaps (I1)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.word_times import GAPS, Hours, leaves_at, next_digest, next_try, quiet_until, when_for
from routing.decisions.words import Medium, Role, When

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NIGHT = Hours(JAKARTA, time(8, 30), time(18), time(7, 30))
NOON = Hours(JAKARTA, time(8, 30), time(12), time(13))


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = JAKARTA, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (NIGHT, at(2, 17, 59), None),
        (NIGHT, at(2, 18), at(3, 7, 30)),
        (NIGHT, at(3, 0), at(3, 7, 30)),
        (NIGHT, at(3, 7, 29), at(3, 7, 30)),
        (NIGHT, at(3, 7, 30), None),
        (NOON, at(2, 11, 59), None),
        (NOON, at(2, 12), at(2, 13)),
        (NOON, at(2, 13), None),
        (Hours(JAKARTA), at(2, 3), None),
    ],
)
def test_quiet_hours_end(hours, moment, end):
    assert quiet_until(hours, moment.astimezone(UTC)) == end


def test_quiet_hours_end_after_an_hour_that_is_left_out_or_comes_twice():
    spring = Hours(BERLIN, quiet_from=time(22), quiet_to=time(2, 30))
    assert quiet_until(spring, datetime(2026, 3, 29, 0, 45, tzinfo=UTC)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    for clock in ((0, 15), (1, 15)):
        moment = datetime(2026, 10, 25, *clock, tzinfo=UTC)  # 02:15 summer time, then 02:15 winter time
        assert quiet_until(spring, moment) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_choice_and_the_quiet_hours_decide_when_it_leaves():
    plain = {"is_critical": False, "hours": NIGHT}
    assert leaves_at(When.OFF, at=at(2, 10), **plain) is None
    assert leaves_at(When.NOW, at=at(2, 10), **plain) == at(2, 10)
    assert leaves_at(When.NOW, at=at(2, 20), **plain) == at(3, 7, 30)
    assert leaves_at(When.HOURLY, at=at(2, 10, 5), **plain) == at(2, 11)
    assert leaves_at(When.HOURLY, at=at(2, 17, 5), **plain) == at(3, 7, 30)
    assert leaves_at(When.MORNING, at=at(2, 8, 29), **plain) == at(2, 8, 30)
    assert leaves_at(When.MORNING, at=at(2, 8, 30), **plain) == at(3, 8, 30)


def test_what_is_worth_nothing_later_is_not_kept_for_later():
    ten = {"is_critical": False, "hours": NIGHT, "lasts": timedelta(minutes=10)}
    assert leaves_at(When.NOW, at=at(2, 10), **ten) == at(2, 10)
    assert leaves_at(When.NOW, at=at(3, 7, 20), **ten) == at(3, 7, 30)
    assert leaves_at(When.NOW, at=at(3, 7, 19), **ten) is None
    assert leaves_at(When.NOW, at=at(2, 18), **ten) is None
    assert leaves_at(When.MORNING, at=at(2, 7), **ten) is None


def test_only_what_is_critical_passes_and_only_by_choice():
    passing = Hours(JAKARTA, time(8), time(18), time(7), critical_passes=True)
    assert leaves_at(When.NOW, is_critical=True, hours=passing, at=at(2, 20)) == at(2, 20)
    assert leaves_at(When.NOW, is_critical=False, hours=passing, at=at(2, 20)) == at(3, 7)
    assert leaves_at(When.NOW, is_critical=True, hours=NIGHT, at=at(2, 20)) == at(3, 7, 30)
    assert leaves_at(When.HOURLY, is_critical=True, hours=passing, at=at(2, 20)) == at(3, 7)


def test_a_digest_comes_at_the_local_time_of_the_person():
    hours = Hours(BERLIN, time(8))
    assert next_digest(hours, datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert next_digest(hours, datetime(2026, 3, 27, 12, tzinfo=UTC)) == datetime(2026, 3, 28, 7, tzinfo=UTC)


def test_the_loudest_role_counts_and_a_choice_beats_the_table():
    assert when_for("queue_red", {Role.MANAGER}, Medium.MAIL, {}) == When.NOW
    assert when_for("queue_yellow", {Role.MANAGER, Role.OPS}, Medium.MAIL, {}) == When.OFF
    assert when_for("channel_dead", {Role.OPS}, Medium.MAIL, {}) == When.MORNING
    assert when_for("channel_dead", {Role.HOLDER}, Medium.MAIL, {}) == When.NOW
    assert when_for("assigned", set(), Medium.MAIL, {}) == When.NOW
    assert when_for("assigned", set(), Medium.SMS, {}) == When.OFF
    assert when_for("assigned", set(), Medium.MAIL, {"assigned": When.HOURLY}) == When.HOURLY


def test_gaps_grow_for_a_day():
    assert list(GAPS) == sorted(set(GAPS)) and sum(GAPS, timedelta()) == timedelta(days=1)
    moment = at(2, 10)
    tries = [next_try(number, at=moment) for number in range(1, len(GAPS) + 2)]
    assert tries == [*(moment + gap for gap in GAPS), None]
