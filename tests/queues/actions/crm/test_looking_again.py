"""What is gone over there is known within hours, however many it are, and also where no list says it."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from config.sealing import seal
from leads.models import Activity
from queues.actions.crm import polling
from queues.models import Connection, CrmLink
from tests.crm.dynamics_double import CLIENT, ORGANIZATION, SECRET, TENANT, DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.polls import MINUTE, Clock, poll
from tests.factories import MORNING, make_lead
from tests.factories.crm import make_connection, make_crm_link

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = MORNING + 4 * HOUR


class Killed(BaseException):
    pass


@pytest.fixture
def read_before(connected):
    Connection.objects.update(looked_at=MORNING, cursor_at=NOON, people_at=NOON)
    connected.refresh_from_db()


def slices(connection, at, *, most=30) -> int:
    """Until one says that nothing is left to do."""
    for number in range(1, most + 1):
        OrmQ.objects.all().delete()
        polling.poll(connection.pk, clock=Clock(at, timedelta(milliseconds=500)), lasts=timedelta(seconds=5))
        if not OrmQ.objects.exists():
            connection.refresh_from_db()
            return number
    raise AssertionError("no end")


class TestTheListOfDeletions:
    @pytest.fixture
    def many(self, connected, crm, read_before):
        """Deleted within the hour; each tenth is known here."""
        crm.page_size = 20
        for number in range(300):
            crm.records[f"00Q{number:05}"] = CrmRecord(f"00Q{number:05}", changed_at=MORNING + MINUTE, is_gone=True)
        lead = make_lead(stage="lost")  # nobody looks such a one up
        for number in range(0, 300, 10):
            make_crm_link(connected, lead, f"00Q{number:05}")

    def test_it_is_read_slice_by_slice(self, connected, crm, many):
        assert slices(connected, NOON + MINUTE) > 2
        assert set(CrmLink.objects.values_list("gone", flat=True)) == {"deleted"}
        assert crm.calls.count("removed") == 15
        assert (connected.removed_until, connected.removed_after) == (None, "")
        assert connected.looked_at is not None and connected.looked_at > NOON

    def test_a_reader_that_is_killed_goes_on_at_its_page(self, connected, crm, many):
        def before(call):
            if call == "removed" and crm.calls.count("removed") == 8:
                raise Killed

        crm.before = before
        with pytest.raises(Killed):
            poll(connected, at=NOON + MINUTE)
        assert (CrmLink.objects.filter(gone="deleted").count(), crm.calls.count("removed")) == (14, 8)
        crm.before = lambda call: None
        poll(connected, at=NOON + 4 * MINUTE)
        assert set(CrmLink.objects.values_list("gone", flat=True)) == {"deleted"}
        assert crm.calls.count("removed") == 8 + 8

    def test_a_page_that_is_forgotten_begins_the_list_again_but_not_for_ever(self, connected, crm, many):
        Connection.objects.update(removed_until=NOON, removed_after="00Q00019")
        asked = []

        def before(call):
            if call == "removed":
                asked.append(Connection.objects.get().removed_after)
                if asked[-1] == "00Q00019":
                    raise CrmRefused(Reason.WRONG, code="no_such_page")

        crm.before = before
        poll(connected, at=NOON + MINUTE)
        assert asked == ["00Q00019", "", "00Q00019"]
        assert (connected.state, connected.problem) == ("paused", "wrong")

    def test_what_is_new_comes_first(self, connected, crm, many):
        poll(connected, at=NOON + MINUTE)
        assert crm.calls == ["account", "changed", *["removed"] * 15]


class TestRecordsOfOpenLeads:
    def test_they_are_looked_up_in_turn_and_gone_ones_are_known(self, connected, crm, read_before):
        links = [make_crm_link(connected, make_lead(), f"00Q{number:03}", seen_status="New") for number in range(120)]
        closed = make_crm_link(connected, make_lead(stage="lost"), "00Q999")
        for link in links[:-1]:
            crm.records[link.remote_id] = CrmRecord(link.remote_id, status="New", changed_at=MORNING - HOUR)
        poll(connected, at=NOON + MINUTE)
        assert list(CrmLink.objects.exclude(gone="").values_list("remote_id", "gone")) == [("00Q119", "deleted")]
        assert (crm.calls.count("read"), closed.gone, connected.checked_to) == (3, "", 0)
        assert Activity.objects.filter(kind="crm", details__code="deleted").count() == 1

    def test_one_that_is_there_again_is_followed_again(self, connected, crm, read_before):
        link = make_crm_link(connected, make_lead(), "00Q1", gone="deleted", gone_at=MORNING)
        crm.records["00Q1"] = CrmRecord("00Q1", status="New", changed_at=MORNING - HOUR)
        poll(connected, at=NOON + MINUTE)
        link.refresh_from_db()
        assert (link.gone, link.wanted_seq) == ("", 0)

    def test_ids_that_the_crm_refuses_are_in_nobodys_way(self, connected, crm, read_before):
        make_crm_link(connected, make_lead(), "no id")
        crm.now = NOON
        crm.add("00Q1", Email="a@lead.example")

        def before(call):
            if call == "read":
                raise CrmRefused(Reason.WRONG, code="no_id")

        crm.before = before
        poll(connected, at=NOON + MINUTE)
        assert (connected.state, connected.problem) == ("working", "")
        assert set(CrmLink.objects.values_list("remote_id", "gone")) == {("no id", ""), ("00Q1", "")}

    def test_however_many_there_are_an_hour_has_an_end(self, connected, crm, read_before, monkeypatch):
        monkeypatch.setattr("queues.actions.crm.looking_again.MOST_LOOKED_UP", 100)
        for number in range(130):
            make_crm_link(connected, make_lead(), f"00Q{number:03}")
        poll(connected, at=NOON + MINUTE)
        assert (crm.calls.count("read"), CrmLink.objects.filter(gone="deleted").count()) == (2, 100)
        poll(connected, at=NOON + HOUR)
        assert crm.calls.count("read") == 2
        poll(connected, at=NOON + HOUR + 2 * MINUTE)
        assert CrmLink.objects.filter(gone="deleted").count() == 130


class TestDynamicsWithoutAnAudit:
    @pytest.fixture
    def dynamics(self, settings) -> Iterator[DynamicsDouble]:
        settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
        with DynamicsDouble(MORNING) as double:
            yield double

    @pytest.fixture
    def connection(self, db, dynamics: DynamicsDouble) -> Connection:
        secrets = {"way": "client", "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET}
        return make_connection(
            kind="dynamics",
            object_name="leads",
            base_url=dynamics.address,
            login_url=dynamics.address,
            account_id=ORGANIZATION,
            credentials=seal(json.dumps(secrets)),
            field_map={"email": "emailaddress1", "last_name": "lastname"},
            status_map={},
            people_at=MORNING,
        )

    def test_a_deletion_is_known_within_the_hour(self, connection, dynamics):
        kept, deleted = (dynamics.add(by="x", emailaddress1=f"{name}@acme.example") for name in ("dewi", "budi"))
        dynamics.now = MORNING + MINUTE
        assert poll(connection, at=dynamics.now)
        dynamics.audits = False
        dynamics.delete(deleted, by="x")
        dynamics.now = MORNING + HOUR + 5 * MINUTE
        assert poll(connection, at=dynamics.now)
        assert dict(CrmLink.objects.values_list("remote_id", "gone")) == {kept: "", deleted: "deleted"}


def test_a_contact_that_hubspot_erased_is_known_within_the_hour(db, settings):
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with HubSpotDouble(MORNING) as hubspot:
        connection = make_connection(
            base_url=hubspot.address,
            login_url=hubspot.address,
            account_id="8675309",
            credentials=seal(json.dumps({"way": "token", "token": hubspot.token})),
            field_map={"email": "email"},
            people_at=MORNING,
        )
        contact = hubspot.add(by="1", email="dewi@acme.example")
        hubspot.now = MORNING + MINUTE
        poll(connection, at=hubspot.now)
        hubspot.forget(contact)  # in no list
        hubspot.now = MORNING + HOUR + 5 * MINUTE
        poll(connection, at=hubspot.now)
        assert list(CrmLink.objects.values_list("remote_id", "gone")) == [(contact, "deleted")]
