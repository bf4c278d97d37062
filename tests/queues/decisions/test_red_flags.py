"""Red flags of reps (D4)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from queues.decisions.red_flags import HeldLead, RedFlag, RedFlagCode, red_flags

JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # 10:42 in Jakarta
FRIDAY_NOON = datetime(2026, 11, 13, 12, tzinfo=JAKARTA)
HOUR = timedelta(hours=1)


def held(
    label: str = "Acme", *, taken: datetime = MONDAY - HOUR, contacted: bool = False, is_open: bool = True
) -> HeldLead:
    due = None if contacted else taken + 2 * HOUR
    return HeldLead(label, taken, due, taken + HOUR if contacted else None, is_open)


def flags(*rows: HeldLead, at: datetime = MONDAY) -> tuple[RedFlag, ...]:
    return red_flags(rows, at=at, tz=JAKARTA)


def test_a_lead_within_its_contact_limit_raises_nothing():
    assert flags(held(), held(contacted=True, taken=MONDAY - 50 * HOUR)) == ()


def test_exactly_at_the_deadline_is_in_time():
    assert flags(held(taken=MONDAY - 2 * HOUR)) == ()
    assert flags(held(taken=MONDAY - 2 * HOUR - timedelta(seconds=1)))[0].code == RedFlagCode.LATE_CONTACT


def test_late_contacts_name_the_oldest_three():
    late = [held(f"L{n}", taken=MONDAY - (3 + n) * HOUR) for n in range(4)]
    assert flags(*late) == (RedFlag(RedFlagCode.LATE_CONTACT, 4, leads=("L3", "L2", "L1")),)


def test_friday_afternoon_counts_from_noon_and_shows_on_monday():
    late = flags(held(taken=FRIDAY_NOON))
    assert [flag.code for flag in late] == [RedFlagCode.LATE_CONTACT, RedFlagCode.OVER_THE_WEEKEND]
    assert RedFlagCode.OVER_THE_WEEKEND not in [
        flag.code for flag in flags(held(taken=FRIDAY_NOON - timedelta(minutes=1)))
    ]
    sunday = FRIDAY_NOON + timedelta(days=2, hours=11)
    assert RedFlagCode.OVER_THE_WEEKEND not in [flag.code for flag in flags(held(taken=FRIDAY_NOON), at=sunday)]


def test_hoarding_is_ten_claims_with_fewer_than_half_contacted():
    fresh = [held(contacted=n < 4) for n in range(10)]
    assert flags(*fresh) == (RedFlag(RedFlagCode.HOARDING, 4, of=10),)
    assert flags(*[held(contacted=n < 5) for n in range(10)]) == ()
    assert flags(*fresh[1:]) == ()


def test_hoarding_looks_at_the_claims_of_one_week():
    week = timedelta(days=7)
    fresh = [held(contacted=n < 4) for n in range(10)]
    older = [held(contacted=True, taken=MONDAY - week - HOUR) for _ in range(10)]
    assert flags(*fresh, *older) == (RedFlag(RedFlagCode.HOARDING, 4, of=10),)
    at_its_begin = [held(contacted=n < 4, taken=MONDAY - week, is_open=False) for n in range(10)]
    assert flags(*at_its_begin) == (RedFlag(RedFlagCode.HOARDING, 4, of=10),)


def test_leads_that_were_given_away_are_nobodys_late_contact():
    assert flags(held(taken=MONDAY - 5 * HOUR, is_open=False)) == ()
