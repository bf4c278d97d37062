"""What the client of HubSpot writes: an owner and a status, as strings, and nothing else (I4)."""

from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from tests.crm.faults import Fault, FaultKind
from tests.crm.hubspot_client import FIELDS, open_client
from tests.crm.hubspot_double import APP_USER, HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def rina(hubspot: HubSpotDouble) -> str:
    return hubspot.add_owner("rina@alur.example", "Rina", "Wijaya")


@pytest.fixture
def contact(hubspot: HubSpotDouble) -> str:
    return hubspot.add(by="1", email="dewi@acme.example", hs_lead_status="NEW", lifecyclestage="lead")


def sent(hubspot: HubSpotDouble) -> list[object]:
    return [call.json for call in hubspot.calls if call.method == "PATCH"]


def test_owner_and_status_are_written_in_one_call_and_the_record_comes_back_whole(
    hubspot: HubSpotDouble, contact: str, rina: str
):
    hubspot.now += timedelta(hours=1)
    stands = open_client(hubspot).write(contact, owner=rina, status="IN_PROGRESS", fields=("email",))
    assert sent(hubspot) == [{"properties": {"hubspot_owner_id": rina, "hs_lead_status": "IN_PROGRESS"}}]
    expected = {"owner": rina, "status": "IN_PROGRESS", "created_at": NOON, "changed_at": hubspot.now}
    values = {"email": "dewi@acme.example"}
    assert stands == CrmRecord(id=contact, values=values, changed_by=APP_USER, **expected)
    assert hubspot.rows[contact].values["lifecyclestage"] == "lead"


def test_what_hubspot_answers_is_enough_when_no_more_is_asked_for(hubspot: HubSpotDouble, contact: str, rina: str):
    stands = open_client(hubspot).write(contact, owner=rina, status="OPEN", fields=())
    assert (stands.owner, stands.status, len(hubspot.calls)) == (rina, "OPEN", 1)


def test_none_leaves_a_value_as_it_is_and_nothing_empties_it(hubspot: HubSpotDouble, contact: str, rina: str):
    client = open_client(hubspot)
    assert client.write(contact, owner=rina, status=None, fields=()).status == "NEW"
    assert client.write(contact, owner="", status=None, fields=()).owner == ""
    assert sent(hubspot) == [{"properties": {"hubspot_owner_id": rina}}, {"properties": {"hubspot_owner_id": ""}}]


def test_no_wish_is_no_write(hubspot: HubSpotDouble, contact: str):
    stands = open_client(hubspot).write(contact, owner=None, status=None, fields=("email",))
    assert (sent(hubspot), dict(stands.values)) == ([], {"email": "dewi@acme.example"})


def test_a_lead_objects_status_is_its_stage(hubspot: HubSpotDouble, rina: str):
    person = hubspot.add(by="1", email="dewi@acme.example", phone="+62811")
    lead = hubspot.add(by="1", kind="leads", hs_lead_name="Acme", hs_pipeline_stage="new-stage-id")
    hubspot.associate(lead, person)
    fields = ("hs_lead_name", "contact.phone")
    stands = open_client(hubspot, "leads").write(lead, owner=rina, status="connected-stage-id", fields=fields)
    assert sent(hubspot) == [{"properties": {"hubspot_owner_id": rina, "hs_pipeline_stage": "connected-stage-id"}}]
    assert dict(stands.values) == {"hs_lead_name": "Acme", "contact.phone": "+62811"}
    assert (stands.owner, stands.status) == (rina, "connected-stage-id")


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"owner": "40001", "status": None}, "VALIDATION_ERROR", "hubspot_owner_id"),  # a user's id, not an owner's
        ({"owner": None, "status": "SOLD"}, "VALIDATION_ERROR", "hs_lead_status"),
    ],
)
def test_values_that_do_not_fit_name_their_field(hubspot: HubSpotDouble, contact: str, values, code: str, field: str):
    with pytest.raises(CrmRefused) as refused:
        open_client(hubspot).write(contact, **values, fields=FIELDS)
    assert (refused.value.reason, refused.value.status, refused.value.code) == (Reason.WRONG, 400, code)
    assert refused.value.field == field
    assert refused.value.words.startswith("Property values were not valid: ")
    assert hubspot.rows[contact].changed_by == "1"


def test_a_status_field_that_is_hidden_is_named(hubspot: HubSpotDouble, contact: str):
    hubspot.hidden_fields = {"hs_lead_status"}
    with pytest.raises(CrmRefused) as refused:
        open_client(hubspot).write(contact, owner=None, status="OPEN", fields=())
    assert (refused.value.reason, refused.value.field) == (Reason.FIELD, "hs_lead_status")


def test_what_is_gone_says_so(hubspot: HubSpotDouble, contact: str, rina: str):
    forgotten = hubspot.add(by="1", email="budi@acme.example")
    hubspot.delete(contact, by="1")
    hubspot.forget(forgotten)
    for each in (contact, forgotten, "not/an id?"):
        with pytest.raises(CrmRefused) as refused:
            open_client(hubspot).write(each, owner=rina, status=None, fields=())
        assert (refused.value.reason, refused.value.status) == (Reason.GONE, 404)
    assert hubspot.calls[-1].path.endswith("/contacts/not%2Fan%20id%3F")


def test_a_record_that_was_merged_names_the_one_that_took_the_write(hubspot: HubSpotDouble, contact: str, rina: str):
    other = hubspot.add(by="1", email="budi@acme.example")
    hubspot.merge(contact, into=other, by="1")
    stands = open_client(hubspot).write(contact, owner=rina, status=None, fields=("email",))
    assert stands == CrmRecord(id=contact, merged_into=hubspot.rows[contact].merged_into)


def test_a_write_whose_answer_is_lost_is_seen_by_the_next_read(hubspot: HubSpotDouble, contact: str, rina: str):
    hubspot.next_faults = [Fault(FaultKind.CUT)]
    client = open_client(hubspot)
    with pytest.raises(CrmRefused) as refused:
        client.write(contact, owner=rina, status=None, fields=())
    assert refused.value.reason is Reason.SILENT
    assert [each.owner for each in client.read([contact], fields=())] == [rina]
