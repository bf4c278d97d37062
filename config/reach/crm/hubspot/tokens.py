"""Tokens: that of a private app, which does not end, or those of a sign-in, which are renewed before they end."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import paths
from config.reach.crm.hubspot.refusals import not_understood, refusal
from config.reach.crm.records import Place
from config.reach.crm.session import Session, json_of

EARLY = 60  # seconds: a token that ends sooner may end on the way
CALL = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}


def scopes_for(object_name: str) -> list[str]:
    """What Alur needs, and no more. A lead object has its person's e-mail from a contact."""
    own = {f"crm.objects.{object_name}.{right}" for right in ("read", "write")}
    return ["oauth", *sorted(own | {"crm.objects.contacts.read", "crm.objects.owners.read"})]


def sign_in_address(*, client_id: str, redirect_uri: str, state: str, object_name: str) -> str:
    """The page of HubSpot where a person lets Alur in; `state` comes back and proves that we sent them."""
    asked = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes_for(object_name)),
        "state": state,
    }
    return f"{paths.SIGN_IN_PAGE}?{urlencode(asked)}"


def sign_in(session: Session, place: Place, *, code: str, redirect_uri: str) -> None:
    """Turn the code that HubSpot sent with the person into tokens, which the session keeps. It holds `client_id` and
    `client_secret`. Raises CrmRefused."""
    _take(session, place, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})


def access_token(session: Session, place: Place) -> str:
    """A token that is good for the next call; renewed by its end, as HubSpot asks, not by 401."""
    credentials = session.credentials
    if credentials.get("way") != "refresh":
        token = credentials.get("token", "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise CrmRefused(Reason.SIGN_IN, code="no_token")
        return token
    if _ends_soon(session):
        renew(session, place)
    return session.credentials["access_token"]


def renew(session: Session, place: Place) -> None:
    """Unless another process has done so. Raises CrmRefused (SIGN_IN) when the grant is dead."""
    if session.was_renewed_elsewhere() and not _ends_soon(session):
        return
    asked = {"grant_type": "refresh_token", "refresh_token": session.credentials.get("refresh_token", "")}
    try:
        _take(session, place, asked)
    except CrmRefused as refused:
        if refused.reason is not Reason.SIGN_IN or not session.is_about_to_be_renewed():
            raise


def _take(session: Session, place: Place, asked: Mapping[str, str]) -> None:
    """A refresh token may be replaced by each answer, so both are kept at once."""
    said = ask_form(session, place, paths.TOKEN, asked)
    access, seconds = said.get("access_token"), said.get("expires_in")
    if not isinstance(access, str) or not isinstance(seconds, (int, float)):
        raise not_understood()
    session.renew(
        way="refresh",
        access_token=access,
        refresh_token=said.get("refresh_token") or session.credentials.get("refresh_token", ""),
        expires_at=str(int(session.clock() + seconds)),
    )


def ask_form(session: Session, place: Place, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """A call in the name of the app itself. Raises CrmRefused: SIGN_IN when the grant is dead."""
    app = {name: session.credentials.get(name, "") for name in ("client_id", "client_secret")}
    reply = session.ask(
        "POST",
        paths.at(place.login_url or place.base_url, path),
        headers=CALL,
        body=urlencode({**asked, **app}).encode(),
    )
    if reply.status != 200:
        refused = refusal(reply, now=session.clock())
        if refused.reason in (Reason.LIMIT, Reason.SILENT):
            raise refused
        raise CrmRefused(Reason.SIGN_IN, status=reply.status, code=refused.code)  # its words may repeat a token
    said = json_of(reply)
    if not isinstance(said, dict):
        raise not_understood()
    return said


def _ends_soon(session: Session) -> bool:
    try:
        return session.clock() >= float(session.credentials.get("expires_at") or 0) - EARLY
    except ValueError:
        return True
