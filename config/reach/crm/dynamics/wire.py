"""Calls to the Web API of one environment: signed in, to no other host, and every answer read the same way."""

import json
from collections.abc import Mapping

from config.reach.crm.dynamics.answers import refusal
from config.reach.crm.dynamics.sign_in import origin, token
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place
from config.reach.crm.session import Session, json_of
from config.web.safe_fetch import Reply

PATH = "/api/data/v9.2/"
HEADERS = {
    "Accept": "application/json",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
}
NO_CACHE = {"If-None-Match": "null"}
OWNER_KIND = "Microsoft.Dynamics.CRM.lookuplogicalname"
KINDS = f'odata.include-annotations="{OWNER_KIND}"'


class Wire:
    def __init__(self, session: Session, place: Place) -> None:
        self._session, self._place = session, place
        self._host = origin(place.base_url)

    def get(self, target: str, *, prefer: str = "") -> Mapping[str, object]:
        """`target` is a path within the Web API, or one of its own links, which are whole addresses."""
        reply = self._ask("GET", target, NO_CACHE | ({"Prefer": prefer} if prefer else {}))
        return _content(reply)

    def patch(self, target: str, values: Mapping[str, object], *, etag: str) -> Mapping[str, object]:
        """What stands there afterwards; nothing where the CRM does not show it."""
        headers = {
            "Content-Type": "application/json",
            "If-Match": etag,  # without it a PATCH may make a record
            "Prefer": f"return=representation, {KINDS}",
        }
        reply = self._ask("PATCH", target, headers, json.dumps(values).encode())
        return _content(reply) if reply.body else {}

    def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        address = self._address(target)
        reply = self._signed(method, address, headers, body, is_refused=False)
        if reply.status == 401:
            reply = self._signed(method, address, headers, body, is_refused=True)
        if not 200 <= reply.status < 300:
            raise refusal(reply, now=self._session.clock())
        return reply

    def _signed(self, method: str, address: str, headers: Mapping[str, str], body: bytes, *, is_refused: bool) -> Reply:
        bearer = f"Bearer {token(self._session, self._place, is_refused=is_refused)}"
        return self._session.ask(method, address, headers={**HEADERS, **headers, "Authorization": bearer}, body=body)

    def _address(self, target: str) -> str:
        """A link to elsewhere is not followed: the token would go there too."""
        if not target.startswith(("http://", "https://")):
            return f"{self._host}{PATH}{target}"
        if origin(target) != self._host or not target[len(self._host) :].startswith(PATH):
            raise CrmRefused(Reason.SILENT, code="other_host")
        return target


def _content(reply: Reply) -> Mapping[str, object]:
    content = json_of(reply)
    if not isinstance(content, dict):
        raise CrmRefused(Reason.SILENT, status=reply.status, code="not_odata")
    return content
