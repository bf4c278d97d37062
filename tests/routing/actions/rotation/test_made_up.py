"""Half of what an absence missed is made up, and the others keep the other half (F5)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import roll_back
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rotation, RotationMember, RotationVersion, TimeOff
from routing.queries.rotation.state import load_state
from routing.queries.rotation.versions import snapshot_of
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def lived(**fields) -> Rotation:
    """A, B and C; C is away for twelve leads, four of which would have been hers."""
    made = make_rotation(*(make_rep(last_name=name) for name in "ABC"), **fields)
    away = made.members.get(position=2).rep
    TimeOff.objects.create(rep=away, kind="leave", starts_at=MORNING, ends_at=MORNING + DAY)
    given(made, 12, at=MORNING)
    return made


def given(rotation: Rotation, count: int, *, at) -> Counter:
    leads = [make_lead(score=100) for _lead in range(count)]
    made = take_turns(rotation, [TurnRequest(lead) for lead in leads], at=at)
    return Counter(each.holder.last_name for each in made)


def together(rotation: Rotation) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING + DAY)
    return sum(state.balance_of(each) for each in state.members) + state.rest


@pytest.mark.parametrize(
    ("fields", "owed", "back"),
    [
        ({"skipped_means": "owed", "owed_limit": 10}, 4, {"A": 1, "B": 1, "C": 6}),
        ({"skipped_means": "owed", "owed_limit": 10, "made_up_percent": 50}, 2, {"A": 2, "B": 2, "C": 4}),
        ({"skipped_means": "owed", "owed_limit": 1, "made_up_percent": 50}, 1, {"A": 2, "B": 2, "C": 4}),
        ({"skipped_means": "daily", "owed_a_day": 9, "made_up_percent": 50}, 2, {"A": 2, "B": 2, "C": 4}),
    ],
)
def test_so_much_is_made_up_on_return(fields, owed, back):
    rotation = lived(**fields)
    line_before = LedgerLine.objects.latest("pk").pk
    found = given(rotation, 8, at=MORNING + DAY)
    assert sum(LedgerLine.objects.filter(kind="back").values_list("owed", flat=True)) == owed
    assert LedgerLine.objects.filter(pk__gt=line_before, kind="back").exists()
    assert abs(found["C"] - back["C"]) <= 1
    assert abs(together(rotation)) < TURN // 10**6
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


@pytest.mark.parametrize("leaves", [True, False])
def test_who_is_paused_or_leaves_while_away_has_a_part_of_what_is_not_made_up(leaves):
    """By the weight of until then; so all balances together stay at zero."""
    rotation = lived(skipped_means="daily", made_up_percent=50)
    members = list(rotation.members.order_by("position"))
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=Decimal(0 if each is members[-1] else 1))
        for each in members[: -1 if leaves else None]
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING + timedelta(hours=1))
    left = RotationMember.everybody.filter(rotation=rotation, left_at__isnull=False).aggregate(n=Sum("balance"))["n"]
    assert bool(left) == leaves
    assert abs(together(rotation) + (left or 0)) < TURN // 10**6
    given(rotation, 3, at=MORNING + DAY)
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


def test_of_missed_value_a_part_is_made_up():
    rotation = lived(skipped_means="owed", way="value", made_up_percent=50)
    assert [given(rotation, 2, at=MORNING + DAY), given(rotation, 9, at=MORNING + DAY)["C"] <= 4] == [{"C": 2}, True]
    assert abs(together(rotation)) < TURN // 10**6
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


def test_a_version_of_a_release_before_made_up_everything():
    rotation = lived(skipped_means="owed")
    made = make_rotation(make_rep(), name="Old")
    RotationVersion.objects.create(rotation=made, number=1, at=MORNING, snapshot=_old(rotation))
    Rotation.objects.filter(pk=made.pk).update(made_up_percent=50, version=2)
    roll_back(Rotation.objects.get(pk=made.pk), 1, version=2, by=None, at=MORNING)
    assert Rotation.objects.get(pk=made.pk).made_up_percent == 100


def _old(rotation: Rotation) -> dict:
    found = snapshot_of(Rotation.objects.get(pk=rotation.pk))
    fields = {name: value for name, value in found["fields"].items() if name != "made_up_percent"}
    return found | {"fields": fields | {"name": "Old"}}
