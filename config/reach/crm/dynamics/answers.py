"""What the Dataverse Web API answers instead of what was asked for, in the words of all three clients."""

import re

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.session import json_of, retry_after
from config.web.safe_fetch import Reply

NOT_A_MEMBER = "0x80072560"
WRONG_STATUS = "0x80048408"  # a statuscode that does not fit its statecode
NO_ETAGS = "0x80060893"  # the table has no optimistic concurrency
NO_SUCH_SEGMENT = "0x80060888"  # no such table, or no such column
SQL_TIMEOUT = "0x80044151"
APPLICATION_USER = "application user"
PRIVILEGE = re.compile(r"\bprv[A-Za-z0-9_]+")
ACCESS = re.compile(r"\b(?:Read|Write|Assign|Append|AppendTo)Access\b")
PROPERTY = re.compile(r"property(?: named)? '([^']+)'", re.IGNORECASE)


def refusal(reply: Reply, *, now: float) -> CrmRefused:
    """For every answer that is no success."""
    code, words = said(reply)
    status, wait = reply.status, retry_after(reply, now=now)

    def refused(reason: Reason, field: str = "") -> CrmRefused:
        return CrmRefused(reason, status=status, code=code, words=words, field=field, wait=wait)

    if status == 429:
        return refused(Reason.LIMIT)
    if code == NOT_A_MEMBER:
        return refused(Reason.RIGHTS, APPLICATION_USER)
    if status == 401:
        return refused(Reason.SIGN_IN)
    if status in (409, 412):
        return refused(Reason.BUSY)
    if not 400 <= status < 500 or status == 408 or not (code or words):
        return refused(Reason.SILENT)
    if status == 403:
        privilege, access = PRIVILEGE.search(words), ACCESS.search(words)
        if access and not privilege:  # of this record: its owner, or a team, has not shared it
            return refused(Reason.ACCESS, access.group())
        return refused(Reason.RIGHTS, privilege.group() if privilege else "")
    if status == 404:
        return refused(Reason.FIELD, "leads") if code == NO_SUCH_SEGMENT else refused(Reason.GONE)
    named = PROPERTY.search(words)
    if named:
        return refused(Reason.FIELD, named.group(1))
    return refused(Reason.WRONG)


def said(reply: Reply) -> tuple[str, str]:
    """Code and words of an error, where it is one of the Web API and no page of something in between."""
    try:
        content = json_of(reply)
    except CrmRefused:
        return "", ""
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or ""), str(error.get("message") or "")
