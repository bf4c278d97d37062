"""Clocks that ran out (B6, D1, D2, L5, L7)."""

from datetime import timedelta

import pytest

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.clocks.ages import lift_aged
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.serve import serve
from queues.actions.entries.counts import mark_crossings
from queues.models import Breach, Entry, Escalation
from queues.queries.counts import queue_counts
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import set_available
from routing.actions.contact import log_contact
from routing.models import Assignment, Notification
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_entry,
    make_manager,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
TWO_HOURS = timedelta(hours=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team):
    return QueueFactory(team=team)


@pytest.fixture
def manager(team):
    return make_manager(team)


def taken(queue, rep) -> Assignment:
    make_entry(queue)
    return take_next(queue, by=rep, at=MORNING)


def breaches() -> list[tuple[int, str]]:
    return list(Breach.objects.order_by("number").values_list("number", "act"))


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_exactly_at_the_deadline_is_in_time(queue, team, manager):
    taken(queue, make_rep(team))
    assert escalate_overdue(at=MORNING + TWO_HOURS) == 0
    assert escalate_overdue(at=MORNING + TWO_HOURS + SECOND) == 1


def test_the_three_steps_fall_due_one_limit_apart(queue, team, manager):
    rep, colleague = make_rep(team), make_rep(team)
    held = taken(queue, rep)

    escalate_overdue(at=MORNING + TWO_HOURS + SECOND)
    assert breaches() == [(1, "remind")]
    assert told(rep) == ["contact_due"]
    assert told(manager) == []

    escalate_overdue(at=MORNING + 2 * TWO_HOURS + SECOND)
    assert breaches()[1:] == [(2, "tell_manager")]
    assert Escalation.objects.get(closed_at=None).kind == "contact"
    assert told(manager) == ["team_contact_due"]  # one message for one step

    escalate_overdue(at=MORNING + 3 * TWO_HOURS + SECOND)
    assert breaches()[2:] == [(3, "give_to_another")]
    held.refresh_from_db()
    assert (held.ended_how, Assignment.objects.open().get().holder) == ("breached", colleague)
    assert Escalation.objects.filter(closed_at=None).count() == 0


def test_after_the_third_the_new_holder_has_the_whole_clock(queue, team, manager):
    make_rep(team)
    taken(queue, make_rep(team))
    end = MORNING + 3 * TWO_HOURS + SECOND
    escalate_overdue(at=end)
    again = Assignment.objects.open().get()
    assert (again.breaches, again.contact_due_at) == (0, end + TWO_HOURS)


def test_a_sweep_that_comes_late_skips_no_step_and_fires_none_twice(queue, team, manager):
    make_rep(team)
    taken(queue, make_rep(team))
    late = MORNING + timedelta(hours=5)
    assert escalate_overdue(at=late) == 2
    assert escalate_overdue(at=late) == 0
    assert breaches() == [(1, "remind"), (2, "tell_manager")]


def test_contact_stops_the_clock_and_settles_the_managers_escalation(queue, team, manager):
    rep = make_rep(team)
    held = taken(queue, rep)
    escalate_overdue(at=MORNING + timedelta(hours=4, seconds=1))
    log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING + timedelta(hours=5))
    assert escalate_overdue(at=MORNING + timedelta(hours=9)) == 0
    assert Escalation.objects.get().closed_how == "contacted"


def test_with_no_colleague_available_the_third_breach_is_the_managers(queue, team, manager):
    rep = make_rep(team)
    held = taken(queue, rep)
    escalate_overdue(at=MORNING + timedelta(hours=7))
    held.refresh_from_db()
    assert held.is_open
    assert Escalation.objects.get(closed_at=None).lead == held.lead


def test_a_lead_goes_to_the_available_colleague_with_the_fewest_open_leads(queue, team, manager):
    rep, busy, free, away = (make_rep(team) for _number in range(4))
    held = taken(queue, rep)
    fill(queue, 2)
    take_next(queue, by=busy, at=MORNING + timedelta(hours=6))
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    escalate_overdue(at=MORNING + timedelta(hours=6, seconds=1))
    assert Assignment.objects.open().get(lead=held.lead).holder == free


@pytest.mark.parametrize(("lead_type", "hours"), [("hot_inbound", 1), ("mql", 4), ("warm", 24), ("cold", 72)])
def test_the_longest_wait_follows_the_lead_type(queue, manager, lead_type, hours):
    make_entry(queue, lead_type=lead_type)
    assert expire_waits(at=MORNING + timedelta(hours=hours)) == 0
    assert expire_waits(at=MORNING + timedelta(hours=hours) + SECOND) == 1
    assert expire_waits(at=MORNING + timedelta(hours=hours) + SECOND) == 0
    assert Escalation.objects.get().kind == "wait"
    assert told(manager) == ["escalated"]


