"""Score a lead: the caller's number, or the sum that the score rules give (A4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.decisions.conditions import parse
from leads.decisions.scoring import ScoreRule as Rule
from leads.decisions.scoring import score
from leads.models import Activity, Lead, ScoreRule
from leads.queries import active_score_rules, facts_of
from leads.signals import lead_changed

AT_ONCE = 500


def scored(lead: Lead, *, given: int | None, rules: Sequence[ScoreRule]) -> tuple[int, dict]:
    """The score and its parts as {"fit": [points, ceiling], ...}; a given score has the one part "given"."""
    if given is not None:
        return given, {"given": [given, 100]}
    plain = [Rule(part=row.part, name=row.name, conditions=parse(row.conditions), points=row.points) for row in rules]
    source = Rule(part="source", name=lead.source.name, conditions=(), points=lead.source.points)
    found = score(facts_of(lead), [*plain, source])
    return found.total, {part: list(pair) for part, pair in found.parts.items()}


def is_given(lead: Lead) -> bool:
    """Whether the score came from outside or by hand; then no rule changes it."""
    return not lead.score_parts or "given" in lead.score_parts


def rescore(leads: QuerySet[Lead], *, by, at: datetime) -> int:
    """The rules, a source's points or an account changed: these leads that wait get score and place anew (B7).

    In chunks with a transaction each, so that nobody who claims meanwhile waits long. Returns how many scores changed.
    """
    changed, last = 0, 0
    waiting = leads.filter(stage__in=(Lead.Stage.WAITING, Lead.Stage.REVIEW)).order_by("pk")
    while True:
        with transaction.atomic():
            chunk = list(
                waiting.filter(pk__gt=last)
                .select_related("source", "account")
                .select_for_update(no_key=True, of=("self",))[:AT_ONCE]
            )
            if not chunk:
                return changed
            changed += _rescore(chunk, by=by, at=at)
            last = chunk[-1].pk


def _rescore(leads: Sequence[Lead], *, by, at: datetime) -> int:
    rules, moved = active_score_rules(), []
    computed = [lead for lead in leads if not is_given(lead)]
    for lead in computed:
        before = lead.score
        lead.score, lead.score_parts = scored(lead, given=None, rules=rules)
        if lead.score != before:
            moved.append((lead, before))
    Lead.objects.bulk_update(computed, ["score", "score_parts"])
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=Activity.Kind.SCORED, at=at, by=by, details={"from": before, "to": lead.score})
        for lead, before in moved
    )
    lead_changed.send(Lead, leads=list(leads), what="scored", at=at)
    return len(moved)
