"""How one gets into the double of a HubSpot account: addresses, tokens, scopes and limits (I4)."""

import itertools
import re
import ssl
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.crm.double import Double
from tests.crm.hubspot_schema import SCOPES
from tests.crm.wire import Answer, Call, Refused

VERSION = "2026-03"
ROUTES = [
    ("POST", rf"/oauth/{VERSION}/token", "_token"),
    ("POST", rf"/oauth/{VERSION}/token/introspect", "_token_says"),
    ("GET", rf"/account-info/{VERSION}/details", "_account"),
    ("GET", rf"/crm/owners/{VERSION}", "_owners"),
    ("GET", rf"/crm/properties/{VERSION}/(contacts|leads)", "_properties"),
    ("GET", rf"/crm/properties/{VERSION}/(contacts|leads)/(\w+)", "_property"),
    ("GET", rf"/crm/pipelines/{VERSION}/leads", "_pipelines"),
    ("POST", rf"/crm/associations/{VERSION}/leads/contacts/batch/read", "_associations"),
    ("POST", rf"/crm/objects/{VERSION}/(contacts|leads)/search", "_search"),
    ("POST", rf"/crm/objects/{VERSION}/(contacts|leads)/batch/read", "_batch"),
    ("GET", rf"/crm/objects/{VERSION}/(contacts|leads)", "_list"),
    ("GET", rf"/crm/objects/{VERSION}/(contacts|leads)/(\w+)", "_get"),
    ("PATCH", rf"/crm/objects/{VERSION}/(contacts|leads)/(\w+)", "_patch"),
]


