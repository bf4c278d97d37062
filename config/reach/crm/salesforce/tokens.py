"""How Alur signs in to Salesforce, and gets another token when one has expired (I4).

Credentials of a connection, by `way`:

- `client_credentials`: `client_id`, `client_secret`. Salesforce answers it at the company's My Domain only, and the
  app says as which user.
- `refresh`, after a person has signed in: `client_id`, `client_secret` ("" for an app that has none),
  `refresh_token`. Salesforce may send another refresh token with each token, and then refuses the one before.
- `jwt`: `client_id`, `username`, `private_key` (PEM, RSA), `audience` ("" is what audience_of() says).

Beside them stand what the last token said: `access_token`, `instance_url` (where the data is) and `identity`, which
ends in the ids of the organisation and of the user. A token has no end of its own; it is renewed when it is refused.

The assertion of `jwt` is signed with cryptography, which Alur needs anyway: three lines, for which PyJWT would be one
more package.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place
from config.reach.crm.salesforce.refusals import not_understood, token_refusal
from config.reach.crm.session import Session, json_of

AUTHORIZE, TOKEN = "/services/oauth2/authorize", "/services/oauth2/token"
SCOPES = "api refresh_token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 180
SECRETS = {"client_secret", "refresh_token", "access_token", "private_key", "code", "code_verifier", "assertion"}


def new_secret() -> str:
    """For `state` and for `verifier` of one sign-in; a browser's session keeps both until the person is back."""
    return secrets.token_urlsafe(48)


def sign_in_address(login_url: str, *, client_id: str, redirect_uri: str, state: str, verifier: str) -> str:
    """Where a person signs in and allows Alur in. They come back to `redirect_uri` with `code` and `state`; a `state`
    that is not that of this browser is to be refused."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "state": state,
        "code_challenge": _base64url(sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    return f"{origin(login_url)}{AUTHORIZE}?{urlencode(asked)}"


def sign_in(session: Session, place: Place, *, code: str, redirect_uri: str, verifier: str) -> None:
    """Turns the code of a sign-in into credentials. Raises CrmRefused; RIGHTS if Salesforce gave no refresh token."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    said = _ask(session, place, asked | _app(session), {})
    if not said.get("refresh_token"):
        raise CrmRefused(Reason.RIGHTS, code="no_refresh_token", field="refresh_token")
    session.renew(way="refresh", **said)


def renew(session: Session, place: Place) -> None:
    """Raises CrmRefused (SIGN_IN) when the grant is dead: asking again would be refused again."""
    if session.was_renewed_elsewhere():
        return
    try:
        session.renew(**_ask(session, place, *_grant(session, place)))
    except CrmRefused as refused:
        if refused.reason is not Reason.SIGN_IN or not session.is_about_to_be_renewed():
            raise


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def audience_of(login_url: str) -> str:
    """Salesforce takes its own address of the sign-in as the audience, that of sandboxes for a sandbox, also where a
    company signs in at My Domain. Hosts that are not Salesforce's stand for themselves."""
    host = (urlsplit(login_url).hostname or "").lower()
    if not host.endswith(".my.salesforce.com"):
        return origin(login_url)
    is_sandbox = "--" in host or host.endswith((".sandbox.my.salesforce.com", ".scratch.my.salesforce.com"))
    return "https://test.salesforce.com" if is_sandbox else "https://login.salesforce.com"


def _grant(session: Session, place: Place) -> tuple[dict[str, str], dict[str, str]]:
    """The form and the headers."""
    known = session.credentials
    try:
        if known["way"] == "client_credentials":
            pair = base64.b64encode(f"{known['client_id']}:{known['client_secret']}".encode()).decode()
            return {"grant_type": "client_credentials"}, {"Authorization": f"Basic {pair}"}
        if known["way"] == "jwt":
            return {"grant_type": JWT_BEARER, "assertion": _assertion(known, place, session.clock())}, {}
        if known["way"] == "refresh":
            return {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]} | _app(session), {}
    except (KeyError, ValueError, TypeError, AttributeError):
        pass  # a secret is missing, or the key is none
    raise CrmRefused(Reason.SIGN_IN, code="bad_credentials")


def _app(session: Session) -> dict[str, str]:
    names = ("client_id", "client_secret")
    return {name: session.credentials[name] for name in names if session.credentials.get(name)}


def _ask(session: Session, place: Place, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """What is to be kept of a token."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **headers}
    address = f"{origin(place.login_url)}{TOKEN}"
    reply = session.ask("POST", address, headers=sent, body=urlencode(form).encode())
    if reply.status != 200:
        hidden = [value for name, value in {**session.credentials, **form}.items() if name in SECRETS]
        raise token_refusal(reply, now=session.clock(), secrets=hidden)
    said = json_of(reply)
    if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
        raise not_understood()
    kept = {"access_token": said["access_token"], "instance_url": origin(str(said.get("instance_url") or ""))}
    if not urlsplit(kept["instance_url"]).hostname:
        raise not_understood(code="no_instance")
    if address.startswith("https:") and not kept["instance_url"].startswith("https:"):
        raise not_understood(code="not_secure")  # tokens do not leave in clear text
    optional = {"refresh_token": said.get("refresh_token"), "identity": said.get("id")}
    return kept | {name: value for name, value in optional.items() if value and isinstance(value, str)}


def _assertion(known: Mapping[str, str], place: Place, now: float) -> str:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    claims = {
        "iss": known["client_id"],
        "sub": known["username"],
        "aud": known.get("audience") or audience_of(place.login_url),
        "exp": int(now) + ASSERTION_SECONDS,
    }
    parts = [_base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    key = serialization.load_pem_private_key(known["private_key"].encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("RS256 needs a key of RSA")
    signature = key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
    return ".".join([*parts, _base64url(signature)])


def _base64url(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()
