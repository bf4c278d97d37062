"""Whether the mail server lets Alur in. Nothing is sent unless an address is given."""

import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from config.doctor.findings import Finding, broken, fine, look

WHAT = "mail"
NO_SERVER = ("console", "dummy", "locmem", "filebased")
PROBLEMS = (OSError, smtplib.SMTPException)


def findings(to: str) -> Iterator[Finding]:
    kind = settings.EMAIL_BACKEND.split(".")[-2]
    if kind in NO_SERVER and not to:
        yield look(WHAT, f"There is no mail server: messages end in “{kind}”.", "Set EMAIL_URL (.env.example).")
        return
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    link = get_connection()
    try:
        link.open()
        if to:
            EmailMessage("Alur: a test", "manage.py doctor sent this. Mail works.", to=[to], connection=link).send()
    except PROBLEMS as problem:
        yield broken(
            WHAT, f"{place} does not take our mail: {problem}", "Correct EMAIL_URL, or ask who runs the server."
        )
        return
    finally:
        link.close()
    sent = f"A test went to {to}; see that it arrives." if to else "Nothing was sent; --mail ADDRESS sends a test."
    yield fine(WHAT, f"{place} lets us in. {sent}")
