"""An httpx transport that resolves a host once, checks its addresses and connects to a checked one, all in time (I2).

Host header, SNI and certificate are those of the name. Proxies and netrc files of the environment do not count.
Only safe_fetch imports this module, when it makes a call.
"""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import httpcore
import httpx

from config.web.safe_fetch import MAX_BYTES, FetchRefused, Network, Reply, Trusted, addresses_of


def send(
    method: str,
    address: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    trusted: Trusted,
    network: Network,
    end: float,
    keep_only: int | None = None,
) -> Reply:
    """One call, without cookies; raises FetchRefused when there is no answer to read."""
    transport = PinnedTransport(network, end=end, trusted=trusted)
    try:
        with (
            httpx.Client(transport=transport, trust_env=False, timeout=None) as client,
            client.stream(method, address, content=body or None, headers=headers) as reply,
        ):
            body = _whole(reply) if keep_only is None else _beginning(reply, keep_only)
            return Reply(reply.status_code, dict(reply.headers), body)
    except (httpx.InvalidURL, httpx.HTTPError, ValueError):
        raise FetchRefused("no_answer") from None


def _whole(reply: httpx.Response) -> bytes:
    """Read piece by piece as it was sent, never unpacked, and not a byte beyond the limit is kept."""
    announced = reply.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > MAX_BYTES:
        raise FetchRefused("too_large")
    found = bytearray()
    for piece in reply.iter_raw():
        found += piece
        if len(found) > MAX_BYTES:
            raise FetchRefused("too_large")
    return bytes(found)


def _beginning(reply: httpx.Response, length: int) -> bytes:
    """What came of the body until there was enough, time was over or the line broke: the status is known by then."""
    found = bytearray()
    with suppress(FetchRefused, httpx.HTTPError):
        for piece in reply.iter_raw():
            found += piece
            if len(found) >= length:
                break
    return bytes(found[:length])


class PinnedTransport(httpx.BaseTransport):
    """One connection for each call. Raises FetchRefused for every failure."""

    def __init__(self, network: Network, *, end: float, trusted: Trusted) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # cheap and not used: `network.secure` has its own
            max_keepalive_connections=0,
            network_backend=_Backend(network, end, trusted),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request(request.method, place, headers=request.headers.raw, content=request.stream)
        with _refused():
            answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _refused():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, network: Network, end: float, trusted: Trusted) -> None:
        self._network, self._end, self._trusted = network, end, trusted

    def connect_tcp(self, host: str, port: int, *_args: object, **_options: object) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses, all of which must be public, unless they are trusted."""
        for address in addresses_of(host, port, trusted=self._trusted, network=self._network):
            with suppress(OSError):
                line = self._network.connect(address, port, _left(self._end) / 2)
                return _Stream(line, self._network, self._end)
        raise FetchRefused("no_answer")


class _Stream(httpcore.NetworkStream):
    """Each read and write may take what is left of the whole time, however slowly the other side sends its bytes."""

    def __init__(self, line: socket.socket, network: Network, end: float) -> None:
        self._line, self._network, self._end = line, network, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _refused():
            self._line.settimeout(_left(self._end))
            return self._line.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """A host that hangs up early may have answered already: httpcore goes on to read after a WriteError."""
        try:
            self._line.settimeout(_left(self._end))
            self._line.sendall(buffer)
        except TimeoutError:
            raise FetchRefused("too_slow") from None
        except OSError:
            raise httpcore.WriteError from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _refused():
            self._line.settimeout(_left(self._end))
            self._line = self._network.secure(self._line, server_hostname or "")
        return self

    def close(self) -> None:
        self._line.close()

    def get_extra_info(self, info: str) -> object:
        return None


def _left(end: float) -> float:
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise FetchRefused("too_slow")
    return seconds


@contextmanager
def _refused() -> Iterator[None]:
    """Errors of the network become codes, which name no address."""
    try:
        yield
    except TimeoutError:
        raise FetchRefused("too_slow") from None
    except ssl.SSLError:
        raise FetchRefused("not_secure") from None
    except (OSError, httpcore.ProtocolError, httpcore.NetworkError):
        raise FetchRefused("no_answer") from None
