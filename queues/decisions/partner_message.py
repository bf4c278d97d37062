"""What a partner's webhook gets: a JSON message, and the signature that shows whose it is (D8)."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

SIGNATURE, MESSAGE_ID = "Alur-Signature", "Idempotency-Key"
LEAD_FIELDS = (
    "first_name",
    "last_name",
    "title",
    "email",
    "phone",
    "company_name",
    "company_domain",
    "company_size",
    "industry",
    "country",
    "city",
    "message",
    "lead_type",
    "score",
)


def message(event: str, *, key: str, at: datetime, lead_id: int, lead: Mapping[str, object] | None) -> bytes:
    """Without fields of the lead when it is called back."""
    fields = {name: lead[name] for name in LEAD_FIELDS} if lead is not None else {}
    whole = {"event": event, "id": key, "at": at.isoformat(), "lead": {"id": lead_id, **fields}}
    return json.dumps(whole, ensure_ascii=False).encode()


def signature(body: bytes, *, secret: str, seconds: int) -> str:
    """t=<seconds>,v1=<hex>: HMAC-SHA256 of "<seconds>.<body>", so that an old message cannot be used again later."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={digest}"
