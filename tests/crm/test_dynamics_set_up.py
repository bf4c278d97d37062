"""Setting up a connection to Dynamics 365: what the environment says fits what the five steps guess (I4)."""

import json

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place
from config.sealing import seal, unseal
from queues.actions.crm.trying import read_choices, read_people, try_credentials
from queues.decisions.crm.guesses import There, guess_closing, guess_fields, guess_statuses
from queues.models import RemotePerson
from tests.crm.dynamics_double import APP_USER, CLIENT, ORGANIZATION, SECRET, TENANT
from tests.factories import make_rep
from tests.factories.crm import make_connection_row

pytestmark = pytest.mark.django_db
CREDENTIALS = {"way": "client", "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET}


@pytest.fixture
def connection(dynamics, settings):
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    return make_connection_row(
        "dynamics",
        object_name="leads",
        base_url=dynamics.address,
        login_url=dynamics.address,
        credentials=seal(json.dumps(CREDENTIALS)),
    )


def test_the_secrets_open_the_organization_and_a_wrong_one_does_not(dynamics, connection):
    place = Place(dynamics.address, dynamics.address)
    tried = try_credentials(connection, CREDENTIALS, place=place)
    assert (tried.account.id, tried.account.name) == (ORGANIZATION, "Contoso Sales")
    with pytest.raises(CrmRefused) as refused:
        try_credentials(connection, CREDENTIALS | {"client_secret": "x"}, place=place)
    assert (refused.value.reason, refused.value.code) == (Reason.SIGN_IN, "AADSTS7000215")


def test_people_are_matched_and_the_token_is_kept_sealed(dynamics, connection):
    rina = make_rep(email="rina@arunika.example")
    for name, email in (("Rina", "Rina@Arunika.example"), ("Putri", "putri@x.example")):
        dynamics.add(by=APP_USER, kind="systemusers", fullname=name, internalemailaddress=email)
    assert read_people(connection, at=dynamics.now) == 1
    people = RemotePerson.objects.filter(connection=connection).order_by("name")
    assert [(person.name, person.user) for person in people] == [("Putri", None), ("Rina", rina)]
    connection.refresh_from_db()
    assert "access_token" not in connection.credentials
    assert json.loads(unseal(connection.credentials))["access_token"].startswith("token-")


def test_fields_and_statuses_are_guessed_from_what_the_environment_says(connection):
    choices = read_choices(connection)
    fields = [There(field.name, field.label, field.kind) for field in choices.fields]
    guessed = guess_fields("dynamics", fields, {"own_revenue": ["Annual revenue"]})
    assert {name: guessed[name] for name in ("email", "company_name", "source", "title", "own_revenue")} == {
        "email": "emailaddress1",
        "company_name": "companyname",
        "source": "leadsourcecode",
        "title": "jobtitle",
        "own_revenue": "revenue",
    }
    there = [
        There(each.value, each.label, is_closed=each.is_closed, is_writable=each.is_writable)
        for each in choices.statuses
    ]
    assert guess_statuses(there) == {"waiting": "0:1", "contacted": "0:2", "lost": "2:4", "disqualified": "2:5"}
    lost = dict.fromkeys(("2:4", "2:6", "2:7"), "lost")
    assert guess_closing(there) == {"1:3": "converted", "2:5": "disqualified"} | lost
