"""Tokens of Microsoft Entra for an app: one call with its secret, for an hour or so. A refusal names the code of
Microsoft as its `field`, because that says what to mend; its words are Microsoft's own."""

import re
from urllib.parse import urlencode, urlsplit

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place
from config.reach.crm.session import Session, json_of, retry_after
from config.web.safe_fetch import Reply

LOGIN = "https://login.microsoftonline.com"
EARLY = 120  # seconds before a token ends
TENANT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,99}")
CODE = re.compile(r"\bAADSTS\d+")
TRACE = re.compile(r"(?:Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)
NO_TENANT = "AADSTS900023"
PASSING = {"temporarily_unavailable", "server_error"}


def origin(address: str) -> str:
    """Scheme and host of an address that somebody pasted; nothing after them counts."""
    place = urlsplit(address.strip())
    return f"{place.scheme}://{place.netloc}".lower()


def token(session: Session, place: Place, *, is_refused: bool = False) -> str:
    """The one that is kept, or another if that ends soon or was refused. Raises CrmRefused."""
    kept = session.credentials
    if not is_refused and kept.get("access_token") and session.clock() < _number(kept.get("expires_at")) - EARLY:
        return kept["access_token"]
    tenant = kept.get("tenant", "").strip()
    if not TENANT.fullmatch(tenant):
        raise CrmRefused(Reason.SIGN_IN, code=NO_TENANT, field=NO_TENANT)
    form = {
        "grant_type": "client_credentials",
        "client_id": kept.get("client_id", "").strip(),
        "client_secret": kept.get("client_secret", ""),
        "scope": f"{origin(place.base_url)}/.default",
    }
    reply = session.ask(
        "POST",
        f"{origin(place.login_url or LOGIN)}/{tenant}/oauth2/v2.0/token",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )
    content = json_of(reply) if reply.status == 200 else None
    access = content.get("access_token") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(access, str) or not access:
        raise _refusal(reply, now=session.clock(), secret=form["client_secret"])
    ends = session.clock() + _number(content.get("expires_in"))
    session.renew(access_token=access, expires_at=str(int(ends)))
    return access


def _refusal(reply: Reply, *, now: float, secret: str) -> CrmRefused:
    wait = retry_after(reply, now=now)
    if reply.status == 429:
        return CrmRefused(Reason.LIMIT, status=429, wait=wait)
    try:
        content = json_of(reply)
    except CrmRefused as refused:
        return refused
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(error, str) or error in PASSING or not 400 <= reply.status < 500:
        return CrmRefused(Reason.SILENT, status=reply.status, code="no_token", wait=wait)
    said = TRACE.sub("", str(content.get("error_description") or "")).rstrip()
    found = CODE.search(said)
    code = found.group() if found else error
    words = said.replace(secret, "…") if secret else said
    return CrmRefused(Reason.SIGN_IN, status=reply.status, code=code, words=words, field=found.group() if found else "")


def _number(said: object) -> float:
    try:
        return float(str(said))
    except ValueError:
        return 0.0
