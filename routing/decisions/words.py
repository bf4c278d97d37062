"""Which messages there are, who gets them, and where each arrives unless a person chose otherwise (I1).

This is the one table of kinds. A message of any kind is always in the inbox; the table says what else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is to a message. HOLDER is the person whom it is about: who has the lead, or the calendar."""

    HOLDER = "holder"
    MANAGER = "manager"
    OPS = "ops"
    LEADERSHIP = "leadership"


class Medium(StrEnum):
    MAIL = "mail"
    CHAT = "chat"
    SMS = "sms"
    PUSH = "push"


class When(StrEnum):
    NOW = "now"
    HOURLY = "hourly"
    MORNING = "morning"
    OFF = "off"


Defaults = Mapping[Medium, When]

SILENT: Defaults = MappingProxyType(dict.fromkeys(Medium, When.OFF))
DIGEST: Defaults = MappingProxyType({**SILENT, Medium.MAIL: When.MORNING})
AT_ONCE: Defaults = MappingProxyType({**SILENT, Medium.MAIL: When.NOW, Medium.CHAT: When.NOW, Medium.PUSH: When.NOW})
BY_PUSH: Defaults = MappingProxyType({**SILENT, Medium.PUSH: When.NOW})
BY_MAIL: Defaults = MappingProxyType({**SILENT, Medium.MAIL: When.NOW})
EVERYWHERE: Defaults = MappingProxyType(dict.fromkeys(Medium, When.NOW))


@dataclass(frozen=True, slots=True)
class Kind:
    """`roles`: what each role gets if it chose nothing; a role that is not named gets no message of this kind.
    Critical ones may pass quiet hours, if the person says so. Within five minutes, more than `merges_after` messages of
    the kind become one. What is worth nothing after a while `lasts` so long: quiet hours do not keep it for later."""

    roles: Mapping[Role, Defaults]
    is_critical: bool = False
    lasts: timedelta | None = None
    merges_after: int = 10


def _kind(*, is_critical: bool = False, lasts: timedelta | None = None, **roles: Defaults) -> Kind:
    return Kind(MappingProxyType({Role(name): defaults for name, defaults in roles.items()}), is_critical, lasts)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # about a lead
        "assigned": _kind(holder=AT_ONCE),
        "contact_soon": _kind(holder=AT_ONCE),
        "minutes_left": _kind(holder=BY_PUSH, lasts=timedelta(minutes=10)),
        "contact_due": _kind(holder=EVERYWHERE, is_critical=True),
        "team_contact_due": _kind(manager=AT_ONCE),
        "taken_away": _kind(holder=AT_ONCE),
        "re_engaged": _kind(holder=AT_ONCE, manager=AT_ONCE),
        "escalated": _kind(manager=EVERYWHERE, is_critical=True),
        "away_question": _kind(manager=EVERYWHERE, ops=AT_ONCE, is_critical=True),
        # about a queue
        "queue_yellow": _kind(manager=SILENT),
        "queue_red": _kind(manager=AT_ONCE, ops=AT_ONCE),
        "queue_critical": _kind(manager=EVERYWHERE, ops=EVERYWHERE, leadership=EVERYWHERE, is_critical=True),
        "intake_paused": _kind(manager=SILENT, ops=AT_ONCE),
        "intake_open": _kind(manager=SILENT, ops=DIGEST),
        "bottleneck": _kind(manager=DIGEST, ops=DIGEST),
        "queue_aging": _kind(manager=DIGEST, ops=DIGEST),
        "queue_losing": _kind(manager=DIGEST, ops=DIGEST),
        "lent": _kind(holder=AT_ONCE, manager=AT_ONCE),
        "lane_closed": _kind(manager=DIGEST, ops=DIGEST),
        "loan_ended": _kind(holder=AT_ONCE, manager=SILENT, ops=SILENT),
        # about a rotation
        "draft_published": _kind(manager=SILENT, ops=SILENT),
        "draft_refused": _kind(manager=AT_ONCE, ops=AT_ONCE),
        "unfair": _kind(manager=DIGEST, ops=DIGEST),
        "all_absent": _kind(manager=AT_ONCE, ops=AT_ONCE),
        "stuck": _kind(manager=AT_ONCE, ops=AT_ONCE),
        "too_many": _kind(ops=DIGEST),
        "audit_failed": _kind(ops=AT_ONCE),
        # about the installation, or one's own account
        "letter": _kind(holder=BY_MAIL),
        "figures": _kind(manager=BY_MAIL, ops=BY_MAIL),
        "report": _kind(manager=BY_MAIL, ops=BY_MAIL),
        "feed_broken": _kind(holder=AT_ONCE),
        "import_done": _kind(holder=SILENT),
        "channel_dead": _kind(holder=AT_ONCE, ops=DIGEST),
        "way_down": _kind(ops=AT_ONCE),
        "way_back": _kind(ops=AT_ONCE),
        "probe_down": _kind(ops=AT_ONCE),
        "probe_well": _kind(ops=AT_ONCE),
        "crm_down": _kind(ops=AT_ONCE),
        "crm_back": _kind(ops=AT_ONCE),
        "hook_failing": _kind(ops=AT_ONCE),
        "hook_off": _kind(ops=AT_ONCE),
        "worker_silent": _kind(ops=EVERYWHERE, leadership=AT_ONCE, is_critical=True),
    }
)
