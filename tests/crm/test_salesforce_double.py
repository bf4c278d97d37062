"""simple-salesforce, which somebody else wrote for the real Salesforce, finds its way in our double (I4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from tests.crm.certificate import certificate
from tests.crm.salesforce_double import ANA, BUDI, CICI, QUEUE, SalesforceDouble
from tests.crm.salesforce_tables import salesforce_id

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
VERSION = "61.0"


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def double(tls) -> Iterator[SalesforceDouble]:
    with SalesforceDouble(NOON, tls=tls[1]) as double:
        yield double


class Led(requests.Session):
    """Goes to one host, wherever it was sent."""

    leads_to = ""

    def request(self, method: str, url: str, *args, **more) -> requests.Response:
        place = urlsplit(url)
        return super().request(method, self.leads_to + place.path if self.leads_to else url, *args, **more)


def browser(tls, leads_to: str = "") -> requests.Session:
    session = Led()
    session.leads_to = leads_to
    session.trust_env, session.verify = False, str(tls[0])
    return session


@pytest.fixture
def foreign(double: SalesforceDouble, tls) -> Salesforce:
    token = double.tokens.new("00Dtoken")
    double.tokens.access_tokens.add(token)
    return Salesforce(instance_url=double.address, session_id=token, session=browser(tls), version=VERSION)


def refused(problem: pytest.ExceptionInfo) -> tuple[int, str]:
    return problem.value.status, problem.value.content[0]["errorCode"]


def test_it_reads_all_pages_of_a_query(double: SalesforceDouble, foreign: Salesforce):
    double.page_size = 200
    ids = [double.add(LastName=f"Lead {number}") for number in range(450)]
    found = foreign.query_all("SELECT Id, LastName, SystemModstamp FROM Lead ORDER BY Id")
    assert [row["Id"] for row in found["records"]] == ids
    assert (found["totalSize"], found["done"], double.count("/query/01g")) == (450, True, 2)
    first = found["records"][0]
    assert first["attributes"]["type"] == "Lead"
    assert (first["LastName"], first["SystemModstamp"]) == ("Lead 0", "2026-11-02T12:00:00.000+0000")
    assert foreign.api_usage["api-usage"] == (3, 15_000)


def test_it_finds_what_was_deleted_and_merged_only_when_it_asks_for_all(double: SalesforceDouble, foreign: Salesforce):
    deleted, loser, winner = (double.add() for _lead in range(3))
    double.delete(deleted, by=ANA)
    double.merge(loser, into=winner, by=ANA)
    query = "SELECT Id, IsDeleted, MasterRecordId FROM Lead ORDER BY Id"
    assert [row["Id"] for row in foreign.query_all(query)["records"]] == [winner]
    everything = foreign.query_all(query, include_deleted=True)["records"]
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in everything] == [
        (deleted, True, None),
        (loser, True, winner),
        (winner, False, None),
    ]


def test_it_updates_a_lead(double: SalesforceDouble, foreign: Salesforce):
    lead = double.add()
    double.now += timedelta(minutes=1)
    assert foreign.Lead.update(lead, {"OwnerId": BUDI, "Status": "Working - Contacted"}) == 204
    found = foreign.Lead.get(lead)
    assert (found["OwnerId"], found["Status"]) == (BUDI, "Working - Contacted")
    assert found["SystemModstamp"] == "2026-11-02T12:01:00.000+0000"
    foreign.Lead.update(lead[:15], {"OwnerId": QUEUE})  # the short form of an id
    assert double.rows[lead].values["OwnerId"] == QUEUE


def test_the_assignment_rule_takes_a_lead_that_is_updated_without_the_header(
    double: SalesforceDouble, foreign: Salesforce
):
    lead, double.rule_owner = double.add(), QUEUE
    foreign.Lead.update(lead, {"OwnerId": BUDI}, headers={"Sforce-Auto-Assign": "FALSE"})
    assert double.rows[lead].values["OwnerId"] == BUDI
    foreign.Lead.update(lead, {"OwnerId": BUDI})
    assert double.rows[lead].values["OwnerId"] == QUEUE


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"Vanished__c": "x"}, "INVALID_FIELD"),
        ({"SystemModstamp": "2026-11-02T12:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Company": 5}, "JSON_PARSER_ERROR"),
        ({"Status": "Contacted"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"OwnerId": ""}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"OwnerId": "ana"}, "MALFORMED_ID"),
        ({"OwnerId": salesforce_id("005", 77)}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"OwnerId": CICI}, "INACTIVE_OWNER_OR_USER"),
    ],
)
def test_it_is_refused_what_does_not_fit(double: SalesforceDouble, foreign: Salesforce, values: dict, code: str):
    lead = double.add()
    before = dict(double.rows[lead].values)
    with pytest.raises(SalesforceMalformedRequest) as problem:
        foreign.Lead.update(lead, values)
    assert refused(problem) == (400, code)
    assert double.rows[lead].values == before


def test_it_is_refused_a_lead_that_is_gone_or_converted(double: SalesforceDouble, foreign: Salesforce):
    deleted, converted = double.add(), double.add()
    double.delete(deleted, by=ANA)
    double.convert(converted)
    with pytest.raises(SalesforceResourceNotFound) as problem:
        foreign.Lead.update(deleted, {"OwnerId": BUDI})
    assert refused(problem) == (404, "ENTITY_IS_DELETED")
    with pytest.raises(SalesforceResourceNotFound) as problem:
        foreign.Lead.get(salesforce_id("00Q", 999))
    assert refused(problem) == (404, "NOT_FOUND")
    with pytest.raises(SalesforceMalformedRequest) as problem:
        foreign.Lead.update(converted, {"OwnerId": BUDI})
    assert refused(problem) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id, Vanished__c FROM Lead", "INVALID_FIELD"),
        ("SELECT Id, id FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > '2026-11-02T12:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Leads", "INVALID_TYPE"),
        ("SELECT Id FROM Lead WHERE LastName = 'O'Brien'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE LastName = 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DELETE", "MALFORMED_QUERY"),
        ("SELECT Id,, Name FROM Lead", "MALFORMED_QUERY"),
    ],
)
def test_it_is_refused_queries_that_are_wrong(foreign: Salesforce, query: str, code: str):
    with pytest.raises(SalesforceMalformedRequest) as problem:
        foreign.query(query)
    assert refused(problem) == (400, code)


@pytest.mark.parametrize(
    "name", ["O'Brien", "back\\slash", "🚀 O'Né", "x' OR Name != '", 'a "quoted" name\nand a line']
)
def test_it_finds_names_that_it_escapes(double: SalesforceDouble, foreign: Salesforce, name: str):
    lead = double.add(LastName=name)
    double.add(LastName="somebody else")
    found = foreign.query(format_soql("SELECT Id FROM Lead WHERE LastName = {}", name))["records"]
    assert [row["Id"] for row in found] == [lead]


def test_it_reads_what_fields_and_statuses_there_are(double: SalesforceDouble, foreign: Salesforce):
    described = {field["name"]: field for field in foreign.Lead.describe()["fields"]}
    assert (described["Email"]["type"], described["OwnerId"]["type"]) == ("email", "reference")
    assert [each["value"] for each in described["Rating"]["picklistValues"]] == ["Hot", "Warm", "Cold"]
    query = "SELECT ApiName, IsConverted FROM LeadStatus ORDER BY SortOrder"
    statuses = [(row["ApiName"], row["IsConverted"]) for row in foreign.query(query)["records"]]
    assert statuses == double.statuses


def test_it_hears_that_the_session_is_over_and_that_the_calls_of_the_day_are_used_up(
    double: SalesforceDouble, foreign: Salesforce
):
    double.most_calls = 1
    foreign.query("SELECT Id FROM Lead")
    with pytest.raises(SalesforceRefusedRequest) as problem:
        foreign.query("SELECT Id FROM Lead")
    assert refused(problem) == (403, "REQUEST_LIMIT_EXCEEDED")
    double.now += timedelta(days=1)
    double.revoke()
    with pytest.raises(SalesforceExpiredSession) as problem:
        foreign.query("SELECT Id FROM Lead")
    assert refused(problem) == (401, "INVALID_SESSION_ID")


def test_it_signs_in_without_a_person(double: SalesforceDouble, tls):
    """The address of the foreign client's sign-in is fixed, so its session is led to the double."""
    session = browser(tls, leads_to=double.address)
    app = {"consumer_key": double.tokens.client_id, "domain": "acme.my", "session": session}
    token, instance = SalesforceLogin(consumer_secret=double.tokens.client_secret, **app)
    assert token in double.tokens.access_tokens
    assert instance == double.address.removeprefix("https://")
    with pytest.raises(SalesforceAuthenticationFailed) as problem:
        SalesforceLogin(consumer_secret="another", **app)
    assert problem.value.code == "invalid_client"
