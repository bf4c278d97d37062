"""Our client, let loose on a double of HubSpot (I4)."""

import time
from collections.abc import Callable

from config.reach.crm.hubspot import HubSpotClient
from config.reach.crm.records import CrmPage, CrmRecord, Place
from config.reach.crm.session import Session
from tests.crm.hubspot_double import HubSpotDouble

FIELDS = ("email", "firstname", "lastname", "phone")


def open_session(
    double: HubSpotDouble,
    *,
    shared: list[dict[str, str]] | None = None,
    pause: Callable[[float], object] = time.sleep,
    **credentials: str,
) -> Session:
    """`kept` of it are the credentials that it has kept, in their order; `shared` are those of all processes."""
    kept = [] if shared is None else shared
    session = Session(
        credentials or {"way": "token", "token": double.token},
        keep=lambda now: kept.append(dict(now)),
        trusted_hosts=("127.0.0.1",),
        clock=lambda: double.now.timestamp(),
        newest=None if shared is None else lambda: shared[-1],
        pause=pause,
    )
    session.kept = kept
    return session


def open_client(double: HubSpotDouble, object_name: str = "contacts", **credentials: str) -> HubSpotClient:
    return HubSpotClient(open_session(double, **credentials), place(double), object_name)


def place(double: HubSpotDouble) -> Place:
    return Place(double.address, double.address)


def by_refresh(double: HubSpotDouble, **more: str) -> dict[str, str]:
    """Credentials after a sign-in that took place long ago."""
    double.refresh_token = "refresh-token-0"
    app = {"client_id": double.client_id, "client_secret": double.client_secret}
    return {"way": "refresh", **app, "refresh_token": "refresh-token-0", "access_token": "", "expires_at": "0", **more}


def all_changed(client: HubSpotClient, since, until, fields=FIELDS, most: int = 100) -> list[CrmRecord]:
    """All pages; more than `most` of them fail the test."""
    found: list[CrmRecord] = []
    page = CrmPage((), "")
    for _page in range(most):
        page = client.changed(since=since, until=until, fields=fields, after=page.after)
        found += page.records
        if not page.after:
            return found
    raise AssertionError("no end")
