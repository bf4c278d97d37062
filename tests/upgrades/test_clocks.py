"""An installation of the release before clocks counted working time: no deadline moves, nothing is parked, nobody gets
old messages again, and its processes go on writing until they are stopped (D1-D3, D5, I1)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from queues.actions.claims.take import take_next
from queues.models import Entry, Queue, ReviewItem
from routing.models import Assignment, Notification
from tests.factories import MORNING, make_lead, make_rep
from tests.upgrades.releases import upgraded

DUE = MORNING + timedelta(hours=2)
pytestmark = pytest.mark.database

ARRIVED = {"stage_at": MORNING, "captured_at": MORNING, "created_at": MORNING}


def table(*columns: str, rows: list[list[Any]], **same: Any) -> dict[str, Any]:
    return {"columns": list(columns), "rows": rows, "same": same}


TABLES = {
    "auth.User": table("id", "username", rows=[[1, "ani"]]),
    "leads.Source": table("id", "name", "slug", rows=[[1, "Web", "web"]]),
    "leads.Lead": table("id", "source_id", rows=[[1, 1], [2, 1], [3, 1]], **ARRIVED),
    "queues.Queue": table(
        *("id", "name", "slug", "wait_minutes", "contact_minutes"),
        rows=[[1, "Usual", "usual", None, 120], [2, "Own", "own", 0, 45], [3, "Never", "never", 2**20, 2**20]],
    ),
    "routing.Assignment": table("id", "lead_id", rows=[[1, 1]], holder_id=1, how="pick", assigned_at=MORNING,
                                contact_due_at=DUE, first_due_at=DUE),
    "queues.Entry": table("id", "lead_id", "queue_id", rows=[[1, 2, 1]], since_at=MORNING, entered_at=MORNING,
                          wait_due_at=DUE),
    "queues.ReviewItem": table("id", "lead_id", rows=[[1, 3]], opened_at=MORNING),
    "routing.Notification": table("id", "user_id", "key", rows=[[1, 1, "old"]], kind="assigned", at=MORNING),
}  # fmt: skip


@pytest.fixture(scope="module")
def old(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """The models as a process of the release before knows them."""
    with django_db_blocker.unblock(), upgraded("wall_time", TABLES, quickly=True) as models:
        yield models


def test_no_deadline_moves_and_all_clocks_count_wall_time(old):
    held, entry = Assignment.objects.get(pk=1), Entry.objects.get(pk=1)
    assert (held.contact_due_at, held.first_due_at, held.clock, held.remind_at) == (DUE, DUE, None, None)
    assert (entry.wait_due_at, entry.waited_seconds, entry.is_recycled) == (DUE, None, False)
    counts = Queue.objects.filter(pk__lte=3).values_list("wait_counts", "contact_counts", "remind_percent").distinct()
    assert list(counts.order_by()) == [("wall", "wall", 0)]


def test_limits_that_were_out_of_range_are_what_they_meant(old):
    limits = Queue.objects.filter(pk__lte=3).order_by("pk").values_list("wait_minutes", "contact_minutes")
    assert list(limits) == [(None, 120), (None, 45), (43_200, 43_200)]


def test_queues_of_before_have_no_limit_of_depth_and_new_ones_have_one(old):
    assert set(Queue.objects.filter(pk__lte=3).values_list("when_full", "depth_limit")) == {("off", 100)}
    assert Queue().when_full == "park"
    item = ReviewItem.objects.get(pk=1)
    assert (item.parked_for, item.parked_why) == (None, "")


def test_messages_of_before_are_not_spread_again(old):
    assert Notification.objects.get(pk=1).is_spread


def test_a_process_of_the_release_before_goes_on_writing(old):
    queue = old.get_model("queues", "Queue").objects.create(name="Theirs", slug="theirs")
    lead = old.get_model("leads", "Lead").objects.create(
        source_id=1, stage_at=MORNING, captured_at=MORNING, created_at=MORNING
    )
    of_old = {"lead_id": lead.pk, "holder_id": 1, "how": "pick", "assigned_at": MORNING}
    held = old.get_model("routing", "Assignment").objects.create(**of_old, ended_at=DUE, ended_how="returned")
    old.get_model("queues", "Entry").objects.create(
        lead_id=lead.pk, queue_id=queue.pk, since_at=MORNING, entered_at=MORNING, wait_due_at=DUE
    )
    old.get_model("queues", "ReviewItem").objects.create(lead_id=lead.pk, opened_at=MORNING)
    message = old.get_model("routing", "Notification").objects.create(user_id=1, kind="assigned", key="new", at=MORNING)
    assert Queue.objects.get(pk=queue.pk).when_full == "off"
    assert Assignment.objects.get(pk=held.pk).place_id is None
    assert not Notification.objects.get(pk=message.pk).is_spread
    assert Entry.objects.get(lead=lead.pk).is_recycled is False


def test_take_next_says_from_which_queue_the_lead_came(old):
    lead = make_lead()
    Entry.objects.create(lead=lead, queue_id=2, since_at=MORNING, entered_at=MORNING, wait_due_at=DUE)
    taken = take_next(Queue.objects.get(pk=2), by=make_rep(), at=MORNING)
    assert (taken.place_id, taken.contact_due_at) == (2, MORNING + timedelta(minutes=45))
