"""A client of the Dynamics double, whose clock it shares."""

from collections.abc import Mapping

from config.reach.crm.dynamics import DynamicsClient
from config.reach.crm.records import Place
from config.reach.crm.session import Session
from tests.crm.dynamics_double import CLIENT, SECRET, TENANT, DynamicsDouble


class ClientOfDouble(DynamicsClient):
    kept: Mapping[str, str]  # what its session kept last


def client_for(double: DynamicsDouble, **credentials: str) -> ClientOfDouble:
    def keep(secrets: Mapping[str, str]) -> None:
        client.kept = dict(secrets)

    known = {"tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET} | credentials
    session = Session(known, keep=keep, trusted_hosts={"127.0.0.1"}, clock=lambda: double.now.timestamp())
    client = ClientOfDouble(session, Place(base_url=double.address, login_url=double.address), "leads")
    client.kept = {}
    return client
