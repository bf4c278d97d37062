"""One text to a chat, through apprise (I1). The address was made by us of a form, for hosts that are allowed only."""

import logging
import time

from config.reach.outcome import Came, HandOver, Outcome

CONNECT, READ = 4, 8  # seconds
LIMITS = f"cto={CONNECT}&rto={READ}&redirect=no"


def send_chat(address: str, *, text: str, hand_over: HandOver) -> Outcome:
    """apprise does not say why something failed. If it took as long as waiting for an answer takes, nobody knows
    whether the text arrived; otherwise it did not."""
    import apprise  # takes most of a second, and only the worker sends

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would log parts of the address
    way = apprise.Apprise.instantiate(f"{address}{'&' if '?' in address else '?'}{LIMITS}", suppress_exceptions=True)
    if way is None:
        return Outcome(Came.DEAD, "not_an_address")
    hand_over.begin()
    started = time.monotonic()
    if way.notify(body=text, body_format=apprise.NotifyFormat.TEXT):
        return Outcome(Came.SENT)
    waited = time.monotonic() - started
    return Outcome(Came.UNSURE, "no_answer") if waited >= READ else Outcome(Came.RETRY, "refused_by_chat")
