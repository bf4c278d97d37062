"""The wire of a double: calls, answers, and the host on 127.0.0.1 that takes and sends them (I4)."""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from tests.crm.faults import Fault, FaultKind


@dataclass(frozen=True, slots=True)
class Call:
    """`headers` have names in lower case; `at` is the double's own clock."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: datetime

    @property
    def url(self) -> SplitResult:
        return urlsplit(self.target)

    @property
    def path(self) -> str:
        return self.url.path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.url.query, keep_blank_values=True).items()}

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, content: object, status: int = 200, **headers: str) -> Self:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(content).encode(), {"Content-Type": "application/json;charset=UTF-8", **named})


class Refused(Exception):
    """What `answer` raises to say no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode())
        self.answer = answer


def host(
    now: Callable[[], datetime],
    meet: Callable[[Call], tuple[Answer, Fault | None]],
    hang: Callable[[float], None],
    tls: ssl.SSLContext | None,
) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def _meet(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer, fault = meet(Call(self.command, self.path, headers, body, now()))
            self.close_connection = True
            if fault and fault.kind is FaultKind.HANG:
                return hang(fault.wait or 0)
            self.send_response(answer.status)
            sent = {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            is_cut = fault and fault.kind is FaultKind.CUT
            self.wfile.write(answer.body[: len(answer.body) // 2] if is_cut else answer.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _meet

        def log_message(self, *_given: object) -> None:
            """Nothing on the terminal."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    return server


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_given: object) -> None:
        """Who hangs up early is no news."""
