"""An outside world on sockets of this process: hosts with addresses, and what each address answers."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from config.web.safe_fetch import Network

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
PUBLIC, OTHER = "93.184.216.34", "151.101.1.140"


def ok(body: bytes = CALENDAR, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class Outside:
    """Hosts with addresses, and what each address answers, on sockets of this process."""

    def __init__(self, answers: dict[str, bytes | Callable], hosts: dict[str, list[str]] | None = None) -> None:
        self.answers = answers
        self.hosts = hosts or {"calendar.example": [PUBLIC], "other.example": [OTHER]}
        self.resolved: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.secured: list[str] = []
        self.asked: list[bytes] = []

    @property
    def network(self) -> Network:
        return Network(self.resolve, self.connect, self.secure)

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.hosts:
            raise socket.gaierror
        return self.hosts[host]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append((address, port))
        if address not in self.answers:
            raise ConnectionRefusedError
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs, self.answers[address]), daemon=True).start()
        return ours

    def secure(self, plain: socket.socket, host: str) -> socket.socket:
        self.secured.append(host)
        return plain

    def _serve(self, theirs: socket.socket, answer: bytes | Callable) -> None:
        with theirs:
            asked = b""
            while b"\r\n\r\n" not in asked and (piece := theirs.recv(65536)):
                asked += piece
            length = re.search(rb"content-length: (\d+)", asked, re.IGNORECASE)
            whole = asked.find(b"\r\n\r\n") + 4 + (int(length.group(1)) if length else 0)
            while len(asked) < whole and (piece := theirs.recv(65536)):
                asked += piece
            self.asked.append(asked)
            with suppress(OSError):  # the other side may hang up
                answer(theirs) if callable(answer) else theirs.sendall(answer)


def calendar_of(*events: tuple[str, str, str, str], more: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//EN"]
    for uid, first, last, summary in events:
        lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{last}"]
        lines += [f"SUMMARY:{summary}", "END:VEVENT"]
    return "\r\n".join([*lines, *filter(None, more.split("\n")), "END:VCALENDAR", ""]).encode()
