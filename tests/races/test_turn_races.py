"""Turns while other things happen: people go away, and leads are taken by hand at the same moment (F2, F5, C2)."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from leads.actions.intake.capture import capture_lead
from queues.actions.claims.take import AlreadyTaken, QueueIsEmpty, pick, take_next
from queues.actions.dispatch.assign_next import assign_next
from queues.actions.dispatch.serve import serve
from queues.models import Entry, EntryRule, Queue
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Assignment, Rep, Turn
from tests.factories import MORNING, QueueFactory, fill, make_manager, make_rep, make_rotation
from tests.patience import PATIENCE
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def on_leave(rep: Rep) -> None:
    plan_time_off(rep, kind="leave", starts_at=MORNING, ends_at=MORNING + HOUR, note="", by=rep.user, at=MORNING)


def switched_off(rep: Rep) -> None:
    set_available(rep, is_available=False, by=rep.user, at=MORNING)


def deactivated(rep: Rep) -> None:
    User.objects.filter(pk=rep.user_id).update(is_active=False)


AWAY = [(on_leave, "on_leave"), (switched_off, "switched_off"), (deactivated, "inactive")]


@pytest.mark.parametrize(("leaves", "reason"), AWAY, ids=[reason for _act, reason in AWAY])
def test_who_goes_away_in_a_burst_is_in_no_receipt_from_then_on(leaves: Callable[[Rep], None], reason: str):
    people = [make_rep() for _number in range(5)]
    gone = people[2]
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*people))
    EntryRule.objects.create(name="everything", outcome="queue", queue=queue)
    is_running, has_left, begun, left_at = Event(), Event(), {}, []

    def bring(thread: int) -> None:
        for step in range(12):
            if step == 8:
                assert has_left.wait(timeout=PATIENCE)
            mail = f"t{thread}-{step}@race.example.com"
            begun[mail] = time.monotonic()
            capture_lead({"email": mail}, channel="api", at=MORNING)
            if step == 2:
                is_running.set()

    def leave() -> None:
        assert is_running.wait(timeout=PATIENCE)
        leaves(gone.rep)
        left_at.append(time.monotonic())
        has_left.set()

    results = all_at_once([*[lambda thread=thread: bring(thread) for thread in range(10)], leave])

    assert results == [None] * 11
    given = list(Assignment.objects.select_related("lead", "turn").order_by("turn__number"))
    after = [each for each in given if begun[each.lead.email] > left_at[0]]
    assert (len(given), len(after) >= 40) == (120, True)
    assert gone.pk not in {each.holder_id for each in after}
    passed = {(look["rep"], look["reason"]) for each in after for look in each.receipt["skipped"]}
    assert passed == {(gone.rep.pk, reason)}
    assert [each.turn.number for each in given] == list(range(1, 121))
    stayed = Counter(each.holder_id for each in given)
    stayed.pop(gone.pk, None)
    assert max(stayed.values()) - min(stayed.values()) <= 1
    assert audit_rotation(queue.rotation, at=MORNING).faults == []


def open_by_now(*people: User) -> Queue:
    """Its rotation gives leads, and reps may take what has waited long enough (B2)."""
    return QueueFactory(dispatch="hybrid", rotation=make_rotation(*people), picks_within=40)


def waiting(queue: Queue, count: int) -> list[Entry]:
    return fill(queue, count, since=MORNING - 3 * HOUR)


def test_leads_that_are_taken_by_hand_meanwhile_cost_no_turn():
    people, hands = [make_rep() for _number in range(3)], [make_rep() for _number in range(4)]
    queue = open_by_now(*people)
    entries = waiting(queue, 40)
    boss = make_manager()
    acts = [lambda hand=hand: take_next(queue, by=hand, at=MORNING) for hand in hands]
    acts += [lambda entry=entry: pick(entry, by=hands[0], at=MORNING) for entry in entries[:4]]
    acts += [lambda: serve(queue, at=MORNING, limit=6)] * 4
    acts += [lambda: assign_next(queue, by=boss, at=MORNING)] * 2

    results = all_at_once(acts)

    problems = {type(each) for each in results if isinstance(each, Exception)}
    assert problems <= {AlreadyTaken, QueueIsEmpty}
    by_turn = Assignment.objects.filter(turn__isnull=False)
    assert Assignment.objects.open().values("lead").distinct().count() == Assignment.objects.count()
    assert Assignment.objects.count() + Entry.objects.waiting().count() == 40
    assert list(Turn.objects.order_by("number").values_list("number", flat=True)) == list(range(1, by_turn.count() + 1))
    shares = Counter(by_turn.values_list("holder", flat=True))
    assert max(shares.values()) - min(shares[person.pk] for person in people) <= 1
    assert audit_rotation(queue.rotation, at=MORNING).faults == []


def test_a_lead_that_somebody_holds_by_now_is_refused_with_all_of_its_turn():
    people = [make_rep() for _number in range(3)]
    queue = open_by_now(*people)
    first, _second, third = waiting(queue, 3)
    assert take_turns(queue.rotation, [TurnRequest(first.lead)], at=MORNING)[0].holder == people[0]
    taken = take_next(queue, by=make_rep(), at=MORNING)
    with pytest.raises(IntegrityError):
        take_turns(queue.rotation, [TurnRequest(third.lead), TurnRequest(taken.lead)], at=MORNING)
    assert Turn.objects.count() == 1
    given = take_turns(queue.rotation, [TurnRequest(third.lead)], at=MORNING)[0]
    assert (given.holder, given.turn.number) == (people[1], 2)
    assert audit_rotation(queue.rotation, at=MORNING).faults == []


def test_a_lead_that_is_being_taken_is_passed_over_and_the_next_in_turn_waits_for_the_next_lead():
    people, hand = [make_rep(), make_rep()], make_rep()
    queue = open_by_now(*people)
    waiting(queue, 1)
    is_taken, is_served = Event(), Event()

    def take() -> None:
        with transaction.atomic():
            take_next(queue, by=hand, at=MORNING)
            is_taken.set()
            is_served.wait(timeout=1)  # on SQLite the server has to wait for this one

    def give() -> list[Assignment]:
        assert is_taken.wait(timeout=PATIENCE)
        try:
            return serve(queue, at=MORNING)
        finally:
            is_served.set()

    assert all_at_once([take, give]) == [None, []]
    assert (Assignment.objects.get().holder, Turn.objects.count()) == (hand, 0)
    waiting(queue, 1)
    assert [each.holder for each in serve(queue, at=MORNING)] == [people[0]]