class HubSpotAccess(Double):
    """`token` is that of a private app. `sign_in`: a person lets the app in, and a code comes back."""

    def __init__(self, now: datetime, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(now, tls=tls)
        self.portal_id, self.portal_name = 8675309, "Nusantara Foods"
        self.token, self.client_id, self.client_secret = "pat-na1-0f0f0f0f-double", "app-1", "app-secret-1"
        self.scopes = set(SCOPES)
        self.token_lives = timedelta(minutes=30)
        self.access_tokens: dict[str, datetime] = {}  # until when
        self.refresh_token = ""
        self.codes: dict[str, str] = {}
        self.numbers = itertools.count(1)

    def sign_in(self, redirect_uri: str) -> str:
        self.codes[code := f"code-{next(self.numbers)}"] = redirect_uri
        return code

    def say(self, content: object, status: int = 200) -> None:
        """From now on, whatever it is asked."""
        self.answer = lambda _call: Answer.of(content, status)

    def revoke(self) -> None:
        self.token, self.refresh_token, self.access_tokens = f"pat-na1-{next(self.numbers)}", "", {}

    def too_many(self, wait: float | None) -> Answer:
        is_daily = bool(self.most_calls) and self.window >= timedelta(days=1) and self.calls_in_window > self.most_calls
        policy = "DAILY" if is_daily else "SECONDLY"
        said_wait = {} if wait is None else {"Retry_After": str(int(wait))}
        content = {**error("RATE_LIMITS", f"You have reached your {policy.lower()} limit."), "policyName": policy}
        return Answer.of({**content, "errorType": "RATE_LIMIT"}, 429, **said_wait)

    def own_error(self) -> Answer:
        return Answer.of(error("INTERNAL_ERROR", "internal error"), 500)

    def answer(self, call: Call) -> Answer:
        found = [
            (match, name)
            for method, path, name in ROUTES
            if (match := re.fullmatch(path, call.path)) and method == call.method
        ]
        if not found:
            raise refuse(404, "OBJECT_NOT_FOUND", "No endpoint here")
        match, name = found[0]
        if not call.path.startswith("/oauth/"):
            self._check_token(call)
        answer = getattr(self, name)(call, *match.groups())
        if not call.path.endswith("/search") and self._bearer(call) not in self.access_tokens:
            limit = self.most_calls or 250_000
            answer.headers["X-HubSpot-RateLimit-Daily"] = str(limit)
            answer.headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(0, limit - self.calls_in_window))
        return answer

    def _check_token(self, call: Call) -> None:
        bearer = self._bearer(call)
        if bearer in self.access_tokens and self.access_tokens[bearer] <= self.now:
            raise refuse(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        if bearer != self.token and bearer not in self.access_tokens:
            raise refuse(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if missing := self._scope(call) - self.scopes:
            context = {"requiredGranularScopes": [f"{min(missing)[:-5]}.sensitive.read.v2", *missing]}
            errors = [{"message": "One or more of the following scopes are required.", "context": context}]
            raise refuse(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes.", errors=errors)

    @staticmethod
    def _bearer(call: Call) -> str:
        return call.headers.get("authorization", "").removeprefix("Bearer ")

    @staticmethod
    def _scope(call: Call) -> set[str]:
        _root, _crm, area, *rest = call.path.split("/")
        kind = rest[1] if len(rest) > 1 else ""
        if area == "objects":
            return {f"crm.objects.{kind}.{'write' if call.method == 'PATCH' else 'read'}"}
        return {"crm.objects.owners.read"} if area == "owners" else set()

    def _token(self, call: Call) -> Answer:
        form = call.form
        if call.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise refuse(400, "VALIDATION_ERROR", "unsupported content type")
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            raise refuse(400, "VALIDATION_ERROR", "missing or unknown client id", subCategory="BAD_CLIENT_ID")
        if form.get("grant_type") == "authorization_code":
            if self.codes.pop(form.get("code", ""), None) != form.get("redirect_uri"):
                raise refuse(400, "VALIDATION_ERROR", "missing or unknown auth code", subCategory="BAD_AUTH_CODE")
        elif form.get("grant_type") != "refresh_token" or form.get("refresh_token") != (self.refresh_token or None):
            raise refuse(400, "VALIDATION_ERROR", "missing or unknown refresh token", subCategory="BAD_REFRESH_TOKEN")
        number = next(self.numbers)
        self.refresh_token, access = f"refresh-token-{number}", f"access-token-{number}"
        self.access_tokens[access] = self.now + self.token_lives
        content = {"access_token": access, "refresh_token": self.refresh_token, "token_type": "bearer"}
        content |= {"expires_in": int(self.token_lives.total_seconds()), "token_use": "access_token"}
        return Answer.of({**content, "hub_id": self.portal_id, "user_id": 40_001, "scopes": sorted(self.scopes)})

    def _token_says(self, call: Call) -> Answer:
        form = call.form
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            raise refuse(400, "VALIDATION_ERROR", "missing or unknown client id")
        ends = self.access_tokens.get(form.get("token", ""), self.now)
        signed = {"appId": 1, "appInstallId": "1", "audience": "all", "expiresAt": int(ends.timestamp() * 1000)}
        signed |= {"hubId": self.portal_id, "hublet": "na1", "installingUserId": 1, "userId": 1, "signature": "x"}
        signed |= {"isPrivateDistribution": True, "isServiceAccount": False, "isUserLevel": False, "newSignature": "x"}
        signed |= dict.fromkeys(("scopeToScopeGroupPks", "scopes", "trialScopeToScopeGroupPks", "trialScopes"), "")
        content = {"active": ends > self.now, "app_id": 1, "client_id": self.client_id, "hub_id": self.portal_id}
        content |= {
            "expires_in": 1800,
            "is_private_distribution": True,
            "scopes": sorted(self.scopes),
            "user_id": 40_001,
        }
        content |= {"token": form.get("token", ""), "token_type": "bearer", "token_use": "access_token"}
        content |= {"hub_domain": "nusantara.example", "user": "bima@nusantara.example", "signed_access_token": signed}
        return Answer.of(content)

    def _account(self, _call: Call) -> Answer:
        content = {"portalId": self.portal_id, "portalName": self.portal_name, "uiDomain": "app.hubspot.com"}
        return Answer.of({**content, "accountType": "STANDARD", "timeZone": "Asia/Jakarta"})


def said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(category: str, message: str) -> dict:
    return {"status": "error", "message": message, "correlationId": str(UUID(int=7)), "category": category}


def refuse(status: int, category: str, message: str, **more: object) -> Refused:
    return Refused(Answer.of({**error(category, message), **more}, status))
