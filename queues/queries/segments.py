"""The segments of a queue as an ordered list of rules whose outcome is a rotation (F7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.conditions.parsing import ConditionRefused, parse
from leads.queries.own_fields import OwnFields
from queues.decisions.placement import Decision, Outcome, Rule, decide
from queues.decisions.routing_trail import segment_steps
from queues.models import Entry, Queue, Segment
from routing.models import Rotation


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """The active, readable segments of a queue, with the names of their rotations and of the queue's own rotation. A
    segment whose conditions cannot be read is listed in `broken` and takes no lead."""

    rules: Sequence[Rule]
    names: Mapping[int, str]
    own: str
    broken: Sequence[str] = ()

    def route(self, facts: Mapping[str, object]) -> tuple[int | None, list[dict[str, object]]]:
        """The rotation that a segment chooses (None: the queue's own), and the steps that record why."""
        if not self.rules:
            return None, []
        decision: Decision = decide(facts, self.rules)
        return decision.queue_id, segment_steps(decision, self.names, own=self.own)


def segments_of(queue: Queue) -> list[Segment]:
    return list(Segment.objects.filter(queue=queue).select_related("rotation").order_by("position", "pk"))


def segment_plan(queue: Queue) -> SegmentPlan:
    """One query; none for a queue that does not push."""
    if not queue.is_push or queue.rotation_id is None:
        return SegmentPlan((), {}, "")
    rules, names, broken, own = [], {}, [], OwnFields()
    for row in segments_of(queue):
        if not row.is_active:
            continue
        try:
            conditions = parse(row.conditions, own)
        except ConditionRefused:
            broken.append(row.name)
            continue
        rules.append(Rule(row.pk, row.name, conditions, Outcome.QUEUE, row.rotation_id))
        names[row.rotation_id] = row.rotation.name
    return SegmentPlan(rules, names, queue.rotation.name if rules else "", broken)


def rotation_of(lead_id: int, queue: Queue) -> Rotation | None:
    """The rotation that takes a lead of this queue: the one that its segment chose, else the queue's own."""
    newest = Entry.objects.filter(lead=lead_id).select_related("rotation").order_by("-entered_at", "-pk").first()
    if newest is not None and newest.queue_id == queue.pk and newest.rotation is not None:
        return newest.rotation
    return queue.rotation
