"""What each answer of Salesforce means to Alur, and how many calls it costs (I4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import Reason
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import calls_for_data, changed_of, client_of, reads, refused, writes
from tests.crm.salesforce_double import ANA, BUDI, CICI, SalesforceDouble
from tests.crm.salesforce_tables import salesforce_id

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DATA = "/services/data"


@pytest.fixture
def double() -> Iterator[SalesforceDouble]:
    with SalesforceDouble(NOON) as double:
        yield double


def test_401_renews_the_token_once_and_the_call_is_done(double: SalesforceDouble):
    client = client_of(double)
    client.statuses()
    double.revoke()
    lead = double.add()
    assert client.write(lead, owner=BUDI, status=None, fields=[]).owner == BUDI
    assert (double.count("/oauth2/token"), calls_for_data(double)) == (2, 3)


def test_401_after_the_token_was_renewed_is_the_end(double: SalesforceDouble):
    client = client_of(double)
    double.next_faults = [Fault(FaultKind.REVOKED, on=DATA), Fault(FaultKind.REVOKED, on=DATA)]
    found = refused(reads(client))
    assert (found.reason, found.status, found.code) == (Reason.SIGN_IN, 401, "INVALID_SESSION_ID")
    assert refused(reads(client)).reason is Reason.SIGN_IN
    assert (double.count("/oauth2/token"), calls_for_data(double)) == (2, 2)


def test_a_dead_grant_is_asked_for_once(double: SalesforceDouble):
    client = client_of(double, "refresh")
    client.statuses()
    double.end_grant()
    for _time in range(3):
        found = refused(reads(client))
        assert (found.reason, found.status, found.code) == (Reason.SIGN_IN, 400, "invalid_client")
    assert (double.count("/oauth2/token"), calls_for_data(double)) == (2, 2)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("INSUFFICIENT_ACCESS_OR_READONLY", Reason.RIGHTS),
        ("INSUFFICIENT_ACCESS", Reason.RIGHTS),
        ("API_DISABLED_FOR_ORG", Reason.RIGHTS),
        ("SOMETHING_NEW", Reason.RIGHTS),
        ("API_CURRENTLY_DISABLED", Reason.SILENT),
    ],
)
def test_403_is_a_missing_right(double: SalesforceDouble, code: str, reason: Reason):
    double.refuse_next("GET", 403, code, "Not for you.")
    found = refused(reads(client_of(double)))
    assert (found.reason, found.status, found.code, found.words) == (reason, 403, code, "Not for you.")
    assert calls_for_data(double) == 1


def test_a_right_is_named_where_salesforce_or_its_code_names_it(double: SalesforceDouble):
    double.missing.add("read")
    assert refused(reads(client_of(double))).field == "Lead: Read"
    double.missing = {"edit"}
    lead = double.add()
    assert refused(writes(client_of(double), lead)).reason is Reason.ACCESS
    double.missing = set()
    words = "Unable to create/update fields: OwnerId. Please check the security settings of this field."
    double.refuse_next("PATCH", 400, "INVALID_FIELD_FOR_INSERT_UPDATE", words, ("OwnerId",))
    found = refused(writes(client_of(double), lead))
    assert (found.reason, found.field) == (Reason.RIGHTS, "OwnerId")
    double.refuse_next("GET", 403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization")
    assert refused(reads(client_of(double))).field == "API Enabled"
    assert double.rows[lead].values["OwnerId"] == ANA


@pytest.mark.parametrize(
    "code",
    ["INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"],
)
def test_a_record_that_is_not_shared_is_closed_alone(double: SalesforceDouble, code: str):
    lead = double.add()
    double.refuse_next("PATCH", 403, code, "insufficient access rights on object id")
    found = refused(writes(client_of(double), lead))
    assert (found.reason, found.status, found.code) == (Reason.ACCESS, 403, code)


def test_404_of_a_record_is_gone_and_of_anything_else_a_right(double: SalesforceDouble):
    deleted = double.add()
    double.delete(deleted, by=ANA)
    found = refused(writes(client_of(double), deleted))
    assert (found.reason, found.status, found.code) == (Reason.GONE, 404, "ENTITY_IS_DELETED")
    found = refused(writes(client_of(double), salesforce_id("00Q", 999)))
    assert (found.reason, found.code) == (Reason.GONE, "NOT_FOUND")
    assert refused(writes(client_of(double), deleted, owner="")).reason is Reason.GONE
    double.refuse_next("GET", 404, "NOT_FOUND", "The requested resource does not exist")
    assert refused(client_of(double).fields).reason is Reason.RIGHTS


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"),
        (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Trigger: caused by UNABLE_TO_LOCK_ROW, unable to obtain"),
        (409, "CONFLICT", "conflict with the current state"),
        (412, "PRECONDITION_FAILED", "precondition failed"),
    ],
)
def test_a_lock_or_a_conflict_is_tried_again(double: SalesforceDouble, status: int, code: str, words: str):
    lead = double.add()
    double.refuse_next("PATCH", status, code, words)
    client = client_of(double)
    found = refused(writes(client, lead))
    assert (found.reason, found.code, double.rows[lead].values["OwnerId"]) == (Reason.BUSY, code, ANA)
    assert client.write(lead, owner=BUDI, status=None, fields=[]).owner == BUDI


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"owner": CICI}, "INACTIVE_OWNER_OR_USER"),
        ({"owner": salesforce_id("005", 77)}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"status": "Contacted"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ],
)
def test_values_that_do_not_fit_are_shown_with_salesforces_words(double: SalesforceDouble, wanted: dict, code: str):
    lead = double.add()
    found = refused(writes(client_of(double), lead, **wanted))
    assert (found.reason, found.status, found.code) == (Reason.WRONG, 400, code)
    assert found.words
    assert double.rows[lead].values["OwnerId"] == ANA


def test_422_and_a_rule_of_validation_do_not_fit_either(double: SalesforceDouble):
    lead = double.add()
    double.refuse_next("PATCH", 422, "SOMETHING_NEW", "Unprocessable")
    assert refused(writes(client_of(double), lead)).reason is Reason.WRONG
    double.refuse_next("PATCH", 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "A region is needed", ("Region__c",))
    found = refused(writes(client_of(double), lead))
    assert (found.reason, found.words, found.field) == (Reason.WRONG, "A region is needed", "Region__c")


def test_a_converted_lead_can_no_longer_be_edited(double: SalesforceDouble):
    lead = double.add()
    double.convert(lead)
    found = refused(writes(client_of(double), lead))
    assert (found.reason, found.code) == (Reason.CONVERTED, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_a_field_that_vanished_is_named(double: SalesforceDouble):
    lead = double.add(Region__c="West", Score__c=1)
    fields = ("Score__c", "Region__c", "Email")
    assert len(changed_of(client_of(double), NOON, NOON + HOUR, fields)) == 1
    double.next_faults = [Fault(FaultKind.VANISHED, field="Region__c", on="/query")]
    found = refused(reads(client_of(double), fields))
    assert (found.reason, found.field) == (Reason.FIELD, "Region__c")
    assert found.words.startswith("No such column 'Region__c' on entity 'Lead'.")
    for act in (
        lambda: client_of(double).read([lead], fields=fields),
        lambda: client_of(double).write(lead, owner=BUDI, status=None, fields=fields),
    ):
        found = refused(act)
        assert (found.reason, found.field) == (Reason.FIELD, "Region__c")
    assert double.rows[lead].values["OwnerId"] == ANA


def test_429_says_how_long_or_not(double: SalesforceDouble):
    double.next_faults = [Fault(FaultKind.TOO_MANY, wait=17, on=DATA), Fault(FaultKind.STATUS, status=429, on=DATA)]
    found = [refused(reads(client_of(double))) for _time in range(2)]
    assert [(each.reason, each.status, each.wait, each.is_daily) for each in found] == [
        (Reason.LIMIT, 429, 17.0, False),
        (Reason.LIMIT, 429, None, False),
    ]
    assert calls_for_data(double) == 2


def test_the_quota_of_the_day_is_a_403(double: SalesforceDouble):
    client = client_of(double)
    double.most_calls = 2
    client.statuses()
    client.statuses()
    found = refused(reads(client))
    assert (found.reason, found.status, found.is_daily, found.wait) == (Reason.LIMIT, 403, True, None)
    assert double.calls_too_many == 1


def test_too_many_calls_at_once_are_not_the_quota_of_the_day(double: SalesforceDouble):
    words = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    double.refuse_next("GET", 403, "REQUEST_LIMIT_EXCEEDED", words)
    found = refused(reads(client_of(double)))
    assert (found.reason, found.is_daily) == (Reason.LIMIT, False)


@pytest.mark.parametrize(
    ("on", "code"), [("GET", "QUERY_TIMEOUT"), ("GET", "OPERATION_TOO_LARGE"), ("GET", "INVALID_QUERY_LOCATOR")]
)
def test_a_query_that_asks_too_much_wants_a_shorter_time(double: SalesforceDouble, on: str, code: str):
    double.refuse_next(on, 400, code, "Your query request was running for too long.")
    assert refused(reads(client_of(double))).reason is Reason.WINDOW


def test_pages_that_salesforce_no_longer_keeps_begin_again(double: SalesforceDouble):
    double.page_size = 2
    ids = [double.add() for _lead in range(5)]
    client = client_of(double)
    first = client.changed(since=NOON, until=NOON + HOUR, fields=[])
    double.forget_locators()
    found = refused(lambda: client.changed(since=NOON, until=NOON + HOUR, fields=[], after=first.after))
    assert found.reason is Reason.WINDOW
    assert [record.id for record in changed_of(client, NOON, NOON + HOUR)] == ids


def test_words_of_salesforce_are_short_and_hold_no_query(double: SalesforceDouble):
    double.refuse_next("GET", 400, "MALFORMED_QUERY", "\nSELECT\n^\nERROR at Row:1:Column:9\n" + "unexpected " * 200)
    found = refused(reads(client_of(double)))
    assert (found.reason, len(found.words), found.words[:10]) == (Reason.WRONG, 300, "unexpected")
