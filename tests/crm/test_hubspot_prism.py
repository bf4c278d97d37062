"""Our calls to HubSpot, against a server that nobody here wrote: Prism serves the contract that HubSpot publishes (I4).

It knows paths, keys, types, media types and who must sign in, but keeps no records. `make test-node` installs it with
npm and runs this file; where it is not installed, the tests say so and are skipped.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import HubSpotClient, sign_in
from config.reach.crm.hubspot.refusals import refusal
from config.reach.crm.records import CrmRecord, CrmStatus, Place
from config.reach.crm.session import Session
from config.web.safe_fetch import Reply
from tests.crm.contracts import HUBSPOT, ROOT, contract_path, missing
from tests.patience import PATIENCE

pytestmark = [pytest.mark.node]
FOLDER = ROOT / "var" / "prism"
PRISM = FOLDER / "node_modules" / ".bin" / "prism"
LONG_AGO, LATER = datetime(2019, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
MADE = datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)  # all that Prism makes up is of this moment
SHOWN = {"property1": "string", "property2": "string"}  # and has these properties
TOKEN = {"way": "token", "token": "pat-na1-prism"}
KINDS = pytest.mark.parametrize("kind", ["contacts", "leads"])


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    contract = contract_path(HUBSPOT)
    if not PRISM.exists() or not shutil.which("node"):
        missing("Prism is not installed (make test-node does it, with npm): HubSpot's contract was not served")
    folder = tmp_path_factory.mktemp("prism")
    served, log, port = folder / "contract.json", folder / "log.txt", free_port()
    served.write_text(json.dumps(trimmed(json.loads(contract.read_text()))))
    command = [str(PRISM), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(served)]
    with log.open("w") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        await_line(port, server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def trimmed(document: dict[str, Any]) -> dict[str, Any]:
    """What Prism stumbles over is left out; and what it makes up, our client can read: ids are numbers, lists have one
    page. What it demands of a call is untouched."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: each for name, each in value.items() if not (name == "example" and each is None)}
            return {"application/json" if name == "*/*" else name: walk(each) for name, each in kept.items()}
        return [walk(each) for each in value] if isinstance(value, list) else value

    document = walk(document)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name.startswith("Collection"):
            schema["properties"].pop("paging", None)
    for name in ("SimplePublicObject", "SimplePublicObjectWithAssociations", "PublicOwner"):
        schemas[name]["properties"]["id"]["example"] = "512"
    for name, key in (("SimplePublicObject", "archived"), ("Property", "archived"), ("Property", "hidden")):
        schemas[name]["properties"][key]["example"] = False
    for name, key in (("Option", "hidden"), ("Pipeline", "archived"), ("PipelineStage", "archived")):
        schemas[name]["properties"][key]["example"] = False
    return document


def open_client(address: str, kind: str = "contacts", session: Session | None = None) -> HubSpotClient:
    return HubSpotClient(session or open_session(), Place(address, address), kind)


def open_session(made: type[Session] = Session, **credentials: str) -> Session:
    return made(credentials or TOKEN, keep=lambda _now: None, trusted_hosts=("127.0.0.1",))


@KINDS
def test_reading_fits(prism: str, kind: str):
    client = open_client(prism, kind)
    page = client.changed(since=LONG_AGO, until=LATER, fields=[*SHOWN])
    record = CrmRecord(id="512", values=SHOWN, created_at=MADE, changed_at=MADE)
    assert (page.records, page.after) == ((record,), "")
    assert client.read(["512"], fields=[*SHOWN]) == [record]
    removed = client.removed(since=LONG_AGO, until=LATER).records
    assert removed == (CrmRecord(id="512", created_at=MADE, changed_at=MADE, is_gone=True),)


@KINDS
def test_writing_fits(prism: str, kind: str):
    stands = open_client(prism, kind).write("512", owner="77", status="OPEN", fields=[*SHOWN])
    assert (stands.id, dict(stands.values), stands.changed_at) == ("512", SHOWN, MADE)


@KINDS
def test_a_record_that_is_missing_in_a_batch_is_looked_for(prism: str, kind: str):
    assert open_client(prism, kind).read(["511"], fields=[*SHOWN]) == [CrmRecord(id="511", merged_into="512")]


@KINDS
def test_people_fields_and_statuses_fit(prism: str, kind: str):
    client = open_client(prism, kind)
    assert [(each.id, each.name, each.is_group) for each in client.people()] == [("512", "string string", False)]
    assert ["string", "contact.string"][: len(client.fields())] == [each.name for each in client.fields()]
    assert client.statuses() == [CrmStatus("string", "string")]


def test_signing_in_and_renewing_fit(prism: str):
    app = {"client_id": "app-1", "client_secret": "app-secret-1"}
    session = open_session(**app)
    sign_in(session, Place(prism, prism), code="code-1", redirect_uri="https://alur.example/")
    assert session.credentials == {**app, "way": "refresh", "access_token": "string", "refresh_token": "string"} | {
        "expires_at": session.credentials["expires_at"]
    }
    calls = session.calls
    account = open_client(prism, session=session).account()
    assert (account.name, account.user, session.calls - calls) == ("string", "string", 2)


def test_numbers_as_properties_are_refused(prism: str):
    refused = raw(prism, "PATCH", "/crm/objects/2026-03/contacts/512", {"properties": {"numemployees": 3}})
    assert (refused.reason, refused.status, refused.code) == (Reason.WRONG, 422, "VALIDATION_ERROR")


@pytest.mark.parametrize("missing", ["after", "filterGroups", "limit", "properties", "sorts"])
def test_a_search_without_one_of_its_keys_is_refused(prism: str, missing: str):
    whole = {"filterGroups": [], "sorts": ["hs_object_id"], "properties": [], "limit": 200, "after": "0"}
    body = {name: value for name, value in whole.items() if name != missing}
    assert raw(prism, "POST", "/crm/objects/2026-03/contacts/search", body).status == 422


def test_nobody_reads_without_a_token(prism: str):
    refused = raw(prism, "GET", "/crm/owners/2026-03", None, token="")
    assert (refused.reason, refused.status) == (Reason.SIGN_IN, 401)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, Reason.LIMIT), (409, Reason.BUSY), (403, Reason.ACCESS), (404, Reason.GONE), (502, Reason.SILENT)],
)
def test_errors_of_the_contract_are_understood(prism: str, status: int, reason: Reason):
    class Preferring(Session):
        def ask(self, *given: str, headers: Mapping[str, str], **more: Any) -> Reply:
            return super().ask(*given, headers={**headers, "Prefer": f"code={status}"}, **more)

    with pytest.raises(CrmRefused) as refused:
        open_client(prism, session=open_session(Preferring, **TOKEN)).write("512", owner="77", status=None, fields=())
    assert (refused.value.reason, refused.value.status) == (reason, status)


def raw(address: str, method: str, path: str, body: object, *, token: str = "pat") -> CrmRefused:
    """A call that our client would not make."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    sent = json.dumps(body).encode() if body is not None else b""
    return refusal(open_session().ask(method, address + path, headers=headers, body=sent), now=0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_line(port: int, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
