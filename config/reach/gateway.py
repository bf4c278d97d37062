"""One text to a gateway of one's own, for SMS or anything else: a POST with JSON to a public https host (I1)."""

import json
import socket
from collections.abc import Mapping

from config.reach.outcome import Came, HandOver, Outcome
from config.web.safe_fetch import OUTSIDE, FetchRefused, Network, request

SECONDS = 12
BY_STATUS = {404: Came.DEAD, 410: Came.DEAD, 429: Came.RETRY}


def send_to_gateway(address: str, *, text: str, hand_over: HandOver, network: Network = OUTSIDE) -> Outcome:
    return post_json(address, body=json.dumps({"text": text}).encode(), hand_over=hand_over, network=network)


def post_json(
    address: str,
    *,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    hand_over: HandOver,
    network: Network = OUTSIDE,
) -> Outcome:
    """What fails before the connection is safe was not sent; silence after that leaves it unsure. Redirects are not
    followed."""

    def secure(plain: socket.socket, host: str) -> socket.socket:
        line = network.secure(plain, host)
        hand_over.begin()
        return line

    watched = Network(network.resolve, network.connect, secure)
    own = {"Content-Type": "application/json", **(headers or {})}
    try:
        reply = request("POST", address, body=body, headers=own, network=watched, seconds=SECONDS)
    except FetchRefused as refused:
        if refused.code in ("not_public", "not_an_address", "not_this_port"):
            return Outcome(Came.DEAD, refused.code)
        return Outcome(Came.UNSURE if hand_over.has_begun else Came.RETRY, refused.code)
    if 200 <= reply.status < 300:
        return Outcome(Came.SENT)
    usual = Came.RETRY if reply.status >= 500 else Came.REFUSED
    return Outcome(BY_STATUS.get(reply.status, usual), "refused_by_chat")
