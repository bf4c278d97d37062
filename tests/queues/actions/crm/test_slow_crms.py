"""A CRM that is too slow for a long time at once, by slices that end after one such call (I4)."""

from datetime import timedelta

import pytest
from django.conf import settings

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.salesforce.client import QUERY_SECONDS
from leads.models import Lead
from queues.actions.crm import polling
from queues.models import Connection
from tests.crm.polls import MINUTE, Clock
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_was_too_much_in_one_slice_is_not_asked_for_again_in_the_next(connected, crm):
    for day in range(40):
        crm.add(f"00Q{day:02}", Email=f"a{day}@lead.example")
        crm.later(days=1)
    clock = Clock(MORNING + 41 * DAY)

    def before(call):
        if call == "changed":
            since, until, _after = crm.windows[-1]
            if until - since > 3 * DAY:
                clock.at += timedelta(seconds=30)
                raise CrmRefused(Reason.WINDOW, code="too_slow")

    crm.before = before
    Connection.objects.update(take_since=MORNING - MINUTE)
    slices = 0
    while Connection.objects.get().cursor_at is None or Connection.objects.get().cursor_at < MORNING + 41 * DAY:
        polling.poll(connected.pk, clock=clock)
        slices += 1
        assert slices < 40
    assert Lead.objects.count() == 40
    assert len(crm.windows) < 80


def test_the_longest_call_of_a_slice_ends_before_the_worker_ends_its_task():
    assert polling.SLICE.total_seconds() + QUERY_SECONDS < settings.Q_CLUSTER["timeout"]
