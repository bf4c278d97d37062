"""Contact, notes, snoozing, closing: what a holder does (C4, D2)."""

from datetime import timedelta

import pytest

from leads.actions.stages import StageRefused, close_lead
from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from routing.actions.assignment import AssignmentRequest, LeadHasHolder, NotTheHolder, assign
from routing.actions.contact import ContactRefused, add_note, log_contact, snooze
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(minutes=14)


@pytest.fixture
def rep():
    return make_rep()


@pytest.fixture
def held(rep) -> Assignment:
    queue = QueueFactory()
    make_entry(queue)
    return take_next(queue, by=rep, at=MORNING)


@pytest.mark.parametrize("outcome", ["reached", "no_answer", "left_message", "call_back"])
def test_an_attempt_stops_the_contact_clock(held, rep, outcome):
    log_contact(held, kind="call", outcome=outcome, note="tried", by=rep, at=LATER)
    held.refresh_from_db()
    assert (held.first_contact_at, held.contact_due_at) == (LATER, None)
    assert Activity.objects.filter(kind="contacted").get().details["note"] == "tried"


def test_a_wrong_number_does_not_stop_the_clock(held, rep):
    log_contact(held, kind="call", outcome="wrong_number", note="", by=rep, at=LATER)
    held.refresh_from_db()
    assert (held.first_contact_at, held.contact_due_at) == (None, MORNING + timedelta(hours=2))


def test_only_the_first_contact_counts_for_the_clock(held, rep):
    log_contact(held, kind="call", outcome="no_answer", note="", by=rep, at=LATER)
    log_contact(held, kind="email", outcome="reached", note="", by=rep, at=LATER + timedelta(hours=1))
    held.refresh_from_db()
    assert held.first_contact_at == LATER


@pytest.mark.parametrize(("kind", "outcome", "code"), [("fax", "reached", "kind"), ("call", "maybe", "outcome")])
def test_unknown_kinds_and_outcomes_are_refused_and_nothing_is_written(held, rep, kind, outcome, code):
    with pytest.raises(ContactRefused) as refused:
        log_contact(held, kind=kind, outcome=outcome, note="", by=rep, at=LATER)
    assert refused.value.code == code
    assert Activity.objects.filter(kind="contacted").count() == 0


def test_a_follow_up_in_the_past_is_refused(held, rep):
    with pytest.raises(ContactRefused):
        log_contact(held, kind="call", outcome="call_back", note="", by=rep, at=LATER, follow_up_at=MORNING)
    with pytest.raises(ContactRefused):
        snooze(held, until=MORNING, by=rep, at=LATER)


def test_snoozing_plans_the_next_step_and_leaves_the_contact_clock_running(held, rep):
    tomorrow = MORNING + timedelta(days=1)
    snooze(held, until=tomorrow, by=rep, at=LATER)
    held.refresh_from_db()
    assert (held.follow_up, held.follow_up_at) == ("snoozed", tomorrow)
    assert held.contact_due_at == MORNING + timedelta(hours=2)


def test_a_note_is_no_contact(held, rep):
    add_note(held, text="likes tea", by=rep, at=LATER)
    held.refresh_from_db()
    assert held.first_contact_at is None
    assert Activity.objects.get(kind="noted").details == {"text": "likes tea"}


@pytest.mark.parametrize("stage", ["converted", "won", "lost"])
def test_closing_a_lead_frees_its_holder(held, rep, stage):
    close_lead(held.lead, stage=stage, by=rep, at=LATER)
    held.refresh_from_db()
    assert (held.ended_how, held.ended_at, Lead.objects.get().stage) == (stage, LATER, stage)


def test_disqualifying_needs_a_reason(held, rep):
    with pytest.raises(StageRefused) as refused:
        close_lead(held.lead, stage="disqualified", by=rep, at=LATER)
    assert refused.value.code == "reason"
    held.refresh_from_db()
    assert held.is_open


def test_a_lead_closes_once(held, rep):
    close_lead(held.lead, stage="won", by=rep, at=LATER)
    with pytest.raises(StageRefused) as refused:
        close_lead(held.lead, stage="won", by=rep, at=LATER)
    assert refused.value.code == "already"


def test_who_lost_the_lead_can_log_nothing_on_it(held, rep):
    close_lead(held.lead, stage="lost", by=rep, at=LATER)
    for act in (
        lambda: log_contact(held, kind="call", outcome="reached", note="", by=rep, at=LATER),
        lambda: snooze(held, until=LATER + timedelta(days=1), by=rep, at=LATER),
        lambda: add_note(held, text="late", by=rep, at=LATER),
    ):
        with pytest.raises(NotTheHolder):
            act()


def test_a_lead_has_one_holder(held):
    other = make_rep()
    with pytest.raises(LeadHasHolder) as refused:
        assign(AssignmentRequest(lead=held.lead, holder_id=other.pk, how="by_hand"), by=other, at=LATER)
    assert refused.value.assignment == held


def test_a_new_holder_gets_one_message(rep):
    boss = make_rep()
    assign(AssignmentRequest(lead=make_lead(), holder_id=rep.pk, how="by_hand"), by=boss, at=LATER)
    assert list(Notification.objects.values_list("user", "kind")) == [(rep.pk, "assigned")]
