"""A host on this machine that takes what is sent to chats and phones, and answers what a test tells it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class ChatServer:
    """`statuses` are answers in the order of use; without any left, all is well. `before` runs before each answer."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.paths: list[str] = []
        self.sent_to: list[str] = []  # phones
        self.statuses: list[int] = []
        self.before: Callable[[], object] = lambda: None
        self.address = ""


@contextmanager
def chat_server(monkeypatch) -> Iterator[ChatServer]:
    """Slack, Telegram, Twilio and Vonage stand here."""
    chat = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = json.loads(body) if body.startswith("{") else parse_qs(body)
            chat.before()
            status = chat.statuses.pop(0) if chat.statuses else 200
            if status == 200:
                chat.texts.append(text_of(sent))
                chat.paths.append(self.path)
                chat.sent_to += sent.get("To", sent.get("to", []))
            answer = b"ok" if self.path.startswith("/services") else b'{"ok": true}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chat.address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"{chat.address}/services")
    monkeypatch.setattr("apprise.plugins.telegram.NotifyTelegram.notify_url", f"{chat.address}/bot")
    monkeypatch.setattr("apprise.plugins.twilio.NotifyTwilio.notify_sms_url", f"{chat.address}/twilio/{{sid}}")
    monkeypatch.setattr("apprise.plugins.vonage.NotifyVonage.notify_url", f"{chat.address}/vonage")
    for plugin in ("slack.NotifySlack", "telegram.NotifyTelegram", "twilio.NotifyTwilio", "vonage.NotifyVonage"):
        monkeypatch.setattr(f"apprise.plugins.{plugin}.request_rate_per_sec", 0)
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()


def text_of(sent: dict) -> str:
    """Slack and Telegram send JSON, the services for phones a form."""
    if "attachments" in sent:
        return sent["attachments"][0]["text"]
    text = sent.get("text") or sent["Body"]
    return text if isinstance(text, str) else text[0]
