"""A lead that was closed by mistake is opened again days later, where it was (M7)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.actions.stages import close_lead
from leads.models import Identity, Lead
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.figures.sweep import count_figures
from queues.models import Entry, Queue, RepDay
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.models import Assignment, LedgerLine, Notification
from tests.clients import nothing_changes
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CLOSED = MORNING + 30 * MINUTE
LATER = MORNING + 3 * DAY
WHY = {"reason": "The wrong company was won"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(LATER, tick=False)
    return time_machine


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team, client: Client):
    made = make_rep(team, first_name="Rina", last_name="Hartono")
    client.force_login(made)
    return made


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, name="MQL")


@pytest.fixture
def held(queue, rep) -> Assignment:
    make_entry(queue, company_name="Acme Widgets", email="dewi@acme.example")
    return take_next(queue, by=rep, at=MORNING)


def close(held: Assignment, stage: str = "won", reason: str = "", at=CLOSED) -> Lead:
    return close_held_lead(held, stage=stage, reason=reason, by=held.holder, at=at)


def reopen(client: Client, lead: Lead, **sent) -> list[str]:
    answer = client.post(f"/leads/{lead.pk}/reopen/", WHY | sent)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


def now_with(lead: Lead) -> str | None:
    held = Assignment.objects.open().filter(lead=lead).select_related("holder").first()
    return held.holder.first_name if held else None


@pytest.mark.parametrize(
    ("stage", "reason"), [("converted", ""), ("won", ""), ("lost", ""), ("disqualified", "no_need")]
)
def test_its_holder_opens_it_again_and_the_story_says_why(client, held, stage, reason):
    lead = close(held, stage, reason)
    assert b'action="/leads/%d/reopen/"' % lead.pk in client.get(f"/leads/{lead.pk}/").content
    assert reopen(client, lead) == ["Acme Widgets is open again, and yours."]
    lead.refresh_from_db()
    assert (lead.stage, lead.closed_reason, now_with(lead)) == ("held", "", "Rina")
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "You opened it again; it was: " in page
    assert "The wrong company was won" in page


def test_without_a_contact_the_clock_starts_again_and_is_not_late(client, held):
    lead = close(held)
    reopen(client, lead)
    open_again = Assignment.objects.get(pk=held.pk)
    due = LATER + timedelta(minutes=held.contact_minutes)
    assert (open_again.contact_due_at, open_again.first_due_at, open_again.clock_from_at) == (due, due, LATER)


def test_after_a_contact_no_clock_runs(client, held, rep):
    log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING + MINUTE)
    reopen(client, close(held))
    open_again = Assignment.objects.get(pk=held.pk)
    assert (open_again.contact_due_at, open_again.first_contact_at) == (None, MORNING + MINUTE)


def test_a_deal_that_came_to_more_later_goes_back_to_its_holder(client, held, rep):
    lead = close(held, "converted")
    close_lead(lead, stage="lost", by=None, at=CLOSED + DAY)
    reopen(client, lead)
    assert now_with(lead) == "Rina"


def test_a_manager_opens_it_and_the_holder_is_told(client, held, team):
    lead = close(held)
    client.force_login(make_manager(team, first_name="Ayu", last_name="Pratama"))
    assert reopen(client, lead) == ["Acme Widgets is open again, with Rina Hartono."]
    message = Notification.objects.get(user=held.holder, kind="assigned")
    client.force_login(held.holder)
    inbox = client.get("/inbox/").content.decode()
    assert message.lead_id == lead.pk
    assert "Acme Widgets is yours again: Ayu Pratama opened it again, “The wrong company was won”." in inbox


def test_it_goes_to_its_queue_with_its_age_when_the_holder_has_left(client, held, queue):
    lead, since = close(held), Entry.objects.get().since_at
    held.holder.is_active = False
    held.holder.save()
    client.force_login(make_ops())
    assert reopen(client, lead) == ["Acme Widgets is open again, in MQL."]
    entry = Entry.objects.waiting().get()
    assert (entry.lead_id, entry.queue_id, entry.since_at) == (lead.pk, queue.pk, since)
    assert Assignment.objects.get(pk=held.pk).ended_how == "closed"


def test_it_goes_to_the_review_desk_when_its_queue_is_off_too(client, held, queue):
    lead = close(held)
    held.holder.groups.clear()
    Queue.objects.update(is_active=False)
    client.force_login(make_ops())
    assert reopen(client, lead) == ["Acme Widgets is open again, on the review desk."]
    assert "Opened again" in client.get("/review/").content.decode()


def test_a_lead_that_was_in_no_queue_goes_to_the_review_desk(client):
    lead = make_lead(company_name="Acme Widgets")
    close_lead(lead, stage="disqualified", reason="student", by=None, at=CLOSED)
    client.force_login(make_ops())
    assert reopen(client, lead) == ["Acme Widgets is open again, on the review desk."]


def test_figures_that_counted_the_close_follow(client, held):
    close(held)
    count_figures(at=LATER - HOUR, patience=60)
    won = RepDay.objects.filter(rep=held.holder).values_list("won", flat=True)
    assert sum(won) == 1
    reopen(client, held.lead)
    count_figures(at=LATER + HOUR, patience=60)
    assert sum(won.all()) == 0


def test_a_turn_that_the_close_gave_back_is_spent_again(client, queue, rep):
    queue.dispatch, queue.rotation = "push", make_rotation(rep)
    queue.save()
    make_entry(queue)
    serve_waiting(at=MORNING, queue_ids=[queue.pk])
    lead = close(Assignment.objects.get(), "disqualified", "competitor")
    reopen(client, lead)
    assert sum(LedgerLine.objects.values_list("given", flat=True)) == sum(
        LedgerLine.objects.filter(kind="given").values_list("given", flat=True)
    )
    assert sum(LedgerLine.objects.values_list("owed", flat=True)) == 0


def test_the_reason_is_required_and_what_was_typed_stays(client, held):
    lead = close(held)
    with nothing_changes():
        answer = client.post(f"/leads/{lead.pk}/reopen/", {"reason": "  "})
    assert answer.status_code == 422
    assert "Write why it is open again." in answer.content.decode()
    with nothing_changes():
        answer = client.post(f"/leads/{lead.pk}/reopen/", {"reason": "x" * 301})
    assert (answer.status_code, "x" * 301 in answer.content.decode()) == (422, True)


def test_its_holder_may_for_two_weeks_then_only_managers_and_ops(client, held, team, now):
    lead = close(held)
    now.move_to(CLOSED + 14 * DAY + MINUTE, tick=False)
    assert "Open again" not in client.get(f"/leads/{lead.pk}/").content.decode()
    with nothing_changes():
        assert reopen(client, lead) == [
            "It is more than 14 days since you closed Acme Widgets. Ask your manager to open it again."
        ]
    client.force_login(make_manager(team))
    assert len(reopen(client, lead)) == 1
    assert now_with(lead) == "Rina"


def test_a_stranger_reads_nothing(client, held):
    lead = close(held)
    for stranger in (make_rep(TeamFactory()), make_manager(TeamFactory())):
        client.force_login(stranger)
        with nothing_changes():
            assert client.post(f"/leads/{lead.pk}/reopen/", WHY).status_code == 404


def test_what_cannot_be_is_refused_in_words(client, held, rep):
    lead = close(held)
    client.force_login(make_ops())
    other = make_lead(company_name="Acme Two")
    Identity.objects.filter(lead=lead, kind="email").delete()
    Identity.objects.create(lead=other, kind="email", value="dewi@acme.example")
    with nothing_changes():
        assert reopen(client, lead) == [
            f"Acme Widgets stays closed: the same person has another open lead, Acme Two #{other.pk}."
        ]
    Lead.objects.filter(pk=lead.pk).update(email="", phone="", external_id="", first_name="", last_name="")
    with nothing_changes():
        assert reopen(client, lead) == ["Acme Widgets stays closed: what was known of the person was erased."]
    Lead.objects.filter(pk=lead.pk).update(stage="archived")
    with nothing_changes():
        assert reopen(client, lead) == ["Acme Widgets has moved on since it was closed. Sales ops can bring it back."]


def test_a_second_press_says_who_has_it(client, held):
    lead = close(held)
    reopen(client, lead)
    with nothing_changes():
        assert reopen(client, lead) == ["Acme Widgets is open already: Rina Hartono has it."]
