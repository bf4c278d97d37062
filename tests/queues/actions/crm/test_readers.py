"""Readers of CRMs: windows, slices, one at a time, and what they do when they are refused."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Usage
from leads.models import Capture, Lead
from queues.actions.crm import polling
from queues.actions.crm.reader import CHUNK
from queues.models import Connection, CrmLink, CrmLog
from routing.models import Notification
from routing.roles import SALES_OPS
from tests.crm.polls import MINUTE, Clock, counted, poll
from tests.factories import MORNING, make_user
from tests.factories.crm import make_connection

pytestmark = pytest.mark.django_db


def test_windows_overlap_and_end_half_a_minute_ago(connected, crm):
    poll(connected, at=MORNING)
    poll(connected, at=MORNING + 5 * MINUTE)
    (_first, end, _after), (since, until, _page) = crm.windows
    assert end == MORNING - MINUTE / 2
    assert (since, until) == (end - 10 * MINUTE, MORNING + 4.5 * MINUTE)


def test_nothing_older_than_wanted_is_asked_for(connected, crm):
    Connection.objects.update(take_since=MORNING, cursor_at=MORNING)
    poll(connected, at=MORNING + 5 * MINUTE)
    assert crm.windows[0][0] == MORNING


def test_a_late_record_with_an_early_stamp_comes_in(connected, crm):
    """It became visible after the window that it belongs to."""
    poll(connected, at=MORNING + 9 * MINUTE)
    crm.add("00Q1", Email="a@lead.example")  # stamped MORNING
    poll(connected, at=MORNING + 10 * MINUTE)
    assert Lead.objects.count() == 1


def test_a_record_from_a_clock_that_is_ahead_comes_in_when_its_time_has_come(connected, crm):
    crm.later(minutes=7)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected, at=MORNING + MINUTE)
    assert Lead.objects.count() == 0
    poll(connected, at=MORNING + 8 * MINUTE)
    assert Lead.objects.count() == 1


def test_each_hour_deletions_are_read(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    crm.later(minutes=50)
    crm.delete("00Q1")
    gone = crm.records.pop("00Q1")  # its list of changes does not name it
    poll(connected, at=MORNING + 50 * MINUTE)
    assert CrmLink.objects.get().gone == ""
    crm.records["00Q1"] = gone
    poll(connected, at=MORNING + 62 * MINUTE)
    assert CrmLink.objects.get().gone == "deleted"
    assert crm.calls.count("removed") == 1


def test_secrets_of_another_account_take_nothing(connected, crm):
    crm.account_id = "org-2"
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert (connected.state, connected.problem, Lead.objects.count()) == ("broken", "account", 0)
    assert "changed" not in crm.calls
    assert not poll(connected, at=MORNING + 5 * MINUTE)


@pytest.mark.parametrize(
    ("refusal", "state", "problem"),
    [
        (CrmRefused(Reason.SIGN_IN, status=401), "broken", "sign_in"),
        (CrmRefused(Reason.FIELD, field="Budget"), "broken", "field"),
        (CrmRefused(Reason.LIMIT, status=429, wait=120), "paused", "limit"),
        (CrmRefused(Reason.WRONG, status=400, words="bad query"), "paused", "wrong"),
        (CrmRefused(Reason.WINDOW, code="too_large"), "paused", "window"),
        (CrmRefused(Reason.SILENT, status=502), "working", ""),
    ],
)
def test_a_refusal_says_what_becomes_of_the_connection(connected, crm, refusal, state, problem):
    def before(call):
        if call == "changed":
            raise refusal

    crm.before = before
    Connection.objects.update(next_poll_at=MORNING + 10 * MINUTE)
    assert poll(connected)
    assert (connected.state, connected.problem, connected.polling_until) == (state, problem, None)
    assert (connected.cursor_at, OrmQ.objects.count()) == (None, 0)
    if state == "working":
        assert connected.next_poll_at == MORNING + 1.5 * MINUTE


def test_a_pause_for_too_many_calls_goes_on_without_another_line_or_message(connected, crm):
    make_user(SALES_OPS)
    crm.usage = Usage(used=85, limit=100)
    for hour in range(3):
        poll(connected, at=MORNING + hour * 61 * MINUTE)
    assert (connected.state, connected.problem, crm.calls) == ("paused", "usage", ["account"] * 3)
    assert list(CrmLog.objects.values_list("what", flat=True)) == ["paused"]
    assert list(Notification.objects.values_list("kind", flat=True)) == ["crm_down"]
    crm.usage = Usage(used=2, limit=100)
    poll(connected, at=MORNING + 4 * 61 * MINUTE)
    assert (connected.state, "changed" in crm.calls) == ("working", True)


def test_a_client_that_breaks_is_a_crm_that_is_silent(connected, crm):
    def before(call):
        if call == "changed":
            raise ValueError("a date that nobody has seen before")

    crm.before = before
    assert poll(connected)
    assert (connected.state, connected.failures, connected.polling_until) == ("working", 1, None)


def test_secrets_that_cannot_be_read_are_to_be_entered_again(connected, crm):
    Connection.objects.update(credentials="sealed with a key that is gone")
    poll(connected)
    assert (connected.state, connected.problem, connected.problem_words) == ("broken", "sealed", "")


def test_secrets_that_another_process_has_renewed_are_tried(connected, crm):
    def before(call):
        if call == "changed" and crm.calls.count("changed") == 1:
            fresh = make_connection(account_id="x").credentials
            Connection.objects.filter(pk=connected.pk).update(credentials=fresh)
            raise CrmRefused(Reason.SIGN_IN, status=401)

    crm.before = before
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert (connected.state, Lead.objects.count()) == ("working", 1)


def test_a_window_that_is_too_much_is_halved_until_it_fits(connected, crm):
    for day in range(8):
        crm.add(f"00Q{day}", Email=f"a{day}@lead.example")
        crm.later(days=1)

    def before(call):
        since, until, _after = crm.windows[-1] if crm.windows else (MORNING, MORNING, "")
        if call == "changed" and until - since > timedelta(days=2):
            raise CrmRefused(Reason.WINDOW)

    crm.before = before
    Connection.objects.update(take_since=MORNING - MINUTE)
    poll(connected, at=MORNING + timedelta(days=9))
    assert Lead.objects.count() == 8
    assert connected.cursor_at == MORNING + timedelta(days=9) - MINUTE / 2
    assert len(crm.windows) < 25


def test_halves_inside_the_overlap_never_move_the_cursor_back(connected, crm):
    Connection.objects.update(cursor_at=MORNING)
    crm.now = MORNING - 9 * MINUTE
    crm.add("00Q1", Email="a@lead.example")

    def before(call):
        if call == "changed" and crm.windows[-1][1] - crm.windows[-1][0] > 2 * MINUTE:
            raise CrmRefused(Reason.WINDOW)

    crm.before = before
    poll(connected, at=MORNING + 2 * MINUTE)
    assert (Lead.objects.count(), connected.cursor_at) == (1, MORNING + 1.5 * MINUTE)


class TestSlices:
    @pytest.fixture
    def many(self, crm):
        crm.page_size = CHUNK * 2
        for number in range(CHUNK * 5):
            crm.add(f"00Q{number:05}", Email=f"a{number}@lead.example")

    def test_what_does_not_fit_into_one_slice_goes_on_in_the_next(self, connected, crm, many):
        at, slices = MORNING + MINUTE, 0
        while True:
            OrmQ.objects.all().delete()
            polling.poll(connected.pk, clock=Clock(at, timedelta(milliseconds=500)), lasts=timedelta(seconds=5))
            slices += 1
            if not OrmQ.objects.exists():
                break
            task = OrmQ.objects.get()
            assert (task.func(), task.args()) == (polling.TASK, (connected.pk,))
        connected.refresh_from_db()
        assert Lead.objects.count() == CrmLink.objects.count() == Capture.objects.count() == CHUNK * 5
        assert slices > 2
        assert connected.cursor_at is not None and connected.cursor_after == ""
        assert sum(line.get("made", 0) for line in counted()) == CHUNK * 5

    def test_a_reader_that_is_killed_goes_on_at_its_page(self, connected, crm, many):
        class Killed(BaseException):
            pass

        def before(call):
            if call == "changed" and crm.calls.count("changed") == 3:
                raise Killed

        crm.before = before
        with pytest.raises(Killed):
            poll(connected)
        connected.refresh_from_db()
        assert (Lead.objects.count(), connected.cursor_at) == (CHUNK * 4, None)
        assert connected.cursor_after == f"00Q{CHUNK * 4 - 1:05}"
        crm.before = lambda call: None
        poll(connected, at=MORNING + 4 * MINUTE)
        assert Lead.objects.count() == Capture.objects.count() == CHUNK * 5
        asked = [after for _since, _until, after in crm.windows[3:]]
        assert asked[0] == f"00Q{CHUNK * 4 - 1:05}"

    def test_a_page_in_the_middle_that_is_forgotten_is_asked_for_from_the_first(self, connected, crm, many):
        until = MORNING + MINUTE
        Connection.objects.update(window_until=until, cursor_after="gone")

        def before(call):
            if call == "changed" and crm.windows[-1][2] == "gone":
                raise CrmRefused(Reason.WRONG, code="INVALID_QUERY_LOCATOR")

        crm.before = before
        poll(connected, at=MORNING + 2 * MINUTE)
        assert (connected.state, Lead.objects.count()) == ("working", CHUNK * 5)


class TestOneReader:
    def test_a_second_reader_is_refused_while_the_first_reads(self, connected, crm):
        seen = []

        def before(call):
            if call == "changed":
                seen.append(polling.poll(connected.pk, clock=Clock(MORNING + MINUTE)))

        crm.before = before
        assert poll(connected)
        assert seen == [False]

    def test_a_reader_that_lost_its_lease_stops(self, connected, crm):
        crm.add("00Q1", Email="a@lead.example")

        def before(call):
            if call == "changed":
                Connection.objects.update(polling_until=MORNING + timedelta(hours=5))

        crm.before = before
        assert not poll(connected)
        assert (Lead.objects.count(), connected.polling_until) == (0, MORNING + timedelta(hours=5))

    def test_the_lease_of_a_reader_that_died_runs_out(self, connected, crm):
        Connection.objects.update(polling_until=MORNING + 2 * MINUTE)
        assert not poll(connected)
        assert poll(connected, at=MORNING + 2 * MINUTE)


def test_only_what_is_due_is_asked_and_once(connected, crm):
    Connection.objects.update(next_poll_at=MORNING, poll_minutes=5)
    assert polling.poll_due(at=MORNING - MINUTE) == 0
    assert polling.poll_due(at=MORNING) == 1
    assert polling.poll_due(at=MORNING + 4 * MINUTE) == 0
    assert polling.poll_due(at=MORNING + 5 * MINUTE) == 1
    assert [task.args() for task in OrmQ.objects.order_by("pk")] == [(connected.pk,)] * 2


@pytest.mark.parametrize("state", ["draft", "broken", "off"])
def test_what_is_not_in_use_is_not_asked(connected, crm, state):
    Connection.objects.update(state=state)
    assert polling.poll_due(at=MORNING) == 0
    assert not polling.poll_now(connected, at=MORNING)
    assert not poll(connected)
    assert crm.calls == []
