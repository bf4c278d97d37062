"""One signed call to Salesforce, and what its headers say of the limit (I4)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place, Usage
from config.reach.crm.salesforce.refusals import errors_of, meaning, not_understood, refusal
from config.reach.crm.salesforce.tokens import origin, renew
from config.reach.crm.session import SECONDS, Session, json_of
from config.web.safe_fetch import Reply

DATA = "/services/data/v61.0"
USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


class Calls:
    """Raises CrmRefused for everything but a whole answer. After a dead grant it makes no call at all."""

    def __init__(self, session: Session, place: Place) -> None:
        self._session, self._place = session, place
        self._dead: CrmRefused | None = None

    def get(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        about_record: bool = False,
        seconds: float = SECONDS,
    ) -> Any:
        return self._ask("GET", path, headers or {}, b"", about_record, seconds)

    def post(self, path: str, content: Mapping[str, object]) -> Any:
        headers = {"Content-Type": "application/json"}
        return self._ask("POST", path, headers, json.dumps(content).encode(), False, SECONDS)

    def together(self, *parts: Mapping[str, object]) -> list[Any]:
        """Several calls in one, all or nothing; what each of them answered. Raises for the first that failed."""
        said = self.post(f"{DATA}/composite", {"allOrNone": True, "compositeRequest": parts})
        results = said.get("compositeResponse") if isinstance(said, dict) else None
        if not isinstance(results, list) or len(results) != len(parts):
            raise not_understood()
        found = [each if isinstance(each, dict) else {} for each in results]
        failed = [_refused(each) for each in found if not _is_well(each)]
        if failed:
            raise next((each for each in failed if each.code != "PROCESSING_HALTED"), failed[0])
        return [each.get("body") for each in found]

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, about_record: bool, seconds: float
    ) -> Any:
        reply = self._send(method, path, headers, body, seconds)
        if _is_expired(reply):
            self._sign_in_again()
            reply = self._send(method, path, headers, body, seconds)
        if 200 <= reply.status < 300:
            return json_of(reply)
        refused = refusal(reply, now=self._session.clock(), about_record=about_record)
        if refused.reason is Reason.SIGN_IN:
            self._dead = refused
        raise refused

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Reply:
        if self._dead:
            raise self._dead
        if not self._session.credentials.get("access_token"):
            self._sign_in_again()
        token = self._session.credentials["access_token"]
        sent = {"Authorization": f"Bearer {token}", "Accept": "application/json", **headers}
        base = self._session.credentials.get("instance_url") or origin(self._place.base_url)
        reply = self._session.ask(method, f"{base}{path}", headers=sent, body=body, seconds=seconds)
        if found := USAGE.search(reply.headers.get("sforce-limit-info", "")):
            self._session.usage = Usage(used=int(found[1]), limit=int(found[2]))
        return reply

    def _sign_in_again(self) -> None:
        try:
            renew(self._session, self._place)
        except CrmRefused as refused:
            self._dead = refused if refused.reason is Reason.SIGN_IN else None
            raise


def _is_expired(reply: Reply) -> bool:
    if reply.status != 401 or not reply.body:
        return reply.status == 401
    try:
        errors = errors_of(json.loads(reply.body))
    except ValueError:
        return False  # a proxy says nothing about a token
    return any(error["errorCode"] == "INVALID_SESSION_ID" for error in errors)


def _is_well(result: Mapping[str, Any]) -> bool:
    status = result.get("httpStatusCode")
    return isinstance(status, int) and 200 <= status < 300


def _refused(result: Mapping[str, Any]) -> CrmRefused:
    """Of one part of a composite call. A record that can be written, but not read afterwards, is hidden by sharing."""
    status, errors = result.get("httpStatusCode"), errors_of(result.get("body"))
    if not isinstance(status, int) or not errors:
        return not_understood(code="bad_part")
    is_write = result.get("referenceId") == "write"
    refused = meaning(errors[0], status, about_record=is_write)
    if refused.reason is Reason.RIGHTS and not refused.field and not is_write:
        refused.field = "View All Records"
    return refused
