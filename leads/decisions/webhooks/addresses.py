"""Which addresses webhooks may go to, as far as it can be seen without asking for the host (I3)."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, urlsplit

PUBLIC_PORTS = {"https": (443, 8443)}
ON_A_DEVELOPERS_MACHINE = {**PUBLIC_PORTS, "http": (80,)}
OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1", "[::1]")
HEADERS_OF_ITS_OWN = frozenset(
    (
        "host",
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "upgrade",
        "expect",
        "te",
        "trailer",
        "accept-encoding",
        "user-agent",
        "alur-replay",
    )
)


def shown_host(address: str) -> str:
    """All that people see of an address: the rest of it is often the secret of its receiver."""
    return urlsplit(address).netloc


def read_networks(entries: Collection[str]) -> tuple[list[str], list[IPv4Network | IPv6Network]]:
    """What WEBHOOK_NETWORKS lists: names of hosts, and networks such as 10.0.0.0/8 or single addresses."""
    hosts: list[str] = []
    networks: list[IPv4Network | IPv6Network] = []
    for entry in entries:
        try:
            networks.append(ip_network(entry.strip(), strict=False))
        except ValueError:
            hosts.append(entry.strip().lower())
    return [host for host in hosts if host], networks


def is_own(place: SplitResult, *, site: SplitResult, hosts: Collection[str]) -> bool:
    """Whether Alur itself answers there. `hosts` are those of ALLOWED_HOSTS: ".example.com" stands for all below it.
    On this machine the port decides, because other programs listen here too."""
    host, own = _called(place.hostname or ""), _called(site.hostname or "")
    if host in OF_THIS_MACHINE:
        return own in OF_THIS_MACHINE and _port(place) == _port(site)
    return host == own or any(_fits(host, known.lower().rstrip(".")) for known in hosts)


def may_be_header(name: str) -> bool:
    """A name for the fixed header of an endpoint: a token of HTTP, and none that Alur sets itself."""
    is_token = bool(name) and name.isascii() and all(letter.isalnum() or letter in "-_" for letter in name)
    return is_token and name.lower() not in HEADERS_OF_ITS_OWN and not name.lower().startswith("webhook-")


def may_be_header_value(value: str) -> bool:
    return bool(value.strip()) and value.isascii() and value.isprintable()


def _called(host: str) -> str:
    """As a look-up spells it: other letters may mean the same host, such as wide ones."""
    try:
        spelled = host.encode("idna").decode()
    except UnicodeError:
        spelled = host
    return spelled.lower().rstrip(".")


def _fits(host: str, known: str) -> bool:
    if known in ("", "*"):
        return False
    return host == known or (known.startswith(".") and (host.endswith(known) or host == known[1:]))


def _port(place: SplitResult) -> int:
    return place.port or (443 if place.scheme == "https" else 80)
