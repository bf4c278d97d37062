"""Warnings on the page of a rotation about the segments and entry rules that lead to it (F11c)."""

from django.db.models import Q

from leads.decisions.conditions.parsing import never_matches
from queues.decisions.rule_coverage import shadows
from queues.models import Queue
from queues.presenters.routing_trail import segment_warnings
from queues.presenters.rule_warnings import never_matches_warning, rules_or_none, shadow_warning
from routing.models import Rotation

MAX_QUEUES = 20


def feeding_queue_warnings(rotation: Rotation) -> list[str]:
    """Warnings about segments of the queues that use this rotation, and about entry rules into those queues."""
    asks = Q(rotation=rotation) | Q(segments__rotation=rotation)
    rows = Queue.objects.active().filter(asks).select_related("rotation").distinct()
    queues = list(rows.order_by("position", "name", "pk")[:MAX_QUEUES])
    if not queues:
        return []
    return [text for queue in queues for text in segment_warnings(queue)] + _rule_warnings({each.pk for each in queues})


def _rule_warnings(queue_ids: set[int]) -> list[str]:
    rules = rules_or_none() or []
    texts = [
        never_matches_warning(rule.name)
        for rule in rules
        if rule.queue_id in queue_ids and never_matches(rule.conditions)
    ]
    return texts + [
        shadow_warning(shadow)
        for shadow in shadows(rules)
        if shadow.rule.queue_id in queue_ids and not never_matches(shadow.rule.conditions)
    ]
