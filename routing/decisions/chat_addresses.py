"""What people type as the address of a chat, and what becomes of it: only hosts of the chat itself (I1)."""

import re
from dataclasses import dataclass

from leads.decisions.facts.contact import read_phone

SLACK = re.compile(r"https://hooks\.slack\.com/services/(T[A-Z0-9]{5,20})/(B[A-Z0-9]{5,20})/([A-Za-z0-9]{20,40})/?")
TEAMS = re.compile(
    r"https://[a-z0-9][a-z0-9.-]{0,150}\.(?:logic\.azure\.com|api\.powerplatform\.com)(?::443)?"
    r"(?:/powerautomate/automations/direct(?:/cu/\d{1,6})?)?"
    r"/workflows/[A-Za-z0-9_-]{1,80}/triggers/manual/paths/invoke/?\?[A-Za-z0-9=&%._~/-]{1,600}"
)
PHONES = ("sms", "whatsapp")
TELEGRAM = re.compile(r"(\d{6,12}:[A-Za-z0-9_-]{30,50})/(-?\d{3,20})")


class NotAnAddress(Exception):
    """Not an address of this kind of chat."""


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """`way` is what the sender needs; `label` is all that is ever shown again."""

    way: str
    label: str


def read_chat_address(kind: str, typed: str) -> ChatAddress:
    typed = typed.strip()
    if kind == "slack" and (found := SLACK.fullmatch(typed)):
        team, hook, secret = found.groups()
        return ChatAddress(f"slack://{team}/{hook}/{secret}/?image=no&footer=no", f"…{secret[-4:]}")
    if kind == "teams" and TEAMS.fullmatch(typed):
        return ChatAddress(f"{typed}&image=no", f"…{typed[-4:]}")
    if kind == "telegram" and (found := TELEGRAM.fullmatch(typed)):
        token, chat = found.groups()
        return ChatAddress(f"tgram://{token}/{chat}/?format=text", f"…{chat[-4:]}")
    if kind in PHONES and (phone := read_phone(typed, "")) is not None:
        return ChatAddress(phone.number, f"…{phone.number[-4:]}")
    raise NotAnAddress
