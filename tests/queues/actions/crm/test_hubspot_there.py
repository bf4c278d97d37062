"""A connection to HubSpot from end to end, over a double that is as strict as HubSpot (I4)."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.sealing import seal
from leads.models import Lead, SourceSystem
from queues.models import Connection, CrmLink
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.outbound import give, sent
from tests.crm.polls import counted, poll
from tests.factories import MORNING, make_rep
from tests.factories.crm import make_connection, make_remote_person

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def hubspot(settings) -> Iterator[HubSpotDouble]:
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with HubSpotDouble(MORNING) as double:
        yield double


@pytest.fixture
def connection(db, hubspot: HubSpotDouble) -> Connection:
    return make_connection(
        base_url=hubspot.address,
        login_url=hubspot.address,
        account_id="8675309",
        system=SourceSystem.objects.create(key="hs-8675309", name="HubSpot"),
        credentials=seal(json.dumps({"way": "token", "token": hubspot.token})),
        field_map={"email": "email", "first_name": "firstname", "last_name": "lastname"},
        people_at=MORNING,
    )


def poll_at(connection: Connection, hubspot: HubSpotDouble, after: timedelta) -> None:
    hubspot.now = MORNING + after
    assert poll(connection, at=hubspot.now)


def links() -> list[tuple[str, str, str]]:
    return list(CrmLink.objects.order_by("pk").values_list("lead__email", "remote_id", "gone"))


def test_a_contact_comes_in_gets_an_owner_and_is_no_news_when_it_comes_back(connection, hubspot):
    rina = make_rep(first_name="Rina")
    owner = hubspot.add_owner("rina@alur.example", "Rina", "Wijaya")
    make_remote_person(connection, rina, owner)
    contact = hubspot.add(by="1", email="dewi@acme.example", firstname="Dewi 🌻", lastname="O'Lestari")
    poll_at(connection, hubspot, MINUTE)
    lead = Lead.objects.get()
    assert (lead.full_name, lead.external_id, links()) == ("Dewi 🌻 O'Lestari", contact, [(lead.email, contact, "")])
    give(lead, rina, hubspot.now)
    hubspot.now += MINUTE
    assert sent(hubspot.now) == 1
    values = hubspot.rows[contact].values
    assert (values["hubspot_owner_id"], values["hs_lead_status"]) == (owner, "OPEN")
    poll_at(connection, hubspot, 10 * MINUTE)
    assert (counted(), hubspot.count("/contacts/", "PATCH")) == ([{"is_last": True, "made": 1}], 1)
    assert connection.usage_limit == 250_000


def test_two_contacts_that_become_one_are_followed(connection, hubspot):
    older, younger = (hubspot.add(by="1", email=f"{name}@acme.example", lastname=name) for name in ("dewi", "budi"))
    poll_at(connection, hubspot, MINUTE)
    hubspot.merge(younger, into=older, by="1")
    poll_at(connection, hubspot, 5 * MINUTE)
    winner = hubspot.rows[older].merged_into
    assert (winner, "") in [(remote, gone) for _email, remote, gone in links()]
    assert {remote for _email, remote, gone in links() if not gone} == {winner}
    assert Lead.objects.filter(merged_into=None).count() == 2  # whether the leads are one, a person decides


def test_what_was_deleted_is_known_within_the_hour(connection, hubspot):
    contact = hubspot.add(by="1", email="dewi@acme.example")
    poll_at(connection, hubspot, MINUTE)
    hubspot.now += MINUTE
    hubspot.delete(contact, by="1")
    poll_at(connection, hubspot, HOUR + 5 * MINUTE)
    assert links() == [("dewi@acme.example", contact, "deleted")]
    assert Lead.objects.count() == 1


def test_a_merge_is_followed_though_the_record_that_came_of_it_was_deleted_before_alur_looked(connection, hubspot):
    older, younger = (hubspot.add(by="1", email=f"{name}@acme.example", lastname=name) for name in ("dewi", "budi"))
    poll_at(connection, hubspot, MINUTE)
    hubspot.now += MINUTE
    hubspot.merge(younger, into=older, by="1")
    winner = hubspot.rows[older].merged_into
    hubspot.delete(winner, by="1")
    poll_at(connection, hubspot, HOUR + 5 * MINUTE)
    assert sorted(gone for _email, _remote, gone in links()) == ["deleted", "merged"]
    assert winner in [remote for _email, remote, gone in links() if gone == "deleted"]


def test_a_token_of_another_account_is_refused(connection, hubspot):
    hubspot.add(by="1", email="dewi@acme.example")
    hubspot.portal_id = 1
    poll_at(connection, hubspot, MINUTE)
    assert (connection.state, connection.problem, Lead.objects.count()) == ("broken", "account", 0)


def test_a_property_that_vanished_is_named(connection, hubspot):
    hubspot.add(by="1", email="dewi@acme.example", lastname="Lestari")
    hubspot.hidden_fields = {"firstname"}
    poll_at(connection, hubspot, MINUTE)
    assert (connection.state, connection.problem, connection.problem_field) == ("broken", "field", "firstname")
