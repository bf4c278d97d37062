"""What segments and entry rules say that surely nobody meant, on the pages of the rotation they lead to (F11c)."""

from django.db.models import Q

from leads.decisions.conditions.parsing import never_matches
from queues.decisions.rule_coverage import shadows
from queues.models import Queue
from queues.presenters.routing_trail import segment_warnings
from queues.presenters.rule_warnings import never_words, rules_or_none, shadow_words
from routing.models import Rotation

MOST_QUEUES = 20


def leading_warnings(rotation: Rotation) -> list[str]:
    """Segments of the queues that ask this rotation, and entry rules that lead into those queues."""
    asks = Q(rotation=rotation) | Q(segments__rotation=rotation)
    rows = Queue.objects.active().filter(asks).select_related("rotation").distinct()
    queues = list(rows.order_by("position", "name", "pk")[:MOST_QUEUES])
    if not queues:
        return []
    return [text for queue in queues for text in segment_warnings(queue)] + _rule_warnings({each.pk for each in queues})


def _rule_warnings(queue_ids: set[int]) -> list[str]:
    rules = rules_or_none() or []
    texts = [never_words(rule.name) for rule in rules if rule.queue_id in queue_ids and never_matches(rule.conditions)]
    return texts + [
        shadow_words(shadow)
        for shadow in shadows(rules)
        if shadow.rule.queue_id in queue_ids and not never_matches(shadow.rule.conditions)
    ]
