"""Connections to CRMs, their links, people and log, for tests."""

import json
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from config.sealing import seal
from leads.models import Lead, SourceSystem
from queues.models import Connection, CrmLink, CrmLog, RemotePerson
from tests.factories.leads import make_lead
from tests.factories.people import MORNING

STATUSES = {"held": "OPEN", "contacted": "IN_PROGRESS", "converted": "QUALIFIED", "disqualified": "UNQUALIFIED"}
OBJECTS = {"salesforce": "Lead", "hubspot": "contacts", "dynamics": "leads"}


def make_connection(**given: object) -> Connection:
    """One that works and has read all activities so far, unless it is said otherwise."""
    kind = given.setdefault("kind", "hubspot")
    number = Connection.objects.count() + 1
    usual = {
        "name": f"{kind} {number}",
        "object_name": "contacts",
        "base_url": "https://crm.example.com",
        "credentials": seal(json.dumps({"way": "token", "token": f"pat-secret-{number}"})),
        "account_id": f"account-{number}",
        "state": Connection.State.WORKING,
        "status_map": STATUSES,
        "made_at": MORNING,
    }
    return Connection.objects.create(**usual | given)


def make_connection_row(kind: str = "hubspot", *, at: datetime = MORNING, **given) -> Connection:
    """As the steps of a set-up leave it: with the system of its ids, its fields, and people who were read."""
    account = given.pop("account_id", f"{kind}-1")
    system, _made = SourceSystem.objects.get_or_create(key=f"{kind}-{account}"[:40], defaults={"name": kind})
    usual = {
        "name": "leads",
        "object_name": OBJECTS[kind],
        "base_url": f"https://{kind}.example",
        "account_name": "Arunika",
        "system": system,
        "field_map": {"email": "email"},
        "status_map": {},
        "people_at": at - timedelta(hours=1),
        "made_at": at - timedelta(days=1),
    }
    return make_connection(kind=kind, account_id=account, **usual | given)


def make_crm_link(connection: Connection, lead: Lead | None = None, remote_id: str = "", **given) -> CrmLink:
    lead = lead or make_lead()
    usual = {"remote_id": remote_id or f"r{lead.pk}", "made_at": MORNING}
    return CrmLink.objects.create(connection=connection, lead=lead, **usual | given)


def make_remote_person(
    connection: Connection, user: User | None = None, remote_id: str = "", **given: object
) -> RemotePerson:
    """Matched, if there is a user."""
    matched: dict[str, datetime | str] = {"how": "email", "matched_at": MORNING} if user else {}
    usual = {
        "remote_id": remote_id or (f"p{user.pk}" if user else f"p-{RemotePerson.objects.count() + 1}"),
        "user": user,
    }
    return RemotePerson.objects.create(connection=connection, **usual | matched | given)


def make_line(connection: Connection, what: str, *, at: datetime = MORNING, **given) -> CrmLog:
    usual = {"way": CrmLog.Way.STATE, "tone": CrmLog.Tone.OK, "details": {}}
    return CrmLog.objects.create(connection=connection, at=at, what=what, **usual | given)
