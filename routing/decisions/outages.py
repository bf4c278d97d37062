"""When a failure is that of a whole way out and not of one address, and what happens until it works again (I1)."""

from datetime import datetime, timedelta

MAIL = "mail"
MAIL_SERVER = frozenset({"no_answer", "too_slow", "mail_settings"})  # it is one for all
ONE_HOST = frozenset({"slack", "telegram", "sms", "whatsapp"})  # each of these kinds has one host for all people
MANY = 3  # channels that failed and none that worked: then it is not the addresses
TOLD_AFTER = timedelta(minutes=5)
TRIED_EACH = timedelta(minutes=5)
WAITS_AT_MOST = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=1)  # a failure longer ago than this has nothing to do with the next


def is_of_the_way(kind: str, problem: str) -> bool:
    """Whether what failed and can be tried again may be the way itself. A mail server that is busy has answered; own
    gateways, and workflows of Teams, stand on hosts of their own."""
    return problem in MAIL_SERVER if kind == MAIL else kind in ONE_HOST


def is_down(kind: str, channels: int) -> bool:
    """After failures of so many channels since the last that worked."""
    return channels >= (1 if kind == MAIL else MANY)


def next_probe(first_try_at: datetime, *, at: datetime) -> datetime | None:
    """While a way is down a message is tried at short, equal gaps, for a day."""
    again = at + TRIED_EACH
    return again if again - first_try_at <= WAITS_AT_MOST else None
