"""How a connection pauses, breaks and goes on, with one line and one message for each time (I4)."""

from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Usage
from queues.actions.crm import log, states
from queues.decisions.crm.answers import Then
from queues.models import CrmLog
from queues.queries.crm.connections import usable
from routing.models import Notification
from tests.factories import MORNING, make_lead, make_manager, make_ops
from tests.factories.crm import make_connection, make_crm_link

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def connection():
    return make_connection()


def lines() -> list[str]:
    return list(CrmLog.objects.order_by("pk").values_list("what", flat=True))


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


def standing(connection) -> tuple[str, str]:
    connection.refresh_from_db()
    return connection.state, connection.problem


def test_a_draft_is_not_switched_off_so_that_its_steps_are_not_passed_by(db):
    draft = make_connection(state="draft")
    states.switch_off(draft, by=None, at=MORNING)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_limit_pauses_exactly_as_long_as_the_crm_says(connection):
    answer = states.refused(connection, CrmRefused(Reason.LIMIT, status=429, wait=37), at=MORNING)
    assert answer.then == Then.PAUSE
    assert standing(connection) == ("paused", "limit")
    assert connection.paused_until == MORNING + timedelta(seconds=37)
    assert not usable(MORNING + timedelta(seconds=36)).exists()
    assert usable(MORNING + timedelta(seconds=37)).get() == connection


def test_a_limit_that_goes_on_is_one_line_and_one_message(connection):
    """Each hour of a day whose calls are used up: nothing repeats, and the first answer ends it by itself."""
    make_ops(), make_ops(), make_manager()
    for hour in range(5):
        at = MORNING + timedelta(hours=hour)
        states.refused(usable(at).get(), CrmRefused(Reason.LIMIT, status=403, is_daily=True), at=at)
        assert not usable(at + 59 * MINUTE).exists()
    assert (lines(), told()) == (["paused"], ["crm_down", "crm_down"])
    states.worked(usable(MORNING + timedelta(hours=5)).get(), at=MORNING + timedelta(hours=5))
    assert (standing(connection), connection.failures, connection.problem_at) == (("working", ""), 0, None)
    assert (lines(), told()[2:]) == (["paused", "works_again"], ["crm_back", "crm_back"])
    assert CrmLog.objects.get(what="works_again").details == {"problem": "limit", "minutes": 300}


def test_without_a_time_pauses_grow_and_are_told_after_ten_minutes(connection):
    make_ops()
    at, pauses = MORNING, []
    for _time in range(5):
        states.refused(connection, CrmRefused(Reason.LIMIT, status=429), at=at)
        pauses.append(connection.paused_until - at)
        at = connection.paused_until
    assert pauses == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]
    assert (lines(), told()) == (["paused"], ["crm_down"])


def test_a_short_pause_is_logged_and_no_news(connection):
    make_ops()
    states.refused(connection, CrmRefused(Reason.LIMIT, status=429, wait=5), at=MORNING)
    states.worked(connection, at=MORNING + MINUTE)
    assert (lines(), told(), standing(connection)) == (["paused", "works_again"], [], ("working", ""))


def test_an_answer_to_a_call_from_before_the_pause_does_not_end_it(connection):
    older = type(connection).objects.get(pk=connection.pk)
    older.failures = 1
    states.refused(connection, CrmRefused(Reason.LIMIT, status=429, wait=600), at=MORNING)
    states.worked(older, at=MORNING)
    assert standing(connection) == ("paused", "limit")


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (CrmRefused(Reason.SIGN_IN, status=401), ""),
        (CrmRefused(Reason.RIGHTS, status=403, field="crm.objects.contacts.write"), "crm.objects.contacts.write"),
        (CrmRefused(Reason.FIELD, status=400, field="Region__c", words="No such column"), "Region__c"),
    ],
)
def test_what_a_person_must_mend_breaks_it_until_somebody_has(connection, refusal, field, client, page_text):
    ops = make_ops()
    link = make_crm_link(connection, make_lead(), wanted_owner="7", next_at=MORNING + timedelta(hours=3), attempts=4)
    states.refused(connection, refusal, at=MORNING)
    states.refused(connection, refusal, at=MORNING + MINUTE)
    states.pause(connection, problem="limit", until=MORNING + MINUTE, at=MORNING)
    states.worked(connection, at=MORNING + timedelta(days=1))
    assert standing(connection) == ("broken", refusal.reason)
    assert (connection.problem_field, connection.problem_words) == (field, refusal.words)
    assert (lines(), told(), usable(MORNING + timedelta(days=9)).exists()) == (["broken"], ["crm_down"], False)
    client.force_login(ops)
    page = page_text(client.get("/inbox/"))
    assert f"The connection “{connection.whole_name}” has stood still since" in page
    assert not field or f"It is called {field} there." in page
    states.mended(connection, by=ops, at=MORNING + timedelta(hours=2))
    link.refresh_from_db()
    assert (standing(connection), link.next_at, link.attempts) == (("working", ""), MORNING + timedelta(hours=2), 0)
    assert connection.next_poll_at == MORNING + timedelta(hours=2)
    assert (lines(), told()) == (["broken", "tried_again"], ["crm_down", "crm_back"])
    assert "works again, after 120 minutes." in page_text(client.get("/inbox/"))


