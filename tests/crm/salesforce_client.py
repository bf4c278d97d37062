"""Alur's client on the double of Salesforce, as tests use it (I4)."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config.reach.crm.errors import CrmRefused
from config.reach.crm.records import CrmPage, CrmRecord, Place
from config.reach.crm.salesforce import SalesforceClient
from config.reach.crm.session import Session
from tests.crm.salesforce_double import BUDI, SalesforceDouble

BEGIN, END = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 2, 13, tzinfo=UTC)


class Kept:
    """Where a session keeps its secrets; every write is remembered."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.written: list[Mapping[str, str]] = []
        self.now = dict(credentials)

    def keep(self, credentials: Mapping[str, str]) -> None:
        self.written.append(credentials)
        self.now = dict(credentials)


def credentials_of(double: SalesforceDouble, way: str = "client_credentials") -> dict[str, str]:
    app = {"way": way, "client_id": double.tokens.client_id, "client_secret": double.tokens.client_secret}
    if way == "refresh":
        double.tokens.refresh_tokens.add("5Aep!first")
        return app | {"refresh_token": "5Aep!first"}
    if way == "jwt":
        key = rsa.generate_private_key(65537, 2048)
        double.tokens.public_key = key.public_key()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "way": way,
            "client_id": double.tokens.client_id,
            "username": double.tokens.username,
            "private_key": pem.decode(),
        }
    return app


def session_of(double: SalesforceDouble, kept: Kept, **more) -> Session:
    return Session(kept.now, keep=kept.keep, trusted_hosts=["127.0.0.1"], clock=lambda: double.now.timestamp(), **more)


def place_of(double: SalesforceDouble) -> Place:
    return Place(base_url="", login_url=double.address)


def client_of(double: SalesforceDouble, way: str = "client_credentials") -> SalesforceClient:
    return SalesforceClient(session_of(double, Kept(credentials_of(double, way))), place_of(double), "Lead")


def pages_of(client: SalesforceClient, since: datetime, until: datetime, fields: Collection[str] = ()) -> list[CrmPage]:
    pages, after = [], ""
    while not pages or after:
        pages.append(client.changed(since=since, until=until, fields=fields, after=after))
        after = pages[-1].after
    return pages


def changed_of(
    client: SalesforceClient, since: datetime, until: datetime, fields: Collection[str] = ()
) -> list[CrmRecord]:
    return [record for page in pages_of(client, since, until, fields) for record in page.records]


def refused(act: Callable[[], object]) -> CrmRefused:
    with pytest.raises(CrmRefused) as problem:
        act()
    return problem.value


def reads(client: SalesforceClient, fields: tuple[str, ...] = ()) -> Callable[[], object]:
    return lambda: client.changed(since=BEGIN, until=END, fields=fields)


def writes(client: SalesforceClient, lead: str, **wanted: str) -> Callable[[], object]:
    return lambda: client.write(lead, **({"owner": BUDI, "status": None, "fields": []} | wanted))


def calls_for_data(double: SalesforceDouble) -> int:
    return double.count("/services/data")
