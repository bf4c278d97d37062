"""Contacts, notes and snoozes are taken back or corrected; the clock is as if they had been so from the start (M7)."""

from datetime import timedelta

import pytest

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import dismiss_escalation, take_over
from queues.models import Escalation, Queue
from routing.actions.act_undo import ActIsUndone, correct_contact, undo_act
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import ContactRefused, add_note, log_contact, snooze
from routing.actions.undo import TooLateToUndo
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LATER = MORNING + 14 * MINUTE
CLOCK = ("first_contact_at", "contact_seconds", "contact_due_at", "remind_at", "follow_up_at", "follow_up")


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team):
    return make_rep(team)


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


@pytest.fixture
def held(rep, queue) -> Assignment:
    make_entry(queue)
    return take_next(queue, by=rep, at=MORNING)


def log(held: Assignment, outcome: str = "reached", *, at=LATER, **more) -> Activity:
    return log_contact(held, kind="call", outcome=outcome, note="", by=held.holder, at=at, **more)


def run_out(held: Assignment, times: int) -> None:
    for _time in range(times):
        escalate_overdue(at=held.contact_due_at + SECOND)
        held.refresh_from_db()


def clock(held: Assignment) -> tuple:
    return Assignment.objects.values_list(*CLOCK).get(pk=held.pk)


def test_a_contact_that_is_taken_back_leaves_the_clock_as_it_was(held, rep):
    before = clock(held)
    act = log(held, "call_back", follow_up_at=LATER + HOUR)
    assert clock(held) != before
    undone = undo_act(act, by=rep, at=LATER + 5 * MINUTE)
    assert clock(held) == before
    assert (undone.kind, undone.by, undone.details) == ("undone", rep, {"activity": act.pk, "was": "contacted"})
    assert escalate_overdue(at=held.contact_due_at + SECOND) == 1


def test_the_second_contact_is_the_first_when_the_first_is_taken_back(held, rep):
    first = log(held)
    second = log(held, "no_answer", at=LATER + MINUTE)
    undo_act(first, by=rep, at=LATER + 2 * MINUTE)
    assert clock(held)[:3] == (LATER + MINUTE, 15 * 60, None)
    undo_act(second, by=rep, at=LATER + 3 * MINUTE)
    assert clock(held)[:3] == (None, None, held.contact_due_at)


def test_the_next_step_is_that_of_the_act_before(held, rep):
    snooze(held, until=LATER + HOUR, by=rep, at=LATER)
    again = snooze(held, until=LATER + 3 * HOUR, by=rep, at=LATER + MINUTE)
    undo_act(again, by=rep, at=LATER + 2 * MINUTE)
    assert clock(held)[4:] == (LATER + HOUR, "snoozed")
    undo_act(
        log(held, "call_back", at=LATER + 3 * MINUTE, follow_up_at=LATER + 9 * HOUR), by=rep, at=LATER + 4 * MINUTE
    )
    assert clock(held)[4:] == (LATER + HOUR, "snoozed")


def test_an_escalation_that_the_contact_settled_stands_again(held, rep):
    run_out(held, 2)
    at, before = held.contact_due_at - MINUTE, clock(held)
    act = log(held, at=at)
    assert Escalation.objects.get().closed_how == "contacted"
    undo_act(act, by=rep, at=at)
    assert (Escalation.objects.get().closed_at, clock(held)) == (None, before)


def test_an_escalation_that_a_manager_settled_stays_so(held, rep, team):
    run_out(held, 2)
    at = held.contact_due_at
    dismiss_escalation(Escalation.objects.get(), by=make_manager(team), at=at)
    undo_act(log(held, at=at), by=rep, at=at)
    assert Escalation.objects.get().closed_how == "dismissed"


@pytest.mark.parametrize(
    "make", [lambda held: log(held), lambda held: add_note(held, text="x", by=held.holder, at=LATER)]
)
def test_what_is_undone_late_or_twice_is_refused(held, rep, make):
    act = make(held)
    with nothing_changes(), pytest.raises(TooLateToUndo):
        undo_act(act, by=rep, at=LATER + 5 * MINUTE + timedelta(seconds=1))
    undo_act(act, by=rep, at=LATER + 5 * MINUTE)
    with nothing_changes(), pytest.raises(ActIsUndone):
        undo_act(act, by=rep, at=LATER + 5 * MINUTE)


def test_a_contact_stays_once_the_lead_is_with_somebody_else_but_a_note_can_go(held, rep, team):
    run_out(held, 2)
    at = held.contact_due_at
    act = log(held, "wrong_number", at=at)
    note = add_note(held, text="x", by=rep, at=at)
    take_over(Escalation.objects.get(), by=make_manager(team), at=at)
    with nothing_changes(), pytest.raises(NotTheHolder):
        undo_act(act, by=rep, at=at)
    with nothing_changes(), pytest.raises(NotTheHolder):
        correct_contact(act, kind="call", outcome="reached", made_at=at, by=rep, at=at)
    undo_act(note, by=rep, at=at)


def test_a_contact_before_a_return_stays(held, rep):
    act = log(held)
    return_lead(held, reason="no_capacity", note="", by=rep, at=LATER)
    with nothing_changes(), pytest.raises(NotTheHolder):
        undo_act(act, by=rep, at=LATER)


def test_a_contact_becomes_a_wrong_number_and_the_clock_runs_on(held, rep):
    act = log(held)
    correct_contact(act, kind="call", outcome="wrong_number", made_at=LATER, by=rep, at=LATER + HOUR)
    assert clock(held)[:3] == (None, None, held.contact_due_at)
    correct_contact(act, kind="email", outcome="reached", made_at=LATER, by=rep, at=LATER + HOUR)
    assert clock(held)[:3] == (LATER, 14 * 60, None)
    rows = Activity.objects.filter(kind="corrected").order_by("pk").values_list("details", flat=True)
    assert [row["before"]["outcome"] for row in rows] == ["reached", "wrong_number"]


def test_the_time_of_a_contact_counts_as_corrected(held, rep):
    act = log(held, at=held.contact_due_at + MINUTE)
    at = held.contact_due_at + HOUR
    correct_contact(act, kind="call", outcome="reached", made_at=MORNING + MINUTE, by=rep, at=at)
    assert clock(held)[:2] == (MORNING + MINUTE, 60)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"outcome": ""}, "outcome"),
        ({"made_at": MORNING - timedelta(seconds=1)}, "time"),
        ({"made_at": LATER + HOUR + timedelta(seconds=1)}, "time"),
        ({}, "same"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(held, rep, changes, code):
    act = log(held)
    wanted = {"kind": "call", "outcome": "reached", "made_at": LATER} | changes
    with nothing_changes(), pytest.raises(ContactRefused) as refused:
        correct_contact(act, **wanted, by=rep, at=LATER + HOUR)
    assert refused.value.code == code


def test_a_first_contact_before_a_limit_that_ran_out_is_refused(held, rep):
    wrong = log(held, "wrong_number")
    run_out(held, 1)
    at = held.contact_due_at
    with nothing_changes(), pytest.raises(ContactRefused) as refused:
        correct_contact(wrong, kind="call", outcome="reached", made_at=LATER, by=rep, at=at)
    assert refused.value.code == "ran_out"
    correct_contact(wrong, kind="call", outcome="reached", made_at=at, by=rep, at=at)
    assert clock(held)[0] == at
