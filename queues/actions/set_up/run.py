"""Fill an empty installation with defaults: sources, score rules, tiers, one queue and its entry rules."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import ScoreRule, Source
from queues.actions.set_up import defaults
from queues.models import EntryRule, PriorityTier, Queue
from routing.actions.company import locked_company


@transaction.atomic
def set_up() -> dict[str, int]:
    """Fill each table that is still empty; rows that sales ops made or changed stay. Returns how many rows were made.

    Sources are checked one by one, because arriving leads create sources too. If there is a queue already, the entry
    rules use the first one. Two who ask for it at once make everything once: the second waits for the first.
    """
    locked_company()
    made = {"sources": add_sources(), "score rules": add_score_rules(), "tiers": add_tiers()}
    queue = Queue.objects.active().order_by("position", "pk").first()
    made["queues"] = 0 if queue else 1
    if queue is None:
        queue = Queue.objects.create(name=_("Leads"), slug=defaults.FIRST_QUEUE)
    made["entry rules"] = add_entry_rules(defaults.ENTRY_RULES, queues={defaults.FIRST_QUEUE: queue})
    return made


def add_sources() -> int:
    made = 0
    for line in defaults.SOURCES:
        _source, is_new = Source.objects.get_or_create(
            slug=line.slug,
            defaults={"name": str(line.name), "lead_type": line.lead_type, "points": line.points},
        )
        made += is_new
    return made


def add_score_rules() -> int:
    if ScoreRule.objects.exists():
        return 0
    for position, line in enumerate(defaults.SCORE_RULES, start=1):
        ScoreRule.objects.create(
            name=str(line.name),
            part=line.part,
            points=line.points,
            conditions=defaults.as_conditions(line.conditions),
            position=position,
        )
    return len(defaults.SCORE_RULES)


def add_tiers() -> int:
    if PriorityTier.objects.exists():
        return 0
    for position, line in enumerate(defaults.TIERS, start=1):
        PriorityTier.objects.create(
            name=str(line.name), conditions=defaults.as_conditions(line.conditions), position=position
        )
    return len(defaults.TIERS)


def add_entry_rules(lines: Iterable[defaults.RuleLine], *, queues: Mapping[str, Queue]) -> int:
    """These rules in this order, when there are none yet; `queues` finds the queue by the name that a line uses."""
    if EntryRule.objects.exists():
        return 0
    rows = list(lines)
    for position, line in enumerate(rows, start=1):
        EntryRule.objects.create(
            name=str(line.name),
            position=position,
            conditions=defaults.as_conditions(line.conditions),
            outcome=line.outcome,
            queue=queues[line.queue] if line.outcome == EntryRule.Outcome.QUEUE else None,
        )
    return len(rows)
