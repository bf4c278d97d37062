"""One text to the devices of a person by Web Push (RFC 8030): encrypted for each device (RFC 8291), signed with the
keys of this installation (RFC 8292), and only to push services that are known (I1)."""

import base64
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from config.reach.outcome import Came, HandOver, Outcome
from config.web.safe_fetch import OUTSIDE, FetchRefused, Network, request

SECONDS = 4  # for one device
KEPT_FOR = timedelta(days=1)  # a service keeps a message for a device that is off, unless the message says less
SIGNED_FOR = 12 * 60 * 60
GONE = (404, 410)
HOSTS = ("fcm.googleapis.com", "web.push.apple.com")
DOMAINS = (".push.services.mozilla.com", ".notify.windows.com")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gave for one device; both keys are base64url, as it gave them."""

    pk: int
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class PushText:
    title: str
    body: str
    url: str
    is_urgent: bool = False
    lasts: timedelta | None = None


def is_push_service(endpoint: str) -> bool:
    """Only known services, so that no address that somebody sends is called. Tests add hosts of their own."""
    try:
        place = urlsplit(endpoint)
        port = place.port
    except ValueError:
        return False
    host = (place.hostname or "").lower()
    if place.username is not None or place.password is not None:
        return False
    if host in settings.PUSH_TRUSTED_HOSTS:
        return place.scheme in ("http", "https")
    return place.scheme == "https" and port in (None, 443) and (host in HOSTS or host.endswith(DOMAINS))


def send_push(
    devices: Sequence[Subscription], *, text: PushText, key: str, hand_over: HandOver, network: Network = OUTSIDE
) -> Outcome:
    """One device that takes it is enough, and nothing is sent again then. `gone` are devices that their service no
    longer knows. `key` is the private key of the installation, as PEM."""
    found = {each.pk: _send_one(each, text, key, hand_over, network) for each in devices}
    gone = tuple(pk for pk, outcome in found.items() if outcome.problem == "gone")
    for came in (Came.SENT, Came.UNSURE, Came.RETRY, Came.REFUSED):
        for outcome in found.values():
            if outcome.came == came and outcome.problem != "gone":
                return Outcome(came, outcome.problem, gone)
    return Outcome(Came.REFUSED, "no_device", gone)


def _send_one(device: Subscription, text: PushText, key: str, hand_over: HandOver, network: Network) -> Outcome:
    if not is_push_service(device.endpoint):
        return Outcome(Came.REFUSED, "gone")
    has_begun = False

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        nonlocal has_begun
        line = network.connect(address, port, seconds)
        hand_over.begin()
        has_begun = True
        return line

    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(round((text.lasts or KEPT_FOR).total_seconds())),
        "Urgency": "high" if text.is_urgent else "normal",
        **_signature(device.endpoint, key),
    }
    try:
        reply = request(
            "POST",
            device.endpoint,
            body=encrypted(device, text),
            headers=headers,
            trusted_hosts=settings.PUSH_TRUSTED_HOSTS,
            network=Network(network.resolve, connect, network.secure),
            seconds=SECONDS,
        )
    except FetchRefused as refused:
        return Outcome(Came.UNSURE if has_begun else Came.RETRY, refused.code)
    if 200 <= reply.status < 300:
        return Outcome(Came.SENT)
    if reply.status in GONE:
        return Outcome(Came.REFUSED, "gone")
    came = Came.RETRY if reply.status == 429 or reply.status >= 500 else Came.REFUSED
    return Outcome(came, "refused_by_push")


def encrypted(device: Subscription, text: PushText) -> bytes:
    import http_ece  # only the worker encrypts
    from cryptography.hazmat.primitives.asymmetric import ec

    says = {"title": text.title[:80], "body": text.body[:300], "url": text.url[:300]}  # 4096 bytes is the most
    return http_ece.encrypt(
        json.dumps(says, ensure_ascii=False).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unpadded(device.p256dh),
        auth_secret=unpadded(device.auth),
        version="aes128gcm",
    )


def unpadded(text: str) -> bytes:
    """base64url without its padding, as browsers give it; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _signature(endpoint: str, key: str) -> dict[str, str]:
    from py_vapid import Vapid02

    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int(time.time()) + SIGNED_FOR,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return Vapid02.from_pem(key.encode()).sign(claims)


def new_keys() -> tuple[str, str]:
    """A private key as PEM, and the public one as browsers want it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return pem.decode(), base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def is_device_key(p256dh: str, auth: str) -> bool:
    """A point on the curve, and sixteen secret bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(p256dh))
        return len(unpadded(auth)) == 16
    except ValueError:
        return False
