"""Services that send SMS and WhatsApp for the whole installation, and the address that the sender needs (I1)."""

import re
from dataclasses import dataclass

E164 = re.compile(r"\+[1-9]\d{6,14}")
TWILIO_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
TWILIO_SECRET = re.compile(r"[0-9A-Za-z]{16,64}")
VONAGE_ACCOUNT = re.compile(r"[0-9A-Za-z]{4,32}")
VONAGE_SECRET = re.compile(r"[0-9A-Za-z]{8,64}")  # apprise takes no other signs
SENDS = {"twilio": ("sms", "whatsapp"), "vonage": ("sms",)}  # what apprise can send through each


class ServiceRefused(Exception):
    """`field` is what is wrong: provider, account, secret or sender."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class ServiceLogin:
    """What the service asks for. `sender` is the number from which messages come."""

    provider: str
    account: str
    secret: str
    sender: str


def checked_login(medium: str, login: ServiceLogin) -> ServiceLogin:
    """Raises ServiceRefused."""
    account, secret = {
        "twilio": (TWILIO_ACCOUNT, TWILIO_SECRET),
        "vonage": (VONAGE_ACCOUNT, VONAGE_SECRET),
    }[login.provider]
    checks = (
        ("provider", medium in SENDS[login.provider]),
        ("account", account.fullmatch(login.account)),
        ("secret", secret.fullmatch(login.secret)),
        ("sender", E164.fullmatch(login.sender)),
    )
    for field, is_right in checks:
        if not is_right:
            raise ServiceRefused(field)
    return login


def way_to(medium: str, login: ServiceLogin, phone: str) -> str:
    """For the sender; both numbers are E.164."""
    target = f"w:{phone[1:]}" if medium == "whatsapp" else phone[1:]
    return f"{login.provider}://{login.account}:{login.secret}@{login.sender[1:]}/{target}/"
