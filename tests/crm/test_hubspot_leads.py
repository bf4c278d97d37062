"""What the client of HubSpot says of people, fields, statuses and accounts, and of lead objects (I4)."""

from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmField, CrmPerson, CrmStatus
from tests.crm.hubspot_client import all_changed, by_refresh, open_client
from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestLeadObjects:
    def test_name_and_e_mail_of_the_contact_cost_no_call(self, hubspot: HubSpotDouble):
        contact = hubspot.add(by="1", email="dewi@acme.example", firstname="Dewi")
        lead = hubspot.add(by="1", kind="leads", hs_lead_name="Acme: rice", hs_pipeline_stage="new-stage-id")
        hubspot.associate(lead, contact)
        fields = ("hs_lead_name", "hs_associated_contact_email", "hs_associated_contact_firstname")
        [found] = all_changed(open_client(hubspot, "leads"), NOON, NOON + HOUR, fields=fields)
        assert dict(found.values) == dict(zip(fields, ("Acme: rice", "dewi@acme.example", "Dewi"), strict=True))
        assert (found.id, found.status, len(hubspot.calls)) == (lead, "new-stage-id", 1)

    def test_a_change_of_the_contacts_e_mail_is_a_change_of_the_lead(self, hubspot: HubSpotDouble):
        contact = hubspot.add(by="1", email="dewi@acme.example")
        lead = hubspot.add(by="1", kind="leads", hs_lead_name="Acme: rice")
        hubspot.associate(lead, contact)
        hubspot.now += HOUR
        hubspot.edit(contact, by="1", email="d.lestari@acme.example")
        [found] = all_changed(
            open_client(hubspot, "leads"), NOON + HOUR, NOON + 2 * HOUR, ("hs_associated_contact_email",)
        )
        assert dict(found.values) == {"hs_associated_contact_email": "d.lestari@acme.example"}

    def test_other_fields_of_the_main_contact_cost_three_calls_for_a_page(self, hubspot: HubSpotDouble):
        contacts = [hubspot.add(by="1", email=f"{number}@acme.example", phone=f"+62{number}") for number in range(150)]
        for number, contact in enumerate(contacts):
            lead = hubspot.add(by="1", kind="leads", hs_lead_name=str(number))
            hubspot.associate(lead, contacts[0], kind=608)
            hubspot.associate(lead, contact, kind=578)
        alone = hubspot.add(by="1", kind="leads", hs_lead_name="nobody")
        fields = ("hs_lead_name", "contact.phone")
        found = all_changed(open_client(hubspot, "leads"), NOON, NOON + HOUR, fields=fields)
        expected = [{"hs_lead_name": str(number), "contact.phone": f"+62{number}"} for number in range(150)]
        assert [dict(each.values) for each in found] == [*expected, {"hs_lead_name": "nobody"}]
        assert (found[-1].id, len(hubspot.calls)) == (alone, 4)

    def test_a_property_of_the_contact_that_has_gone_is_named(self, hubspot: HubSpotDouble):
        lead = hubspot.add(by="1", kind="leads", hs_lead_name="Acme")
        hubspot.associate(lead, hubspot.add(by="1", email="dewi@acme.example", phone="1"))
        hubspot.hidden_fields = {"phone"}
        with pytest.raises(CrmRefused) as refused:
            open_client(hubspot, "leads").read([lead], fields=("hs_lead_name", "contact.phone"))
        assert (refused.value.reason, refused.value.field) == (Reason.FIELD, "phone")

    def test_fields_are_those_of_the_lead_and_those_of_its_contact(self, hubspot: HubSpotDouble):
        found = {each.name: each for each in open_client(hubspot, "leads").fields()}
        assert found["hs_associated_contact_email"].label == "Associated contact email"
        assert found["contact.phone"] == CrmField("contact.phone", "Contact: Phone")
        assert "contact.hs_object_id" not in found

    def test_statuses_are_stages_and_say_whose(self, hubspot: HubSpotDouble):
        found = open_client(hubspot, "leads").statuses()
        assert found[0] == CrmStatus("new-stage-id", "New: New")
        assert found[3:5] == [
            CrmStatus("qualified-stage-id", "New: Qualified", is_writable=False, is_closed=True),
            CrmStatus("9001", "Partners: 9001"),
        ]


class TestAbout:
    def test_people_are_owners_and_not_users(self, hubspot: HubSpotDouble):
        rina = hubspot.add_owner("rina@alur.example", "Rina", "Wijaya")
        queue = hubspot.add_owner("", "", "", kind="QUEUE")
        gone = hubspot.add_owner("budi@alur.example", "Budi", "", is_archived=True)
        assert sorted(open_client(hubspot).people(), key=lambda each: each.id) == [
            CrmPerson(rina, "Rina Wijaya", "rina@alur.example"),
            CrmPerson(queue, queue, "", is_group=True),
            CrmPerson(gone, "Budi", "budi@alur.example", is_active=False),
        ]

    def test_all_pages_of_people_are_read(self, hubspot: HubSpotDouble):
        ids = {hubspot.add_owner(f"{number}@alur.example", "Rep", str(number)) for number in range(230)}
        assert {each.id for each in open_client(hubspot).people()} == ids
        assert len(hubspot.calls) == 4

    def test_fields_have_kinds_and_hide_what_hubspot_hides(self, hubspot: HubSpotDouble):
        found = {each.name: each for each in open_client(hubspot).fields()}
        kinds = {
            name: found[name].kind for name in ("email", "numemployees", "birthday", "createdate", "hs_email_optout")
        }
        assert list(kinds.values()) == ["text", "number", "date", "datetime", "boolean"]
        options = (("subscriber", "Subscriber"), ("lead", "Lead"), ("customer", "Customer"))
        assert found["lifecyclestage"] == CrmField("lifecyclestage", "Lifecyclestage", "choice", options)
        assert "hs_object_id" not in found

    def test_statuses_are_the_options_that_are_shown(self, hubspot: HubSpotDouble):
        options = hubspot.properties["contacts"]["hs_lead_status"]["options"]
        options[0], options[3]["hidden"] = options[1] | {"value": "OLD", "displayOrder": 9}, True
        found = open_client(hubspot).statuses()
        assert [each.value for each in found] == [
            "OPEN",
            "IN_PROGRESS",
            "UNQUALIFIED",
            "CONNECTED",
            "BAD_TIMING",
            "OLD",
        ]
        assert found[0] == CrmStatus("OPEN", "Open")

    def test_a_private_apps_account_is_its_portal(self, hubspot: HubSpotDouble):
        assert open_client(hubspot).account() == CrmAccount("8675309", "Nusantara Foods")

    def test_a_sign_ins_account_says_whose_it_is(self, hubspot: HubSpotDouble):
        client = open_client(hubspot, **by_refresh(hubspot))
        assert client.account() == CrmAccount("8675309", "nusantara.example", "bima@nusantara.example")
