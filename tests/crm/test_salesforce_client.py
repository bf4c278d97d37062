"""What the client of Salesforce reads and writes (I4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmPage, CrmPerson, CrmStatus, Usage
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import changed_of, client_of, pages_of
from tests.crm.salesforce_double import ALUR, ANA, BUDI, CICI, ORG, QUEUE, SalesforceDouble
from tests.crm.salesforce_tables import Column, salesforce_id

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def double() -> Iterator[SalesforceDouble]:
    with SalesforceDouble(NOON) as double:
        yield double


def test_an_account_is_the_organisation_and_the_user_of_the_token(double: SalesforceDouble):
    assert client_of(double).account() == CrmAccount(ORG, "Acme 🚀", "alur@acme.example")


def test_people_are_users_also_those_who_left_and_queues(double: SalesforceDouble):
    assert client_of(double).people() == [
        CrmPerson(ALUR, "Alur", "alur@acme.example"),
        CrmPerson(ANA, "Ana O'Brien", "ana@acme.example"),
        CrmPerson(BUDI, "Budi", "budi@acme.example"),
        CrmPerson(CICI, "Cici", "cici@acme.example", is_active=False),
        CrmPerson(QUEUE, "Inbound", is_group=True),
    ]


def test_statuses_that_convert_cannot_be_written(double: SalesforceDouble):
    assert client_of(double).statuses() == [
        CrmStatus("Open - Not Contacted", "Open - Not Contacted"),
        CrmStatus("Working - Contacted", "Working - Contacted"),
        CrmStatus("Closed - Converted", "Closed - Converted", is_writable=False, is_closed=True),
        CrmStatus("Closed - Not Converted", "Closed - Not Converted"),
    ]


def test_fields_are_those_that_can_be_read_with_their_choices(double: SalesforceDouble):
    double.hidden_fields.add("AnnualRevenue")
    fields = {field.name: field for field in client_of(double).fields()}
    assert {"AnnualRevenue", "Address"} & set(fields) == set()  # hidden, and composed of others
    kinds = {name: fields[name].kind for name in ("Email", "Score__c", "Wants_Demo__c", "ConvertedDate", "CreatedDate")}
    assert kinds == {
        "Email": "text",
        "Score__c": "number",
        "Wants_Demo__c": "boolean",
        "ConvertedDate": "date",
        "CreatedDate": "datetime",
    }
    region = fields["Region__c"]
    assert (region.label, region.kind, region.options) == ("Region", "choice", (("West", "West"), ("East", "East")))


def test_changes_have_their_values_as_text_and_leave_out_what_is_empty(double: SalesforceDouble):
    values = {
        "Email": "o'né@x.id",
        "LastName": "O'Né 🚀",
        "Score__c": 12.0,
        "AnnualRevenue": 1.5,
        "Wants_Demo__c": False,
    }
    lead = double.add(by=BUDI, **values, Title="", OwnerId=QUEUE, NumberOfEmployees=40)
    fields = [*values, "Title", "Website", "NumberOfEmployees"]
    found = changed_of(client_of(double), NOON, NOON + HOUR, fields)
    assert len(found) == 1
    assert found[0].values == {
        "Email": "o'né@x.id",
        "LastName": "O'Né 🚀",
        "Score__c": "12",
        "AnnualRevenue": "1.5",
        "Wants_Demo__c": "false",
        "NumberOfEmployees": "40",
    }
    assert (found[0].id, found[0].owner, found[0].status) == (lead, QUEUE, "Open - Not Contacted")
    assert (found[0].created_at, found[0].changed_at, found[0].changed_by) == (NOON, NOON, BUDI)


def test_changes_are_those_of_the_window_from_its_start_to_before_its_end(double: SalesforceDouble):
    early, first, late = double.add(), double.add(), double.add()
    for lead, seconds in ((early, 59), (first, 60), (late, 120)):
        double.now = NOON + timedelta(seconds=seconds)
        double.edit(lead, by=BUDI, Title="x")
    found = changed_of(client_of(double), NOON + timedelta(seconds=60), NOON + timedelta(seconds=120))
    assert [record.id for record in found] == [first]


def test_what_was_deleted_merged_and_converted_says_so(double: SalesforceDouble):
    deleted, loser, winner, converted, hidden = (double.add() for _lead in range(5))
    double.now += HOUR
    double.delete(deleted, by=ANA)
    double.merge(loser, into=winner, by=ANA)
    double.convert(converted, into=salesforce_id("003", 7))
    double.convert(hidden, into="hidden")
    double.rows[hidden].values["ConvertedAccountId"] = salesforce_id("001", 7)
    found = {record.id: record for record in changed_of(client_of(double), NOON, double.now + HOUR)}
    assert (found[deleted].is_gone, found[deleted].merged_into) == (True, "")
    assert (found[loser].is_gone, found[loser].merged_into) == (True, winner)
    assert (found[winner].is_gone, found[winner].converted_to) == (False, "")
    assert (found[converted].converted_to, found[converted].is_gone) == (salesforce_id("003", 7), False)
    assert found[hidden].converted_to
    calls = len(double.calls)
    assert client_of(double).removed(since=NOON, until=double.now) == CrmPage(())
    assert len(double.calls) == calls


def test_pages_are_followed_to_the_end_as_salesforce_says_where_they_are(double: SalesforceDouble):
    double.page_size = 300
    ids = [double.add() for _lead in range(700)]
    pages = pages_of(client_of(double), NOON, NOON + HOUR)
    assert [len(page.records) for page in pages] == [300, 300, 100]
    assert [record.id for page in pages for record in page.records] == ids
    assert pages[-1].after == ""
    asked = [call for call in double.calls if "/query" in call.path]
    assert {call.headers["sforce-query-options"] for call in asked} == {"batchSize=1000"}
    assert [call.path for call in asked][1:] == [page.after for page in pages[:-1]]


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/services/data/v61.0/query/01g000000000001-2000",
        "//evil.example/services/data/v61.0/query/01g",
        "@evil.example/services/data/v61.0/query/01g",
        "/services/data/v61.0/query/../sobjects/User",
        "/services/data/v61.0/sobjects/User/005000000000001AAA",
        "/services/data/v61.0/query/?q=SELECT Id FROM User",
        "/services/apexrest/x",
    ],
)
def test_the_next_page_is_on_the_same_host_and_part_of_a_query(double: SalesforceDouble, after: str):
    client = client_of(double)
    with pytest.raises(CrmRefused) as problem:
        client.changed(since=NOON, until=NOON + HOUR, fields=[], after=after)
    assert (problem.value.reason, double.calls) == (Reason.WINDOW, [])
    page = {"totalSize": 9, "done": False, "nextRecordsUrl": after, "records": []}
    double.script("GET", 200, page)
    with pytest.raises(CrmRefused) as problem:
        client.changed(since=NOON, until=NOON + HOUR, fields=[])
    assert (problem.value.reason, problem.value.code) == (Reason.SILENT, "bad_next_page")


def test_records_are_read_by_their_ids_without_those_that_are_gone(double: SalesforceDouble):
    first, deleted, second = double.add(Email="a@x.id"), double.add(), double.add()
    double.delete(deleted, by=ANA)
    ids = [first, deleted, second, salesforce_id("00Q", 999)]
    found = client_of(double).read(ids, fields=["Email"])
    assert {record.id: dict(record.values) for record in found} == {first: {"Email": "a@x.id"}, second: {}}
    assert client_of(double).read([], fields=["Email"]) == []


def test_many_records_are_read_in_few_calls(double: SalesforceDouble):
    ids = [double.add() for _lead in range(450)]
    assert {record.id for record in client_of(double).read(ids, fields=[])} == set(ids)
    assert double.count("/composite/sobjects/Lead") == 3


def test_owner_and_status_are_written_in_one_call_past_the_rules_over_there(double: SalesforceDouble):
    lead, double.rule_owner = double.add(Email="a@x.id"), QUEUE
    double.now += HOUR
    client = client_of(double)
    client.read([lead], fields=[])
    before = len(double.calls)
    found = client.write(lead, owner=BUDI, status="Working - Contacted", fields=["Email"])
    assert (found.owner, found.status, found.values) == (BUDI, "Working - Contacted", {"Email": "a@x.id"})
    assert (found.changed_at, found.changed_by) == (double.now, ALUR)
    assert double.rows[lead].values["OwnerId"] == BUDI
    assert len(double.calls) == before + 1
    parts = double.calls[-1].json["compositeRequest"]
    assert [part["method"] for part in parts] == ["PATCH", "GET"]
    assert client._session.usage == Usage(used=2, limit=15_000)


@pytest.mark.parametrize(
    ("owner", "status", "sent"),
    [
        (BUDI, None, {"OwnerId": BUDI}),
        (None, "Working - Contacted", {"Status": "Working - Contacted"}),
        (QUEUE, "", {"OwnerId": QUEUE}),
    ],
)
def test_only_what_is_wanted_is_written(double: SalesforceDouble, owner, status, sent):
    lead = double.add()
    found = client_of(double).write(lead, owner=owner, status=status, fields=[])
    assert double.calls[-1].json["compositeRequest"][0]["body"] == sent
    assert (found.owner, found.status) == (sent.get("OwnerId", ANA), sent.get("Status", "Open - Not Contacted"))


def test_without_a_wish_the_record_is_only_read(double: SalesforceDouble):
    lead = double.add()
    found = client_of(double).write(lead, owner="", status=None, fields=[])
    assert (found.id, found.owner) == (lead, ANA)
    assert [call.method for call in double.calls] == ["POST", "GET"]  # the token, the record


@pytest.mark.parametrize(("record_id", "owner"), [("00Q' OR", BUDI), ("00Q000000000001/x", BUDI), (None, "ana'")])
def test_ids_that_are_none_are_not_sent(double: SalesforceDouble, record_id, owner):
    with pytest.raises(CrmRefused) as problem:
        client_of(double).write(record_id or double.add(), owner=owner, status=None, fields=[])
    assert (problem.value.reason, double.calls) == (Reason.WRONG, [])


def test_a_write_fails_whole_when_the_record_cannot_be_read_afterwards(double: SalesforceDouble):
    lead = double.add(OwnerId=ALUR)
    double.missing.add("view_all")
    with pytest.raises(CrmRefused) as problem:
        client_of(double).write(lead, owner=BUDI, status=None, fields=[])
    assert (problem.value.reason, problem.value.field) == (Reason.RIGHTS, "View All Records")
    assert double.rows[lead].values["OwnerId"] == ALUR


def test_a_page_that_is_too_large_is_asked_for_in_smaller_pieces(double: SalesforceDouble):
    for _lead in range(900):
        double.add(Description="x" * 12_000)
    client = client_of(double)
    assert len(changed_of(client, NOON, NOON + HOUR, ["Description"])) == 900
    sizes = [call.headers["sforce-query-options"] for call in double.calls if "/query" in call.path]
    assert sizes == ["batchSize=1000"] + ["batchSize=200"] * 5
    for row in double.rows.values():
        row.values["Description"] = "x" * 60_000
    with pytest.raises(CrmRefused) as problem:
        client.changed(since=NOON, until=NOON + HOUR, fields=["Description"])
    assert problem.value.reason is Reason.WINDOW


def test_a_long_list_of_fields_is_asked_for_whole(double: SalesforceDouble):
    names = [f"A_rather_long_name_of_a_field_{number:03d}__c" for number in range(100)]
    double.columns |= {name: Column(name, name) for name in names}
    lead = double.add(**{names[-1]: "here"})
    found = changed_of(client_of(double), NOON, NOON + HOUR, names)
    assert [(record.id, record.values) for record in found] == [(lead, {names[-1]: "here"})]


def test_what_the_day_has_used_is_what_salesforce_counts(double: SalesforceDouble):
    client = client_of(double)
    double.most_calls = 5000
    client.statuses()
    client.statuses()
    assert client._session.usage == Usage(used=2, limit=5000)
    assert client._session.calls == 3
    double.next_faults = [Fault(FaultKind.STATUS, status=503)]
    with pytest.raises(CrmRefused):
        client.statuses()
    assert client._session.usage == Usage(used=2, limit=5000)
