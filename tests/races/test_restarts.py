"""Turns go on where they were: in a new process, and after one that was killed in the midst of a turn (F1, F2, F4)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from leads.models import Capture, Lead
from queues.models import Entry, EntryRule
from queues.tasks import resolve_left_over
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, LedgerLine, Rotation, RotationMember, Turn
from tests.factories import QueueFactory, make_rep, make_rotation
from tests.races.crowd import killed, processes

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Adi", "Budi", "Citra", "Dewi", "Eka")


@pytest.fixture
def people() -> list[User]:
    return [make_rep(first_name="", last_name=name) for name in NAMES]


@pytest.fixture
def rotation(people) -> Rotation:
    made = make_rotation(*people)
    queue = QueueFactory(dispatch="push", rotation=made)
    EntryRule.objects.create(name="everything", outcome="queue", queue=queue)
    return made


def served() -> list[str]:
    """Who got the leads, turn by turn."""
    return list(Turn.objects.order_by("number").values_list("rep__user__last_name", flat=True))


def counts() -> list[int]:
    got = Counter(served())
    return [got[name] for name in NAMES]


def state() -> tuple:
    """All that a turn moves."""
    columns = ("pointer", "in_block", "virtual", "rest", "turns_taken")
    members = RotationMember.objects.order_by("pk").values_list("turns_given", "balance", "base", "owed", "counts")
    return Rotation.objects.values_list(*columns).get(), list(members), LedgerLine.objects.count()


def test_eight_twenty_and_twenty_three_leads_over_five_with_a_new_process_for_each(rotation, process_env):
    expected = {8: [2, 2, 2, 1, 1], 20: [4, 4, 4, 4, 4], 23: [5, 5, 5, 4, 4]}
    before = 0
    for leads, shares in expected.items():
        processes("capture_many.py", [(f"until{leads}", leads - before)], process_env)
        before = leads
        assert counts() == shares
    assert served() == [NAMES[number % 5] for number in range(23)]
    assert audit_rotation(rotation, at=timezone.now()).faults == []


@pytest.mark.parametrize("way", ["smooth", "blocks"])
def test_three_two_one_one_one_over_eighty_leads_by_processes_that_follow_each_other(rotation, process_env, way):
    weights = dict(zip(NAMES, (3, 2, 1, 1, 1), strict=True))
    Rotation.objects.update(way=way)
    for name, weight in weights.items():
        RotationMember.objects.filter(rep__user__last_name=name).update(weight=weight)
    for number, leads in enumerate((13, 30, 37)):  # each stops within a cycle, the first of them within a block
        processes("capture_many.py", [(f"part{number}-", leads)], process_env)
    taken = served()
    assert counts() == [30, 20, 10, 10, 10]
    if way == "blocks":
        assert taken == [name for name in NAMES for _turn in range(weights[name])] * 10
        return
    assert all(len(set(taken[step : step + 3])) > 1 for step in range(78))
    for length in range(1, 81):
        for name, weight in weights.items():
            assert abs(taken[:length].count(name) - length * weight / 8) < 1
    assert audit_rotation(rotation, at=timezone.now()).faults == []


@pytest.mark.parametrize("point", ["chosen", "written", "uncommitted"])
def test_who_is_killed_between_choice_and_commit_spends_no_turn(rotation, process_env, point):
    processes("capture_many.py", [("first", 2)], process_env)
    before = state()

    killed("die_in_a_turn.py", ["lost", point], process_env)

    assert (state(), served()) == (before, ["Adi", "Budi"])
    assert (Lead.objects.count(), Entry.objects.count(), Assignment.objects.count()) == (2, 2, 2)
    assert Capture.objects.filter(state="received").count() == 1

    processes("capture_many.py", [("next", 1)], process_env)
    assert served() == ["Adi", "Budi", "Citra"]
    Capture.objects.filter(state="received").update(received_at=timezone.now() - timedelta(hours=1))
    resolve_left_over()
    assert served() == ["Adi", "Budi", "Citra", "Dewi"]
    assert Assignment.objects.open().get(holder__last_name="Dewi").lead.email == "lost@race.example.com"
    assert list(Turn.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert audit_rotation(rotation, at=timezone.now()).faults == []
