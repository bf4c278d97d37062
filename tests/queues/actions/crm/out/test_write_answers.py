"""What becomes of a wish when the CRM refuses: it is kept, tried again in time, or shown (I4)."""

from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Usage
from leads.models import Activity
from queues.actions.crm.states import mended, switch_off
from queues.decisions.crm.answers import MOST_ATTEMPTS
from queues.models import Connection, CrmLink, CrmLog
from routing.models import Assignment
from tests.crm.memory_crm import MemoryClient
from tests.crm.outbound import give, known, linked, pass_on, refusing, sent, state, there
from tests.factories import MORNING, make_lead

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_silence_is_tried_again_and_not_lost(link, crm, rina):
    give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.SILENT, code="too_slow"))
    assert sent(MORNING) == 0
    assert (known(link)[2], link.attempts, link.sent_owner) == (True, 1, "u-rina")
    assert MORNING + 3 * SECOND < link.next_at < MORNING + 7 * SECOND
    assert sent(MORNING + 2 * SECOND) == 0
    assert sent(MORNING + 8 * SECOND) == 1
    assert (known(link), link.attempts, link.sent_owner) == (("u-rina", "Open", False), 0, "")


def test_a_write_that_arrived_without_an_answer_is_known_as_our_own(link, crm, rina, budi):
    """Even where the CRM wins, and the lead went to somebody else since then."""
    Connection.objects.update(owner_policy="crm")
    held = give(link.lead, rina)

    def before(name):
        if name == "write" and there(crm, link)[0] == "u-api":
            crm.edit(link.remote_id, owner="u-rina", status="Open")
            raise CrmRefused(Reason.SILENT, code="no_answer")

    crm.before = before
    sent(MORNING)
    crm.later(seconds=3)
    pass_on(held, budi, MORNING + 3 * SECOND)
    assert sent(MORNING + 10 * SECOND) == 1
    assert there(crm, link) == ("u-budi", "Open")
    assert Assignment.objects.open().get().holder == budi
    assert not Activity.objects.filter(kind="crm").exists()


@pytest.mark.parametrize("call", ["read", "write"])
def test_a_limit_keeps_wishes_and_calls_nothing_before_its_time(link, crm, rina, call):
    give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.LIMIT, status=429, wait=90), call=call)
    sent(MORNING)
    calls = len(crm.calls)
    for seconds in (1, 30, 89):
        assert sent(MORNING + seconds * SECOND) == 0
    assert (len(crm.calls), state(link.connection)) == (calls, ("paused", "limit"))
    assert (known(link)[2], link.attempts) == (True, 0)
    assert sent(MORNING + 90 * SECOND) == 1
    assert (there(crm, link), state(link.connection)) == (("u-rina", "Open"), ("working", ""))


@pytest.mark.parametrize("reason", [Reason.SIGN_IN, Reason.RIGHTS, Reason.FIELD])
@pytest.mark.parametrize("call", ["read", "write"])
def test_what_must_be_mended_waits_for_a_person(link, crm, rina, reason, call):
    give(link.lead, rina)
    refusing(crm, CrmRefused(reason, status=403, field="Owner"), call=call)
    for hours in (0, 1, 50):
        assert sent(MORNING + timedelta(hours=hours)) == 0
    assert crm.calls == ["read", "write"][: 1 if call == "read" else 2]
    assert state(link.connection) == ("broken", reason)
    mended(link.connection, by=None, at=MORNING + timedelta(hours=51))
    assert sent(MORNING + timedelta(hours=51)) == 1
    assert there(crm, link) == ("u-rina", "Open")


def test_a_wish_that_does_not_fit_is_shown_and_not_tried_again(link, crm, rina, budi):
    held = give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.WRONG, status=400, words="bad value for restricted picklist"))
    for seconds in range(0, 4000, 400):
        assert sent(MORNING + seconds * SECOND) == 0
    assert crm.calls == ["read", "write"]
    assert (known(link)[2], link.problem, link.problem_words) == (
        False,
        "wrong",
        "bad value for restricted picklist",
    )
    line = CrmLog.objects.get()
    assert (line.what, line.tone, line.lead_id) == ("not_written", "bad", link.lead_id)
    assert state(link.connection) == ("working", "")
    pass_on(held, budi, MORNING + 4001 * SECOND)
    assert sent(MORNING + 4001 * SECOND) == 1
    assert (known(link), link.problem) == (("u-budi", "Open", False), "")


def test_one_record_that_does_not_fit_holds_up_no_other(place, crm, rina):
    links = [linked(*place, make_lead()) for _number in range(12)]
    for link in links:
        give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.WRONG, status=400, words="malformed id"), call="read", times=2)
    assert sent(MORNING) == 11
    assert CrmLink.objects.exclude(problem="").get().pk == links[0].pk


NOT_SHARED = CrmRefused(Reason.ACCESS, status=403, words="insufficient access rights on object id")


def test_a_record_that_is_not_shared_is_shown_and_breaks_nothing(place, crm, rina):
    links = [linked(*place, make_lead()) for _number in range(3)]
    for link in links:
        give(link.lead, rina)
    refusing(crm, NOT_SHARED)
    assert sent(MORNING) == 2
    shown = CrmLink.objects.exclude(problem="").get()
    assert (shown.problem, shown.problem_words, shown.next_at) == ("access", NOT_SHARED.words, None)
    assert (CrmLog.objects.get(what="not_written").lead_id, state(place[0])) == (shown.lead_id, ("working", ""))


