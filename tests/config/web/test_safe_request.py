"""One HTTP call outward with method, headers and body, as webhooks need it; no network here (I2, I3)."""

import gzip
import socket
import threading
from collections.abc import Callable
from ipaddress import ip_network

import pytest

from config.web.safe_fetch import FetchRefused, Network, Reply, Trusted, check_place, fetch, request
from tests.factories.outside import CALENDAR, OTHER, PUBLIC, Outside, moved, ok


def test_a_body_is_posted_with_its_headers_and_the_answer_comes_back_as_it_is():
    outside = Outside({PUBLIC: b"HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 4\r\n\r\nwait"})
    reply = request(
        "POST", "https://calendar.example/hook", body=b"{}", headers={"X-Signature": "abc"}, network=outside.network
    )
    assert reply == Reply(503, {"retry-after": "30", "content-length": "4"}, b"wait")
    first, *lines = outside.asked[0].decode().split("\r\n")
    assert first == "POST /hook HTTP/1.1"
    assert {"Host: calendar.example", "X-Signature: abc", "Content-Length: 2"} <= set(lines)
    assert outside.secured == ["calendar.example"]


def test_a_redirect_is_an_answer_and_is_not_followed():
    outside = Outside({PUBLIC: moved("https://other.example/"), OTHER: ok()})
    assert request("POST", "http://calendar.example/", network=outside.network).status == 302
    assert outside.connected == [(PUBLIC, 80)]


def test_a_trusted_host_may_stand_in_house_and_no_other():
    outside = Outside({"10.0.0.9": ok()}, {"crm.example": ["10.0.0.9"], "inside.example": ["10.0.0.9"]})
    known = {"trusted_hosts": {"crm.example"}, "network": outside.network}
    assert request("POST", "http://CRM.example/", **known).body == CALENDAR
    with pytest.raises(FetchRefused, match="not_public"):
        request("POST", "http://inside.example/", **known)


def test_a_link_that_a_host_hands_out_may_be_longer_than_people_type():
    outside = Outside({PUBLIC: ok()})
    link = f"https://calendar.example/leads?next={'a' * 9000}"
    assert request("GET", link, network=outside.network).body == CALENDAR
    with pytest.raises(FetchRefused, match="not_an_address"):
        request("GET", link + "a" * 9000, network=outside.network)
    with pytest.raises(FetchRefused, match="not_an_address"):
        fetch(link, network=outside.network)


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    outside = Outside({PUBLIC: ok()})
    assert fetch("https://calendar.example/", network=outside.network).body == CALENDAR
    assert (outside.resolved, outside.connected) == (["calendar.example"], [(PUBLIC, 443)])


def test_a_cookie_is_not_carried_to_the_next_address():
    first = moved("http://other.example/").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Domain=example\r\n\r\n")
    outside = Outside({PUBLIC: first, OTHER: ok()})
    fetch("http://calendar.example/", network=outside.network)
    assert b"cookie" not in outside.asked[1].lower()


def test_a_packed_body_is_not_unpacked():
    """A few bytes that would become gigabytes stay a few bytes."""
    packed = gzip.compress(b"x" * 50_000_000)
    outside = Outside({PUBLIC: ok(packed, "Content-Encoding: gzip")})
    assert request("GET", "http://calendar.example/", network=outside.network).body == packed
    assert b"Accept-Encoding: identity" in outside.asked[0]


def test_a_header_that_would_split_the_request_is_refused():
    outside = Outside({PUBLIC: ok()})
    with pytest.raises(FetchRefused, match="no_answer"):
        request("POST", "http://calendar.example/", headers={"X-A": "b\r\nX-C: d"}, network=outside.network)
    assert [each for each in outside.asked if each] == []


def network_of(answer: Callable[[socket.socket], object]) -> Network:
    """One host whose TLS is real."""

    def connect(*_place: object) -> socket.socket:
        ours, theirs = socket.socketpair()
        threading.Thread(target=lambda: (answer(theirs), theirs.close()), daemon=True).start()
        return ours

    return Network(lambda host, port: [PUBLIC], connect)


