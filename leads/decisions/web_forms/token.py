"""The signed, expiring token of a public form, and the hash that stands for a sender's address (A1c).

The form runs in a frame on another website, without cookies. Instead, the token proves when the form was shown. It
belongs to one form and is valid for one lead.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

TOO_QUICK = timedelta(seconds=3)  # nobody can fill in the form faster
TOO_OLD = timedelta(hours=12)
MAX_TOKEN_LENGTH = 200
_NETWORK_BITS = 64  # bits of an IPv6 address that identify the network; one sender can use all addresses in it


class TokenRefused(Exception):
    """The token is not ours, or belongs to another form."""


@dataclass(frozen=True, slots=True)
class Token:
    """The content of a valid token: its unique part, and how long ago the form was shown."""

    nonce: str
    age: timedelta

    @property
    def is_too_quick(self) -> bool:
        return self.age < TOO_QUICK

    @property
    def is_too_old(self) -> bool:
        return self.age > TOO_OLD


def issue_token(form_id: int, *, nonce: str, at: datetime, key: str) -> str:
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    signed = f"{nonce}.{milliseconds}"
    return f"{signed}.{_signature(form_id, signed, key)}"


def read_token(text: str, form_id: int, *, at: datetime, key: str) -> Token:
    """Check a token of this form and return it, of any age. Raises TokenRefused."""
    signed, _dot, signature = text[:MAX_TOKEN_LENGTH].rpartition(".")
    if not hmac.compare_digest(_signature(form_id, signed, key).encode(), signature.encode("utf-8", "replace")):
        raise TokenRefused
    nonce, _dot, milliseconds = signed.partition(".")
    shown_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(milliseconds))
    return Token(nonce, at - shown_at)


def sender_hash(address: str, *, key: str) -> str:
    """A hash that is the same for the same address and cannot be reversed without the key; "" for an unknown
    address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or ip_network((found, _NETWORK_BITS), strict=False).network_address
    return _hash(f"sender {found}", key)[:32]


def _signature(form_id: int, signed: str, key: str) -> str:
    return _hash(f"form {form_id} {signed}", key)[:40]


def _hash(signed: str, key: str) -> str:
    return hmac.new(f"leads.web_form {key}".encode(), signed.encode("utf-8", "replace"), sha256).hexdigest()
