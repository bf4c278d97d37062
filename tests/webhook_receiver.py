"""A receiver of webhooks on this machine. It answers what a test tells it to, and keeps what came."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from standardwebhooks import Webhook

OK = (200, {}, b"thanks")


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict:
        """By the library that signed nothing of it; raises when the signature is wrong."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """`answers` come in the order of use, then all is well; `answer` decides instead if it is set. It may wait."""

    def __init__(self) -> None:
        self.came: list[Received] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.answer: Callable[[Received], tuple[int, dict[str, str], bytes]] | None = None
        self.lock = threading.Lock()
        self.released = threading.Event()  # set at the end, so that nothing hangs longer than its test
        self.address = ""

    def next_answer(self, received: Received) -> tuple[int, dict[str, str], bytes]:
        with self.lock:
            self.came.append(received)
            if self.answer is None:
                return self.answers.pop(0) if self.answers else OK
        return self.answer(received)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # many come at once


@contextmanager
def receiver(settings) -> Iterator[Receiver]:
    """It stands in-house: WEBHOOK_NETWORKS names this machine."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, answer = found.next_answer(Received(urlsplit(self.path).path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            if "Content-Length" not in more:
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given: object) -> None:
            """Nothing on the terminal."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    try:
        yield found
    finally:
        found.released.set()
        server.shutdown()
        server.server_close()
