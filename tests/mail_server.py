"""A real SMTP server on this machine that answers what a test tells it to."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller


class MailServer:
    """`recipient` and `data` are answers in the order of use; without any left, all is well. `on_data` runs when a mail
    has arrived, before the answer."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.to: list[str] = []
        self.recipient: list[str] = []
        self.data: list[str] = []
        self.on_data: Callable[[], None] = lambda: None

    async def handle_RCPT(self, server, session, envelope, address: str, options) -> str:
        if self.recipient:
            answer = self.recipient.pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.on_data()
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content))
            self.to += envelope.rcpt_tos
        return answer

    @property
    def bodies(self) -> list[str]:
        return [mail.get_payload(decode=True).decode() for mail in self.mails]


@contextmanager
def mail_server(settings) -> Iterator[MailServer]:
    """The application sends its mail here meanwhile."""
    server = MailServer()

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, server_hostname="mail.example.com")
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
    finally:
        controller.stop()
