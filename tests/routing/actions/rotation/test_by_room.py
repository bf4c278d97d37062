"""Rotations that share by free capacity or by open leads, on the database: decided, written, undone and replayed."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from json import dumps

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up, count_as_turn
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Roster, Rotation, RotationMember, TimeOff, Turn
from routing.queries.rotation.openings import openings
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def people(*capacities: int) -> list:
    users = [make_rep(first_name=name) for name, _capacity in zip("ABCDEFGHIJ", capacities, strict=False)]
    for user, capacity in zip(users, capacities, strict=True):
        user.rep.capacity = capacity
        user.rep.save(update_fields=["capacity"])
    return users


def holds(user, count: int, *, at=MORNING) -> list[Assignment]:
    """Open leads from elsewhere."""
    rows = [
        Assignment(lead=make_lead(), holder=user, how=Assignment.How.TAKE_NEXT, assigned_at=at) for _n in range(count)
    ]
    return Assignment.objects.bulk_create(rows)


def given(rotation: Rotation, count: int, *, at=MORNING, **request) -> str:
    made = take_turns(rotation, [TurnRequest(make_lead(), **request) for _n in range(count)], at=at)
    return "".join(each.holder.first_name for each in made)


def one_by_one(rotation: Rotation, count: int, *, at=MORNING) -> str:
    return "".join(given(rotation, 1, at=at) for _n in range(count))


def faults(rotation: Rotation, *, at=MORNING) -> Sequence[dict]:
    return audit_rotation(rotation, at=at).faults


def edits_of(rotation: Rotation, **weights: str) -> list[MemberEdit]:
    rows = RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("position")
    return [
        MemberEdit(row.rep_id, member_id=row.pk, weight=Decimal(weights.get(row.rep.user.first_name, row.weight)))
        for row in rows
    ]


@pytest.mark.parametrize("give", [given, one_by_one])
def test_ten_twelve_and_fifteen_places_free(give):
    one, two, three = people(10, 20, 20)
    holds(two, 8)
    holds(three, 5)
    rotation = make_rotation(one, two, three, way="most_free")
    assert give(rotation, 9) == "CCCBCBCAB"
    assert faults(rotation) == []


@pytest.mark.parametrize("give", [given, one_by_one])
def test_the_fewest_open_leads(give):
    one, two, three = people(10, 10, 10)
    holds(one, 4)
    holds(two, 2)
    holds(three, 3)
    rotation = make_rotation(one, two, three, way="fewest_open")
    assert give(rotation, 5) == "BCBAC"
    assert faults(rotation) == []


def test_a_lead_that_was_closed_or_taken_elsewhere_counts_at_once():
    one, two = people(10, 10)
    rotation = make_rotation(one, two, way="fewest_open")
    own = holds(one, 2)
    assert one_by_one(rotation, 2) == "BB"
    holds(two, 1)
    assert one_by_one(rotation, 1) == "A"
    Assignment.objects.filter(pk__in=[each.pk for each in own]).update(
        ended_at=MORNING, ended_how=Assignment.Ended.CLOSED
    )
    assert one_by_one(rotation, 3) == "AAB"
    assert faults(rotation) == []


def test_who_is_above_the_capacity_gets_nothing_though_no_switch_says_so():
    """As everywhere, exactly at the capacity is not above it, and capacity 0 gives nothing (L1)."""
    one, two, three = people(2, 1, 0)
    rotation = make_rotation(one, two, three, way="most_free")
    assert given(rotation, 9) == "ABABA"
    assert load_reasons(rotation) == ["over_capacity"] * 3
    with pytest.raises(NobodyAvailable):
        given(rotation, 1)
    assert openings(rotation, at=MORNING).takers == ()
    edit_rotation(rotation, fields={"way": "fewest_open"}, by=None, at=MORNING)
    assert load_reasons(rotation) == ["", "", ""]


def load_reasons(rotation: Rotation) -> list[str]:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    return [each.skip_reason for each in state.members]


def test_owed_turns_come_first_and_count_as_open_leads():
    one, two = people(5, 9)
    rotation = make_rotation(one, two, way="most_free")
    catch_up(rotation, rep=one.rep, turns=2, why="was ill", by=None, at=MORNING)
    assert given(rotation, 8) == "AABBBBBB"
    assert faults(rotation) == []


def test_a_lead_that_counts_as_a_turn_is_an_open_lead_and_no_more():
    one, two = people(5, 5)
    rotation = make_rotation(one, two, way="most_free", counts_by_hand=True)
    holds(one, 1)
    count_as_turn(rotation, user_id=one.pk, why="reassigned", by=None, at=MORNING)
    assert given(rotation, 3) == "BAB"
    assert faults(rotation) == []


def test_a_lead_that_was_given_back_goes_to_the_next_and_the_member_has_the_one_after():
    one, two = people(5, 4)
    rotation = make_rotation(one, two, way="most_free")
    assert given(rotation, 1, not_to=frozenset({one.pk})) == "B"
    assert given(rotation, 1) == "A"
    assert faults(rotation) == []


def test_absences_caps_and_weight_nought_pass_people_over():
    one, two, three = people(50, 40, 30)
    TimeOff.objects.create(rep=one.rep, kind="leave", starts_at=MORNING, ends_at=MORNING + MINUTE)
    rotation = make_rotation(one, two, three, way="most_free", cap_hour=2)
    edit_rotation(rotation, members=edits_of(rotation, C="0"), by=None, at=MORNING)
    assert given(rotation, 5) == "BB"
    later = MORNING + MINUTE
    assert given(rotation, 5, at=later) == "AA"
    assert faults(rotation, at=later) == []


def test_when_nobody_is_available_leads_go_anyway_by_the_same_rule_or_to_the_fallback_person():
    one, two, boss = people(1, 2, 9)
    holds(one, 2)
    holds(two, 3)
    rotation = make_rotation(one, two, way="most_free", when_nobody="anyway")
    holds(two, 1)
    assert one_by_one(rotation, 3) == "ABA"
    edit_rotation(rotation, fields={"when_nobody": "fallback", "fallback": boss.rep}, by=None, at=MORNING)
    assert one_by_one(rotation, 2) == "CC"
    edit_rotation(rotation, fields={"when_nobody": "hold", "fallback": None}, by=None, at=MORNING)
    with pytest.raises(NobodyAvailable):
        given(rotation, 1)
    assert faults(rotation) == []


def test_weights_do_not_count_and_neither_in_what_is_due():
    one, two = people(9, 9)
    rotation = make_rotation(one, two, way="fewest_open")
    edit_rotation(rotation, members=edits_of(rotation, A="3", B="0.5"), by=None, at=MORNING)
    assert given(rotation, 4) == "ABAB"
    assert Roster.objects.latest("pk").shared_by(()) == ((one.rep.pk, 100), (two.rep.pk, 100))


def test_a_newcomer_does_not_catch_up_with_turns_that_decide_nothing():
    one, two, new = people(50, 50, 50)
    rotation = make_rotation(one, two, way="fewest_open", joins_level=True)
    given(rotation, 6)
    Assignment.objects.update(ended_at=MORNING, ended_how="won")
    edit_rotation(rotation, members=[*edits_of(rotation), MemberEdit(new.rep.pk)], by=None, at=MORNING)
    assert (rotation.members.get(rep=new.rep).owed, given(rotation, 6)) == (0, "CABCAB")


def test_the_one_who_waited_longest_is_first_even_if_another_way_decided_before():
    one, two, three = people(9, 9, 9)
    rotation = make_rotation(one, two, three)
    assert given(rotation, 2) == "AB"
    holds(three, 2)
    edit_rotation(rotation, fields={"way": "fewest_open"}, by=None, at=MORNING)
    assert given(rotation, 1) == "A"
    assert [each.last_turn for each in rotation.members.order_by("position")] == [3, 2, 0]
    assert faults(rotation) == []


@pytest.mark.parametrize("other", ["smooth", "blocks", "value", "fewest_open"])
def test_balances_start_over_with_the_first_and_the_last_turn_of_these_ways(other):
    one, two = people(30, 10)
    rotation = make_rotation(one, two, way="most_free")
    assert given(rotation, 6) == "AAAAAA"
    assert balances(rotation) == (-3, 3)
    catch_up(rotation, rep=two.rep, turns=1, why="was ill", by=None, at=MORNING)
    rotation = edit_rotation(rotation, fields={"way": other}, by=None, at=MORNING)
    assert balances(rotation) == (-0.5, 0.5)
    assert given(rotation, 1) == "B"
    rotation = edit_rotation(rotation, fields={"way": "most_free"}, by=None, at=MORNING)
    assert balances(rotation) == (0, 0)
    assert faults(rotation) == []


def balances(rotation: Rotation) -> tuple[float, ...]:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    return tuple(round(state.balance_of(each) / 10**12, 3) for each in state.members)


def test_an_undo_puts_everything_back():
    one, two = people(5, 5)
    rotation = make_rotation(one, two, way="most_free")
    [first] = take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)
    revert_assignment(first, by=None, at=MORNING)
    assert [each.last_turn for each in rotation.members.order_by("position")] == [0, 0]
    assert one_by_one(rotation, 3) == "ABA"
    assert faults(rotation) == []


def test_an_undo_after_later_turns_gives_one_ahead_of_the_others():
    one, two = people(5, 9)
    rotation = make_rotation(one, two, way="most_free")
    made = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(5)], at=MORNING)
    assert [each.holder_id for each in made] == [two.pk] * 4 + [one.pk]
    revert_assignment(made[0], by=None, at=MORNING)
    assert given(rotation, 1) == "B"
    assert faults(rotation) == []


def test_an_owner_that_was_changed_by_hand_in_the_database_is_found():
    one, two = people(5, 9)
    rotation = make_rotation(one, two, way="most_free")
    given(rotation, 2)
    Turn.objects.filter(number=2).update(rep=one.rep)
    assert faults(rotation)[0] == {"turn": 2, "what": "owner", "was": str(one.rep.pk), "should": str(two.rep.pk)}


def test_a_last_turn_that_was_changed_in_the_database_is_found():
    rotation = make_rotation(*people(5, 9), way="most_free")
    given(rotation, 2)
    member = rotation.members.get(position=1)
    RotationMember.objects.filter(pk=member.pk).update(last_turn=9)
    assert [each["what"] for each in faults(rotation)] == [f"last turn of member {member.pk}"]


def test_a_daily_reset_forgets_who_waited():
    one, two = people(9, 9)
    rotation = make_rotation(one, two, way="fewest_open", resets="daily")
    assert given(rotation, 1) == "A"
    Assignment.objects.update(ended_at=MORNING, ended_how=Assignment.Ended.CLOSED)
    tomorrow = MORNING + timedelta(days=1)
    assert given(rotation, 2, at=tomorrow) == "AB"
    assert faults(rotation, at=tomorrow) == []


def test_the_receipt_says_how_much_room_there_was_and_who_would_have_been_next():
    one, two = people(5, 7)
    rotation = make_rotation(one, two, way="most_free")
    first, second = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(2)], at=MORNING)
    assert (first.receipt["shares"], first.receipt["room"]) == ("most_free", [7, 5, str(one.rep)])
    assert second.receipt["room"] == [6, 5, str(one.rep)]
    assert "due" not in first.receipt


def test_only_the_first_turn_of_a_session_keeps_what_everybody_had():
    """The others follow from it. A number for each member is some three or four bytes."""
    for count in (10, 40):
        users = [make_rep() for _n in range(count)]
        rotation = make_rotation(*users, name=f"{count}", way="most_free")
        given(rotation, 3)
        first, *others = Turn.objects.filter(rotation=rotation).order_by("number")
        assert len(dumps(first.before["rooms"])) == 4 * count
        assert [each.before.get("rooms") for each in others] == [None, None]


def statements(rotation: Rotation) -> int:
    with CaptureQueriesContext(connection) as found:
        load_state(rotation, at=MORNING)
    return len(found)


def test_only_these_ways_ask_for_open_leads():
    rotation = make_rotation(*people(5, 5))
    plain = statements(rotation)
    for way in ("most_free", "fewest_open"):
        rotation.way = way
        assert statements(rotation) == plain + 1
