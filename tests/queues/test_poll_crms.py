"""Polls through the tasks of the worker, over the wire, from doubles that are as strict as their vendors (I4)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from config.sealing import seal
from leads.models import Activity, Lead, SourceSystem
from queues import tasks
from queues.models import CrmLink
from routing.models import Assignment
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.salesforce_client import credentials_of
from tests.crm.salesforce_double import ORG, SalesforceDouble
from tests.factories import make_rep
from tests.factories.crm import make_connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def trusted(settings):
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]


@pytest.fixture
def began():
    return timezone.now() - timedelta(minutes=3)


def connect(kind, double, credentials, **more):
    system = SourceSystem.objects.create(key=kind, name=kind)
    usual = {"kind": kind, "name": kind, "system": system, "owner_policy": "crm", "made_at": double.now}
    return make_connection(
        **usual
        | {"base_url": double.address, "login_url": double.address, "credentials": seal(json.dumps(credentials))},
        **more,
    )


def run_tasks():
    """As the worker does at a tick of its scheduler."""
    tasks.poll_crms()
    while (task := OrmQ.objects.order_by("pk").first()) is not None:
        task.delete()
        assert task.func() == "queues.tasks.poll_crm"
        assert tasks.poll_crm(*task.args())


def again(connection):
    type(connection).objects.update(next_poll_at=None)
    run_tasks()


def test_contacts_of_hubspot_come_in_and_are_followed(began):
    rina, sarah = make_rep(email="rina@alur.example"), make_rep(email="sarah@alur.example")
    with HubSpotDouble(began) as double:
        owners = {each: double.add_owner(each.email, each.first_name, "X") for each in (rina, sarah)}
        names = [("Sinéad 🚀", "O’Brien"), ("Budi", "D'Angelo"), ("Wayan", 'x" OR "1"="1')]
        ids = [
            double.add(by="40001", email=f"a{n}@acme{n}.com", firstname=first, lastname=last, hs_lead_status="OPEN")
            for n, (first, last) in enumerate(names)
        ]
        double.edit(ids[0], by="40001", hubspot_owner_id=owners[rina])
        connection = connect(
            "hubspot",
            double,
            {"way": "token", "token": double.token},
            account_id=str(double.portal_id),
            field_map={"first_name": "firstname", "last_name": "lastname", "email": "email"},
            closing_map={"UNQUALIFIED": "disqualified"},
        )
        run_tasks()
        connection.refresh_from_db()
        assert (connection.state, connection.problem) == ("working", "")
        assert set(Lead.objects.values_list("first_name", "last_name")) == set(names)
        assert Assignment.objects.get().holder == rina

        calls = double.count("/search")
        again(connection)
        assert (Lead.objects.count(), double.count("/search")) == (3, calls + 1)
        assert not Activity.objects.filter(kind="crm").exists()

        double.now += timedelta(seconds=90)
        double.edit(ids[0], by="40001", hubspot_owner_id=owners[sarah])
        double.edit(ids[1], by="40001", hs_lead_status="UNQUALIFIED")
        double.merge(ids[2], into=ids[1], by="40001")
        again(connection)
    assert Assignment.objects.open().get().holder == sarah
    codes = list(Activity.objects.filter(kind="crm").order_by("pk").values_list("details__code", flat=True))
    assert "owner_theirs" in codes and "closed" in codes
    assert Lead.objects.get(first_name="Budi").stage == "disqualified"


def test_leads_of_salesforce_come_in_and_are_followed(began):
    with SalesforceDouble(began) as double:
        ids = [
            double.add(FirstName="Sinéad 🚀", LastName="O'Brien", Company="Acme", Email=f"a{n}@acme{n}.com")
            for n in (1, 2, 3)
        ]
        connection = connect(
            "salesforce",
            double,
            credentials_of(double),
            account_id=ORG,
            object_name="Lead",
            field_map={"first_name": "FirstName", "last_name": "LastName", "email": "Email"},
        )
        run_tasks()
        connection.refresh_from_db()
        assert (connection.state, connection.problem) == ("working", "")
        assert Lead.objects.filter(last_name="O'Brien").count() == CrmLink.objects.count() == 3

        double.now += timedelta(seconds=90)
        double.delete(ids[0], by="005-somebody")
        double.convert(ids[1], into="003-contact", by="005-somebody")
        double.merge(ids[2], into=double.add(LastName="Other", Company="Acme", Email="other@acme4.com"), by="005-x")
        again(connection)
    assert dict(CrmLink.objects.values_list("remote_id", "gone"))[ids[0]] == "deleted"
    assert CrmLink.objects.get(remote_id=ids[1]).gone == "converted"
    codes = set(Activity.objects.filter(kind="crm").values_list("details__code", flat=True))
    assert {"deleted", "converted"} < codes and codes & {"merged", "merged_beside"}
    assert Lead.objects.get(email="a2@acme2.com").stage == "converted"
