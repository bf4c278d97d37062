"""An installation of the release before: the next leads go as they would have gone (L11)."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.ledger import state_as_json
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rep, Rotation, RotationMember, TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
set_balances = import_module("routing.migrations.0017_balances").set_balances
write_openings = import_module("routing.migrations.0058_openings_of_blocks").write_openings
HOURS = MORNING.resolution * 3_600_000_000


def old_rotation(names: str, members: dict[str, dict] | None = None, **fields) -> Rotation:
    """As the release before wrote it: with a ledger, and with balances that only weights and value looked at."""
    rotation = make_rotation(*(make_rep(first_name=name, last_name="") for name in names), **fields)
    for number, member in enumerate(rotation.members.order_by("position")):
        values = {"takes_part": True, "balance": (number - 1) * TURN // 3} | (members or {}).get(names[number], {})
        RotationMember.objects.filter(pk=member.pk).update(**values)
    LedgerLine.objects.create(rotation=rotation, at=MORNING, kind="opening", details={"of": "the release before"})
    set_balances(apps, None)
    return Rotation.objects.get(pk=rotation.pk)


def next_leads(rotation: Rotation, count: int, *, at=MORNING) -> str:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=at)
    assert audit_rotation(rotation, at=at).faults == []
    return "".join(each.holder.first_name for each in made)


def test_a_list_goes_on_behind_its_pointer():
    rotation = old_rotation("ABCD", pointer=1)
    assert next_leads(rotation, 6) == "CDABCD"


def test_owed_turns_come_first_and_turns_had_in_advance_are_skipped():
    rotation = old_rotation("ABC", {"A": {"owed": 2}, "B": {"owed": -1}}, pointer=0)
    assert next_leads(rotation, 7) == "AACABCA"


def test_a_block_that_has_begun_is_finished():
    heavy = {"weight": Decimal(3)}
    rotation = old_rotation("AB", {"A": heavy}, way="blocks", pointer=0, in_block=1)
    assert next_leads(rotation, 8) == "AABAAABA"


def test_weights_that_are_spread_keep_their_balances():
    rotation = old_rotation("AB", {"A": {"weight": Decimal(2), "balance": -TURN // 3}, "B": {"balance": TURN // 3}})
    assert list(rotation.members.order_by("position").values_list("balance", flat=True)) == [-TURN // 3, TURN // 3]
    assert next_leads(rotation, 5) == "ABABA"


def test_what_an_absence_left_owed_is_owed_on_return():
    """Three others had nine leads since: the release before would owe three on return."""
    away = {"takes_part": False, "away_for": "on_leave", "balance": 0, "base": 0}
    rotation = old_rotation("ABCD", {"D": away}, skipped_means="owed", virtual=3 * TURN // 100, pointer=2)
    member = rotation.members.get(rep__user__first_name="D")
    assert (member.owed, member.takes_part) == (3, True)
    TimeOff.objects.create(rep=member.rep, kind="leave", starts_at=MORNING - 24 * HOURS, ends_at=MORNING + HOURS)
    assert next_leads(rotation, 3) == "ABC"
    assert next_leads(rotation, 3, at=MORNING + 2 * HOURS) == "DDD"


def test_a_rotation_that_gave_no_lead_yet_starts_as_ever():
    rotation = old_rotation("AB")
    LedgerLine.objects.all().delete()
    assert next_leads(rotation, 4) == "ABAB"


def test_a_rotation_without_members_is_audited_from_now_on():
    rotation = make_rotation(make_rep())
    old = {"pointer": None, "in_block": 0, "virtual": 0, "rest": 0, "members": {"1": [0, 0, 0, True, 100]}}
    LedgerLine.objects.create(rotation=rotation, at=MORNING, kind="opening", details=old)
    rotation.members.all().delete()
    set_balances(apps, None)
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_turns_in_blocks_that_an_earlier_release_decided_are_no_faults():
    """It took the plain turn from before the weights differed for the first of a block, and went on with it."""
    rotation = make_rotation(*(make_rep(first_name=name, last_name="") for name in "AB"), way="blocks")
    assert next_leads(rotation, 1) == "A"
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=Decimal(3 if str(each.rep) == "A" else 1))
        for each in rotation.members.order_by("position")
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)
    as_in_a_block(rotation)
    take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)
    as_in_a_block(rotation)
    assert [fault["what"] for fault in audit_rotation(rotation, at=MORNING).faults][:1] == ["owner"]
    write_openings(apps, None)
    assert audit_rotation(rotation, at=MORNING).faults == []
    assert next_leads(rotation, 7) == "AABAAAB"


def test_the_opening_of_blocks_is_the_state_also_where_leads_ask_for_skills():
    people = [make_rep(first_name=name, last_name="") for name in "AB"]
    Rep.objects.filter(user=people[1]).update(skills=["Thai"])
    rotation = make_rotation(*people, way="blocks", skill="industry")
    take_turns(rotation, [TurnRequest(make_lead(industry=word)) for word in ("", "Thai", "")], at=MORNING)
    write_openings(apps, None)
    rotation.refresh_from_db()
    opening = LedgerLine.objects.filter(kind="opening").latest("pk").details
    assert rotation.needs
    assert opening == state_as_json(load_state(rotation, at=MORNING, as_stored=True)) | {"paid": {}}
    assert next_leads(rotation, 2) == "AB"


def test_a_rotation_without_blocks_keeps_its_opening():
    rotation = make_rotation(make_rep(), make_rep())
    next_leads(rotation, 1)
    write_openings(apps, None)
    assert LedgerLine.objects.filter(rotation=rotation, kind="opening").count() == 1


def as_in_a_block(rotation: Rotation) -> None:
    """One turn of a block was had."""
    Rotation.objects.filter(pk=rotation.pk).update(in_block=1)
    rotation.refresh_from_db()
