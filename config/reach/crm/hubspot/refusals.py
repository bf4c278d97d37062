"""What HubSpot's errors mean. All their fields are optional, and HubSpot says that they vary between its APIs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.session import read_json, retry_after
from config.web.safe_fetch import Reply

SEARCH_WAIT = 1.0  # seconds; searches have a limit of their own, a few each second, and say no Retry-After
WAIT = 3.0
MOVING = 477  # the account moves to another data centre
BUSY = {409, 412, 423}
UNKNOWN = "PROPERTY_DOESNT_EXIST"
NAMED = re.compile(r"""[Pp]roperty \\*["']?(\w+)\\*["']? (?:does|was|is)|"name\\*":\s*\\*"(\w+)""", re.ASCII)
DOES_NOT_EXIST = re.compile(r"does ?n[o']t exist|no such property|not found: propert", re.IGNORECASE)


def refusal(reply: Reply, *, now: float, is_search: bool = False, about_record: bool = False) -> CrmRefused:
    """`about_record`: the address is that of one record, so that 404 says that it is gone."""
    said = _object(reply.body)
    wait = retry_after(reply, now=now)
    if reply.status == 429:
        return _limit(reply, said or {}, wait or (SEARCH_WAIT if is_search else WAIT))
    if said is None or reply.status >= 500 or reply.status < 400 or reply.status == MOVING:
        return CrmRefused(Reason.SILENT, status=reply.status, code=_text((said or {}).get("category")), wait=wait)
    reason, field = _meaning(reply.status, said, about_record)
    return CrmRefused(
        reason,
        status=reply.status,
        code=_text(said.get("category")),
        words=_text(said.get("message")),
        field=field,
        wait=wait,
    )


def not_understood(status: int = 200) -> CrmRefused:
    """An answer that lacks what it must hold."""
    return CrmRefused(Reason.SILENT, status=status, code="not_understood")


def _object(body: bytes) -> dict[str, Any] | None:
    """None: no JSON, so it was not HubSpot that answered. An answer may be empty."""
    if not body.strip():
        return {}
    try:
        said = read_json(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _limit(reply: Reply, said: Mapping[str, Any], wait: float) -> CrmRefused:
    """The day's calls come back at midnight of the account, which is not said; the others within seconds."""
    policy = _text(said.get("policyName")) or next(iter(_context(said, "policyName")), "")
    is_daily = policy == "DAILY" or "daily" in _text(said.get("message")).lower()
    return CrmRefused(
        Reason.LIMIT,
        status=reply.status,
        code=policy or _text(said.get("category")),
        words=_text(said.get("message")),
        wait=retry_after(reply, now=0) if is_daily else wait,
        is_daily=is_daily,
    )


def _meaning(status: int, said: Mapping[str, Any], about_record: bool) -> tuple[Reason, str]:
    if status == 401:
        return Reason.SIGN_IN, ""
    if status == 403:
        scope = _scope(said)
        is_of_app = bool(scope) or "SCOPE" in _text(said.get("category"))
        return (Reason.RIGHTS if is_of_app or not about_record else Reason.ACCESS), scope
    if status == 404 and about_record:
        return Reason.GONE, ""
    if status in BUSY:
        return Reason.BUSY, ""
    field = _field(said)
    return (Reason.FIELD if field and _is_unknown(said) else Reason.WRONG), field


def _scope(said: Mapping[str, Any]) -> str:
    """HubSpot lists all scopes that would do; those for sensitive values are never what is meant."""
    scopes = [*_context(said, "requiredGranularScopes"), *_context(said, "requiredScopes")]
    plain = [scope for scope in scopes if "sensitive" not in scope] or scopes
    return ", ".join([scope for scope in plain if scope.startswith("crm.objects.")] or plain)


def _field(said: Mapping[str, Any]) -> str:
    for name in ("propertyName", "name", "properties"):
        for field in _context(said, name):
            return field
    for error in _errors(said):
        if error.get("in") and error.get("in") not in ("body", "query", "path"):
            return _text(error["in"])
    found = NAMED.search(_text(said.get("message")))
    return (found[1] or found[2]) if found else ""


def _is_unknown(said: Mapping[str, Any]) -> bool:
    words = [said, *_errors(said)]
    return any(
        UNKNOWN in _text(each.get("code")) + _text(each.get("message"))
        or DOES_NOT_EXIST.search(_text(each.get("message")))
        for each in words
    )


def _context(said: Mapping[str, Any], name: str) -> list[str]:
    found = []
    for each in (said, *_errors(said)):
        context = each.get("context")
        values = context.get(name, []) if isinstance(context, dict) else []
        found += [_text(value) for value in (values if isinstance(values, list) else [values])]
    return found


def _errors(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    errors = said.get("errors")
    return (error for error in (errors if isinstance(errors, list) else []) if isinstance(error, dict))


def _text(value: object) -> str:
    return "" if value is None else str(value)
