"""Secrets of connections: sealed, and kept at once when a CRM renews them (I4)."""

import json
from collections.abc import Mapping

from django.db import transaction

from config.reach.crm.client import CrmClient
from config.sealing import seal
from config.web.safe_fetch import OUTSIDE, Network
from queues.models import Connection
from queues.queries.crm.clients import client_of, secrets_of

# by people; a CRM renews the rest
TYPED = ("client_id", "client_secret", "private_key", "username", "audience", "tenant", "token")


def open_client(connection: Connection, *, network: Network = OUTSIDE) -> CrmClient:
    """Not inside a transaction: what it calls may take its time. Raises NotReadable."""

    def keep(secrets: Mapping[str, str]) -> None:
        keep_secrets(connection, secrets)

    def newest() -> Mapping[str, str]:
        are_renewed(connection)
        return secrets_of(connection)

    return client_of(connection, keep=keep, newest=newest, network=network)


def keep_secrets(connection: Connection, secrets: Mapping[str, str]) -> None:
    """In a transaction of its own, before anything else can fail: the CRM may have made the ones before void. Secrets
    that a person typed in the meantime stay."""
    connection.credentials = seal(json.dumps(dict(secrets)))
    with transaction.atomic(durable=True):
        stored = Connection.objects.select_for_update(no_key=True).filter(pk=connection.pk).first()
        if stored is not None and _typed(secrets_of(stored)) == _typed(secrets):
            Connection.objects.filter(pk=connection.pk).update(credentials=connection.credentials)


def _typed(secrets: Mapping[str, str]) -> list[str]:
    return [secrets.get(name, "") for name in TYPED]


def are_renewed(connection: Connection) -> bool:
    """Whether another process has renewed the secrets since this one read them: what was refused with the old ones is
    worth another try."""
    now = Connection.objects.filter(pk=connection.pk).values_list("credentials", flat=True).first()
    if now is None or now == connection.credentials:
        return False
    connection.credentials = now
    return True
