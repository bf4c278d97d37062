"""Leads handed on and turns given while others press the same, or work on the same leads (F2, F9, F10)."""

from collections import Counter

import pytest

from queues.actions.claims.take import take_next
from queues.actions.dispatch.redistribution import NoOpenLeads, redistribute_leads
from queues.actions.dispatch.serve import serve_waiting
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import log_contact
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import AlreadyGiven, NothingLeft, catch_up, take_back_catch_up
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Assignment, LedgerLine, RotationMember, Turn
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_lead, make_manager, make_rep, make_rotation
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results if isinstance(result, Exception))


def holding(user, count: int) -> list[Assignment]:
    queue, held = QueueFactory(), []
    for _number in range(count):
        make_entry(queue)
        held.append(take_next(queue, by=user, at=MORNING))
    return held


def test_four_managers_at_once_hand_on_once():
    rina, boss = make_rep(), make_manager()
    rotation = make_rotation(make_rep(), make_rep())
    holding(rina, 6)
    results = all_at_once(
        [lambda: redistribute_leads(rina.rep, through=rotation, shown_fingerprint=None, by=boss, at=MORNING)] * 4
    )
    assert kinds(results) == {NoOpenLeads: 3}
    assert (Turn.objects.count(), Assignment.objects.open().filter(holder=rina).count()) == (6, 0)
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_leads_are_handed_on_while_the_rep_works_and_the_rotation_serves():
    """Every lead has one holder at the end, no turn is lost, and nobody waits for anybody for ever."""
    rina, boss = make_rep(), make_manager()
    rotation = make_rotation(make_rep(), make_rep(), make_rep())
    held = holding(rina, 6)
    fill(QueueFactory(dispatch="push", rotation=rotation), 6)
    acts = [lambda: redistribute_leads(rina.rep, through=rotation, shown_fingerprint=None, by=boss, at=MORNING)]
    acts += [lambda: serve_waiting(at=MORNING)] * 2
    acts += [lambda: log_contact(held[0], kind="call", outcome="reached", note="", by=rina, at=MORNING)]
    acts += [lambda: return_lead(held[5], reason="not_my_type", note="", by=rina, at=MORNING)]
    results = all_at_once(acts)
    assert set(kinds(results)) <= {NotTheHolder}
    assert Assignment.objects.open().filter(holder=rina).count() == 0
    given = results[0].given
    assert len(given) == (6 if kinds(results[-1:]) else 5)
    assert Turn.objects.filter(rotation=rotation).count() == len(given) + 6
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_one_press_counted_four_times_gives_turns_once():
    one, boss = make_rep(), make_manager()
    rotation = make_rotation(one, make_rep())
    give = {"rep": one.rep, "turns": 3, "why": "was ill", "by": boss, "at": MORNING, "known": 0}
    results = all_at_once([lambda: catch_up(rotation, **give)] * 4)
    assert kinds(results) == {AlreadyGiven: 3}
    assert RotationMember.objects.get(rep=one.rep).owed == 3


def test_turns_are_used_and_taken_back_at_once():
    one, boss = make_rep(), make_manager()
    rotation = make_rotation(one, make_rep())
    catch_up(rotation, rep=one.rep, turns=4, why="was ill", by=boss, at=MORNING)
    line = LedgerLine.objects.get(kind="catch_up")
    acts = [lambda: take_back_catch_up(line, why="a mistake", by=boss, at=MORNING)] * 2
    leads = [make_lead() for _turn in range(4)]
    acts += [lambda lead=lead: take_turns(rotation, [TurnRequest(lead)], at=MORNING) for lead in leads]
    results = all_at_once(acts)
    assert set(kinds(results)) <= {NothingLeft}
    back = sum(result for result in results[:2] if isinstance(result, int))
    assert back + Turn.objects.filter(is_owed=True).count() == 4
    assert RotationMember.objects.get(rep=one.rep).owed == 0
    assert audit_rotation(rotation, at=MORNING).faults == []
