"""Fetches from addresses that people typed: public hosts only, bounded in size and time; no network here (I2)."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from config.web import safe_fetch
from config.web.safe_fetch import MAX_BYTES, Fetched, FetchRefused, fetch, is_public
from config.worker.bounded_call import ROOT
from tests.factories.outside import CALENDAR, OTHER, PUBLIC, Outside, moved, ok


def refused(address: str, outside: Outside, **more) -> str:
    with pytest.raises(FetchRefused) as problem:
        fetch(address, network=outside.network, **more)
    assert str(problem.value) == problem.value.code and problem.value.__cause__ is None
    return problem.value.code


def test_a_document_comes_with_its_etag_and_date():
    outside = Outside({PUBLIC: ok(CALENDAR, 'ETag: "1"', "Last-Modified: Mon, 16 Nov 2026 03:00:00 GMT")})
    found = fetch("https://calendar.example/private/a%20b.ics?key=1#part", network=outside.network)
    assert found == Fetched(CALENDAR, '"1"', "Mon, 16 Nov 2026 03:00:00 GMT")
    first, *headers = outside.asked[0].decode().split("\r\n")
    assert first == "GET /private/a%20b.ics?key=1 HTTP/1.1"
    assert "Host: calendar.example" in headers
    assert (outside.connected, outside.secured) == ([(PUBLIC, 443)], ["calendar.example"])


def test_etag_and_date_are_sent_and_an_unchanged_document_has_no_body():
    outside = Outside({PUBLIC: b"HTTP/1.1 304 Not Modified\r\n\r\n"})
    assert fetch("http://calendar.example/", etag='"1"', last_modified="then", network=outside.network) == Fetched(None)
    assert b'If-None-Match: "1"\r\nIf-Modified-Since: then\r\n' in outside.asked[0]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "calendar.example/a.ics",
        "ftp://calendar.example/a.ics",
        "file:///etc/passwd",
        "gopher://calendar.example/",
        "http://",
        "http://calendar.example:99999/",
        "http://user:secret@calendar.example/",
        "http://[::1/",
        f"http://calendar.example/{'a' * 2000}",
    ],
)
def test_what_is_no_address_asks_no_host(address):
    outside = Outside({PUBLIC: ok()})
    assert (refused(address, outside), outside.resolved) == ("not_an_address", [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2001:0:7f00:1::",
        "2001:20::1",
        "192.0.0.8",
        "192.0.0.9",
        "192.88.99.1",
        "192.52.193.1",
        "feff::1",
        "100::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "2002:7f00:1::",
        "2001:db8::1",
        "localhost",
    ],
)
def test_an_address_inside_is_not_public(address):
    outside = Outside({address: ok()}, {"calendar.example": [address]})
    assert not is_public(address)
    assert (refused("http://calendar.example/", outside), outside.connected) == ("not_public", [])


@pytest.mark.parametrize("address", [PUBLIC, OTHER, "2606:2800:220:1:248:1893:25c8:1946", f"::ffff:{PUBLIC}"])
def test_an_address_outside_is_public(address):
    assert is_public(address)


def test_a_host_with_one_address_inside_is_refused_with_its_other_addresses():
    outside = Outside({PUBLIC: ok()}, {"calendar.example": [PUBLIC, "10.0.0.1"]})
    assert (refused("http://calendar.example/", outside), outside.connected) == ("not_public", [])


def test_the_connection_goes_to_the_address_that_was_checked_and_names_are_asked_once():
    """A name that points inside a moment later is not asked again."""
    outside = Outside({PUBLIC: ok(), "127.0.0.1": ok(b"inside")})
    turns = iter([[PUBLIC], ["127.0.0.1"]])
    outside.resolve = lambda host, port: outside.resolved.append(host) or next(turns)
    assert fetch("http://calendar.example/", network=outside.network).body == CALENDAR
    assert (outside.resolved, outside.connected) == (["calendar.example"], [(PUBLIC, 80)])


@pytest.mark.parametrize("place", ["http://calendar.example:8080/", "https://calendar.example:22/"])
def test_other_ports_than_those_of_the_web_are_other_services(place):
    for answer in (ok(), moved(place)):
        outside = Outside({PUBLIC: answer})
        first = place if answer == ok() else "https://calendar.example/"
        assert refused(first, outside) in ("not_this_port", "not_secure")
        assert {port for _address, port in outside.connected} <= {443}
    assert refused("http://calendar.example:6379/", Outside({PUBLIC: ok()})) == "not_this_port"


def test_a_machine_may_allow_more_ports():
    """OUTSIDE_PORTS, as a process of its own reads it."""
    code = "from config.web.safe_fetch import NOBODY; print(NOBODY.public_ports)"
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"OUTSIDE_PORTS": "443,5232"}, cwd=ROOT, capture_output=True
    )
    assert told.stdout.decode().strip() == "(443, 5232)"


def test_a_redirect_is_followed_and_checked_again():
    outside = Outside({PUBLIC: moved("https://other.example/new"), OTHER: ok()})
    assert fetch("http://calendar.example/", network=outside.network).body == CALENDAR
    assert outside.connected == [(PUBLIC, 80), (OTHER, 443)]


@pytest.mark.parametrize(
    ("first", "to", "code"),
    [
        ("http://calendar.example/", "http://169.254.169.254/latest/meta-data/", "not_public"),
        ("http://calendar.example/", "http://inside.example/", "not_public"),
        ("http://calendar.example/", "file:///etc/passwd", "not_an_address"),
        ("https://calendar.example/", "http://other.example/", "not_secure"),
        ("http://calendar.example/", "/again", "too_many_redirects"),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(first, to, code):
    hosts = {"calendar.example": [PUBLIC], "inside.example": ["10.0.0.9"], "169.254.169.254": ["169.254.169.254"]}
    outside = Outside({PUBLIC: moved(to), "10.0.0.9": ok(), "169.254.169.254": ok()}, hosts)
    assert refused(first, outside) == code
    assert {address for address, _port in outside.connected} == {PUBLIC}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("404 Not Found", "gone"),
        ("410 Gone", "gone"),
        ("403 No", "forbidden"),
        ("500 Oh", "unexpected"),
        ("304 Same", "unexpected"),
    ],
)
def test_other_answers_become_codes(status, code):
    outside = Outside({PUBLIC: f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()})
    assert refused("http://calendar.example/", outside) == code


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut"])
def test_half_an_answer_is_no_answer(answer):
    assert refused("http://calendar.example/", Outside({PUBLIC: answer})) == "no_answer"


def test_hosts_that_do_not_exist_or_do_not_answer():
    outside = Outside({}, {"calendar.example": [PUBLIC, OTHER]})
    assert refused("http://nowhere.example/", outside) == "no_such_host"
    assert refused(f"http://{'a' * 70}.example/", outside) == "no_such_host"
    assert refused("http://calendar.example/", outside) == "no_answer"
    assert outside.connected == [(PUBLIC, 80), (OTHER, 80)]


def test_ten_megabytes_are_the_limit_with_and_without_a_length():
    exact = Outside({PUBLIC: ok(b"x" * MAX_BYTES)})
    assert len(fetch("http://calendar.example/", network=exact.network).body) == MAX_BYTES
    sent = []

    def endless(theirs: socket.socket) -> None:
        theirs.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            theirs.sendall(b"x" * 65536)
            sent.append(65536)

    assert refused("http://calendar.example/", Outside({PUBLIC: endless})) == "too_large"
    assert sum(sent) < MAX_BYTES * 1.5
    assert refused("http://calendar.example/", Outside({PUBLIC: ok(b"x" * (MAX_BYTES + 1))})) == "too_large"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\nBEGIN"])
def test_a_host_that_sends_single_bytes_is_cut_off(start):
    stop = threading.Event()

    def drip(theirs: socket.socket) -> None:
        theirs.sendall(start)
        while not stop.wait(0.05):
            theirs.sendall(b"x")

    try:
        assert refused("http://calendar.example/", Outside({PUBLIC: drip}), seconds=0.4) == "too_slow"
    finally:
        stop.set()


def test_the_real_network_resolves_the_name_and_connects_to_the_address(monkeypatch):
    """The real functions, up to the socket."""
    asked = []
    monkeypatch.setattr(safe_fetch.socket, "getaddrinfo", lambda host, port, **_more: [(2, 1, 6, "", (PUBLIC, port))])
    monkeypatch.setattr(safe_fetch.socket, "create_connection", lambda place, timeout: asked.append(place) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fetch("https://calendar.example/")
    assert asked == [(PUBLIC, 443)]
