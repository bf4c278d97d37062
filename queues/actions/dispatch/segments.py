"""Choose the rotation of each lead by its segment: when the lead enters, and when it or the segments change (F7)."""

from collections.abc import Mapping, Sequence

from leads.queries.leads import rule_facts
from queues.actions.dispatch.needs import note_needs
from queues.decisions.routing_trail import only_owner_steps
from queues.models import Entry, Queue
from queues.queries.segments import SegmentPlan, segment_plan


def choose_rotations(queue: Queue, entries: Sequence[Entry], facts: Mapping[int, Mapping[str, object]]) -> None:
    """Set the rotation on new entries, and what they need of its members. The caller saves them."""
    plan = segment_plan(queue)
    for entry in entries:
        _set_rotation(entry, plan, facts[entry.lead_id])
    note_needs(entries)


def rechoose_rotations(entries: Sequence[Entry]) -> list[Entry]:
    """Choose again for changed leads. Returns the entries whose rotation or needs changed, which the caller saves."""
    queues = {entry.queue_id: entry.queue for entry in entries}
    plans = {queue_id: segment_plan(queue) for queue_id, queue in queues.items()}
    affected = [entry for entry in entries if plans[entry.queue_id].rules or entry.rotation_id is not None]
    facts = rule_facts([entry.lead for entry in affected]) if affected else {}
    changed = []
    for entry in affected:
        before = entry.rotation_id, entry.steps
        _set_rotation(entry, plans[entry.queue_id], facts[entry.lead_id])
        if (entry.rotation_id, entry.steps) != before:
            changed.append(entry)
    return list(dict.fromkeys([*changed, *note_needs(entries)]))


def _set_rotation(entry: Entry, plan: SegmentPlan, facts: Mapping[str, object]) -> None:
    entry.rotation_id, steps = plan.route(facts)
    entry.steps = [*only_owner_steps(entry.steps), *steps]
