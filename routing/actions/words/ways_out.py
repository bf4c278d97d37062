"""Hand one text to the way out that a channel is, in a thread of its own (I1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from config.reach.chat import send_chat
from config.reach.gateway import send_to_gateway
from config.reach.mail import send_mail_to
from config.reach.outcome import Came, Outcome, Sending
from config.reach.push import PushText, send_push
from config.sealing import NotReadable, unseal
from routing.actions.words.phone_services import phone_way
from routing.actions.words.push import push_keys, subscriptions_of
from routing.models import Channel

SECONDS = 15  # for one text


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads. Chat and SMS have no subject of their own; push opens `url` when it is pressed, and is worth
    nothing after it `lasts` so long."""

    subject: str
    body: str
    url: str = ""
    is_urgent: bool = False
    lasts: timedelta | None = None


def start_sending(channel: Channel, text: Text) -> Sending | Outcome:
    """What came of it at once, if nothing can leave."""
    user = channel.user
    if not user.is_active:
        return Outcome(Came.REFUSED, "no_address")
    if channel.kind == Channel.Kind.MAIL:
        if not user.email:
            return Outcome(Came.REFUSED, "no_address")
        return Sending(partial(send_mail_to, user.email, subject=text.subject, body=text.body))
    if channel.kind == Channel.Kind.PUSH:
        return _start_push(channel, text)
    try:
        address = _address(channel)
    except NotReadable:
        return Outcome(Came.DEAD, "not_readable")
    if address is None:
        return Outcome(Came.REFUSED, "no_service")
    return Sending(partial(_sender_of(channel), address, text=text.body))


def send_and_wait(channel: Channel, text: Text, *, seconds: float = SECONDS) -> Outcome:
    started = start_sending(channel, text)
    return started if isinstance(started, Outcome) else started.outcome(seconds)


def _start_push(channel: Channel, text: Text) -> Sending | Outcome:
    key = unseal(push_keys().private)
    devices = subscriptions_of(channel.user_id)
    if not devices:
        return Outcome(Came.REFUSED, "no_device")
    said = PushText(text.subject, text.body, text.url, text.is_urgent, text.lasts)
    return Sending(partial(send_push, devices, text=said, key=key))


def _address(channel: Channel) -> str | None:
    address = unseal(channel.address)
    is_phone = channel.kind in (Channel.Kind.SMS, Channel.Kind.WHATSAPP)
    return phone_way(channel.kind, address) if is_phone else address


def _sender_of(channel: Channel) -> Callable[..., Outcome]:
    return send_to_gateway if channel.kind == Channel.Kind.GATEWAY else send_chat
