"""Limits by lead type, from sales ops' form to the due times of leads (D1, D2)."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from queues.actions.claims.take import take_next, take_next_by_orm
from queues.actions.clocks.deadlines import settle_in_flight
from queues.models import Breach, DeadlineMove, Entry, Escalation, Queue, TypeLimit
from queues.tasks import escalate_overdue, expire_waits
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, make_entry, make_ops, make_rep
from tests.markup import markup

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
SECOND = timedelta(seconds=1)


@pytest.fixture
def ops(client: Client, time_machine) -> Client:
    time_machine.move_to(MORNING, tick=False)
    client.force_login(make_ops())
    return client


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Small jobs run right after the commit of the change."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def set_limit(client: Client, lead_type: str, queue: Queue | None = None, **minutes) -> list[str]:
    """Over the form; returns what it says."""
    row = TypeLimit.objects.filter(lead_type=lead_type, queue=queue).first()
    named = {"lead_type": lead_type} | ({"queue": queue.pk} if queue else {})
    url = reverse("admin:queues_typelimit_change", args=[row.pk]) if row else reverse("admin:queues_typelimit_add")
    answer = client.post(url, minutes if row else named | minutes)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return [str(message) for message in get_messages(answer.wsgi_request)]


def take(queue: Queue, user: User, lead_type: str, *, at: datetime = MORNING) -> Assignment:
    make_entry(queue, lead_type=lead_type)
    return take_next(queue, by=user, at=at)


def due(row: Assignment | Entry) -> datetime:
    row.refresh_from_db()
    return row.contact_due_at if isinstance(row, Assignment) else row.wait_due_at


def test_first_contact_is_due_by_queue_and_type_then_queue_then_type(ops: Client):
    both, own, plain = QueueFactory(), QueueFactory(contact_minutes=50), QueueFactory()
    set_limit(ops, "mql", both, contact_minutes=30)
    set_limit(ops, "mql", contact_minutes=45)
    rep = make_rep()
    minutes = [take(queue, rep, "mql").contact_due_at - MORNING for queue in (both, own, plain)]
    assert minutes == [30 * MINUTE, 50 * MINUTE, 45 * MINUTE]
    assert take(both, rep, "cold").contact_due_at == MORNING + 2 * HOUR
    make_entry(both, lead_type="mql")
    assert take_next_by_orm(both, by=rep, at=MORNING).contact_due_at == MORNING + 30 * MINUTE


def test_the_steps_follow_one_limit_of_the_type_apart(ops: Client, time_machine):
    queue = QueueFactory()
    set_limit(ops, "mql", queue, contact_minutes=30)
    held = take(queue, make_rep(), "mql")
    time_machine.move_to(MORNING + 30 * MINUTE, tick=False)
    assert escalate_overdue() == 0
    time_machine.move_to(MORNING + 60 * MINUTE + SECOND, tick=False)
    assert escalate_overdue() == 2
    assert list(Breach.objects.order_by("number").values_list("number", "due_at")) == [
        (1, MORNING + 30 * MINUTE),
        (2, MORNING + 60 * MINUTE),
    ]
    assert due(held) == MORNING + 90 * MINUTE


def test_a_lead_waits_as_long_as_its_type_may_in_this_queue(ops: Client, time_machine):
    queue, own = QueueFactory(), QueueFactory(wait_minutes=20)
    set_limit(ops, "cold", queue, wait_minutes=90)
    set_limit(ops, "cold", own, wait_minutes=10)
    entries = [make_entry(each, lead_type=kind) for each in (queue, own) for kind in ("cold", "mql")]
    assert [each.wait_due_at - MORNING for each in entries] == [90 * MINUTE, 4 * HOUR, 10 * MINUTE, 20 * MINUTE]
    time_machine.move_to(MORNING + 90 * MINUTE, tick=False)
    assert expire_waits() == 2
    time_machine.move_to(MORNING + 90 * MINUTE + SECOND, tick=False)
    assert expire_waits() == 1
    assert set(Escalation.objects.values_list("kind", flat=True)) == {"wait"}


def test_an_edit_moves_what_lies_ahead_of_this_type_only(ops: Client, time_machine, after_commit):
    queue, own = QueueFactory(name="Inbound"), QueueFactory(name="Own", contact_minutes=240, wait_minutes=240)
    rep = make_rep()
    late, cold = take(queue, rep, "mql", at=MORNING - 2 * HOUR), take(queue, rep, "cold")
    ahead, kept = take(queue, rep, "mql"), take(own, rep, "mql")
    waiting, waits_elsewhere = make_entry(queue, lead_type="mql"), make_entry(own, lead_type="mql")
    time_machine.move_to(MORNING + MINUTE, tick=False)
    assert escalate_overdue() == 1
    with after_commit():
        said = set_limit(ops, "mql", contact_minutes=60, wait_minutes=120)
    assert [due(each) - MORNING for each in (ahead, cold, kept)] == [HOUR, 2 * HOUR, 4 * HOUR]
    assert [due(each) - MORNING for each in (waiting, waits_elsewhere)] == [2 * HOUR, 4 * HOUR]
    assert (due(late), late.first_due_at) == (MORNING + HOUR, MORNING)  # what has passed stays
    assert list(Breach.objects.values_list("assignment", "due_at")) == [(late.pk, MORNING)]
    line = DeadlineMove.objects.get()
    assert (line.why, line.name, line.moved, line.kept_breaches) == ("limits", "MQL in all queues", 3, 1)
    assert said[0] == (
        "These queues set a longest wait of their own and keep it: Own. These queues set their own time to first "
        "contact and keep it: Own."
    )


def test_a_row_of_a_queue_moves_only_its_deadlines_and_its_page_says_so(ops: Client, time_machine, after_commit):
    queue, other, rep = QueueFactory(name="Inbound", contact_minutes=240), QueueFactory(), make_rep()
    here, there = take(queue, rep, "mql"), take(other, rep, "mql")
    with after_commit():
        said = set_limit(ops, "mql", queue, contact_minutes=60)
    assert (due(here), due(there)) == (MORNING + HOUR, MORNING + 2 * HOUR)
    assert said[0] == (
        "Now: Inbound, MQL: waits at most 4 h (usual); first contact within 1 h (set for this queue and type)."
    )
    page = markup(ops.get(f"/queues/{queue.slug}/"))
    assert "Limits of MQL in Inbound" in page
    assert "Hot inbound 4 h (set for this queue), MQL 1 h (set for this queue and type), Warm 4 h" in page
    form = markup(ops.get(reverse("admin:queues_queue_change", args=[queue.pk])))
    assert "First contact: Hot inbound 4 h (set for this queue), MQL 1 h (set for this queue and type)" in form
    time_machine.move_to(MORNING + MINUTE, tick=False)
    row = TypeLimit.objects.get()
    with after_commit():
        ops.post(reverse("admin:queues_typelimit_delete", args=[row.pk]), {"post": "yes"})
    assert (due(here), TypeLimit.objects.count()) == (MORNING + 4 * HOUR, 0)


def test_days_of_old_leads_move_no_deadline(ops: Client, after_commit):
    queue = QueueFactory()
    held = take(queue, make_rep(), "mql")
    with after_commit():
        set_limit(ops, "mql", queue, recycle_after_days=3)
    assert (due(held), DeadlineMove.objects.count()) == (MORNING + 2 * HOUR, 0)


def test_a_claim_on_its_way_while_a_limit_changes_is_found_within_a_minute(ops: Client, after_commit):
    queue = QueueFactory()
    with after_commit():
        set_limit(ops, "mql", contact_minutes=30)
    held = take(queue, make_rep(), "mql", at=MORNING - SECOND)
    waiting = make_entry(queue, lead_type="mql")
    Assignment.objects.update(contact_minutes=120, contact_due_at=MORNING + 2 * HOUR, first_due_at=MORNING + 2 * HOUR)
    Entry.objects.filter(pk=waiting.pk).update(wait_due_at=MORNING + 9 * HOUR)
    assert settle_in_flight(at=MORNING + MINUTE) == 2
    assert (due(held), held.contact_minutes) == (MORNING - SECOND + 30 * MINUTE, 30)
    assert due(waiting) == MORNING + 4 * HOUR
    assert settle_in_flight(at=MORNING + 2 * MINUTE) == 0
    Entry.objects.filter(pk=waiting.pk).update(wait_due_at=MORNING + 9 * HOUR)
    assert settle_in_flight(at=MORNING + 6 * MINUTE) == 0  # long ago by now


@pytest.mark.parametrize("typed", ["0", "-5", "two", "43201", "1.5"])
@pytest.mark.parametrize("field", ["wait_minutes", "contact_minutes"])
def test_limits_that_cannot_be_are_refused_at_the_field(ops: Client, field, typed):
    answer = ops.post(reverse("admin:queues_typelimit_add"), {"lead_type": "mql", field: typed})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, [field])
    assert (TypeLimit.objects.count(), DeadlineMove.objects.count()) == (0, 0)


def test_whose_limits_a_row_has_cannot_be_changed_later(ops: Client):
    queue = QueueFactory()
    row = TypeLimit.objects.create(queue=None, lead_type="mql", wait_minutes=10)
    ops.post(reverse("admin:queues_typelimit_change", args=[row.pk]), {"lead_type": "cold", "queue": queue.pk})
    row.refresh_from_db()
    assert (row.lead_type, row.queue, row.wait_minutes) == ("mql", None, None)
