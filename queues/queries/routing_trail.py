"""Preview how a queue would route a sample lead; nothing is stored (A5, G4)."""

from collections.abc import Mapping
from datetime import datetime

from leads.queries.accounts import AccountLookup
from queues.decisions.routing_trail import ASSIGNING_OUTCOMES, OwnerOutcome
from queues.models import Queue
from queues.queries.owners import owner_steps
from queues.queries.segments import segment_plan

SAMPLE_ID = 0  # stands for the id of the sample lead


def preview_steps(
    queue: Queue, facts: Mapping[str, object], asked: AccountLookup, *, at: datetime
) -> list[Mapping[str, object]]:
    """The owner step, then the segment steps unless the owner gets the lead or the lead waits for the owner."""
    steps: list[Mapping[str, object]] = []
    if queue.asks_owner:
        owner = owner_steps(queue, {SAMPLE_ID: asked}, at=at)[SAMPLE_ID]
        steps.append(owner.as_stored())
        if owner.then in (*ASSIGNING_OUTCOMES, OwnerOutcome.WAITS):
            return steps
    return [*steps, *segment_plan(queue).route(facts)[1]]