def test_a_queue_can_set_its_own_longest_wait(team, manager):
    queue = QueueFactory(team=team, wait_minutes=30)
    entry = make_entry(queue, lead_type="cold")
    assert entry.wait_due_at == MORNING + timedelta(minutes=30)


def test_a_queue_can_assign_when_a_wait_runs_out(team):
    rep = make_rep(team)
    queue = QueueFactory(team=team, rotation=make_rotation(rep), on_wait_breach="assign")
    entry = make_entry(queue, lead_type="hot_inbound")
    expire_waits(at=MORNING + TWO_HOURS)
    entry.refresh_from_db()
    assert (entry.left_how, entry.assignment.holder, entry.assignment.how) == ("assigned", rep, "wait")
    assert Escalation.objects.count() == 0


def test_after_72_hours_a_lead_comes_to_the_manager_once(queue, manager):
    entry = make_entry(queue, lead_type="cold")
    assert lift_aged(at=MORNING + timedelta(hours=71, minutes=59)) == 1  # its band
    assert Escalation.objects.count() == 0
    lift_aged(at=MORNING + timedelta(hours=72))
    lift_aged(at=MORNING + timedelta(hours=73))
    assert Escalation.objects.get().kind == "age"
    assert Breach.objects.filter(clock="age").count() == 1
    entry.refresh_from_db()
    assert entry.escalated_at == MORNING + timedelta(hours=72)


def test_crossing_a_band_is_counted_before_and_after_the_sweep(queue):
    fill(queue, 3)
    later = MORNING + timedelta(hours=24)
    assert queue_counts(queue, at=later).aged_first == 3
    lift_aged(at=later)
    assert (queue_counts(queue, at=later).aged_first, set(Entry.objects.values_list("band", flat=True))) == (3, {1})
    much_later = MORNING + timedelta(hours=48)
    assert queue_counts(queue, at=much_later).aged_second == 3
    lift_aged(at=much_later)
    assert queue_counts(queue, at=much_later) == queue_counts(queue, at=much_later + SECOND)


def test_every_breach_is_on_the_timeline(queue, team, manager):
    held = taken(queue, make_rep(team))
    escalate_overdue(at=MORNING + timedelta(hours=2, minutes=1))
    last = Activity.objects.filter(lead=held.lead).first()
    assert (last.kind, last.details["number"]) == ("breached", 1)


def test_at_the_third_breach_a_push_queues_rotation_gives_the_lead_on(team, manager):
    rep, colleague = make_rep(team), make_rep(team)
    queue = QueueFactory(team=team, dispatch="push", rotation=make_rotation(rep, colleague))
    make_entry(queue)
    serve(queue, at=MORNING)
    escalate_overdue(at=MORNING + timedelta(hours=6, seconds=1))
    held = Assignment.objects.open().get()
    assert (held.holder, held.how, held.turn.number) == (colleague, "breach", 2)


def test_with_nobody_free_at_the_third_breach_managers_are_told_and_it_is_tried_again(queue, team, manager):
    rep = make_rep(team)
    held = taken(queue, rep)
    escalate_overdue(at=MORNING + timedelta(hours=7))
    assert Escalation.objects.get(closed_at=None).kind == "nobody"
    colleague = make_rep(team)
    assert escalate_overdue(at=MORNING + timedelta(hours=8)) == 1
    assert Assignment.objects.open().get(lead=held.lead).holder == colleague
    assert escalate_overdue(at=MORNING + timedelta(hours=8, minutes=1)) == 0


def test_a_wait_that_runs_out_gives_no_lead_to_who_gave_it_back(team, manager):
    rep, away = make_rep(team), make_rep(team)
    rotation = make_rotation(rep, away)
    queue = QueueFactory(team=team, dispatch="push", rotation=rotation, on_wait_breach="assign", wait_minutes=30)
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    make_entry(queue)
    (given,) = serve(queue, at=MORNING)
    later = MORNING + timedelta(hours=1)
    return_lead(given, reason="not_my_type", note="", by=rep, at=later)
    expire_waits(at=later + timedelta(minutes=1))
    assert Assignment.objects.open().count() == 0
    assert Escalation.objects.filter(closed_at=None).count() == 1


def test_many_leads_that_cross_a_band_at_once_are_marked_in_chunks(queue, monkeypatch):
    monkeypatch.setattr("queues.actions.entries.counts.CHUNK_SIZE", 2)
    fill(queue, 5)
    assert mark_crossings(queue, at=MORNING + timedelta(hours=49)) == 5
    assert set(Entry.objects.values_list("band", flat=True)) == {2}
    assert queue_counts(queue, at=MORNING + timedelta(hours=49)).aged_second == 5
