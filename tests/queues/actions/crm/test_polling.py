"""What a poll takes in: once, whole, and as what it is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leads.models import Activity, Capture, Identity, Lead, OwnField
from queues.models import Connection, CrmLink, EntryRule
from tests.crm.outbound import sent
from tests.crm.polls import MINUTE, counted, poll, states
from tests.factories import MORNING, QueueFactory, make_lead
from tests.factories.crm import make_connection, make_crm_link

pytestmark = pytest.mark.django_db


def test_a_new_record_becomes_a_lead_with_its_link(connected, crm):
    crm.add("00Q1", FirstName="Sinéad", LastName="O’Brien 🚀", Email="sinead@brien.example", Phone="0812 1111 2222")
    assert poll(connected)
    lead = Lead.objects.select_related("source").get()
    assert (lead.full_name, lead.email, lead.phone) == ("Sinéad O’Brien 🚀", "sinead@brien.example", "+6281211112222")
    assert (lead.channel, lead.source.name, lead.external_id, lead.captured_at) == (
        "crm",
        "Salesforce",
        "00Q1",
        MORNING,
    )
    link = CrmLink.objects.get()
    assert (link.lead, link.remote_id, link.seen_status, link.seen_at) == (lead, "00Q1", "New", MORNING)
    assert Identity.objects.get(kind="external_id").system == "sf-org-1"
    assert counted() == [{"is_last": True, "made": 1}]
    assert (connected.cursor_at, connected.polling_until) == (MORNING + MINUTE / 2, None)


def test_nothing_known_is_taken_twice(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    for number in range(1, 5):
        poll(connected, at=MORNING + number * MINUTE)
    assert (states(), Lead.objects.count(), CrmLink.objects.count()) == ([("crm", "made")], 1, 1)
    assert len(counted()) == 1
    assert [call for call in crm.calls if call != "changed"] == ["account"]


def test_a_lead_known_by_e_mail_is_joined(connected, crm):
    lead = make_lead(email="rina@company.example.com")
    crm.add("00Q1", Email="Rina@Company.example.com", Phone="0812 1111 2222")
    poll(connected)
    assert (CrmLink.objects.get().lead, Lead.objects.count(), counted()) == (lead, 1, [{"is_last": True, "joined": 1}])


def test_two_connections_with_one_person_have_one_lead_and_two_links(connected, crm, memory_clients, crm_system):
    memory_clients["https://other.example"] = type(crm)(MORNING, account_id="portal-7")
    system = type(crm_system).objects.create(key="hs-7", name="HubSpot")
    other = make_connection(
        base_url="https://other.example",
        account_id="portal-7",
        system=system,
        field_map=connected.field_map,
        people_at=MORNING,
    )
    crm.add("00Q1", Email="a@lead.example")
    memory_clients["https://other.example"].add("77", Email="a@lead.example")
    poll(connected)
    poll(other)
    assert Lead.objects.count() == 1
    assert {link.remote_id for link in Lead.objects.get().crm_links.all()} == {"00Q1", "77"}
    assert {each.system for each in Identity.objects.filter(kind="external_id")} == {"sf-org-1", "hs-7"}


def test_an_edit_over_there_fills_in_and_is_no_return(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    Lead.objects.update(stage="lost")
    crm.later(minutes=2)
    crm.edit("00Q1", values={"Phone": "0812 1111 2222"})
    poll(connected, at=MORNING + 3 * MINUTE)
    lead = Lead.objects.get()
    assert (lead.phone, lead.stage, lead.reengaged_at) == ("+6281211112222", "lost", None)
    story = Activity.objects.get(kind="crm")
    assert (story.details["code"], story.details["filled"]) == ("facts", ["phone"])
    assert not Activity.objects.filter(kind="re_engaged").exists()
    assert counted()[-1] == {"is_last": True, "updated": 1}
    poll(connected, at=MORNING + 4 * MINUTE)
    assert Capture.objects.count() == 2


def test_an_old_record_does_not_open_a_lead_that_was_closed_since(connected, crm):
    make_lead(email="a@lead.example", stage="lost", stage_at=MORNING + MINUTE / 4)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert Lead.objects.get().stage == "lost"


def test_a_record_that_is_made_after_a_lead_was_closed_opens_it_again(connected, crm):
    make_lead(email="a@lead.example", stage="lost", stage_at=MORNING - MINUTE)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert Lead.objects.get().stage == "review"
    assert Activity.objects.filter(kind="re_engaged").count() == 1


@pytest.mark.parametrize("what", ["deleted", "merged", "converted", "closed"])
def test_what_nobody_works_on_there_does_not_come_in(connected, crm, what):
    crm.add("00Q1", Email="a@lead.example", status="Junk" if what == "closed" else "New")
    if what == "deleted":
        crm.delete("00Q1")
    elif what == "merged":
        crm.add("00Q2", status="Junk")
        crm.merge("00Q1", into="00Q2")
    elif what == "converted":
        crm.convert("00Q1")
    poll(connected)
    assert (Lead.objects.count(), CrmLink.objects.count()) == (0, 0)


def test_own_fields_and_a_source_of_their_own_come_in(connected, crm):
    OwnField.objects.create(key="budget", name="Budget", kind="number", position=1)
    Connection.objects.update(field_map={**connected.field_map, "own_budget": "Budget", "source": "Source"})
    crm.add("00Q1", Email="a@lead.example", Budget="1.234", Source="Trade fair")
    poll(connected)
    lead = Lead.objects.select_related("source").get()
    assert (lead.own, lead.source.name) == ({"number:budget": 1.234}, "Trade fair")


def test_a_record_without_any_contact_goes_by_the_rules_to_the_desk(connected, crm):
    incomplete = [{"field": "is_complete", "operator": "is_false"}]
    EntryRule.objects.create(name="Incomplete", position=1, outcome="review", conditions=incomplete)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=QueueFactory(), conditions=[])
    crm.add("00Q1")
    crm.add("00Q2", Email="a@lead.example")
    poll(connected)
    stages = dict(Lead.objects.values_list("external_id", "stage"))
    assert stages == {"00Q1": "review", "00Q2": "waiting"}
    assert CrmLink.objects.count() == 2


def test_a_connection_that_takes_nothing_in_still_follows_what_it_knows(connected, crm):
    lead = make_lead()
    make_crm_link(connected, lead, "00Q1", seen_status="New", seen_at=MORNING)
    Connection.objects.update(takes_in=False)
    crm.add("00Q1", Email="changed@lead.example", status="Junk")
    crm.add("00Q2", Email="b@lead.example")
    poll(connected)
    assert (Lead.objects.get().stage, Capture.objects.count()) == ("disqualified", 0)


def test_a_merged_record_and_the_one_that_took_it_come_in_one_poll(connected, crm):
    crm.add("00Q9", Email="a@lead.example")
    poll(connected)
    crm.later(minutes=2)
    crm.add("00Q1", Email="b@lead.example", Phone="0812 1111 2222")
    crm.merge("00Q9", into="00Q1")
    poll(connected, at=MORNING + 3 * MINUTE)
    link, lead = CrmLink.objects.get(), Lead.objects.get()
    assert (link.remote_id, link.lead, lead.phone) == ("00Q1", lead, "+6281211112222")


def test_a_lead_that_came_to_a_record_which_is_gone_as_well_knows_it(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    crm.later(minutes=2)
    crm.add("00Q2", Email="b@lead.example")
    crm.merge("00Q1", into="00Q2")
    crm.delete("00Q2")
    poll(connected, at=MORNING + 4 * MINUTE)
    assert list(CrmLink.objects.values_list("remote_id", "gone")) == [("00Q2", "deleted")]


def test_odd_records_come_in_as_they_are_and_stop_no_other(connected, crm):
    quoted = "Working '; DELETE FROM leads; -- " + "ß" * 200
    crm.add("00Q1", Email="o'brien@lead.example", LastName="O'Brien-Þórsdóttir 🚀" * 40, Phone="no phone' OR 1=1")
    crm.add("00Q2", status=quoted, owner="u'1" * 40, Email="two@lead.example; three@lead.example")
    crm.add("00Q3", FirstName="\u202e👩‍👩‍👧", Email="not an address")
    crm.records["00Q3"] = replace(crm.records["00Q3"], created_at=datetime(1, 1, 1, tzinfo=UTC))
    crm.add("00Q4", Email="four@lead.example")
    poll(connected)
    assert (connected.state, CrmLink.objects.count(), Lead.objects.count()) == ("working", 4, 4)
    assert set(Lead.objects.values_list("email", flat=True)) == {
        "o'brien@lead.example",
        "two@lead.example",
        "",
        "four@lead.example",
    }
    poll(connected, at=MORNING + 2 * MINUTE)
    assert (Capture.objects.count(), Activity.objects.filter(kind="crm").count()) == (4, 0)


def test_the_longest_status_of_salesforce_closes_and_is_written(connected, crm):
    closed, held = "Closed " + "x" * 248, "Held 🚀 " + "y" * 248
    Connection.objects.update(closing_map={closed: "lost"}, status_map=dict.fromkeys(Lead.Stage.values, held))
    crm.add("00Q1", Email="a@lead.example", status=closed)
    crm.add("00Q2", Email="b@lead.example")
    poll(connected)
    assert list(Lead.objects.values_list("email", flat=True)) == ["b@lead.example"]
    assert (sent(MORNING + MINUTE), crm.records["00Q2"].status) == (1, held)
    crm.later(minutes=2)
    crm.edit("00Q2", status=closed)
    poll(connected, at=MORNING + 3 * MINUTE)
    assert Lead.objects.get().stage == "lost"
