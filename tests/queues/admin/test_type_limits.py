"""Limits by queue and type, in the admin: longest wait, first contact, days of old leads (D1, D2, D6)."""

import pytest
from django.test import Client
from django.urls import reverse

from queues.decisions.stale import StaleDays
from queues.models import TypeLimit
from queues.queries.limits import stale_days
from tests.factories import QueueFactory

pytestmark = pytest.mark.django_db
ADD = "admin:queues_typelimit_add"


def add(client: Client, **typed):
    return client.post(reverse(ADD), {"lead_type": "cold", **typed})


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_days_of_a_type_are_saved_and_count(client: Client, as_ops):
    queue = QueueFactory()
    add(client, queue=queue.pk, nurture_after_days=3, recycle_after_days=4, archive_after_days=5)
    add(client, recycle_after_days=9)
    assert stale_days(queue, "cold") == StaleDays(3, 4, 5)
    assert stale_days(None, "cold") == StaleDays(7, 9, 16)
    assert set(TypeLimit.history.values_list("history_user__is_staff", flat=True)) == {True}
    page = client.get(reverse("admin:queues_typelimit_changelist")).content.decode()
    assert queue.name in page


@pytest.mark.parametrize("days", ["0", "-1", "two", "99999"])
def test_days_that_cannot_be_are_refused_at_the_field(client: Client, as_ops, days):
    assert list(errors(add(client, nurture_after_days=days))) == ["nurture_after_days"]
    assert not TypeLimit.objects.exists()


def test_a_second_row_for_the_same_is_refused(client: Client, as_ops):
    queue = QueueFactory()
    for chosen in ({}, {"queue": queue.pk}):
        add(client, nurture_after_days=3, **chosen)
        assert errors(add(client, nurture_after_days=4, **chosen)) != {}
    assert TypeLimit.objects.count() == 2
