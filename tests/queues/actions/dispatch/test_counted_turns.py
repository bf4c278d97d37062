"""What counts as a turn: by hand and by owner only where the rotation says so, and a return or a snooze never (F6c)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.escalations import escalate, reassign_escalated, take_over
from queues.actions.dispatch.serve import serve, serve_waiting
from routing.actions.assignment import return_lead
from routing.actions.contact import snooze
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, LedgerLine, Rotation, RotationMember
from tests.effort import examples
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def world(count=3, **rules):
    people = [make_rep() for _number in range(count)]
    rotation = make_rotation(*people, **rules)
    return people, rotation, QueueFactory(dispatch="push", rotation=rotation, owner_match="domain")


def by_hand(queue, to, *, boss, at=MORNING):
    """A lead before the manager that he or she gives to a rep, before the rotation has it."""
    entry = make_entry(queue, company_domain="else.co.id")
    case = escalate(entry.lead, queue=queue, kind="wait", broke_at=at, at=at)
    return reassign_escalated(case, to=to.rep, by=boss, at=at)


def turns(queue, count, *, at=MORNING):
    for _lead in range(count):
        make_entry(queue, company_domain="else.co.id")
    return [each.holder for each in serve(queue, at=at)]


def state(rotation):
    row = Rotation.objects.values("pointer", "in_block", "virtual", "rest", "turns_taken").get(pk=rotation.pk)
    members = RotationMember.objects.filter(rotation=rotation).order_by("pk")
    return row, list(members.values_list("owed", "balance", "base", "turns_given")), rotation.ledger.count()


@pytest.mark.django_db
@pytest.mark.parametrize(("counts", "then"), [(False, [0, 1, 2]), (True, [1, 2, 0])])
def test_a_lead_that_a_manager_gives_counts_only_where_the_rotation_says_so(counts, then):
    people, rotation, queue = world(counts_by_hand=counts)
    boss = make_manager()
    given = by_hand(queue, people[0], boss=boss)
    assert (given.holder, "counted" in given.receipt) == (people[0], counts)
    assert turns(queue, 3) == [people[number] for number in then]
    lines = LedgerLine.objects.filter(kind="counted").values_list("rep", "by", "details__why")
    assert list(lines) == ([(people[0].rep.pk, boss.pk, "by_hand")] if counts else [])
    assert audit_rotation(rotation, at=MORNING).faults == []


@pytest.mark.django_db
def test_a_manager_who_takes_it_over_is_no_member_and_moves_nothing():
    _people, rotation, queue = world(counts_by_hand=True)
    before = state(rotation)
    entry = make_entry(queue)
    boss = make_manager()
    given = take_over(escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING), by=boss, at=MORNING)
    assert (given.receipt.get("counted"), state(rotation)) == (None, before)


@pytest.mark.django_db
@pytest.mark.parametrize(("counts", "then"), [(False, [0, 1, 2]), (True, [0, 2, 0])])
def test_an_owner_match_counts_only_where_the_rotation_says_so(counts, then):
    people, rotation, queue = world(counts_owner_match=counts)
    AccountFactory(domain="maju.co.id", owner=people[1])
    make_entry(queue, company_domain="maju.co.id")
    (given,) = serve(queue, at=MORNING)
    assert (given.holder, given.receipt.get("counted", {}).get("why")) == (people[1], "owner_match" if counts else None)
    assert turns(queue, 3) == [people[number] for number in then]
    assert audit_rotation(rotation, at=MORNING).faults == []


@pytest.mark.django_db
def test_an_owner_who_is_no_member_moves_nothing():
    _people, rotation, queue = world(counts_owner_match=True)
    AccountFactory(domain="maju.co.id", owner=make_rep())
    before = state(rotation)
    make_entry(queue, company_domain="maju.co.id")
    assert (len(serve(queue, at=MORNING)), state(rotation)) == (1, before)


@pytest.mark.django_db
@pytest.mark.parametrize("way", [{}, {"way": "value"}, {"way": "blocks"}])
def test_undone_it_counts_no_more_and_the_sums_are_as_before(way):
    people, rotation, queue = world(counts_by_hand=True, **way)
    turns(queue, 2)
    members = RotationMember.objects.order_by("pk")
    before = list(members.values_list("owed", "turns_given"))
    given = by_hand(queue, people[2], boss=make_manager())
    assert list(members.values_list("owed", "turns_given")) != before
    undo_assignment(given, by=make_ops(), at=MORNING + MINUTE)
    assert list(members.values_list("owed", "turns_given")) == before
    assert sum(LedgerLine.objects.filter(kind="counted").values_list("given", flat=True)) == 0
    assert audit_rotation(rotation, at=MORNING).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize(("reason", "left"), [("duplicate", 0), ("not_my_type", 1)])
def test_a_bad_lead_that_counted_gives_the_turn_back_once(reason, left):
    people, rotation, queue = world(counts_by_hand=True)
    given = by_hand(queue, people[0], boss=make_manager())
    return_lead(given, reason=reason, note="", by=people[0], at=MORNING + HOUR)
    assert RotationMember.objects.get(rep=people[0].rep).turns_given == left
    assert audit_rotation(rotation, at=MORNING + HOUR).faults == []


@pytest.mark.django_db
def test_neither_a_return_nor_a_snooze_moves_the_turn():
    people, rotation, queue = world(counts_by_hand=True, counts_owner_match=True)
    turns(queue, 2)
    before = state(rotation)
    first, second = Assignment.objects.order_by("pk")
    snooze(first, until=MORNING + 2 * HOUR, by=first.holder, at=MORNING)
    assert state(rotation) == before
    RotationMember.objects.update(is_paused=True)  # so that nobody is served by the return itself
    return_lead(second, reason="not_my_type", note="", by=second.holder, at=MORNING + HOUR)
    assert state(rotation) == before
    RotationMember.objects.update(is_paused=False)
    serve_waiting(at=MORNING + HOUR)
    assert Assignment.objects.open().latest("pk").holder == people[2]  # as if the return had not been


class TestAnyMix(TestCase):
    """However turns, leads by hand, owner matches and undoing follow each other, the replay agrees."""

    @given(
        st.sampled_from(["smooth", "blocks", "value"]),
        st.lists(
            st.tuples(st.sampled_from(["turn", "hand", "owner", "undo", "return"]), st.integers(0, 2)), max_size=12
        ),
    )
    @settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_replay_reproduces_every_owner(self, way, acts):
        people, rotation, queue = world(way=way, counts_by_hand=True, counts_owner_match=True)
        rotation.members.filter(rep=people[0].rep).update(weight=2)
        boss, ops, at = make_manager(), make_ops(), MORNING
        for number, user in enumerate(people):
            AccountFactory(domain=f"maju{number}.co.id", owner=user)
        for act, number in acts:
            at += MINUTE
            last = Assignment.objects.open().order_by("-pk").first()
            if act == "turn":
                turns(queue, number, at=at)
            elif act == "hand":
                by_hand(queue, people[number], boss=boss, at=at)
            elif act == "owner":
                make_entry(queue, company_domain=f"maju{number}.co.id")
                serve(queue, at=at)
            elif last is not None and act == "undo" and at - last.assigned_at <= 5 * MINUTE:
                undo_assignment(last, by=ops, at=at)
            elif last is not None and act == "return":
                reason = ("duplicate", "student", "not_my_type")[number]
                return_lead(last, reason=reason, note="", by=last.holder, at=at)
        self.assertEqual(audit_rotation(rotation, at=at).faults, [])
