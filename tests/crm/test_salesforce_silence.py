"""No answer of Salesforce, half of one, or one that nobody can read (I4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import Reason
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import calls_for_data, changed_of, client_of, reads, refused, writes
from tests.crm.salesforce_double import BUDI, SalesforceDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DATA = "/services/data"


@pytest.fixture
def double() -> Iterator[SalesforceDouble]:
    with SalesforceDouble(NOON) as double:
        yield double


def test_a_404_that_is_not_salesforces_own_does_not_end_a_link(double: SalesforceDouble):
    lead = double.add()
    for fault in (Fault(FaultKind.HTML, status=404, on=DATA), Fault(FaultKind.STATUS, status=404, on=DATA)):
        double.next_faults = [fault]
        assert refused(writes(client_of(double), lead, owner="")).reason is Reason.SILENT


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.ERROR, on=DATA),
        *(Fault(FaultKind.STATUS, status=status, on=DATA) for status in (406, 420, 500, 502, 503, 504, 302, 403)),
        Fault(FaultKind.HTML, on=DATA),
        *(Fault(FaultKind.HTML, status=status, on=DATA) for status in (401, 403, 503)),
        Fault(FaultKind.CUT, on=DATA),
        Fault(FaultKind.HANG, wait=0.01, on=DATA),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status or ''}".strip(),
)
def test_no_answer_or_half_of_one_is_silence_and_costs_one_call(double: SalesforceDouble, fault: Fault):
    lead = double.add()
    client = client_of(double)
    double.next_faults = [fault]
    assert refused(reads(client)).reason is Reason.SILENT
    assert calls_for_data(double) == 1
    assert [record.id for record in changed_of(client, NOON, NOON + HOUR)] == [lead]
    assert double.count("/oauth2/token") == 1


def test_a_host_that_hangs_is_left_in_time(double: SalesforceDouble):
    client = client_of(double)
    client.statuses()
    double.next_faults = [Fault(FaultKind.HANG, on=DATA)]
    client.query_seconds = 0.2
    found = refused(reads(client))
    assert (found.reason, found.code) == (Reason.SILENT, "too_slow")
    double.next_faults = [Fault(FaultKind.HANG, on=DATA)]
    found = refused(lambda: client.changed(since=NOON - 24 * HOUR, until=NOON, fields=[]))
    assert (found.reason, found.code) == (Reason.WINDOW, "too_slow")  # it may be the query


def test_a_write_whose_answer_was_cut_is_done_and_reading_shows_it(double: SalesforceDouble):
    lead = double.add()
    client = client_of(double)
    double.next_faults = [Fault(FaultKind.CUT, on="/composite")]
    assert refused(writes(client, lead)).reason is Reason.SILENT
    assert [record.owner for record in client.read([lead], fields=[])] == [BUDI]


def test_a_duplicate_page_is_noticed_and_asked_for_again(double: SalesforceDouble):
    double.page_size = 2
    ids = [double.add() for _lead in range(6)]
    client = client_of(double)
    first = client.changed(since=NOON, until=NOON + HOUR, fields=[])
    second = client.changed(since=NOON, until=NOON + HOUR, fields=[], after=first.after)
    double.next_faults = [Fault(FaultKind.REPEAT, on="/query")]
    found = refused(lambda: client.changed(since=NOON, until=NOON + HOUR, fields=[], after=second.after))
    assert (found.reason, found.code) == (Reason.SILENT, "same_page")
    third = client.changed(since=NOON, until=NOON + HOUR, fields=[], after=second.after)
    assert [record.id for page in (first, second, third) for record in page.records] == ids
    assert third.after == ""


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"records": "x", "done": True},
        {"records": [1], "done": True},
        {"records": [{"Email": "x"}], "done": True},
        {"records": []},
        {"records": [], "done": False},
    ],
)
def test_json_of_another_shape_is_silence(double: SalesforceDouble, content: object):
    double.script("GET", 200, content)
    assert refused(reads(client_of(double))).reason is Reason.SILENT


@pytest.mark.parametrize(
    "content",
    [
        {"compositeResponse": []},
        {"compositeResponse": [None, None]},
        {"compositeResponse": [{"httpStatusCode": 204}, {"httpStatusCode": 200, "body": []}]},
        {"compositeResponse": [{"httpStatusCode": "204"}, {"httpStatusCode": 200, "body": {"Id": "x"}}]},
    ],
)
def test_parts_of_another_shape_are_silence(double: SalesforceDouble, content: object):
    lead = double.add()
    double.script("POST", 200, content)
    assert refused(writes(client_of(double), lead)).reason is Reason.SILENT
