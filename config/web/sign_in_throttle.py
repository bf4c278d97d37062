"""Names the account and the client address of a sign-in for its limits (config.web.sign_in_limits)."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.account_names import account_named, normal_name

# what is wrong of these is counted for each address under such a name, in its normal spelling
INVITATION_LINKS, API_KEYS = "an invitation link", "an api key"
NO_NAMES = (INVITATION_LINKS, API_KEYS)
NETWORK_BITS = 64  # what one customer has of IPv6 at least


def username_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """In one spelling, so that another one gives no further attempts; that of the account, if it is one."""
    typed = str((credentials or {}).get("username") or request.POST.get("username") or "")
    known: dict[str, str] = request.__dict__.setdefault("_names_tried", {})
    if typed not in known:  # asked for several times during one sign-in
        account = None if typed in ("", *NO_NAMES) else account_named(typed)
        known[typed] = normal_name(account.username if account else typed)[:255]
    return known[typed]


def address_tried(request: HttpRequest) -> str | None:
    """None where there is none, behind a socket."""
    return client_address(request) or None


def client_address(request: HttpRequest) -> str:
    """What the outermost of our own proxies saw (TRUSTED_PROXIES), never what the client claims. Of IPv6 the network,
    whose owner has as many addresses as he or she likes."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return _network(hops[-settings.TRUSTED_PROXIES]) or _network(request.META.get("REMOTE_ADDR", ""))
    return _network(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    """Some proxies write the port behind the address. Empty for what is no address."""
    bare = text.rpartition(":")[0] if text.count(":") == 1 else text.partition("]")[0].removeprefix("[")
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), NETWORK_BITS), strict=False).network_address)
