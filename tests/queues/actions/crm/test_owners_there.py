"""Owners over there when a record comes in, and when they change."""

from datetime import timedelta

import pytest

from config.reach.crm.records import CrmPerson
from dashboards.presenters.receipts import Reader, receipt_of
from leads.models import Activity, Lead
from queues.models import Connection, CrmLink, EntryRule, RemotePerson
from routing.models import Assignment, Turn
from tests.crm.polls import MINUTE, counted, poll
from tests.factories import MORNING, QueueFactory, make_lead, make_rep, make_rotation
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db


class TestOwners:
    @pytest.fixture
    def sarah(self, connected):
        user = make_rep(first_name="Sarah")
        make_remote_person(connected, user, "u-sarah")
        return user

    @pytest.fixture
    def rotation(self, sarah):
        """Everything goes to Rina by a turn."""
        rina = make_rep(first_name="Rina")
        queue = QueueFactory(dispatch="push", rotation=make_rotation(rina))
        EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=queue, conditions=[])
        return rina

    def test_where_the_crm_wins_a_new_lead_goes_to_its_owner(self, connected, crm, sarah, rotation):
        Connection.objects.update(owner_policy="crm")
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        crm.add("00Q2", owner="u-else", Email="b@lead.example")
        poll(connected)
        given = {row.lead.external_id: (row.holder, row.how) for row in Assignment.objects.select_related("lead")}
        assert given == {"00Q1": (sarah, "crm"), "00Q2": (rotation, "rotation")}
        assert Turn.objects.get().assignment.holder == rotation
        assert CrmLink.objects.get(remote_id="00Q1").seen_owner == "u-sarah"

    def test_where_alur_wins_it_routes(self, connected, crm, sarah, rotation):
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected)
        assert (Assignment.objects.get().holder, Turn.objects.count()) == (rotation, 1)

    def test_a_joined_lead_goes_to_its_owner_there(self, connected, crm, sarah):
        Connection.objects.update(owner_policy="crm")
        lead = make_lead(email="a@lead.example")
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected)
        assert Assignment.objects.get().lead == lead
        assert Activity.objects.get(kind="crm", details__code="owner_theirs").lead == lead

    def test_leads_that_are_left_with_somebody_do_not_come_in(self, connected, crm):
        make_remote_person(connected, None, "u-else", how="hand")
        crm.add("00Q1", owner="u-else", Email="a@lead.example")
        poll(connected)
        assert Lead.objects.count() == 0

    def test_an_owner_that_nobody_has_heard_of_asks_for_the_people(self, connected, crm):
        user = make_rep(email="sarah@company.example.com")
        Connection.objects.update(people_at=MORNING - timedelta(hours=1), owner_policy="crm")
        crm.people = [
            CrmPerson("u-new", "Sarah", "Sarah@Company.example.com"),
            CrmPerson("u-2", "Nobody", "x@y.example"),
        ]
        crm.add("00Q1", owner="u-new", Email="a@lead.example")
        crm.add("00Q2", owner="u-gone", Email="b@lead.example")
        poll(connected)
        poll(connected, at=MORNING + 2 * MINUTE)
        assert RemotePerson.objects.get(user=user).remote_id == "u-new"
        assert Assignment.objects.get().holder == user
        assert crm.calls.count("people") == 1

    def test_people_are_read_each_day(self, connected, crm):
        Connection.objects.update(people_at=MORNING - timedelta(days=1))
        poll(connected)
        assert crm.calls.count("people") == 1

    def test_a_changed_owner_meets_its_lead(self, connected, crm, sarah):
        Connection.objects.update(owner_policy="crm")
        crm.add("00Q1", Email="a@lead.example")
        poll(connected)
        crm.later(minutes=2)
        crm.edit("00Q1", owner="u-sarah")
        poll(connected, at=MORNING + 3 * MINUTE)
        assert Assignment.objects.get().holder == sarah
        assert counted()[-1] == {"is_last": True, "met": 1}
        receipt = receipt_of(Assignment.objects.get(), reader=Reader(sarah.pk, None, False), names={})
        assert receipt.sentence == "Owner of the lead in Salesforce."
        assert receipt.facts[1:] == [("Connection", "Salesforce"), ("Turns", "none moved")]

    @pytest.mark.parametrize("is_known", [True, False])
    def test_the_page_of_the_lead_says_which_crm_gave_it(self, connected, crm, sarah, client, page_text, is_known):
        """As it came in, and later."""
        Connection.objects.update(owner_policy="crm")
        crm.add("00Q1", Email="a@lead.example", owner="" if is_known else "u-sarah")
        poll(connected)
        if is_known:
            crm.later(minutes=2)
            crm.edit("00Q1", owner="u-sarah")
            poll(connected, at=MORNING + 3 * MINUTE)
        client.force_login(sarah)
        page = page_text(client.get(f"/leads/{Assignment.objects.get().lead_id}/"))
        assert ("Owner of the lead in Salesforce." in page, "as the owner in Salesforce" in page) == (True, True)
