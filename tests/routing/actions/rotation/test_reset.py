"""A rotation that resets: balances start from zero, owed turns come on top of the new share (F6b, F10)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up, take_back_catch_up
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.reset import next_reset_on
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rotation, RotationMember, TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_manager, make_rep, make_rotation

DAY = timedelta(days=1)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.mark.parametrize(
    ("resets", "reset_on", "coming"),
    [
        ("never", None, None),
        ("daily", None, date(2026, 11, 18)),  # no turn was taken yet: the first one begins, and resets nothing
        ("daily", TUESDAY, date(2026, 11, 18)),
        ("daily", MONDAY, TUESDAY),  # due, as no turn was taken today
        ("weekly", MONDAY, date(2026, 11, 23)),
        ("weekly", date(2026, 11, 9), TUESDAY),
        ("monthly", date(2026, 10, 31), TUESDAY),
        ("monthly", date(2026, 11, 1), date(2026, 12, 1)),
    ],
)
def test_when_it_resets_next(resets, reset_on, coming):
    assert next_reset_on(resets, on=TUESDAY, reset_on=reset_on) == coming


@pytest.fixture
def people():
    return [make_rep(first_name=name) for name in ("Maria", "Rina", "Carlos")]


def given(rotation, count: int, *, at) -> Counter:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=at)
    return Counter(each.holder.first_name for each in made)


@pytest.mark.django_db
@pytest.mark.parametrize("weights", [(1, 1, 1), (2, 1, 1)])
def test_turns_caught_up_come_on_top_of_the_new_share(people, weights):
    rotation = make_rotation(*people, resets="daily")
    for one, weight in zip(people, weights, strict=True):
        rotation.members.filter(rep=one.rep).update(weight=weight)
    given(rotation, 4, at=MORNING)
    catch_up(rotation, rep=people[2].rep, turns=3, why="was ill", by=None, at=MORNING)
    found = given(rotation, 3 + 4 * sum(weights), at=MORNING + DAY)
    names = ("Maria", "Rina", "Carlos")
    share = {name: 4 * weight for name, weight in zip(names, weights, strict=True)}
    assert found == share | {"Carlos": share["Carlos"] + 3}
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


@pytest.mark.django_db
def test_turns_taken_back_after_a_reset_leave_the_plain_share(people):
    rotation = make_rotation(*people, resets="daily")
    rotation.members.filter(rep=people[0].rep).update(weight=2)
    given(rotation, 4, at=MORNING)
    catch_up(rotation, rep=people[2].rep, turns=3, why="was ill", by=None, at=MORNING)
    given(rotation, 1, at=MORNING + DAY)
    line = LedgerLine.objects.get(kind="catch_up")
    assert take_back_catch_up(line, why="a mistake", by=make_manager(), at=MORNING + DAY) == 2
    assert given(rotation, 8, at=MORNING + DAY) == {"Maria": 4, "Rina": 2, "Carlos": 2}
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


@pytest.mark.django_db
def test_a_month_begins_with_its_first_turn(people):
    """Midnight of the rotation's own time zone: 30 November 17:00 UTC is December in Jakarta."""
    rotation = make_rotation(*people, resets="monthly", time_zone="Asia/Jakarta")
    november = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    given(rotation, 1, at=november)
    assert LedgerLine.objects.filter(kind="reset").count() == 0
    assert given(rotation, 3, at=november + timedelta(minutes=1)) == {"Maria": 1, "Rina": 1, "Carlos": 1}
    assert list(LedgerLine.objects.filter(kind="reset").values_list("details__resets", flat=True)) == ["monthly"]
    given(rotation, 1, at=datetime(2026, 12, 31, 16, 59, tzinfo=UTC))
    assert LedgerLine.objects.filter(kind="reset").count() == 1
    assert audit_rotation(rotation, at=november + timedelta(days=40)).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("comes_back", [False, True], ids=["still away", "back by then"])
def test_turns_skipped_before_a_reset_stay_owed(people, comes_back):
    rotation = make_rotation(*people, resets="daily", skipped_means="owed", owed_limit=10)
    given(rotation, 3, at=MORNING)
    ends = MORNING + DAY + timedelta(hours=-1 if comes_back else 1)
    TimeOff.objects.create(rep=people[2].rep, kind="leave", starts_at=MORNING, ends_at=ends)
    given(rotation, 6, at=MORNING + timedelta(hours=1))
    after = given(rotation, 1, at=MORNING + DAY)
    carlos = rotation.members.get(rep=people[2].rep)
    assert (carlos.owed, after["Carlos"]) == ((1, 1) if comes_back else (0, 0)), "on return"
    later = given(rotation, 10, at=MORNING + DAY + timedelta(hours=2))
    assert after + later == Counter({"Maria": 3, "Rina": 3, "Carlos": 5}), "of nine leads three each, and two owed"
    assert audit_rotation(rotation, at=MORNING + DAY + timedelta(hours=2)).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["smooth", "value"])
def test_turns_owed_to_somebody_who_left_are_paid_for_after_a_reset_and_after_another_way(people, way):
    rotation = make_rotation(*people, resets="daily")
    catch_up(rotation, rep=people[2].rep, turns=2, why="was ill", by=None, at=MORNING)
    members = [MemberEdit(row.rep_id, member_id=row.pk) for row in rotation.members.order_by("position")[:2]]
    given(rotation, 1, at=MORNING)
    edit_rotation(rotation, fields={"way": way}, members=members, by=None, at=MORNING)
    given(rotation, 1, at=MORNING + DAY)
    state = load_state(Rotation.objects.get(), at=MORNING + DAY)
    left = RotationMember.everybody.get(left_at__isnull=False)
    assert left.balance == left.owed * TURN
    assert left.balance + sum(state.balance_of(each) for each in state.members) + state.rest == 0
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []
