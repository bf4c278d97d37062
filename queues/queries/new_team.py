"""Which queues a new team may take over, and whether leads get there (M2)."""

from django.db.models import Exists, OuterRef, QuerySet

from queues.models import EntryRule, Queue


def queues_without_team() -> QuerySet[Queue]:
    """Active queues that belong to no team and give by no rotation; those first to which a rule sends leads."""
    rules = rules_of_queues().filter(queue=OuterRef("pk"))
    free = Queue.objects.active().filter(team=None, rotation=None, region="")
    return free.order_by(Exists(rules).desc(), "position", "name", "pk")


def first_rule_to(queue: Queue) -> EntryRule | None:
    return rules_of_queues().filter(queue=queue).first()


def rules_of_queues() -> QuerySet[EntryRule]:
    return EntryRule.objects.filter(is_active=True, outcome=EntryRule.Outcome.QUEUE).order_by("position", "pk")
