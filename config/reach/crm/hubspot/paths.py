"""Where HubSpot answers, in one version of its API."""

from urllib.parse import quote

VERSION = "2026-03"
BASE_URL = "https://api.hubapi.com"
SIGN_IN_PAGE = "https://app.hubspot.com/oauth/authorize"

TOKEN = f"/oauth/{VERSION}/token"
TOKEN_SAYS = f"/oauth/{VERSION}/token/introspect"
ACCOUNT = f"/account-info/{VERSION}/details"
OWNERS = f"/crm/owners/{VERSION}"


def at(base_url: str, path: str) -> str:
    return (base_url or BASE_URL).rstrip("/") + path


def objects(name: str, rest: str = "") -> str:
    return f"/crm/objects/{VERSION}/{name}{rest}"


def record(name: str, record_id: str) -> str:
    return objects(name, f"/{quote(record_id, safe='')}")


def properties(name: str, rest: str = "") -> str:
    return f"/crm/properties/{VERSION}/{name}{rest}"


def pipelines(name: str) -> str:
    return f"/crm/pipelines/{VERSION}/{name}"


def associations(name: str, to: str) -> str:
    return f"/crm/associations/{VERSION}/{name}/{to}/batch/read"