def test_what_was_mended_at_once_did_not_take_no_minutes(connection, client, page_text):
    ops = make_ops()
    states.refused(connection, CrmRefused(Reason.SIGN_IN, status=401), at=MORNING)
    states.mended(connection, by=ops, at=MORNING + timedelta(seconds=12))
    client.force_login(ops)
    says = f"The connection “{connection.whole_name}” works again, after less than a minute."
    assert says in page_text(client.get("/inbox/"))
    log = page_text(client.get("/connections/log/"))
    assert "was started again by a person after less than a minute" in log


def test_no_answer_three_times_in_a_row_pauses(connection):
    silent = CrmRefused(Reason.SILENT, code="too_slow")
    assert [states.refused(connection, silent, at=MORNING).then for _time in range(3)] == ["later", "later", "pause"]
    assert standing(connection) == ("paused", "silent")
    states.worked(connection, at=MORNING + MINUTE)
    assert [states.refused(connection, silent, at=MORNING).then for _time in range(2)] == ["later", "later"]


def test_an_answer_forgets_the_missing_ones_before_it(connection, django_assert_num_queries):
    silent = CrmRefused(Reason.SILENT, code="too_slow")
    for _time in range(6):
        states.refused(connection, silent, at=MORNING)
        states.worked(connection, at=MORNING)
    assert (standing(connection), lines()) == (("working", ""), [])
    with django_assert_num_queries(0):
        states.worked(connection, at=MORNING)


def test_at_eight_tenths_of_a_day_it_asks_with_one_call_an_hour(connection):
    make_ops()
    assert states.note_usage(connection, Usage(79, 100), at=MORNING)
    assert states.note_usage(connection, None, at=MORNING)
    assert states.note_usage(connection, Usage(5, 0), at=MORNING)
    assert not states.note_usage(connection, Usage(80, 100), at=MORNING)
    assert (standing(connection), connection.usage_used) == (("paused", "usage"), 80)
    assert connection.problem_words == "80 / 100"
    for hour in (1, 2):
        at = MORNING + timedelta(hours=hour)
        assert not usable(at - MINUTE).exists()
        assert not states.note_usage(usable(at).get(), Usage(80 + hour, 100), at=at)
    at = MORNING + timedelta(hours=3)
    assert states.note_usage(usable(at).get(), Usage(3, 100), at=at)
    states.worked(usable(at).get(), at=at)
    assert (standing(connection), lines(), told()) == (
        ("working", ""),
        ["paused", "works_again"],
        ["crm_down", "crm_back"],
    )


def test_switched_off_it_stays_off_whatever_comes_back(connection):
    states.switch_off(connection, by=None, at=MORNING)
    states.switch_off(connection, by=None, at=MORNING)
    states.refused(connection, CrmRefused(Reason.SIGN_IN, status=401), at=MORNING)
    states.refused(connection, CrmRefused(Reason.LIMIT, status=429), at=MORNING)
    states.mended(connection, by=None, at=MORNING)
    assert (standing(connection), lines(), usable(MORNING).exists()) == (("off", ""), ["switched_off"], False)
    states.switch_on(connection, by=None, at=MORNING)
    assert (standing(connection), lines()) == (("working", ""), ["switched_off", "switched_on"])


def test_two_connections_to_the_same_records_are_never_on_at_once(connection):
    states.switch_off(connection, by=None, at=MORNING)
    make_connection(account_id=connection.account_id)
    with pytest.raises(states.AlreadyConnected):
        states.switch_on(connection, by=None, at=MORNING)
    assert standing(connection) == ("off", "")


def test_a_draft_without_secrets_cannot_be_switched_on():
    draft = make_connection(state="draft", credentials="")
    with pytest.raises(states.NotSetUp):
        states.switch_on(draft, by=None, at=MORNING)
    assert standing(draft) == ("draft", "")


def test_lines_are_kept_for_90_days(connection):
    for days in (91, 89):
        log.note(connection, "paused", at=MORNING - timedelta(days=days))
    assert log.forget_log(at=MORNING) == 1
    assert CrmLog.objects.get().at == MORNING - timedelta(days=89)
