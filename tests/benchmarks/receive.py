"""Receivers of webhooks in a process of their own, as they are elsewhere: `receive.py HANGING` prints their address,
and with the end of its input the moments (time.monotonic) at which each path heard. /0 to /HANGING-1 hang."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

heard: dict[str, list[float]] = {}
lock, released = threading.Lock(), threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if int(self.path[1:]) < int(sys.argv[1]):
            released.wait(60)
        with lock:
            heard.setdefault(self.path, []).append(time.monotonic())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_given: object) -> None:
        """Nothing on the terminal."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # many come at once

    def handle_error(self, *_given: object) -> None:
        """Who hung up early is no news."""


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()
    released.set()
    print(json.dumps(heard), flush=True)
