"""One mail through the mail server of this installation; every answer of the server has its meaning here (I1)."""

import smtplib
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from config.reach.outcome import Came, HandOver, Outcome


def send_mail_to(address: str, *, subject: str, body: str, hand_over: HandOver) -> Outcome:
    """Refused for good (5xx) at the recipient: the address is dead. Anything before the text was handed over is tried
    again later; no answer after that leaves it unsure, because a second mail would be worse than none."""
    message = EmailMessage(" ".join(subject.split()), body, to=[address], headers={"Auto-Submitted": "auto-generated"})
    backend = get_connection()
    try:
        backend.open()
        server = getattr(backend, "connection", None)
        if isinstance(server, smtplib.SMTP):
            server.data = _says_when(server.data, hand_over)  # type: ignore[method-assign]
        else:
            hand_over.begin()
        backend.send_messages([message])
        return Outcome(Came.SENT)
    except (smtplib.SMTPException, OSError) as problem:
        return _meaning(problem, hand_over)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            backend.close()


def _says_when(data: Callable, hand_over: HandOver) -> Callable:
    def wrapped(message):
        hand_over.begin()
        return data(message)

    return wrapped


def _meaning(problem: Exception, hand_over: HandOver) -> Outcome:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = next(iter(problem.recipients.values()))[0]
        return Outcome(Came.DEAD, "bounced") if code >= 500 else Outcome(Came.RETRY, "busy")
    if isinstance(problem, smtplib.SMTPDataError):
        return Outcome(Came.REFUSED, "refused") if problem.smtp_code >= 500 else Outcome(Came.RETRY, "busy")
    if hand_over.has_begun:
        return Outcome(Came.UNSURE, "no_answer")
    if isinstance(problem, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return Outcome(Came.RETRY, "mail_settings")
    return Outcome(Came.RETRY, "too_slow" if isinstance(problem, TimeoutError) else "no_answer")


def has_mail_server() -> bool:
    """Whether mail leaves this installation; otherwise it is printed or dropped (EMAIL_URL)."""
    return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] not in ("console", "dummy")
