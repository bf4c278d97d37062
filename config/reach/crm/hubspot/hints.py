"""Is it HubSpot that says "something changed"? Signature v3 of its webhooks."""

import base64
import hashlib
import hmac

LONGEST_AGE = 300  # seconds; older ones may be a replay
DIGITS = 15  # of a moment in milliseconds; more would be no number that can be divided
# HubSpot signs the address with these unescaped
UNESCAPED = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}


def verify_hint(secret: str, method: str, uri: str, body: bytes, timestamp: str, signature: str, now: float) -> bool:
    """`secret` is the app's client secret, `uri` the whole address as HubSpot called it, `timestamp` (milliseconds) and
    `signature` are the headers X-HubSpot-Request-Timestamp and X-HubSpot-Signature-v3, `now` is in seconds."""
    is_moment = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= DIGITS
    if not (secret and is_moment and signature.isascii()):
        return False
    if abs(now - int(timestamp) / 1000) > LONGEST_AGE:
        return False
    for escaped, character in UNESCAPED.items():
        uri = uri.replace(escaped, character).replace(escaped.lower(), character)
    signed = f"{method.upper()}{uri}".encode() + body + timestamp.encode()
    mine = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(mine, signature)
