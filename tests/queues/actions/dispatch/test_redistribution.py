"""Open leads of somebody who leaves go on through a rotation, one turn each; what cannot be placed stays (F9)."""

from datetime import timedelta

import pytest

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.dispatch.redistribution import (
    HoldingsChanged,
    NoOpenLeads,
    fingerprint,
    leads_to_redistribute,
    preview_redistribution,
    redistribute_leads,
)
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Decline, Entry
from routing.actions.people import deactivate_person
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Assignment, LedgerLine, Notification, RotationMember, TimeOff, Turn
from tests.factories import (
    MORNING,
    QueueFactory,
    fill,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(minutes=10)
DAY = timedelta(days=1)


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rina(people):
    return people[1]


@pytest.fixture
def boss():
    return make_manager()


def holding(user, count: int) -> list[Assignment]:
    """So many leads of one queue in this person's hands, the first longest."""
    queue, held = QueueFactory(), []
    for number in range(count):
        make_entry(queue)
        held.append(take_next(queue, by=user, at=MORNING + timedelta(seconds=number)))
    return held


def on(user, rotation, by, **more):
    return redistribute_leads(
        user.rep, through=rotation, shown_fingerprint=more.pop("seen", None), by=by, at=LATER, **more
    )


def holders() -> dict[int, str]:
    rows = Assignment.objects.open().select_related("holder").order_by("lead_id")
    return {each.lead_id: each.holder.first_name for each in rows}


def written() -> tuple:
    """All that an act might have touched."""
    rows = Assignment.objects.order_by("pk").values_list("pk", "holder", "ended_at", "ended_how")
    members = RotationMember.objects.order_by("pk").values_list("pk", "balance", "turns_given", "owed")
    more = [model.objects.count() for model in (Activity, Notification, Turn, LedgerLine)]
    return list(rows), list(members), more


def test_each_lead_takes_one_turn_in_order(people, rina, boss):
    held = holding(rina, 5)
    rotation = make_rotation(*people)
    found = on(rina, rotation, boss)
    wanted = ["Maria", "Carlos", "Maria", "Carlos", "Maria"]
    assert [each.holder.first_name for each in found.given] == wanted
    assert (found.stayed, found.left) == ([], 0)
    assert list(holders().values()) == wanted
    first = Assignment.objects.get(pk=held[0].pk)
    assert (first.ended_how, first.ended_by, first.ended_at) == ("reassigned", boss, LATER)
    new = Assignment.objects.open().get(lead=held[0].lead_id)
    assert (new.how, new.assigned_by, new.turn.number, new.contact_due_at) == (
        "handed_on",
        boss,
        1,
        LATER + timedelta(minutes=held[0].contact_minutes),
    )
    assert audit_rotation(rotation, at=LATER).faults == []


def test_all_who_are_concerned_are_told_and_the_timeline_names_who_did_it(people, rina, boss):
    (held,) = holding(rina, 1)
    on(rina, make_rotation(*people), boss)
    told = Notification.objects.order_by("pk").values_list("user__first_name", "kind")
    assert list(told) == [("Rina", "taken_away"), ("Maria", "assigned")]
    story = Activity.objects.filter(lead=held.lead_id, at=LATER).order_by("pk")
    assert list(story.values_list("kind", "by")) == [("released", boss.pk), ("assigned", boss.pk)]


def test_nobody_available_and_nothing_is_touched(people, rina, boss):
    holding(rina, 3)
    rotation = make_rotation(*people)
    for one in (people[0], people[2]):
        TimeOff.objects.create(rep=one.rep, starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    before = written()
    found = on(rina, rotation, boss)
    assert ([each.holder for each in found.stayed], found.given) == ([rina] * 3, [])
    assert written() == before


def test_a_rotation_that_is_off_gives_nothing(people, rina, boss):
    holding(rina, 2)
    rotation = make_rotation(*people, is_active=False)
    before = written()
    assert len(on(rina, rotation, boss).stayed) == 2
    assert written() == before


def test_what_one_cap_leaves_over_stays_as_it_was(people, rina, boss):
    held = holding(rina, 5)
    rotation = make_rotation(*people, cap_day=1)
    found = on(rina, rotation, boss)
    assert [each.holder.first_name for each in found.given] == ["Maria", "Carlos"]
    assert [each.pk for each in found.stayed] == [each.pk for each in held[2:]]
    assert list(holders().values()) == ["Maria", "Carlos", "Rina", "Rina", "Rina"]
    stays = Assignment.objects.get(pk=held[2].pk)
    assert (stays.is_open, stays.contact_due_at) == (True, held[2].contact_due_at)
    assert Activity.objects.filter(lead=held[2].lead_id, at=LATER).count() == 0
    assert Notification.objects.filter(kind="taken_away").count() == 2
    assert audit_rotation(rotation, at=LATER).faults == []


def test_a_lead_that_everybody_gave_back_stays_and_those_behind_it_go_on(people, rina, boss):
    held = holding(rina, 3)
    for one in (people[0], people[2]):
        Decline.objects.create(lead=held[1].lead, user=one, reason="not_my_type", at=MORNING)
    Decline.objects.create(lead=held[2].lead, user=people[2], reason="not_my_type", at=MORNING)
    rotation = make_rotation(*people)
    found = on(rina, rotation, boss)
    assert [each.lead_id for each in found.stayed] == [held[1].lead_id]
    assert [(each.lead_id, each.holder) for each in found.given] == [
        (held[0].lead_id, people[0]),
        (held[2].lead_id, people[0]),
    ]
    assert audit_rotation(rotation, at=LATER).faults == []


def test_what_is_foreseen_is_what_is_done_and_writes_nothing(people, rina, boss):
    holding(rina, 4)
    rotation = make_rotation(*people, cap_day=1)
    before = written()
    told = preview_redistribution(rina.rep, through=rotation, by=boss, at=LATER)
    assert written() == before
    done = on(rina, rotation, boss)
    assert [(each.lead_id, each.holder_id) for each in told.given] == [
        (each.lead_id, each.holder_id) for each in done.given
    ]
    assert [each.pk for each in told.stayed] == [each.pk for each in done.stayed]


def test_who_saw_other_leads_must_look_again(people, rina, boss):
    holding(rina, 1)
    rotation, seen = make_rotation(*people), fingerprint(leads_to_redistribute(rina.rep))
    holding(rina, 1)
    before = written()
    with pytest.raises(HoldingsChanged):
        on(rina, rotation, boss, seen=seen)
    assert written() == before
    assert len(on(rina, rotation, boss, seen=fingerprint(leads_to_redistribute(rina.rep))).given) == 2


def test_the_second_of_two_finds_nothing(people, rina, boss):
    holding(rina, 2)
    rotation = make_rotation(*people)
    on(rina, rotation, boss)
    with pytest.raises(NoOpenLeads):
        on(rina, rotation, boss)
    assert Turn.objects.count() == 2


def test_more_than_one_go_takes_are_left_and_said(people, rina, boss, monkeypatch):
    monkeypatch.setattr("queues.actions.dispatch.redistribution.MAX_LEADS", 2)
    holding(rina, 3)
    rotation = make_rotation(*people)
    found = on(rina, rotation, boss)
    assert (len(found.given), found.left) == (2, 1)
    assert (len(on(rina, rotation, boss).given), Assignment.objects.open().filter(holder=rina).count()) == (1, 0)


def test_one_lead_can_be_taken_back_to_who_had_it(people, rina, boss):
    (held,) = holding(rina, 1)
    rotation = make_rotation(*people)
    (given,) = on(rina, rotation, boss).given
    undo_assignment(given, by=boss, at=LATER + timedelta(minutes=4))
    assert list(holders().values()) == ["Rina"]
    assert audit_rotation(rotation, at=LATER + timedelta(minutes=5)).faults == []


def test_stays_that_ended_before_are_not_touched(people, rina, boss):
    (held,) = holding(rina, 1)
    before = list(Entry.objects.values_list("pk", "left_at", "left_how", "assignment"))
    on(rina, make_rotation(*people), boss)
    assert list(Entry.objects.values_list("pk", "left_at", "left_how", "assignment")) == before


def test_a_deactivated_person_in_three_rotations_gets_no_lead_from_any(people, rina):
    others = [people[0], people[2]]
    smooth = make_rotation(*people, name="Smooth", when_nobody="anyway")
    value = make_rotation(*people, name="Value", way="value")
    weights = make_rotation(*people, name="Weights", skipped_means="owed")
    weights.members.filter(rep=rina.rep).update(weight=9)
    alone = make_rotation(rina, name="Alone", when_nobody="anyway")
    stand_in = make_rotation(name="Stand-in", when_nobody="fallback", fallback=rina.rep)
    deactivate_person(rina, by=make_ops(), at=MORNING)
    for rotation in (smooth, value, weights):
        queue = QueueFactory(dispatch="push", rotation=rotation)
        fill(queue, 4)
    serve_waiting(at=MORNING)
    assert {turn.rep.user for turn in Turn.objects.select_related("rep__user")} == set(others)
    assert (Turn.objects.count(), Entry.objects.waiting().count()) == (12, 0)
    for rotation in (alone, stand_in):
        with pytest.raises(NobodyAvailable):
            take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)
    assert Assignment.objects.filter(holder=rina).count() == 0


def test_the_leads_of_a_deactivated_person_are_handed_on(people, rina, boss):
    holding(rina, 2)
    deactivate_person(rina, by=make_ops(), at=MORNING)
    assert list(holders().values()) == ["Rina", "Rina"]
    on(rina, make_rotation(*people), boss)
    assert list(holders().values()) == ["Maria", "Carlos"]
