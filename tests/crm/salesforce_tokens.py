"""The sign-in of the double of Salesforce: four grants, refresh tokens that rotate, and PKCE (I4)."""

import base64
import json
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.crm.wire import Answer, Call, Refused

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class SignIn:
    """Of one app. `is_my_domain`: only there a client may sign in without a person."""

    def __init__(self, address: str, org_id: str, user_id: str) -> None:
        self.address, self.identity = address, f"https://login.salesforce.com/id/{org_id}/{user_id}"
        self.client_id, self.client_secret, self.username = "3MVG9app", "app-secret-1", "alur@acme.example"
        self.redirect_uri = "https://alur.example/connections/salesforce/back/"
        self.public_key: rsa.RSAPublicKey | None = None
        self.audiences = {"https://login.salesforce.com", address}
        self.is_my_domain, self.rotates, self.gives_refresh_token = True, True, True
        self.instance_url = address
        self.access_tokens: set[str] = set()
        self.refresh_tokens: set[str] = set()
        self.scripted: list[object] = []  # errors, each said once
        self._codes: dict[str, str] = {}  # code: challenge
        self._made = 0

    def new(self, kind: str) -> str:
        self._made += 1
        return f"{kind}!{self._made:04d}.secret"

    def consent(self, address: str) -> str:
        """What a person's browser does with the address of a sign-in: where it comes back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if asked.get("client_id") != self.client_id:
            return f"{self.redirect_uri}?error=invalid_client_id&error_description=client+identifier+invalid"
        if asked.get("redirect_uri") != self.redirect_uri:
            raise Refused(Answer(400, b"error=redirect_uri_mismatch"))  # shown to the person, not sent back
        if asked.get("response_type") != "code" or asked.get("code_challenge_method", "S256") != "S256":
            return f"{self.redirect_uri}?error=invalid_request&{urlencode({'state': asked.get('state', '')})}"
        code = self.new("code")
        self._codes[code] = asked.get("code_challenge", "")
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def token(self, call: Call) -> Answer:
        if call.method != "POST" or not call.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            raise _no("invalid_request", "must be a POST of a form")
        if self.scripted:
            return Answer.of(self.scripted.pop(0), 400)
        form = call.form
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            self._check_basic(call)
            if not self.is_my_domain:
                raise _no("invalid_grant", "request not supported on this domain")
        elif grant == JWT_BEARER:
            self._check_assertion(form.get("assertion", ""), call.at)
        elif grant == "refresh_token":
            self._check_app(form)
            if form.get("refresh_token") not in self.refresh_tokens:
                raise _no("invalid_grant", "expired access/refresh token")
        elif grant == "authorization_code":
            self._check_app(form)
            self._check_code(form)
        else:
            raise _no("unsupported_grant_type", "grant type not supported")
        return self._given(grant, form)

    def _given(self, grant: str, form: dict[str, str]) -> Answer:
        token = self.new("00Dtoken")
        self.access_tokens.add(token)
        said = {
            "access_token": token,
            "signature": "c2lnbmF0dXJl",
            "scope": "api refresh_token",
            "instance_url": self.instance_url,
            "id": self.identity,
            "token_type": "Bearer",
            "issued_at": "1700000000000",
        }
        gives = grant == "authorization_code" and self.gives_refresh_token
        if gives or (grant == "refresh_token" and self.rotates):
            self.refresh_tokens.discard(form.get("refresh_token", ""))
            said["refresh_token"] = self.new("5Aep")
            self.refresh_tokens.add(said["refresh_token"])
        return Answer.of(said)

    def _check_app(self, form: dict[str, str]) -> None:
        if form.get("client_id") != self.client_id:
            raise _no("invalid_client_id", "client identifier invalid")
        if form.get("client_secret") != self.client_secret:
            raise _no("invalid_client", "invalid client credentials")

    def _check_basic(self, call: Call) -> None:
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            raise _no("invalid_client", "invalid client credentials")

    def _check_code(self, form: dict[str, str]) -> None:
        challenge = self._codes.pop(form.get("code", ""), None)
        if challenge is None:
            raise _no("invalid_grant", "expired authorization code")
        if form.get("redirect_uri") != self.redirect_uri:
            raise _no("redirect_uri_mismatch", "redirect_uri must match configuration")
        made = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if challenge and challenge != made:
            raise _no("invalid_grant", "invalid code verifier")

    def _check_assertion(self, assertion: str, at: datetime) -> None:
        signed, _dot, signature = assertion.rpartition(".")
        try:
            assert self.public_key
            self.public_key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
            claims = json.loads(_decoded(signed.partition(".")[2]))
        except (InvalidSignature, ValueError, AssertionError):
            raise _no("invalid_grant", "invalid assertion") from None
        if claims["aud"] not in self.audiences:
            raise _no("invalid_grant", "audience is invalid")
        if not 0 < claims["exp"] - at.timestamp() <= 300:
            raise _no("invalid_grant", "assertion expired")
        if (claims["iss"], claims["sub"]) != (self.client_id, self.username):
            raise _no("invalid_grant", "user hasn't approved this consumer")


def _no(code: str, words: str) -> Refused:
    return Refused(Answer.of({"error": code, "error_description": words}, 400))


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
