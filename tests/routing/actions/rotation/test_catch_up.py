"""Catch-up turns taken back as far as not used, and never given twice by one press (F10)."""

from datetime import timedelta

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import (
    AlreadyGiven,
    NothingLeft,
    TooManyTurns,
    catch_up,
    refund_turn,
    take_back_catch_up,
)
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.skipped_turns import unused_turns
from routing.models import LedgerLine, RotationMember
from routing.queries.rotation.ledger import ledger_rows, newest_line_number
from tests.factories import MORNING, make_lead, make_manager, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def people():
    return [make_rep(first_name=name) for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


def give(rotation, user, turns: int, **more) -> LedgerLine:
    catch_up(rotation, rep=user.rep, turns=turns, why="was ill", by=make_ops(), at=MORNING, **more)
    return LedgerLine.objects.filter(kind="catch_up").latest("pk")


def holders(rotation, count: int) -> list:
    return [each.holder for each in take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=MORNING)]


def back(line: LedgerLine) -> int:
    return take_back_catch_up(line, why="not needed", by=make_manager(), at=LATER)


@pytest.mark.parametrize(
    ("given", "taken_back", "owed", "later", "left"),
    [
        (3, 0, 3, 0, 3),  # nothing used
        (3, 0, 1, 0, 1),  # two used
        (3, 0, 5, 2, 3),  # two came later and catch up last
        (3, 0, 4, 2, 2),
        (3, 2, 1, 0, 1),  # two were taken back
        (3, 3, 2, 2, 0),
        (3, 0, -1, 0, 0),  # had in advance
        (3, 0, 9, 0, 3),  # others were owed before
    ],
)
def test_the_oldest_owed_turns_are_used_first(given, taken_back, owed, later, left):
    assert unused_turns(given, taken_back=taken_back, owed=owed, later=later) == left


def test_what_is_not_used_is_taken_back_and_the_line_is_plain_again(rotation, people):
    maria, rina, carlos = people
    line = give(rotation, carlos, 3)
    assert holders(rotation, 1) == [carlos]
    assert back(line) == 2
    taken_back = LedgerLine.objects.latest("pk")
    assert (taken_back.kind, taken_back.owed, taken_back.rep, taken_back.details) == (
        "catch_up",
        -2,
        carlos.rep,
        {"why": "not needed", "takes_back": line.pk},
    )
    assert holders(rotation, 3) == [maria, rina, carlos]
    assert audit_rotation(rotation, at=LATER).faults == []


def test_taking_back_twice_takes_nothing_more(rotation, people):
    line = give(rotation, people[0], 2)
    assert back(line) == 2
    with pytest.raises(NothingLeft):
        back(line)
    assert LedgerLine.objects.filter(kind="catch_up").count() == 2
    assert audit_rotation(rotation, at=LATER).faults == []


def test_used_turns_stay_used(rotation, people):
    line = give(rotation, people[1], 2)
    holders(rotation, 2)
    with pytest.raises(NothingLeft):
        back(line)


def test_a_turn_given_back_later_is_not_taken_back_with_it(rotation, people):
    """Two were caught up and one used; then a turn was given back for a duplicate: one and one are left."""
    rina = people[1]
    line = give(rotation, rina, 2)
    holders(rotation, 1)
    refund_turn(rotation.turns.get(number=1), reason="duplicate", by=rina, at=MORNING)
    assert RotationMember.objects.get(rep=rina.rep).owed == 2
    assert back(line) == 1
    assert RotationMember.objects.get(rep=rina.rep).owed == 1
    assert audit_rotation(rotation, at=LATER).faults == []


def test_each_catch_up_is_taken_back_by_itself(rotation, people):
    first, second = give(rotation, people[0], 2), give(rotation, people[0], 3)
    assert [(row.line.pk, row.left) for row in ledger_rows(rotation)] == [(second.pk, 3), (first.pk, 2)]
    assert back(first) == 2
    assert [row.left for row in ledger_rows(rotation) if row.line == second] == [3]
    assert back(second) == 3
    assert audit_rotation(rotation, at=LATER).faults == []


def test_of_a_member_who_left_nothing_is_taken_back(rotation, people):
    line = give(rotation, people[0], 2)
    edit_rotation(rotation, members=[], by=people[0], at=MORNING)
    with pytest.raises(NothingLeft):
        back(line)


@pytest.mark.parametrize("turns", [-1, 0, 101])
def test_more_than_a_hundred_or_less_than_one_is_refused(rotation, people, turns: int):
    with pytest.raises(TooManyTurns):
        give(rotation, people[0], turns)
    assert LedgerLine.objects.count() == 0


def test_a_second_press_of_one_page_gives_nothing_more(rotation, people):
    boss, known = make_ops(), newest_line_number(rotation)
    asked = {"rep": people[0].rep, "turns": 2, "why": "was ill", "by": boss, "at": MORNING}
    catch_up(rotation, **asked, known=known)
    with pytest.raises(AlreadyGiven):
        catch_up(rotation, **asked, known=known)
    catch_up(rotation, **asked, known=newest_line_number(rotation))  # another page, another act
    assert RotationMember.objects.get(rep=people[0].rep).owed == 4
