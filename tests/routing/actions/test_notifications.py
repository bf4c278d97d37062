"""Many messages cost one statement and one word to each inbox; nobody gets a message twice (I1)."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from queues.actions.dispatch.serve import serve
from routing.actions.notifications import Message, notify, notify_each
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, fill, make_lead, make_rep, make_rotation
from tests.hearing import hearing

KIND = Notification.Kind.ASSIGNED


def written() -> list[tuple[int, str]]:
    return list(Notification.objects.order_by("pk").values_list("user", "key"))


@pytest.mark.django_db
def test_they_are_written_in_order_and_none_twice():
    one, two = make_rep(), make_rep()
    notify([two.pk], kind=KIND, key="b", at=MORNING)
    messages = [
        Message(two.pk, KIND, "c"),
        Message(one.pk, KIND, "a"),
        Message(two.pk, KIND, "b"),
        Message(one.pk, KIND, "a"),
    ]
    notify_each(messages, at=MORNING)
    assert written() == [(two.pk, "b"), (two.pk, "c"), (one.pk, "a")]


@pytest.mark.django_db
def test_each_has_its_own_lead_and_details():
    rep, leads = make_rep(), [make_lead(), make_lead()]
    notify_each([Message(rep.pk, KIND, f"{n}", lead.pk, {"place": n}) for n, lead in enumerate(leads)], at=MORNING)
    rows = Notification.objects.order_by("pk").values_list("lead", "details", "at", "read_at")
    assert list(rows) == [(lead.pk, {"place": n}, MORNING, None) for n, lead in enumerate(leads)]


@pytest.mark.django_db
def test_no_messages_cost_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        notify_each([], at=MORNING)
        notify([], kind=KIND, key="a", at=MORNING)


@pytest.mark.django_db(transaction=True)
def test_each_inbox_hears_of_it_once_after_the_commit():
    one, two = make_rep(), make_rep()
    with hearing() as heard:
        with transaction.atomic():
            notify_each([Message(rep.pk, KIND, key) for key in "abc" for rep in (two, one)], at=MORNING)
        assert sorted(heard()) == sorted([f"inbox-{one.pk}", f"inbox-{two.pk}"])


@pytest.mark.django_db
@pytest.mark.parametrize("count", [4, 40])
def test_leads_that_are_served_together_are_announced_together(count):
    reps = [make_rep(), make_rep()]
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*reps, skips_over_capacity=False))
    fill(queue, count)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        serve(queue, at=MORNING)
    inboxes = [query["sql"] for query in queries if "inbox-" in query["sql"]]  # SQLite's values are not recorded
    messages = [query["sql"] for query in queries if 'INTO "routing_notification"' in query["sql"]]
    assert (len(messages), len(inboxes)) == (1, {"postgresql": 1, "sqlite": 0}[connection.vendor])
    given = Assignment.objects.order_by("pk").values_list("holder", "pk")
    assert written() == [(holder, f"assigned-{pk}") for holder, pk in given]
    assert len(written()) == count
