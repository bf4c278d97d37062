"""Fetches a document from an address that a person typed: public hosts only, bounded in size and in time (I2).

Every host is resolved once, all its addresses are checked, and the connection goes to an address that was checked, so
that a name cannot point elsewhere a moment later; the same again for each redirect. Errors name no address: whoever
knows the address of a calendar can read it.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

MOST_BYTES = 10 * 1024 * 1024
SECONDS = 15  # for everything, redirects included
REDIRECTS = 4
LONGEST = 2000
WEBCAL = "webcal://"
PORTS = {"http": 80, "https": 443}
# an IPv4 address may hide in these, whatever it is
TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
STATUSES = {404: "gone", 410: "gone", 401: "forbidden", 403: "forbidden"}
UNRESERVED = "/%:@!$&'()*+,;=~-._?"


class FetchRefused(Exception):
    """`code` is one of not_an_address, not_public, no_such_host, no_answer, not_secure, too_slow, too_large,
    too_many_redirects, gone, forbidden, unexpected; it is all that is ever told."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """`body` is None when nothing has changed since the signs were given."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


def _resolved(host: str, port: int) -> list[str]:
    return [place[4][0] for place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def _secured(plain: socket.socket, host: str) -> socket.socket:
    """Shakes hands only when the connection can be cut."""
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


@dataclass(frozen=True, slots=True)
class Network:
    """The three acts that reach outside; tests bring their own."""

    resolve: Callable[[str, int], list[str]] = _resolved
    connect: Callable[[str, int, float], socket.socket] = _connected
    secure: Callable[[socket.socket, str], socket.socket] = _secured


OUTSIDE = Network()


def fetch(
    address: str, *, etag: str = "", last_modified: str = "", network: Network = OUTSIDE, seconds: float = SECONDS
) -> Fetched:
    """The document behind the address; raises FetchRefused."""
    end = time.monotonic() + seconds
    signs = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    signs = {name: value for name, value in signs.items() if value}
    for _step in range(REDIRECTS + 1):
        place = parsed(address)
        found = _ask(place, signs, network, end)
        if isinstance(found, Fetched):
            return found
        address = urljoin(address, found)
        if place.scheme == "https" and urlsplit(address).scheme != "https":
            raise FetchRefused("not_secure")
    raise FetchRefused("too_many_redirects")


def web_address(typed: str) -> str:
    """What a person typed or pasted, as an address; calendars hand out webcal: for subscriptions. Raises
    FetchRefused."""
    address = typed.strip()
    if address.lower().startswith(WEBCAL):
        address = f"https://{address[len(WEBCAL) :]}"
    return parsed(address).geturl()


def parsed(address: str) -> SplitResult:
    """The parts of an http or https address without a name or password in it; raises FetchRefused."""
    try:
        place = urlsplit(address.strip())
        _port = place.port
    except ValueError:
        raise FetchRefused("not_an_address") from None
    is_whole = place.scheme in PORTS and place.hostname and len(address) <= LONGEST
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
        if any(found in network for network in TRANSLATED):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _ask(place: SplitResult, signs: Mapping[str, str], network: Network, end: float) -> Fetched | str:
    """The document, or the address to which the host sends us."""
    host, port = _ascii(place.hostname), place.port or PORTS[place.scheme]
    line = _Line(_open(host, port, network, end), end)
    with line:
        try:
            if place.scheme == "https":
                line.secure(network, host)
            return _answer(line.stream, host, port, place, signs, end)
        except ssl.SSLError:
            raise FetchRefused("too_slow" if line.is_late else "not_secure") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise FetchRefused("too_slow" if line.is_late else "no_answer") from None


def _ascii(host: str | None) -> str:
    try:
        return (host or "").encode("idna").decode()
    except UnicodeError:
        raise FetchRefused("no_such_host") from None


def _open(host: str, port: int, network: Network, end: float) -> socket.socket:
    """A connection to one of the host's addresses, all of which must be public."""
    try:
        addresses = list(dict.fromkeys(network.resolve(host, port)))
    except (OSError, UnicodeError):
        raise FetchRefused("no_such_host") from None
    if not addresses:
        raise FetchRefused("no_such_host")
    if not all(map(is_public, addresses)):
        raise FetchRefused("not_public")
    for address in addresses:
        left = end - time.monotonic()
        if left <= 0:
            raise FetchRefused("too_slow")
        try:
            return network.connect(address, port, left / 2)
        except OSError:
            continue
    raise FetchRefused("no_answer")


class _Line:
    """A connection that is cut at the end of the time, however slowly the other side sends its bytes."""

    def __init__(self, stream: socket.socket, end: float) -> None:
        self.stream, self.is_late = stream, False
        self._timer = threading.Timer(max(end - time.monotonic(), 0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Line":
        self._timer.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._timer.cancel()
        self.stream.close()

    def secure(self, network: Network, host: str) -> None:
        self.stream = network.secure(self.stream, host)
        if isinstance(self.stream, ssl.SSLSocket):
            self.stream.do_handshake()

    def _cut(self) -> None:
        self.is_late = True
        with suppress(OSError):
            socket.socket.shutdown(self.stream, socket.SHUT_RDWR)  # below the encryption, which might wait itself


def _answer(
    stream: socket.socket, host: str, port: int, place: SplitResult, signs: Mapping[str, str], end: float
) -> Fetched | str:
    asking = http.client.HTTPConnection(host, port)
    asking.sock, asking.auto_open = stream, 0  # never by name again
    asking.default_port = PORTS[place.scheme]
    try:
        target = place._replace(scheme="", netloc="", path=place.path or "/", fragment="").geturl()
        target = quote(target, safe=UNRESERVED)
        asking.request("GET", target, headers={"Accept": "text/calendar, */*", "Accept-Encoding": "identity", **signs})
        answer = asking.getresponse()
        if answer.status in (301, 302, 303, 307, 308) and answer.getheader("Location"):
            return answer.getheader("Location", "")
        if answer.status == 304 and signs:
            return Fetched(None)
        if answer.status != 200:
            raise FetchRefused(STATUSES.get(answer.status, "unexpected"))
        etag, last_modified = answer.getheader("ETag", ""), answer.getheader("Last-Modified", "")
        return Fetched(_body(answer, end), etag[:200], last_modified[:60])
    finally:
        asking.close()


def _body(answer: http.client.HTTPResponse, end: float) -> bytes:
    """Read piece by piece, and not a byte beyond the limit is kept."""
    if (answer.length or 0) > MOST_BYTES:
        raise FetchRefused("too_large")
    pieces, size, announced = [], 0, answer.length
    while piece := answer.read1(65536):
        size += len(piece)
        if size > MOST_BYTES:
            raise FetchRefused("too_large")
        pieces.append(piece)
    if time.monotonic() >= end:  # what looks like the end of the document may be the cut
        raise FetchRefused("too_slow")
    if announced is not None and size < announced:
        raise http.client.IncompleteRead(b"", announced - size)
    return b"".join(pieces)
