"""Decide what a public form may ask, which websites may embed it, and which campaign parameters are kept (A1c)."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import idna

ASKABLE = (  # in the order on the form
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "company_name",
    "title",
    "company_size",
    "industry",
    "website",
    "city",
    "country",
    "message",
)
OPTIONAL, REQUIRED = "optional", "required"
CHOICES = (OPTIONAL, REQUIRED)
TRAP, QUICK = SPAM = ("trap", "too_quick")  # why a submission is held: it filled in a hidden field, or came too fast
MAX_ORIGINS = 20
MAX_PARAMETERS, MAX_PARAMETER_LENGTH, MAX_PAGE_LENGTH = 12, 200, 500

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_OWN_MACHINE = {"localhost", "127.0.0.1"}  # where developers try a website
_USUAL_PORTS = {"https": 443, "http": 80}
_CAMPAIGN_PARAMETER = re.compile(r"utm_[a-z_]{1,40}|campaign|gclid|fbclid|msclkid")


def asked_fields(asks: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    """The fields of a form in order, each with whether it is required."""
    return tuple((name, asks[name] == REQUIRED) for name in ASKABLE if asks.get(name) in CHOICES)


def questions_problem(asks: Mapping[str, str]) -> str:
    """Why a form cannot have these questions, or "". Codes: unreachable, name_twice, unknown."""
    if any(name not in ASKABLE or choice not in CHOICES for name, choice in asks.items()):
        return "unknown"
    if REQUIRED not in (asks.get("email"), asks.get("phone")):
        return "unreachable"
    if "name" in asks and ("first_name" in asks or "last_name" in asks):
        return "name_twice"
    return ""


def read_origin(text: str) -> str:
    """The origin of an address that was typed or pasted, written as browsers write it; "" if it is none.

    Only https is allowed, and http on the local machine. The result goes into a header, so it consists of scheme, host
    and perhaps port, and nothing else.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
    except ValueError:
        return ""
    host = _ascii(parts.hostname or "")
    is_own = host in _OWN_MACHINE
    if parts.scheme not in (("https", "http") if is_own else ("https",)) or "@" in parts.netloc or port == 0:
        return ""
    labels = host.split(".")
    if not is_own and (len(labels) < 2 or len(host) > 253 or not all(map(_LABEL.fullmatch, labels))):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORTS[parts.scheme] else "")


def campaign_parameters(query: Mapping[str, str], page: str) -> dict[str, str]:
    """The campaign parameters in the address of the form and of the page that shows it (the form's own win), and
    that page without its query, which may hold personal data."""
    try:
        parts = urlsplit(page[: MAX_PAGE_LENGTH * 4])
    except ValueError:
        parts = urlsplit("")
    found = [*query.items(), *parse_qsl(parts.query)]
    kept: dict[str, str] = {}
    for key, value in found:
        if _CAMPAIGN_PARAMETER.fullmatch(key.lower()) and value.strip() and len(kept) < MAX_PARAMETERS:
            kept.setdefault(key.lower(), value.strip()[:MAX_PARAMETER_LENGTH])
    if parts.scheme in ("http", "https") and parts.hostname:
        kept["page"] = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:MAX_PAGE_LENGTH]
    return kept


def frame_height(asks: Mapping[str, str], *, intro: str, consent: str) -> int:
    """The height in pixels at which the form fits on a phone without its own scroll bar."""
    rows = 76 * len(asks) + (80 if "message" in asks else 0)
    words = 22 * (len(intro) // 38 + 1 if intro else 0) + (36 + 20 * (len(consent) // 38 + 1) if consent else 0)
    return 210 + rows + words


def _ascii(host: str) -> str:
    """The host name in ASCII; "" if it is not valid."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError, ValueError):
        return ""
