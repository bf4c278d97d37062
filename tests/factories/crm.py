"""Connections to CRMs, their links and people, for tests."""

import json
from datetime import datetime

from django.contrib.auth.models import User

from config.sealing import seal
from leads.models import Lead
from queues.models import Connection, CrmLink, RemotePerson
from tests.factories.people import MORNING

STATUSES = {"held": "OPEN", "contacted": "IN_PROGRESS", "converted": "QUALIFIED", "disqualified": "UNQUALIFIED"}


def make_connection(**given: object) -> Connection:
    """One that works and has read all activities so far, unless it is said otherwise."""
    kind = given.setdefault("kind", "hubspot")
    number = Connection.objects.count() + 1
    usual = {
        "name": f"{kind} {number}",
        "object_name": "contacts",
        "base_url": "https://crm.example.com",
        "credentials": seal(json.dumps({"token": f"secret {number}"})),
        "account_id": f"account-{number}",
        "state": Connection.State.WORKING,
        "status_map": STATUSES,
        "made_at": MORNING,
    }
    return Connection.objects.create(**usual | given)


def make_crm_link(connection: Connection, lead: Lead, remote_id: str = "", **given: object) -> CrmLink:
    usual = {"remote_id": remote_id or f"r{lead.pk}", "made_at": MORNING}
    return CrmLink.objects.create(connection=connection, lead=lead, **usual | given)


def make_remote_person(connection: Connection, user: User | None, remote_id: str = "", **given: object) -> RemotePerson:
    """Matched, if there is a user."""
    matched: dict[str, datetime | str] = {"how": "email", "matched_at": MORNING} if user else {}
    usual = {"remote_id": remote_id or f"p{user.pk if user else RemotePerson.objects.count()}", "user": user}
    return RemotePerson.objects.create(connection=connection, **usual | matched | given)