def test_a_host_that_does_not_speak_tls_is_not_secure():
    network = network_of(lambda theirs: (theirs.recv(65536), theirs.sendall(b"HTTP/1.1 200 OK\r\n\r\n")))
    with pytest.raises(FetchRefused, match="not_secure"):
        request("GET", "https://calendar.example/", network=network)


def test_a_handshake_that_does_not_end_is_too_slow():
    stop = threading.Event()
    try:
        with pytest.raises(FetchRefused, match="too_slow"):
            network = network_of(lambda _theirs: stop.wait(30))
            request("GET", "https://calendar.example/", network=network, seconds=0.4)
    finally:
        stop.set()


def test_an_etag_that_no_header_can_carry_is_not_sent():
    """HTTP allows such bytes in an answer; httpx sends ASCII only. Calendars that were read before keep working."""
    outside = Outside({PUBLIC: ok(CALENDAR, "ETag: X").replace(b"X", '"é"'.encode("latin-1"))})
    etag = fetch("http://calendar.example/", network=outside.network).etag
    again = fetch("http://calendar.example/", etag=etag, last_modified="then", network=outside.network)
    assert (etag, again.body) == ('"é"', CALENDAR)
    assert b"If-Modified-Since: then" in outside.asked[1] and b"If-None-Match" not in outside.asked[1]


INSIDE = Trusted(hosts=["n8n.inside"], networks=[ip_network("10.1.0.0/16")], public_ports=(443, 8443))
PLACES = {
    "n8n.inside": ["192.168.1.1"],
    "crm.inside": ["10.1.2.3"],
    "half.inside": ["10.1.2.3", "192.168.1.1"],
    "both.example": ["10.1.2.3", PUBLIC],
    "out.example": [PUBLIC],
    "mapped.inside": ["::ffff:10.1.2.3"],
}


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("http://n8n.inside:5678/", ""),
        ("http://crm.inside:8080/", ""),
        ("https://both.example/", ""),
        ("https://both.example:5678/", "not_this_port"),
        ("https://half.inside/", "not_public"),
        ("https://mapped.inside/", "not_public"),
        ("https://out.example/", ""),
        ("https://out.example:8443/", ""),
        ("https://out.example:22/", "not_this_port"),
        ("http://out.example/", "not_this_port"),
    ],
)
def test_trusted_networks_may_stand_in_house_and_public_hosts_have_their_ports(address, refusal):
    outside = Outside(dict.fromkeys(["192.168.1.1", "10.1.2.3", PUBLIC], ok()), PLACES)
    for attempt in (
        lambda: request("POST", address, trusted=INSIDE, network=outside.network),
        lambda: check_place(address, trusted=INSIDE, network=outside.network),
    ):
        if refusal:
            with pytest.raises(FetchRefused, match=refusal):
                attempt()
        else:
            attempt()
    assert len(outside.connected) == (0 if refusal else 1)


def test_checking_an_address_connects_to_nobody():
    outside = Outside({PUBLIC: ok()})
    check_place("https://calendar.example/", network=outside.network)
    assert (outside.resolved, outside.connected) == (["calendar.example"], [])
    with pytest.raises(FetchRefused, match="no_such_host"):
        check_place("https://nowhere.example/", network=outside.network)


def endless(sent: list[int]) -> Callable[[socket.socket], None]:
    def answer(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            line.sendall(b"x" * 1_000)
            sent.append(1_000)

    return answer


def test_only_the_beginning_is_read_of_an_answer_without_end():
    sent: list[int] = []
    outside = Outside({PUBLIC: endless(sent)})
    reply = request("POST", "http://calendar.example/", keep_only=1_500, network=outside.network, seconds=5)
    assert (reply.status, reply.body) == (200, b"x" * 1_500)
    assert sum(sent) < 5_000_000


def test_what_came_of_a_slow_body_counts_when_only_its_beginning_is_wanted():
    silent = threading.Event()

    def answer(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun")
        silent.wait(5)

    outside = Outside({PUBLIC: answer})
    try:
        reply = request("POST", "http://calendar.example/", keep_only=1_500, network=outside.network, seconds=0.3)
        assert (reply.status, reply.body) == (200, b"begun")
        with pytest.raises(FetchRefused, match="too_slow"):
            request("POST", "http://calendar.example/", network=outside.network, seconds=0.3)
    finally:
        silent.set()