def test_where_no_record_may_be_written_a_right_is_missing(place, crm, rina):
    for _number in range(30):
        give(linked(*place, make_lead()).lead, rina)
    refusing(crm, NOT_SHARED, times=99)
    assert sent(MORNING) == 0
    assert (crm.calls.count("write"), state(place[0])) == (5, ("broken", "rights"))
    assert (CrmLink.objects.filter(problem="access").count(), place[0].problem_words) == (4, NOT_SHARED.words)
    crm.before = lambda _name: None
    mended(place[0], by=None, at=MORNING + MINUTE)
    assert sent(MORNING + MINUTE) == 26


def test_records_that_are_refused_together_wait_longer_each_time_and_not_for_ever(place, crm, rina):
    links = [linked(*place, make_lead()) for _number in range(10)]
    for link in links:
        give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.BUSY, status=409), call="read", times=99)
    sent(MORNING)
    sent(MORNING + 7 * SECOND)
    links = list(CrmLink.objects.order_by("pk"))
    assert {link.attempts for link in links} == {2}
    waits = [link.next_at - MORNING - 7 * SECOND for link in links]
    assert 8 * SECOND <= min(waits) < max(waits) <= 12 * SECOND
    CrmLink.objects.filter(pk=links[0].pk).update(attempts=MOST_ATTEMPTS - 1)
    sent(MORNING + 30 * SECOND)
    assert [link.pk for link in CrmLink.objects.filter(problem="busy", next_at=None)] == [links[0].pk]
    assert set(CrmLink.objects.filter(problem="").values_list("attempts", flat=True)) == {3}


@pytest.mark.parametrize("how", ["deleted", "refused"])
def test_a_record_that_is_gone_is_left(link, crm, rina, how):
    give(link.lead, rina)
    if how == "deleted":
        crm.delete(link.remote_id)
    else:
        refusing(crm, CrmRefused(Reason.GONE, status=404))
    assert [sent(MORNING + number * SECOND) for number in range(3)] == [0, 0, 0]
    link.refresh_from_db()
    assert (link.gone, link.next_at, link.leased_until, crm.writes) == ("deleted", None, None, [])


def test_a_converted_record_is_left(link, crm, rina):
    give(link.lead, rina)
    crm.convert(link.remote_id)
    sent(MORNING)
    link.refresh_from_db()
    assert (link.gone, link.next_at, crm.writes) == ("converted", None, [])


def test_what_breaks_inside_a_client_stops_nobody_else(place, crm, rina):
    links = [linked(*place, make_lead()) for _number in range(3)]
    for link in links:
        give(link.lead, rina)
    refusing(crm, KeyError("results"))
    assert sent(MORNING) == 2
    assert CrmLink.objects.filter(next_at__isnull=False).get().attempts == 1


def test_no_answer_at_all_pauses_after_three_calls(place, crm, rina):
    for link in [linked(*place, make_lead()) for _number in range(40)]:
        give(link.lead, rina)
    refusing(crm, CrmRefused(Reason.SILENT, code="too_slow"), call="read", times=99)
    for seconds in range(50):
        sent(MORNING + seconds * SECOND)
    assert (crm.calls, state(place[0])) == (["read"] * 3, ("paused", "silent"))
    assert CrmLink.objects.filter(next_at__isnull=False, leased_until=None).count() == 40
    crm.before = lambda _name: None
    assert sent(MORNING + 3 * MINUTE) == 40


def test_at_eight_tenths_of_a_day_one_call_an_hour_asks(place, crm, rina, monkeypatch):
    for link in [linked(*place, make_lead()) for _number in range(3)]:
        give(link.lead, rina)
    used = [799, 800, 801, 802, 3, 4, 5, 6]
    plain = MemoryClient._call

    def call(client, name):
        client.session.usage = Usage(used[len(crm.calls)], 1000)
        plain(client, name)

    monkeypatch.setattr(MemoryClient, "_call", call)
    found = [sent(MORNING + minutes * MINUTE) for minutes in (0, 1, 59, 60, 61, 120, 180)]
    assert (found, crm.calls) == (
        [1, 0, 0, 0, 0, 0, 2],
        ["read", "write", "read", "read", "read", "write", "write"],
    )
    assert state(place[0]) == ("working", "")


def test_secrets_that_cannot_be_read_break_it(link, crm, rina):
    give(link.lead, rina)
    Connection.objects.update(credentials="sealed with a key that is gone")
    assert sent(MORNING) == 0
    assert (crm.calls, state(link.connection)) == ([], ("broken", "sealed"))
    assert link.connection.writing_until is None


def test_switched_off_nothing_is_called_and_the_wish_is_kept(link, crm, rina):
    give(link.lead, rina)
    sent(MORNING - MINUTE)
    CrmLink.objects.update(next_at=MORNING)
    switch_off(link.connection, by=None, at=MORNING)
    before = list(crm.calls)
    assert sent(MORNING) == 0
    assert (crm.calls, known(link)[2]) == (before, True)


def test_secrets_that_another_process_renewed_meanwhile_break_nothing(link, crm, rina):
    give(link.lead, rina)

    def before(name):
        if name == "write" and len(crm.calls) == 2:
            Connection.objects.update(credentials=Connection.objects.get().credentials + "renewed")
            raise CrmRefused(Reason.SIGN_IN, status=401)

    crm.before = before
    assert (sent(MORNING), state(link.connection)) == (0, ("working", ""))
    assert (known(link)[2], link.leased_until) == (True, None)
