"""The one way out: HTTP calls to addresses that people typed, to public hosts only, bounded in size and time (I2).

Every host is resolved once, all its addresses are checked, and the connection goes to an address that was checked, so
that a name cannot point elsewhere a moment later; the same again for each redirect. Errors name no address: the
address of a calendar is all that one needs to read it.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from config.environment import OUTSIDE_PORTS

MAX_BYTES = 10 * 1024 * 1024
SECONDS = 15  # for everything, redirects included
MAX_REDIRECTS = 4
MAX_ADDRESS = 2000  # as people type them
LONGEST_LINK = 16_000  # that a host hands out for its next page
WEBCAL = "webcal://"
PORTS = {"http": 80, "https": 443}
# an IPv4 address may hide in these
TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96")))
# what `is_global` lets pass in one version of Python or another, though no host of the public internet has it
SPECIAL = tuple(
    map(
        ip_network,
        [
            *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
            *("2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"),
        ],
    )
)
GLOBAL_UNICAST = ip_network("2000::/3")  # all that is given out
REDIRECT_STATUSES = {301, 302, 303, 307, 308}
STATUSES = {404: "gone", 410: "gone", 401: "forbidden", 403: "forbidden"}


class FetchRefused(Exception):
    """`code` is one of not_an_address, not_public, no_such_host, no_answer, not_secure, not_this_port, too_slow,
    too_large, too_many_redirects, gone, forbidden, unexpected; it is all that anybody reads."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """`body` is None when nothing has changed since the document had this `etag` or `last_modified`."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """What may stand in-house: hosts by name, and networks whose addresses a name may have. `public_ports` are
    the only ports of all other hosts."""

    hosts: Collection[str] = ()
    networks: Collection[IPv4Network | IPv6Network] = ()
    public_ports: Collection[int] = OUTSIDE_PORTS

    def check(self, host: str, port: int, addresses: Collection[str]) -> None:
        """Raises FetchRefused unless a connection may go to each of these addresses."""
        if host in self.hosts or all(map(self._is_near, addresses)):
            return
        if not all(is_public(address) or self._is_near(address) for address in addresses):
            raise FetchRefused("not_public")
        if port not in self.public_ports:
            raise FetchRefused("not_this_port")

    def _is_near(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


NOBODY = Trusted()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host answered; the names of the headers are in lower case. A body that was cut is its beginning."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def _resolve(host: str, port: int) -> list[str]:
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def _secure(plain: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


@dataclass(frozen=True, slots=True)
class Network:
    """The three steps that reach outside; tests bring their own."""

    resolve: Callable[[str, int], list[str]] = _resolve
    connect: Callable[[str, int, float], socket.socket] = _connect
    secure: Callable[[socket.socket, str], socket.socket] = _secure


OUTSIDE = Network()


def fetch(
    address: str, *, etag: str = "", last_modified: str = "", network: Network = OUTSIDE, seconds: float = SECONDS
) -> Fetched:
    """The document behind the address, redirects followed; raises FetchRefused."""
    end = time.monotonic() + seconds
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    conditions = {name: value for name, value in conditions.items() if value and value.isascii()}  # all httpx can send
    headers = {"Accept": "text/calendar, */*", **conditions}
    for _step in range(MAX_REDIRECTS + 1):
        parsed(address)
        reply = request("GET", address, headers=headers, network=network, seconds=end - time.monotonic())
        location = reply.headers.get("location")
        if reply.status not in REDIRECT_STATUSES or not location:
            return _document(reply, is_conditional=bool(conditions))
        is_secure, address = address.startswith("https:"), urljoin(address, location)
        if is_secure and not address.startswith("https:"):
            raise FetchRefused("not_secure")
    raise FetchRefused("too_many_redirects")


def request(
    method: str,
    address: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    trusted_hosts: Collection[str] = (),
    trusted: Trusted = NOBODY,
    network: Network = OUTSIDE,
    seconds: float = SECONDS,
    keep_only: int | None = None,
) -> Reply:
    """One call; redirects are answers like others. Raises FetchRefused when there is no answer to read.

    `trusted_hosts`, and what is `trusted`, may stand in-house: their addresses need not be public. No cookies, no
    proxies of the environment; the body comes as it was sent, never unpacked. With `keep_only`, so many bytes are
    read and the line is cut, so that a host may send as much as it likes, and as slowly.
    """
    from config.web.pinned_transport import send  # httpx takes a tenth of a second, and few processes call out

    end = time.monotonic() + seconds
    own = {"Accept-Encoding": "identity", "User-Agent": "Alur", **(headers or {})}
    return send(
        method,
        parsed(address, longest=LONGEST_LINK).geturl(),
        body=body,
        headers=own,
        trusted=replace(trusted, hosts=(*trusted.hosts, *trusted_hosts)),
        network=network,
        end=end,
        keep_only=keep_only,
    )


def web_address(typed: str) -> str:
    """What a person typed or pasted, as an address; calendars hand out webcal: for subscriptions. Raises
    FetchRefused."""
    address = typed.strip()
    if address.lower().startswith(WEBCAL):
        address = f"https://{address[len(WEBCAL) :]}"
    return parsed(address).geturl()


def public_https(typed: str) -> str:
    """An address that messages may go to, as far as it can be seen without asking for its host; raises FetchRefused.
    The host is resolved and checked again at each call."""
    place = parsed(typed)
    host = place.hostname or ""
    is_number = host.replace(".", "").isdigit() or ":" in host
    if place.port is not None and place.port not in OUTSIDE_PORTS:
        raise FetchRefused("not_this_port")
    if place.scheme != "https" or "." not in host.strip(".") or (is_number and not is_public(host)):
        raise FetchRefused("not_an_address")
    return place.geturl()


def parsed(address: str, *, longest: int = MAX_ADDRESS) -> SplitResult:
    """The parts of an http or https address without a name or password in it; raises FetchRefused."""
    try:
        place = urlsplit(address.strip())
        _port = place.port
    except ValueError:
        raise FetchRefused("not_an_address") from None
    is_whole = place.scheme in PORTS and place.hostname and len(address) <= longest
    if not is_whole or place.username is not None or place.password is not None:
        raise FetchRefused("not_an_address")
    return place


def is_public(address: str) -> bool:
    """Neither private, loopback, link-local, shared, multicast or otherwise reserved; nor a translated address, behind
    which one of those may stand."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if found not in GLOBAL_UNICAST or any(found in network for network in TRANSLATED):
            return False
    if any(found in network for network in SPECIAL):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def check_place(address: str, *, trusted: Trusted = NOBODY, network: Network = OUTSIDE) -> None:
    """Whether a call to this address would be let through now; asks for its host. Raises FetchRefused."""
    place = parsed(address)
    addresses_of(place.hostname or "", place.port or PORTS[place.scheme], trusted=trusted, network=network)


def addresses_of(host: str, port: int, *, trusted: Trusted, network: Network) -> list[str]:
    """All addresses of the host, each of which may be connected to. Raises FetchRefused."""
    try:
        addresses = list(dict.fromkeys(network.resolve(host, port)))
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise FetchRefused("no_such_host")
    trusted.check(host, port, addresses)
    return addresses


def _document(reply: Reply, *, is_conditional: bool) -> Fetched:
    if reply.status == 304 and is_conditional:
        return Fetched(None)
    if reply.status != 200:
        raise FetchRefused(STATUSES.get(reply.status, "unexpected"))
    return Fetched(reply.body, reply.headers.get("etag", "")[:200], reply.headers.get("last-modified", "")[:60])
