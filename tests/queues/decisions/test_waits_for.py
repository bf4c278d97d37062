"""Why a lead of a rotation waits, and for whom (F5, F6, C4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.waits_for import Absent, MemberNow, Waits, WaitsFor, why_it_waits

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


def member(number: int, reason: str = "", **fields) -> MemberNow:
    return MemberNow(number, f"Rep {number}", reason, **fields)


@pytest.mark.parametrize(
    ("members", "declined", "asks_skill", "expected"),
    [
        ([], (), False, Waits(WaitsFor.MEMBERS)),
        ([member(1, has_skill=False)], (), True, Waits(WaitsFor.SKILL)),
        ([member(1), member(2, "on_leave")], (), False, None),
        ([member(1), member(2, "on_leave")], (1,), False, Waits(WaitsFor.MANAGER)),
        ([member(1, "on_leave")], (1,), False, Waits(WaitsFor.MANAGER)),
        ([member(1, "cap_week"), member(2, "cap_day")], (), False, Waits(WaitsFor.LIMIT, limit="cap_day")),
        ([member(1, "over_capacity")], (), False, Waits(WaitsFor.LIMIT, limit="over_capacity")),
        (
            [
                member(1, "cap_day", until=MONDAY + timedelta(hours=9)),
                member(2, "cap_week", until=MONDAY + timedelta(hours=1)),
                member(3, "over_capacity"),
            ],
            (),
            False,
            Waits(WaitsFor.LIMIT, limit="cap_week", until=MONDAY + timedelta(hours=1)),
        ),
        ([member(1, "cap_hour"), member(2, "over_capacity")], (), False, Waits(WaitsFor.LIMIT, limit="over_capacity")),
        (
            [member(1, has_skill=False), member(2, "on_leave", until=MONDAY)],
            (),
            True,
            Waits(WaitsFor.SPECIALIST, (Absent("Rep 2", "on_leave", MONDAY),)),
        ),
    ],
)
def test_who_or_what_a_lead_waits_for(members, declined, asks_skill, expected):
    assert why_it_waits(members, declined=declined, asks_skill=asks_skill) == expected


def test_those_who_are_back_first_come_first_and_only_three_are_named():
    back = [None, MONDAY + timedelta(days=2), MONDAY, MONDAY + timedelta(days=1)]
    members = [member(n, "on_leave", until=until) for n, until in enumerate(back)]
    waits = why_it_waits(members, declined=(), asks_skill=False)
    assert [each.name for each in waits.people] == ["Rep 2", "Rep 3", "Rep 1"]


@given(st.lists(st.tuples(st.sampled_from(["", "on_leave", "cap_day"]), st.booleans(), st.booleans()), max_size=6))
def test_a_lead_waits_for_nothing_exactly_if_somebody_free_with_the_skill_has_not_declined(rows):
    members = [member(n, reason, has_skill=has_skill) for n, (reason, has_skill, _declined) in enumerate(rows)]
    declined = {n for n, (_reason, _has_skill, has_declined) in enumerate(rows) if has_declined}
    somebody = any(not reason and has_skill and not gone for reason, has_skill, gone in rows)
    assert (why_it_waits(members, declined=declined, asks_skill=True) is None) == somebody
