"""The client of a connection: which one, with its secrets (I4)."""

import json
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from config.reach.crm.client import CrmClient
from config.reach.crm.records import Place
from config.reach.crm.session import Session
from config.sealing import unseal
from config.web.safe_fetch import OUTSIDE, Network
from queues.models import Connection

Keep = Callable[[Mapping[str, str]], None]
Newest = Callable[[], Mapping[str, str]]


def client_of(
    connection: Connection, *, keep: Keep, newest: Newest | None = None, network: Network = OUTSIDE
) -> CrmClient:
    """Calls nothing yet. `keep` stores secrets that are renewed on the way, `newest` reads those that another process
    stored. Raises NotReadable (config.sealing)."""
    hosts = settings.CRM_TRUSTED_HOSTS
    session = Session(secrets_of(connection), keep=keep, newest=newest, network=network, trusted_hosts=hosts)
    place = Place(connection.base_url, connection.login_url)
    client = client_class(connection.kind)(session, place, connection.object_name)
    client.session = session
    return client


def client_class(kind: str) -> type[CrmClient]:
    """Imported when it is first needed."""
    return import_string(settings.CRM_CLIENTS[kind])


def secrets_of(connection: Connection) -> dict[str, str]:
    return json.loads(unseal(connection.credentials)) if connection.credentials else {}
