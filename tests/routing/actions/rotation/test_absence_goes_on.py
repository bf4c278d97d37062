"""What happens to a rotation during an absence owes no turns out of nothing, and loses none (F5, F10, L11)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.settlement import settle_counts, take_back_settlement
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.settlement import Span
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rotation, TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def give(rotation: Rotation, count: int, *, at: datetime) -> Counter:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=at)
    return Counter(each.holder.last_name for each in made)


def weigh(rotation: Rotation, first: str, others: str, *, at: datetime) -> None:
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=Decimal(others if each.position else first))
        for each in rotation.members.order_by("position")
    ]
    edit_rotation(rotation, members=edits, by=None, at=at)


def nothing(rotation: Rotation, at: datetime) -> None:
    pass


def settles(rotation: Rotation, at: datetime) -> None:
    settle_counts(rotation, span=Span.EVER, why="new weights", by=None, at=at)


def settles_and_takes_back(rotation: Rotation, at: datetime) -> None:
    line = settle_counts(rotation, span=Span.EVER, why="new weights", by=None, at=at)
    take_back_settlement(line, why="a mistake", by=None, at=at)


def weighs_anew_and_back(rotation: Rotation, at: datetime) -> None:
    for others in ("0.33", "0.07", "0.1"):
        weigh(rotation, "1", others, at=at)


@pytest.mark.parametrize(
    ("resets", "happens"),
    [
        ("never", nothing),
        ("daily", nothing),
        ("never", settles),
        ("daily", settles),
        ("never", settles_and_takes_back),
        ("never", weighs_anew_and_back),
        ("daily", weighs_anew_and_back),
    ],
)
@pytest.mark.parametrize(("leads", "owed"), [(1, 1), (7, 2)])
def test_ten_light_members_are_owed_on_return_what_they_missed_and_no_more(resets, happens: Callable, leads, owed):
    """Each of the ten is due a twentieth of every lead while the one member of weight 1 gets all of them: 0.2 of a turn
    of four leads, and 1.4 of 28."""
    rotation = make_rotation(*(make_rep(last_name=name) for name in "ABCDEFGHIJK"), skipped_means="owed", resets=resets)
    weigh(rotation, "1", "0.1", at=MORNING)
    back = MORNING + 4 * DAY
    for member in rotation.members.filter(position__gt=0):
        TimeOff.objects.create(rep=member.rep, kind="leave", starts_at=MORNING, ends_at=back)
    for day in range(4):
        assert give(rotation, leads, at=MORNING + day * DAY) == {"A": leads}
        happens(rotation, MORNING + day * DAY)
        state = load_state(Rotation.objects.get(), at=MORNING + day * DAY)
        assert abs(sum(state.balance_of(each) for each in state.members) + state.rest) < TURN // 10**6
    assert audit_rotation(rotation, at=back).faults == []
    assert "A" not in give(rotation, 10 * owed, at=back)
    assert list(LedgerLine.objects.filter(kind="back", at=back).values_list("owed", flat=True)) == [owed] * 10
    assert audit_rotation(rotation, at=back).faults == []


def test_the_limit_holds_for_all_that_an_absence_missed():
    """Half of every lead is missed, three leads a day: the limit of two turns is reached on the second day."""
    rotation = make_rotation(
        *(make_rep(last_name=name) for name in "AB"), skipped_means="owed", owed_limit=2, resets="daily"
    )
    away = rotation.members.get(position=1)
    TimeOff.objects.create(rep=away.rep, kind="leave", starts_at=MORNING, ends_at=MORNING + 6 * DAY)
    for day in range(6):
        give(rotation, 3, at=MORNING + day * DAY)
        settles(rotation, MORNING + day * DAY)
    assert rotation.members.get(position=1).owed == 2
    assert give(rotation, 1, at=MORNING + 6 * DAY) == {"B": 1}
    assert rotation.members.get(position=1).owed == 1
    assert audit_rotation(rotation, at=MORNING + 6 * DAY).faults == []
