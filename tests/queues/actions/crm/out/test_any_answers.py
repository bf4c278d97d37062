"""Whatever a CRM answers, in whatever order: the newest wish arrives, none is lost, and calls are bounded (I4)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from config.reach.crm.errors import CrmRefused, Reason
from queues.actions.crm.states import mended
from queues.decisions.crm.answers import MOST_ATTEMPTS
from queues.models import Connection, CrmLink
from tests.crm.outbound import connected, give, linked, pass_on, sent
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
REFUSALS = [
    None,
    CrmRefused(Reason.SILENT, code="too_slow"),
    CrmRefused(Reason.BUSY, status=409),
    CrmRefused(Reason.LIMIT, status=429, wait=7),
    CrmRefused(Reason.LIMIT, status=429),
    CrmRefused(Reason.LIMIT, status=403, is_daily=True),
    CrmRefused(Reason.RIGHTS, status=403),
    CrmRefused(Reason.WRONG, status=400),
    KeyError("results"),
]
ARRIVES = st.booleans()  # whether a write that got no answer was taken nevertheless
steps = st.lists(st.tuples(st.sampled_from(REFUSALS), ARRIVES, st.booleans()), max_size=14)


@tries(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_answers_end_with_the_newest_wish(steps):
    CrmLink.objects.all().delete()
    Connection.objects.all().delete()
    connection, crm = connected()
    people = [make_rep(), make_rep()]
    for user in people:
        make_remote_person(connection, user, f"u{user.pk}")
    link = linked(connection, crm, make_lead(), owner="u-api")
    held, under_way, at = give(link.lead, people[0]), [], MORNING
    left = list(steps)

    def before(name):
        if name != "write":
            return
        assert not under_way, "two writes of one record at once"
        refusal, arrives, moves = left.pop(0) if left else (None, False, False)
        under_way.append(name)
        if moves:
            nonlocal held
            held = pass_on(held, people[held.holder == people[0]], at)
            sent(at)  # another process, in the midst of it
        under_way.clear()
        if refusal is not None:
            if arrives and isinstance(refusal, CrmRefused) and refusal.reason == Reason.SILENT:
                crm.edit(link.remote_id, owner=CrmLink.objects.get().sent_owner)
            raise refusal

    crm.before = before
    for _run in range(40):
        calls = len(crm.calls)
        sent(at)
        assert len(crm.calls) - calls <= 2 + 2 * len(steps)
        connection.refresh_from_db()
        if connection.state == "broken":
            mended(connection, by=None, at=at)
        link.refresh_from_db()
        if link.problem == "wrong":  # somebody mends what it did not like
            CrmLink.objects.update(problem="", next_at=at)
        link.refresh_from_db()
        if link.next_at is None:
            break
        at = max(at + SECOND, link.next_at, connection.paused_until or at)
        crm.now = at
    assert (link.next_at, link.leased_until, link.problem) == (None, None, "")
    assert crm.records[link.remote_id].owner == f"u{held.holder_id}"
    assert crm.calls.count("write") <= len(steps) + 3 <= MOST_ATTEMPTS
    calls = len(crm.calls)
    for minutes in range(1, 4):
        sent(at + timedelta(minutes=minutes))
    assert len(crm.calls) == calls
