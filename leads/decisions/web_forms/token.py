"""The signed, expiring token of a public form, and the mark of a sender that is no address (A1c).

The form works in a frame on another website without cookies; the token takes the place of one. It says when the form
was shown, belongs to one form, and is good for one lead.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

TOO_QUICK = timedelta(seconds=3)  # nobody types faster
TOO_OLD = timedelta(hours=12)
MAX_TOKEN_LENGTH = 200
_NETWORK_BITS = 64  # bits of an IPv6 address that name a network; one sender has all the rest


class TokenRefused(Exception):
    """Not one of ours, or of another form."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a valid token says: its unique part, and how long ago the form was shown."""

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
    said = f"{nonce}.{milliseconds}"
    return f"{said}.{_signature(form_id, said, key)}"


def read_token(text: str, form_id: int, *, at: datetime, key: str) -> Token:
    """The token of this form at this moment, whatever its age. Raises TokenRefused."""
    said, _dot, signature = text[:MAX_TOKEN_LENGTH].rpartition(".")
    if not hmac.compare_digest(_signature(form_id, said, key).encode(), signature.encode("utf-8", "replace")):
        raise TokenRefused
    nonce, _dot, milliseconds = said.partition(".")
    shown_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(milliseconds))
    return Token(nonce, at - shown_at)


def sender_hash(address: str, *, key: str) -> str:
    """The same for each address, and without the key nobody can tell for which; "" for an unknown address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or ip_network((found, _NETWORK_BITS), strict=False).network_address
    return _hash(f"sender {found}", key)[:32]


def _signature(form_id: int, said: str, key: str) -> str:
    return _hash(f"form {form_id} {said}", key)[:40]


def _hash(said: str, key: str) -> str:
    return hmac.new(f"leads.web_form {key}".encode(), said.encode("utf-8", "replace"), sha256).hexdigest()
