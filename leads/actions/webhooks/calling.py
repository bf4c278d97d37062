"""One call to a receiver, in a thread of its own: a host that hangs holds up nobody (I3)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from queue import SimpleQueue

from standardwebhooks import Webhook

from config.sealing import NotReadable, unseal
from config.web.safe_fetch import OUTSIDE, FetchRefused, Network, Reply, request
from leads.actions.webhooks.addresses import trusted_for
from leads.decisions.webhooks.retries import Answer, asked_wait
from leads.models import Endpoint, WebhookDelivery

SECONDS = 10  # for one call
GIVEN_UP_AFTER = SECONDS + 2  # looking up a host knows no limit
KEPT = 2_000  # of an answer


class Call:
    """One attempt, which begins `at`. What is sent is made beforehand, so that the thread touches no database."""

    def __init__(
        self, delivery: WebhookDelivery, *, at: datetime, network: Network = OUTSIDE, done: "SimpleQueue[Call]"
    ) -> None:
        self.delivery, self.at, self.done = delivery, at, done
        self.answer = Answer(problem="too_slow")
        self.text = ""
        self.started = time.monotonic()
        self.ms = 0
        self._send = _sending(delivery, at=at, network=network)

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() - self.started > GIVEN_UP_AFTER

    def give_up(self) -> None:
        self.ms = GIVEN_UP_AFTER * 1000

    def run(self) -> None:
        """In a thread."""
        answer, text = Answer(), ""
        try:
            reply = self._send()
            wait = asked_wait(reply.status, reply.headers, at=self.at)
            answer, text = Answer(reply.status, asked_to_wait=wait), _text(reply.body)
        except NotReadable:
            answer = Answer(problem="not_readable")
        except FetchRefused as refused:
            answer = Answer(problem=refused.code)
        except Exception as problem:  # whatever nobody foresaw; the type says enough
            answer = Answer(problem=type(problem).__name__.lower()[:40])
        self.answer, self.text, self.ms = answer, text, round((time.monotonic() - self.started) * 1000)
        self.done.put(self)


def _sending(delivery: WebhookDelivery, *, at: datetime, network: Network) -> Callable[[], Reply]:
    endpoint, body = delivery.endpoint, delivery.body

    def send() -> Reply:
        headers = signed_headers(endpoint, webhook_id=delivery.webhook_id, body=body, at=at)
        if delivery.is_replay:
            headers["Alur-Replay"] = "true"
        return request(
            "POST",
            endpoint.address,
            body=body.encode(),
            headers=headers,
            trusted=trusted_for(endpoint.address),
            network=network,
            seconds=SECONDS,
            keep_only=KEPT,
        )

    return send


def signed_headers(endpoint: Endpoint, *, webhook_id: str, body: str, at: datetime) -> dict[str, str]:
    """By Standard Webhooks. While two secrets are in use both sign, and the receiver takes the one it knows."""
    moment = at.astimezone(UTC)  # the library calls every time UTC, whatever its zone is
    sealed = [endpoint.secret]
    if endpoint.former_until is not None and endpoint.former_until > at:
        sealed.append(endpoint.former_secret)
    signatures = [Webhook(unseal(each)).sign(webhook_id, moment, body) for each in sealed]
    headers = {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    if endpoint.header_name:
        headers[endpoint.header_name] = unseal(endpoint.header_value)
    return headers


def _text(answer: bytes) -> str:
    return answer.decode(errors="replace").replace("\x00", "\ufffd")[:KEPT]
