"""Try secrets before they are kept, and read what a set-up must know; no call stands in a transaction (I4)."""

import json
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from config.reach.crm.client import CrmClient
from config.reach.crm.records import CrmAccount, CrmField, CrmStatus, Place
from config.reach.crm.session import Session
from config.sealing import seal
from config.web.safe_fetch import OUTSIDE, Network
from queues.actions.crm.credentials import open_client
from queues.actions.crm.people import keep_people
from queues.models import Connection
from queues.queries.crm.clients import client_of

SECONDS_KEPT = 600  # lists of fields and statuses: a person goes to and fro between steps


@dataclass(frozen=True, slots=True)
class Tried:
    """`credentials` with what was renewed on the way."""

    account: CrmAccount
    credentials: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Choices:
    fields: tuple[CrmField, ...]
    statuses: tuple[CrmStatus, ...]


def try_credentials(
    connection: Connection, credentials: Mapping[str, str], *, place: Place, network: Network = OUTSIDE
) -> Tried:
    """Whose account they open. Raises CrmRefused."""
    kept = dict(credentials)
    client = client_with(connection, kept, place=place, network=network)
    account = client.account()
    return Tried(account, kept, Place(kept.get("instance_url") or place.base_url, place.login_url))


def there_address(
    connection: Connection,
    credentials: Mapping[str, str],
    *,
    place: Place,
    redirect_uri: str,
    state: str,
    verifier: str,
) -> str:
    """The page of the CRM where a person signs in and lets Alur in."""
    client_id = credentials["client_id"]
    address_of = _of(connection, "sign_in_address")
    if connection.kind == Connection.Kind.SALESFORCE:
        return address_of(
            place.login_url, client_id=client_id, redirect_uri=redirect_uri, state=state, verifier=verifier
        )
    return address_of(client_id=client_id, redirect_uri=redirect_uri, state=state, object_name=connection.object_name)


def try_code(
    connection: Connection,
    credentials: Mapping[str, str],
    *,
    place: Place,
    code: str,
    redirect_uri: str,
    verifier: str,
    network: Network = OUTSIDE,
) -> Tried:
    """Turn the code that came back with a person into secrets, and see whose account they open. Raises CrmRefused."""
    kept = dict(credentials)
    session = Session(kept, keep=kept.update, network=network, trusted_hosts=settings.CRM_TRUSTED_HOSTS)
    more = {"verifier": verifier} if connection.kind == Connection.Kind.SALESFORCE else {}
    _of(connection, "sign_in")(session, place, code=code, redirect_uri=redirect_uri, **more)
    return try_credentials(connection, kept, place=place, network=network)


def client_with(
    connection: Connection, credentials: dict[str, str], *, place: Place, network: Network = OUTSIDE
) -> CrmClient:
    """A client with secrets that are not kept in the row; what it renews is written into `credentials`."""
    beside = copy(connection)
    beside.credentials = seal(json.dumps(credentials))
    beside.base_url, beside.login_url = place.base_url, place.login_url
    return client_of(beside, keep=credentials.update, network=network)


def read_people(connection: Connection, *, at: datetime, network: Network = OUTSIDE) -> int:
    """Ask who is there, and match them by e-mail; returns how many were matched now. Raises CrmRefused."""
    return keep_people(connection, open_client(connection, network=network).people(), at=at)


def read_choices(connection: Connection, *, fresh: bool = False, network: Network = OUTSIDE) -> Choices:
    """The fields and statuses over there, remembered for ten minutes. Raises CrmRefused."""
    key = f"crm-choices-{connection.pk}-{connection.account_id}-{connection.object_name}"
    found = None if fresh else cache.get(key)
    if found is None:
        client = open_client(connection, network=network)
        found = Choices(tuple(client.fields()), tuple(client.statuses()))
        cache.set(key, found, SECONDS_KEPT)
    return found


def _of(connection: Connection, name: str) -> Callable:
    """What the client of this CRM brings for a sign-in; imported when it is needed, as the clients are."""
    return import_string(f"config.reach.crm.{connection.kind}.{name}")
