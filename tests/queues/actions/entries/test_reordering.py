"""The stored order follows what it depends on (B7): how much is read for it, and who is not there at that moment."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.accounts import delete_account
from leads.actions.intake.capture import capture_lead
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.entries.reordering import reorder_chunk, reorder_leads
from queues.models import Entry, PriorityTier
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from tests.factories import MORNING, AccountFactory, QueueFactory, SourceFactory, make_entry, make_ops, make_rep

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def target():
    condition = {"field": "is_target", "operator": "is_true"}
    return PriorityTier.objects.create(name="Target", position=1, conditions=[condition])


@pytest.mark.parametrize("rows", [1, 3])
def test_reordering_takes_as_many_queries_for_three_as_for_one(target, rows):
    queue = QueueFactory(order="priority")
    for number in range(rows):
        make_entry(queue, account=AccountFactory(), source=SourceFactory(slug=f"s{number}", name=f"S{number}"))
    leads = list(Lead.objects.order_by("pk"))
    Entry.objects.update(tier=9)
    with CaptureQueriesContext(connection) as by_lead:
        assert reorder_leads(leads, at=MORNING) == rows
    Entry.objects.update(tier=9)
    with CaptureQueriesContext(connection) as by_queue:
        chunk = reorder_chunk({"queue": queue.pk}, after=0, by=None, at=MORNING)
    assert (chunk.done, chunk.is_last) == (rows, True)
    # entries, tiers and limits are read, positions written
    assert [tables(asked) for asked in (by_lead, by_queue)] == [
        ["SELECT queues_entry", "SELECT queues_prioritytier", "SELECT queues_typelimit", "UPDATE queues_entry"],
        ["SELECT queues_entry", "SELECT queues_prioritytier", "SELECT queues_typelimit", "UPDATE queues_entry"],
    ]


def tables(asked: CaptureQueriesContext) -> list[str]:
    """What was read and written, without the marks of transactions and what pages are told."""
    found = (re.match(r'(SELECT|UPDATE).*?"((?:queues|leads)_[a-z]+)"', query["sql"]) for query in asked)
    return sorted(" ".join(each.groups()) for each in found if each)


def test_a_lead_that_came_back_while_it_was_held_stands_where_it_belongs_after_an_undo():
    queue, rep = QueueFactory(order="priority"), make_rep()
    best = make_entry(queue, score=60)
    held = take_next(queue, by=rep, at=MORNING)
    other = make_entry(queue, score=70)
    capture_lead({"email": best.lead.email, "score": "90"}, channel="api", at=MORNING + MINUTE)
    undo_assignment(held, by=rep, at=MORNING + 2 * MINUTE)
    positions = first_positions(queue, at=MORNING + 2 * MINUTE, limit=5)
    assert [position.entry.id for position in positions] == [best.pk, other.pk]
    assert queue_counts(queue, at=MORNING + 2 * MINUTE).waiting == 2


def test_leads_of_a_deleted_account_keep_waiting_without_it(target, django_capture_on_commit_callbacks):
    account = AccountFactory(is_target=True)
    entry = make_entry(QueueFactory(order="priority"), account=account)
    assert entry.tier == 1
    with django_capture_on_commit_callbacks(execute=True):
        delete_account(account, by=make_ops(), at=MORNING)
    entry = Entry.objects.waiting().select_related("lead").get()
    assert (entry.tier, entry.key1, entry.lead.account) == (2, 2, None)
