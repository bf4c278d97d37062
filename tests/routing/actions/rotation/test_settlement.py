"""Counts are brought into proportion over the next leads, once, and that can be taken back (F10)."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import AlreadyGiven, NothingLeft, catch_up, count_as_turn, refund_turn
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.settlement import (
    CannotBeSettled,
    NothingToSettle,
    settle_counts,
    take_back_settlement,
)
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.settlement import Span, apply_deltas, settlement_of
from routing.decisions.rotation.state import TURN, Candidate, RotationState
from routing.decisions.rotation.turns import apply_pick, pick_next
from routing.models import LedgerLine, Rotation, RotationMember, TimeOff, Turn
from routing.queries.rotation.settlement import preview_settlement
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

DAY = timedelta(days=1)


@pytest.fixture
def rotation(db) -> Rotation:
    """A, B and C were given 1, 2 and 3 leads, and have the weights 2, 1 and 1 since."""
    made = make_rotation(*(make_rep(last_name=name) for name in "ABC"))
    for name, count in {"A": 1, "B": 2, "C": 3}.items():
        for _lead in range(count):
            everybody_else_declined(made, name)
    weigh(made, "2", "1", "1")
    return made


def everybody_else_declined(rotation: Rotation, name: str, *, at=MORNING) -> None:
    others = [each.rep.user_id for each in rotation.members.all() if each.rep.user.last_name != name]
    take_turns(rotation, [TurnRequest(make_lead(), not_to=frozenset(others))], at=at)


def weigh(rotation: Rotation, *weights: str) -> None:
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=Decimal(weight))
        for each, weight in zip(rotation.members.order_by("position"), weights, strict=True)
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)


def given(rotation: Rotation, count: int, *, at=MORNING) -> Counter:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=at)
    return Counter(each.holder.last_name for each in made)


def settle(rotation: Rotation, span: Span = Span.EVER, *, at=MORNING, known: int | None = None) -> LedgerLine:
    return settle_counts(rotation, span=span, why="new weights", by=None, at=at, known=known)


def together(rotation: Rotation) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    return sum(state.balance_of(each) for each in state.members) + state.rest


def balances(rotation: Rotation) -> list[int]:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    return [state.balance_of(each) for each in state.members]


@pytest.mark.parametrize("way", ["smooth", "blocks"])
def test_one_two_three_come_to_two_one_one_over_the_next_ten(rotation: Rotation, way: str):
    edit_rotation(rotation, fields={"way": way}, by=None, at=MORNING)
    preview = preview_settlement(Rotation.objects.get(), Span.EVER, at=MORNING)
    assert [(row.rep.user.last_name, row.given, row.gets) for row in preview.rows] == [
        ("A", 1, 7),
        ("B", 2, 2),
        ("C", 3, 1),
    ]
    assert not LedgerLine.objects.filter(kind="settled").exists()
    settle(rotation)
    assert given(rotation, 10) == {"A": 7, "B": 2, "C": 1}
    assert (together(rotation), audit_rotation(rotation, at=MORNING).faults) == (0, [])


def test_owed_turns_stay_on_top(rotation: Rotation):
    catch_up(rotation, rep=rotation.members.get(position=2).rep, turns=2, why="was ill", by=None, at=MORNING)
    settle(rotation)
    assert given(rotation, 12) == {"A": 7, "B": 2, "C": 3}
    assert (together(rotation), audit_rotation(rotation, at=MORNING).faults) == (0, [])


def test_a_refund_counts_once_before_and_after_it_is_given(rotation: Rotation):
    refund_turn(Turn.objects.latest("number"), reason="duplicate", by=None, at=MORNING)
    settle(rotation)
    assert given(rotation, 11) == {"A": 7, "B": 2, "C": 2}
    with pytest.raises(NothingToSettle):
        settle(rotation)


@pytest.mark.parametrize("refunds_given", [True, False])
def test_turns_owed_for_another_reason_hide_no_refund(db, refunds_given: bool):
    """A and B had ten each. The three refunds of A were given, or wait like three turns to catch up."""
    rotation = make_rotation(*(make_rep(last_name=name) for name in "AB"))
    given(rotation, 20)
    for turn in Turn.objects.filter(rep__user__last_name="A").order_by("number")[:3]:
        refund_turn(turn, reason="duplicate", by=None, at=MORNING)
    if refunds_given:
        assert given(rotation, 3) == {"A": 3}
    first = rotation.members.get(position=0)
    catch_up(rotation, rep=first.rep, turns=3, why="was ill", by=None, at=MORNING)
    preview = preview_settlement(Rotation.objects.get(pk=rotation.pk), Span.EVER, at=MORNING)
    assert [row.given for row in preview.rows] == [10, 10]
    with pytest.raises(NothingToSettle):
        settle(rotation)


def test_of_the_turns_that_are_owed_the_older_are_used_first(db):
    """A catches up two turns, and the refund that came later is still to come."""
    rotation = make_rotation(*(make_rep(last_name=name) for name in "AB"))
    given(rotation, 4)
    catch_up(rotation, rep=rotation.members.get(position=0).rep, turns=2, why="was ill", by=None, at=MORNING)
    refund_turn(Turn.objects.earliest("number"), reason="duplicate", by=None, at=MORNING)
    seen = []
    for _lead in range(3):
        preview = preview_settlement(Rotation.objects.get(pk=rotation.pk), Span.EVER, at=MORNING)
        seen.append(preview.settlement.given[rotation.members.get(position=0).pk])
        assert given(rotation, 1) == {"A": 1}
    assert seen == [2, 3, 4]
    preview = preview_settlement(Rotation.objects.get(pk=rotation.pk), Span.EVER, at=MORNING)
    assert [row.given for row in preview.rows] == [4, 2], "the third was instead of the refunded lead"


def test_a_lead_that_counts_as_a_turn_counts(rotation: Rotation):
    user = rotation.members.get(position=0).rep.user_id
    count_as_turn(rotation, user_id=user, why="by_hand", by=None, at=MORNING)
    settle(rotation)
    assert given(rotation, 9) == {"A": 6, "B": 2, "C": 1}


def test_only_leads_of_the_span_count(rotation: Rotation):
    later = MORNING + 10 * DAY
    for _lead in range(2):
        everybody_else_declined(rotation, "C", at=later)
    found = [preview_settlement(Rotation.objects.get(), span, at=later).settlement for span in (Span.WEEK, Span.MONTH)]
    assert [(list(each.given.values()), each.leads) for each in found] == [([0, 0, 2], 6), ([1, 2, 5], 12)]


def test_nothing_is_settled_without_members_or_in_proportion(rotation: Rotation):
    with pytest.raises(NothingToSettle):
        settle_counts(make_rotation(name="Empty"), span=Span.EVER, why="x", by=None, at=MORNING)
    with pytest.raises(NothingToSettle):
        settle(rotation, Span.WEEK, at=MORNING + 10 * DAY)
    assert not LedgerLine.objects.filter(kind="settled").exists()


def test_a_second_click_settles_once(rotation: Rotation):
    settle(rotation, known=LedgerLine.objects.latest("pk").pk - 1)
    before = balances(rotation)
    with pytest.raises(AlreadyGiven):
        settle(rotation, known=LedgerLine.objects.earliest("pk").pk)
    assert (balances(rotation), LedgerLine.objects.filter(kind="settled").count()) == (before, 1)


def test_it_can_be_taken_back_once(rotation: Rotation):
    before = balances(rotation)
    line = settle(rotation)
    take_back_settlement(line, why="a mistake", by=None, at=MORNING)
    assert balances(rotation) == before
    with pytest.raises(NothingLeft):
        take_back_settlement(line, why="again", by=None, at=MORNING)
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_it_is_not_taken_back_after_all_balances_were_set_anew(rotation: Rotation):
    line = settle(rotation)
    edit_rotation(rotation, fields={"way": "value"}, by=None, at=MORNING)
    with pytest.raises(NothingLeft):
        take_back_settlement(line, why="too late", by=None, at=MORNING)


def test_taking_back_after_somebody_left_keeps_the_sum(rotation: Rotation):
    line = settle(rotation)
    staying = rotation.members.order_by("position")[:2]
    edits = [MemberEdit(each.rep_id, member_id=each.pk, weight=each.weight) for each in staying]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)
    take_back_settlement(line, why="a mistake", by=None, at=MORNING)
    left = RotationMember.everybody.get(left_at__isnull=False)
    assert abs(together(rotation) + left.balance) < TURN // 10**6
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_who_is_away_is_owed_the_skipped_turns_and_settled_too(rotation: Rotation):
    edit_rotation(rotation, fields={"skipped_means": "owed"}, by=None, at=MORNING)
    away = rotation.members.get(position=0)
    TimeOff.objects.create(rep=away.rep, kind="leave", starts_at=MORNING, ends_at=MORNING + DAY)
    given(rotation, 4)
    settle(rotation)
    assert given(rotation, 10, at=MORNING + DAY)["A"] >= 9
    assert LedgerLine.objects.get(kind="back", owed__gt=0).owed == 2, "half of the four"
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


@pytest.mark.django_db
def test_a_rotation_that_shares_value_is_refused():
    rotation = make_rotation(make_rep(), make_rep(), way="value")
    given(rotation, 1)
    with pytest.raises(CannotBeSettled):
        settle(rotation)
    assert not LedgerLine.objects.filter(kind="settled").exists()


@for_all(
    rows=st.lists(
        st.tuples(st.sampled_from([1, 33, 50, 100, 250]), st.integers(0, 12), st.integers(-(10**13), 10**13)),
        min_size=1,
        max_size=6,
    ),
    owed=st.integers(0, 2),
)
def test_after_settling_the_counts_stay_within_a_turn_of_the_share(rows, owed):
    members = tuple(
        Candidate(member_id=n, rep_id=n, position=n, weight=weight, balance=balance, owed=owed if n == 1 else 0)
        for n, (weight, _given, balance) in enumerate(rows, start=1)
    )
    others = sum(each.balance for each in members[1:])
    members = (replace(members[0], balance=-others), *members[1:])  # all balances together are zero
    state = RotationState(members)
    counts = {n: count for n, (_weight, count, _balance) in enumerate(rows, start=1)}
    found = settlement_of(state, counts)
    assert sum(found.deltas.values()) == 0
    state = apply_deltas(state, found.deltas)
    extra = Counter()
    for _lead in range(found.leads + 20):
        pick = pick_next(state)
        if pick.is_owed:
            extra[pick.winner.member_id] += 1
        counts[pick.winner.member_id] += 1
        state = apply_pick(state, pick)
    whole, total = sum(each.weight for each in members), sum(counts.values()) - sum(extra.values())
    for each in members:
        share = total * each.weight / whole
        assert abs(counts[each.member_id] - extra[each.member_id] - share) < 1.0001 + owed
