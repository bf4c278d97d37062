"""Connections to CRMs, and what belongs to them."""

import json
from datetime import datetime, timedelta

from config.sealing import seal
from leads.models import Lead, SourceSystem
from queues.models import Connection, CrmLink, CrmLog, RemotePerson
from tests.factories.leads import make_lead
from tests.factories.people import MORNING


def make_connection_row(kind: str = "hubspot", *, at: datetime = MORNING, **fields) -> Connection:
    """One that works, unless `state` says otherwise."""
    account = fields.pop("account_id", f"{kind}-1")
    system, _made = SourceSystem.objects.get_or_create(key=f"{kind}-{account}"[:40], defaults={"name": kind})
    names = {"salesforce": "Lead", "hubspot": "contacts", "dynamics": "leads"}
    values = {
        "kind": kind,
        "name": "leads",
        "object_name": names[kind],
        "base_url": f"https://{kind}.example",
        "account_id": account,
        "account_name": "Arunika",
        "system": system,
        "credentials": seal(json.dumps({"way": "token", "token": "pat-secret-1"})),
        "state": Connection.State.WORKING,
        "field_map": {"email": "email"},
        "people_at": at - timedelta(hours=1),
        "made_at": at - timedelta(days=1),
    }
    return Connection.objects.create(**(values | fields))


def make_person(connection: Connection, name: str = "Putri Lubis", **fields) -> RemotePerson:
    values = {"remote_id": f"p-{RemotePerson.objects.count() + 1}", "name": name, "email": ""}
    return RemotePerson.objects.create(connection=connection, **(values | fields))


def make_link(connection: Connection, lead: Lead | None = None, *, at: datetime = MORNING, **fields) -> CrmLink:
    values = {"remote_id": f"r-{CrmLink.objects.count() + 1}", "made_at": at}
    return CrmLink.objects.create(connection=connection, lead=lead or make_lead(), **(values | fields))


def make_line(connection: Connection, what: str, *, at: datetime = MORNING, **fields) -> CrmLog:
    values = {"way": CrmLog.Way.STATE, "tone": CrmLog.Tone.OK, "details": {}}
    return CrmLog.objects.create(connection=connection, at=at, what=what, **(values | fields))
