"""One signed call to HubSpot, and what its headers say of the limits."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot.paths import at
from config.reach.crm.hubspot.refusals import not_understood, refusal
from config.reach.crm.hubspot.tokens import access_token, renew
from config.reach.crm.records import Place, Usage
from config.reach.crm.session import Session, json_of
from config.web.safe_fetch import Reply

EXPIRED = "EXPIRED_AUTHENTICATION"
OK = {200, 201, 207}  # 207: some of a batch are not there
MOST_PAGES = 200
DAILY, LEFT = "x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining"


class Calls:
    """Raises CrmRefused for everything but a whole answer."""

    def __init__(self, session: Session, place: Place) -> None:
        self.session, self.place = session, place
        self.known_properties: dict[str, set[str]] = {}  # of each kind of record, once they were asked for

    def get(self, path: str, asked: Mapping[str, str] | None = None, *, about_record: bool = False) -> dict[str, Any]:
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path, about_record=about_record)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._ask("POST", path, json.dumps(body).encode())

    def patch(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._ask("PATCH", path, json.dumps(body).encode(), about_record=True)

    def all_rows(self, path: str, asked: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Of a list that is short enough to read whole, page by page."""
        after = ""
        for _page in range(MOST_PAGES):
            said = self.get(path, {**asked, **({"after": after} if after else {})})
            yield from rows(said)
            before, after = after, next_after(said)
            if not after:
                return
            if after == before:
                break
        raise CrmRefused(Reason.SILENT, code="no_end")

    def _ask(self, method: str, path: str, body: bytes = b"", *, about_record: bool = False) -> dict[str, Any]:
        reply = self._send(method, path, body)
        refused = self._refusal(reply, path, about_record)
        if refused and refused.status == 401 and refused.code == EXPIRED and self._renews:
            renew(self.session, self.place)
            refused = self._refusal(reply := self._send(method, path, body), path, about_record)
        if refused:
            raise refused
        said = json_of(reply)
        if not isinstance(said, dict):
            raise not_understood(reply.status)
        return said

    def _send(self, method: str, path: str, body: bytes) -> Reply:
        headers = {"Authorization": f"Bearer {access_token(self.session, self.place)}", "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        reply = self.session.ask(method, at(self.place.base_url, path), headers=headers, body=body)
        limit, left = (reply.headers.get(name, "") for name in (DAILY, LEFT))
        if limit.isdecimal() and left.isdecimal():  # not with searches, nor with the tokens of a sign-in
            self.session.usage = Usage(used=max(0, int(limit) - int(left)), limit=int(limit))
        return reply

    def _refusal(self, reply: Reply, path: str, about_record: bool) -> CrmRefused | None:
        if reply.status in OK:
            return None
        is_search = path.endswith("/search")
        refused = refusal(reply, now=self.session.clock(), is_search=is_search, about_record=about_record)
        if any(len(secret) > 8 and secret in refused.words for secret in self.session.credentials.values()):
            refused.words = ""
        return refused

    @property
    def _renews(self) -> bool:
        return self.session.credentials.get("way") == "refresh"


def rows(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = said.get("results")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise not_understood()
    return found


def next_after(said: Mapping[str, Any]) -> str:
    """Where the next page begins; "" is the end."""
    paging = said.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    return str(following.get("after") or "") if isinstance(following, dict) else ""
