"""An owed turn that is undone uses none of the day's owed turns (C4b, F5)."""

from datetime import timedelta

import pytest

from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Rotation, RotationMember
from tests.factories import MORNING, make_lead
from tests.routing.actions.rotation.test_balances import away, give, is_exact, owed, rotation_of

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def owed_a_day(rotation: Rotation) -> list[Assignment]:
    """B comes back with three owed turns, one a day; the two leads after that, of which the first is an owed turn."""
    away(rotation, "B", until=MORNING + DAY)
    give(rotation, 6)
    back = MORNING + DAY
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(2)], at=back)
    assert ([each.turn.is_owed for each in made], owed(rotation, "B")) == ([True, False], 2)
    return made


def test_an_undone_owed_turn_gives_the_day_its_turn_back():
    rotation = rotation_of("AB", skipped_means="daily", owed_a_day=1)
    mine, later = owed_a_day(rotation)
    for number, each in enumerate((later, mine), start=1):
        revert_assignment(each, by=None, at=MORNING + DAY + number * MINUTE)
    assert (owed(rotation, "B"), RotationMember.objects.get(rep__user__first_name="B").paid) == (3, 0)
    turns = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(3)], at=MORNING + DAY + HOUR)
    assert [each.turn.is_owed for each in turns] == [True, False, False]
    assert is_exact(rotation)


def test_an_owed_turn_undone_after_others_gives_the_day_its_turn_back_too():
    rotation = rotation_of("AB", skipped_means="daily", owed_a_day=1)
    mine, _later = owed_a_day(rotation)
    revert_assignment(mine, by=None, at=MORNING + DAY + MINUTE)
    assert owed(rotation, "B") == 3
    turns = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(2)], at=MORNING + DAY + HOUR)
    assert ([each.turn.is_owed for each in turns], turns[0].holder.first_name) == ([True, False], "B")
    assert is_exact(rotation)


def test_an_owed_turn_of_yesterday_undone_after_midnight_changes_nothing_of_today():
    rotation = rotation_of("AB", skipped_means="daily", owed_a_day=1, time_zone="Asia/Jakarta")
    away(rotation, "B", until=MORNING + DAY)
    give(rotation, 6)
    midnight = (MORNING + 2 * DAY).replace(hour=17, minute=0)
    (mine,) = take_turns(rotation, [TurnRequest(make_lead())], at=midnight - MINUTE)
    (today,) = take_turns(rotation, [TurnRequest(make_lead())], at=midnight + MINUTE)
    assert (mine.turn.is_owed, today.turn.is_owed) == (True, True)
    revert_assignment(mine, by=None, at=midnight + 2 * MINUTE)
    turns = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(2)], at=midnight + HOUR)
    assert [each.turn.is_owed for each in turns] == [False, False]
    assert is_exact(rotation)
