"""What Salesforce's errors mean: a list of them from its data, one object from its tokens (I4)."""

import re
from collections.abc import Collection, Mapping, Sequence

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.session import read_json, retry_after
from config.web.safe_fetch import Reply

MEANINGS = {
    "INVALID_SESSION_ID": Reason.SIGN_IN,
    "INVALID_AUTH_HEADER": Reason.SIGN_IN,
    "REQUEST_LIMIT_EXCEEDED": Reason.LIMIT,
    "QUERY_TIMEOUT": Reason.WINDOW,
    "OPERATION_TOO_LARGE": Reason.WINDOW,
    "INVALID_QUERY_LOCATOR": Reason.WINDOW,  # two days old, or pushed out: the window must begin again
    "INVALID_FIELD": Reason.FIELD,
    "UNABLE_TO_LOCK_ROW": Reason.BUSY,
    "CONFLICT": Reason.BUSY,
    "CANNOT_UPDATE_CONVERTED_LEAD": Reason.CONVERTED,
    "ENTITY_IS_DELETED": Reason.GONE,
    "INSUFFICIENT_ACCESS": Reason.RIGHTS,
    "INSUFFICIENT_ACCESS_OR_READONLY": Reason.RIGHTS,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": Reason.RIGHTS,
    "INVALID_FIELD_FOR_INSERT_UPDATE": Reason.RIGHTS,  # may be read, not edited
    "INVALID_TYPE": Reason.RIGHTS,  # how a query says that the object is hidden from this user
    "API_DISABLED_FOR_ORG": Reason.RIGHTS,
    "API_CURRENTLY_DISABLED": Reason.SILENT,
    "SERVER_UNAVAILABLE": Reason.SILENT,
    "UNKNOWN_EXCEPTION": Reason.SILENT,
}
OF_A_RECORD = {  # of a write: sharing, or the owner, decides; another record may be open
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
}
NAMED_RIGHTS = {"INVALID_TYPE": "Lead: Read", "API_DISABLED_FOR_ORG": "API Enabled"}
BY_STATUS = {401: Reason.SIGN_IN, 403: Reason.RIGHTS, 409: Reason.BUSY, 412: Reason.BUSY, 429: Reason.LIMIT}
FOR_A_MOMENT = {406, 408, 420}  # and 5xx; others who read Salesforce try these again as well
HALTED = "PROCESSING_HALTED"  # another part of a composite call failed
LOCKED = "UNABLE_TO_LOCK_ROW"  # also in the words of a trigger that failed for it
VANISHED = re.compile(r"No such column '([^']{1,120})'|relationship '([^']{1,120})'")
PLACE_IN_QUERY = re.compile(r"ERROR at Row:\d+:Column:\d+\s*")
RETRY_TOKENS = {"unknown_error", "server_error", "temporarily_unavailable"}


def refusal(reply: Reply, *, now: float, about_record: bool = False) -> CrmRefused:
    """Of a call for data. `about_record`: a 404 says that the record is gone, not that Leads are hidden."""
    wait = retry_after(reply, now=now)
    errors = errors_of(_json(reply.body))
    if errors:
        return meaning(errors[0], reply.status, about_record=about_record, wait=wait)
    alone = {401: Reason.SIGN_IN} if not reply.body else {}  # a page may come from a proxy
    reason = (alone | {429: Reason.LIMIT}).get(reply.status, Reason.SILENT)
    return CrmRefused(reason, status=reply.status, code="no_errors", wait=wait)


def meaning(
    error: Mapping[str, object], status: int, *, about_record: bool = False, wait: float | None = None
) -> CrmRefused:
    code, words = str(error.get("errorCode") or ""), str(error.get("message") or "")
    reason = MEANINGS.get(code) or _by_status(status, about_record)
    if about_record and code in OF_A_RECORD:
        reason = Reason.ACCESS
    if LOCKED in words:
        reason = Reason.BUSY
    field = _field(error, words) if reason in (Reason.FIELD, Reason.RIGHTS, Reason.WRONG) else ""
    return CrmRefused(
        reason,
        status=status,
        code=code,
        words=PLACE_IN_QUERY.split(words)[-1].strip(),
        field=field or NAMED_RIGHTS.get(code, ""),
        wait=wait,
        is_daily=reason is Reason.LIMIT and code == "REQUEST_LIMIT_EXCEEDED" and "oncurrent" not in words,
    )


def token_refusal(reply: Reply, *, now: float, secrets: Collection[str]) -> CrmRefused:
    """Of the address of tokens. Nothing that equals a secret is repeated."""
    said = _json(reply.body)
    code = str(said.get("error") or "") if isinstance(said, dict) else ""
    words = str(said.get("error_description") or "") if isinstance(said, dict) else ""
    for secret in secrets:
        words = words.replace(secret, "…") if len(secret) > 7 else words
    wait = retry_after(reply, now=now)
    if reply.status == 429 or code == "rate_limit_exceeded":
        return CrmRefused(Reason.LIMIT, status=reply.status, code=code, words=words, wait=wait)
    if not code or code in RETRY_TOKENS or reply.status >= 500:
        return CrmRefused(Reason.SILENT, status=reply.status, code=code or "no_error", words=words, wait=wait)
    return CrmRefused(Reason.SIGN_IN, status=reply.status, code=code, words=words)


def errors_of(said: object) -> list[Mapping[str, object]]:
    """Those that matter. Empty if this is no list of errors."""
    found = said if isinstance(said, list) else []
    errors: list[Mapping[str, object]]
    errors = [each for each in found if isinstance(each, dict) and each.get("errorCode")]
    return [each for each in errors if each["errorCode"] != HALTED] or errors


def not_understood(status: int = 200, code: str = "unexpected") -> CrmRefused:
    return CrmRefused(Reason.SILENT, status=status, code=code)


def _by_status(status: int, about_record: bool) -> Reason:
    if status >= 500 or status in FOR_A_MOMENT:
        return Reason.SILENT
    if status == 404:
        return Reason.GONE if about_record else Reason.RIGHTS
    return BY_STATUS.get(status, Reason.WRONG)


def _field(error: Mapping[str, object], words: str) -> str:
    found = VANISHED.search(words)
    named = error.get("fields")
    first = str(named[0]) if isinstance(named, Sequence) and named and not isinstance(named, str) else ""
    return (found[1] or found[2]) if found else first


def _json(body: bytes) -> object:
    try:
        return read_json(body)
    except ValueError:
        return None
