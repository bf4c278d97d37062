"""Red flags of reps (D4)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from queues.decisions.red_flags import Evidence, HeldLead, RedFlag, RedFlagCode, Skip, red_flags

JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # 10:42 in Jakarta
FRIDAY_NOON = datetime(2026, 11, 13, 12, tzinfo=JAKARTA)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def held(
    label: str = "Acme",
    *,
    taken: datetime = MONDAY - HOUR,
    contacted: bool = False,
    is_open: bool = True,
    limit: timedelta = 2 * HOUR,
) -> HeldLead:
    due = None if contacted else taken + limit
    return HeldLead(Evidence(1, label), taken, due, taken + HOUR if contacted else None, is_open)


def named(flag: RedFlag) -> list[str]:
    return [lead.label for lead in flag.leads]


def flags(*rows: HeldLead, at: datetime = MONDAY) -> tuple[RedFlag, ...]:
    return red_flags(rows, at=at, tz=JAKARTA)


def test_a_lead_within_its_contact_limit_raises_nothing():
    assert flags(held(), held(contacted=True, taken=MONDAY - 50 * HOUR)) == ()


def test_exactly_at_the_deadline_is_in_time():
    assert flags(held(taken=MONDAY - 2 * HOUR)) == ()
    assert flags(held(taken=MONDAY - 2 * HOUR - SECOND))[0].code == RedFlagCode.LATE_CONTACT


def test_two_hours_without_contact_are_late_where_the_limit_is_longer():
    day = timedelta(days=1)
    assert flags(held(taken=MONDAY - 2 * HOUR, limit=day)) == ()
    assert flags(held(taken=MONDAY - 2 * HOUR - SECOND, limit=day))[0].code == RedFlagCode.LATE_CONTACT
    assert flags(held(taken=MONDAY - HOUR / 2 - SECOND, limit=HOUR / 2))[0].code == RedFlagCode.LATE_CONTACT


def test_late_contacts_name_the_oldest_twenty():
    (flag,) = flags(*[held(f"L{n}", taken=MONDAY - (3 + n) * HOUR, is_open=True) for n in range(9)])
    assert (flag.amount, named(flag)) == (9, [f"L{n}" for n in range(8, -1, -1)])
    many = flags(*[held(f"L{n}", taken=MONDAY - (3 + n) * HOUR) for n in range(30)])[0]
    assert (many.amount, named(many)) == (30, [f"L{n}" for n in range(29, 9, -1)])


def test_friday_afternoon_counts_from_noon_and_shows_on_monday():
    late = flags(held(taken=FRIDAY_NOON))
    assert [flag.code for flag in late] == [RedFlagCode.LATE_CONTACT, RedFlagCode.OVER_THE_WEEKEND]
    assert RedFlagCode.OVER_THE_WEEKEND not in [
        flag.code for flag in flags(held(taken=FRIDAY_NOON - timedelta(minutes=1)))
    ]
    sunday = FRIDAY_NOON + timedelta(days=2, hours=11)
    assert RedFlagCode.OVER_THE_WEEKEND not in [flag.code for flag in flags(held(taken=FRIDAY_NOON), at=sunday)]


def hoarding(*rows: HeldLead) -> list[tuple[int, int, int]]:
    """Contacted, of so many claims, and how many leads are named."""
    found = [flag for flag in flags(*rows) if flag.code == RedFlagCode.HOARDING]
    return [(flag.amount, flag.of, len(flag.leads)) for flag in found]


def test_hoarding_is_ten_claims_with_fewer_than_half_contacted():
    fresh = [held(contacted=n < 4) for n in range(10)]
    assert hoarding(*fresh) == [(4, 10, 6)]
    assert hoarding(*[held(contacted=n < 5) for n in range(10)]) == []
    assert hoarding(*fresh[1:]) == []
    assert hoarding(*[held(contacted=n < 4) for n in range(20)]) == [(4, 20, 16)]


def test_hoarding_looks_at_the_claims_of_one_week():
    week = timedelta(days=7)
    fresh = [held(contacted=n < 4) for n in range(10)]
    older = [held(contacted=True, taken=MONDAY - week - HOUR) for _ in range(10)]
    assert hoarding(*fresh, *older) == [(4, 10, 6)]
    at_its_begin = [held(contacted=n < 4, taken=MONDAY - week, is_open=False) for n in range(10)]
    assert hoarding(*at_its_begin) == [(4, 10, 6)]


def skipped(*minutes_ago: int, place: str = "Blind") -> list[Skip]:
    return [Skip(Evidence(n, f"L{n}"), MONDAY - timedelta(minutes=n), place) for n in minutes_ago]


def skip_flags(skips: list[Skip], at: datetime = MONDAY) -> list[tuple[str, int, list[str]]]:
    return [(flag.place, flag.amount, named(flag)) for flag in red_flags([], skips, at=at, tz=JAKARTA)]


def test_the_third_skip_within_an_hour_in_one_queue_is_a_flag():
    assert skip_flags(skipped(1, 30)) == []
    assert skip_flags(skipped(1, 30, 60)) == [("Blind", 3, ["L60", "L30", "L1"])]
    assert skip_flags(skipped(1, 30, 61)) == []
    assert skip_flags([*skipped(1, 30), *skipped(2, place="Other")]) == []


def test_the_flag_of_skips_ends_by_itself():
    assert skip_flags(skipped(0, 10, 20), at=MONDAY + HOUR) == []


def test_leads_that_were_given_away_are_nobodys_late_contact():
    assert flags(held(taken=MONDAY - 5 * HOUR, is_open=False)) == ()
