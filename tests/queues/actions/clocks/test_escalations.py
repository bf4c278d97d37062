"""What a manager decides (C7)."""

from datetime import timedelta

import pytest

from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import (
    CannotTakeLeads,
    EscalationIsClosed,
    NothingToMove,
    dismiss_escalation,
    escalate,
    move_to_front,
    reassign_escalated,
    snooze_escalation,
    take_over,
)
from queues.models import Entry, Escalation
from queues.queries.escalations import open_escalations
from queues.queries.waiting import first_positions
from routing.actions.assignment import LeadHasHolder
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def manager(team):
    return make_manager(team)


@pytest.fixture
def broken(team, manager) -> Escalation:
    entry = make_entry(QueueFactory(team=team))
    return escalate(entry.lead, queue=entry.queue, kind="wait", broke_at=MORNING, at=MORNING)


def test_an_escalation_opens_once_per_lead_and_tells_the_teams_managers(broken, manager):
    stranger = make_manager(TeamFactory())
    assert escalate(broken.lead, queue=broken.queue, kind="wait", broke_at=MORNING, at=MORNING) is None
    assert list(Notification.objects.values_list("user", "kind")) == [(manager.pk, "escalated")]
    assert list(open_escalations(manager, at=MORNING)) == [broken]
    assert list(open_escalations(stranger, at=MORNING)) == []


def test_taking_over_makes_the_manager_the_holder_and_ends_the_wait(broken, manager):
    held = take_over(broken, by=manager, at=MORNING)
    broken.refresh_from_db()
    assert (held.holder, held.how, broken.closed_how, broken.closed_by) == (
        manager,
        "taken_over",
        "taken_over",
        manager,
    )
    assert Entry.objects.waiting().count() == 0


def test_reassigning_a_held_lead_moves_it_and_tells_both(broken, manager, team):
    before, after = make_rep(team), make_rep(team)
    take_next(broken.queue, by=before, at=MORNING)
    again = escalate(broken.lead, queue=broken.queue, kind="contact", broke_at=MORNING, at=MORNING)

    held = reassign_escalated(again, to=after.rep, by=manager, at=MORNING + timedelta(minutes=1))

    assert (held.holder, held.how) == (after, "by_hand")
    assert Assignment.objects.get(holder=before).ended_how == "reassigned"
    assert Notification.objects.filter(user=before, kind="taken_away").count() == 1
    assert Notification.objects.filter(user=after, kind="assigned").count() == 1


def test_a_lead_is_not_reassigned_to_its_holder_or_to_somebody_who_left(broken, manager, team):
    holder, gone = make_rep(team), make_rep(team, is_active=False)
    take_next(broken.queue, by=holder, at=MORNING)
    again = escalate(broken.lead, queue=broken.queue, kind="contact", broke_at=MORNING, at=MORNING)
    with pytest.raises(LeadHasHolder):
        reassign_escalated(again, to=holder.rep, by=manager, at=MORNING)
    with pytest.raises(CannotTakeLeads):
        reassign_escalated(again, to=gone.rep, by=manager, at=MORNING)
    again.refresh_from_db()
    assert again.closed_at is None


def test_moving_to_the_front_puts_it_before_hot_and_aged_leads(broken, manager):
    queue = broken.queue
    hot = make_entry(queue, score=99)
    move_to_front(broken, by=manager, at=MORNING + timedelta(hours=1))
    positions = first_positions(queue, at=MORNING + timedelta(hours=30), limit=5)
    assert [(position.number, position.reason) for position in positions][0] == (1, "front")
    assert [position.entry.id for position in positions] == [Entry.objects.get(lead=broken.lead).pk, hot.pk]


def test_a_lead_that_is_held_has_no_place_to_move(broken, manager, team):
    take_next(broken.queue, by=make_rep(team), at=MORNING)
    again = escalate(broken.lead, queue=broken.queue, kind="contact", broke_at=MORNING, at=MORNING)
    with pytest.raises(NothingToMove):
        move_to_front(again, by=manager, at=MORNING)


def test_a_snoozed_escalation_comes_back_by_itself(broken, manager):
    until = MORNING + timedelta(hours=2)
    snooze_escalation(broken, until=until, reason="calls at noon", by=manager, at=MORNING)
    assert open_escalations(manager, at=until - timedelta(seconds=1)).count() == 0
    assert open_escalations(manager, at=until).count() == 1


@pytest.mark.parametrize("act", [take_over, move_to_front, dismiss_escalation])
def test_who_decides_second_hears_who_decided(broken, manager, act):
    dismiss_escalation(broken, by=manager, at=MORNING)
    with pytest.raises(EscalationIsClosed) as late:
        act(broken, by=manager, at=MORNING)
    assert late.value.escalation.closed_by == manager
    assert Assignment.objects.count() == 0


def test_a_claim_settles_the_escalation(broken, team):
    take_next(broken.queue, by=make_rep(team), at=MORNING)
    broken.refresh_from_db()
    assert broken.closed_how == "taken"


def test_a_new_reason_renews_the_escalation_and_ends_its_snooze(broken, manager):
    later = MORNING + timedelta(hours=72)
    snooze_escalation(broken, until=later + timedelta(days=9), reason="holiday", by=manager, at=MORNING)
    again = escalate(broken.lead, queue=broken.queue, kind="age", broke_at=later, at=later)
    assert (again, again.kind) == (broken, "age")
    assert list(open_escalations(manager, at=later)) == [broken]
    assert Notification.objects.filter(user=manager, kind="escalated").count() == 2


def test_while_a_lead_is_held_it_is_the_holders_managers_to_decide(manager, team):
    everyones = QueueFactory()
    entry = make_entry(everyones)
    elsewhere = make_manager(TeamFactory())
    rep = make_rep(team)
    take_next(everyones, by=rep, at=MORNING)
    found = escalate(entry.lead, queue=everyones, kind="contact", broke_at=MORNING, at=MORNING)
    assert list(open_escalations(manager, at=MORNING)) == [found]
    assert list(open_escalations(elsewhere, at=MORNING)) == []
    assert list(Notification.objects.filter(kind="escalated").values_list("user", flat=True)) == [manager.pk]
