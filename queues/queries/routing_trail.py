"""The way that a lead which does not exist would go through a queue; nothing is kept (A5, G4)."""

from collections.abc import Mapping
from datetime import datetime

from leads.queries.accounts import AccountLookup
from queues.decisions.routing_trail import GIVES, Then
from queues.models import Queue
from queues.queries.owners import owner_steps
from queues.queries.segments import plan_of

TRIED = 0  # stands for the lead that does not exist


def tried_steps(
    queue: Queue, facts: Mapping[str, object], asked: AccountLookup, *, at: datetime
) -> list[Mapping[str, object]]:
    """Who owns its account, then which segment holds; the latter only when the lead goes on."""
    steps: list[Mapping[str, object]] = []
    if queue.asks_owner:
        owner = owner_steps(queue, {TRIED: asked}, at=at)[TRIED]
        steps.append(owner.as_kept())
        if owner.then in (*GIVES, Then.WAITS):
            return steps
    return [*steps, *plan_of(queue).way(facts)[1]]
