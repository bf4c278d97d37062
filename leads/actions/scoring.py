"""Score a lead: the caller's number, or the sum that the score rules give (A4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.decisions.conditions.parsing import parse
from leads.decisions.scoring import PointsRule as Rule
from leads.decisions.scoring import score
from leads.models import Activity, Lead, ScoreRule
from leads.queries.leads import active_score_rules, facts_of
from leads.signals import lead_changed

CHUNK_SIZE = 500
MAX_PREVIEWED = 2000
RESCORED_STAGES = (Lead.Stage.WAITING, Lead.Stage.REVIEW)


def compute_score(lead: Lead, *, given: int | None, rules: Sequence[ScoreRule]) -> tuple[int, dict]:
    """The score and its parts as {"fit": [points, ceiling, [[rule, points], ...]], ...}: the rules that held are kept
    with what they gave, as they may be others tomorrow. A given score has the one part "given", [points, 100]."""
    if given is not None:
        return given, {"given": [given, 100]}
    plain = [Rule(part=row.part, name=row.name, conditions=parse(row.conditions), points=row.points) for row in rules]
    source = Rule(part="source", name=lead.source.name, conditions=(), points=lead.source.points)
    found = score(facts_of(lead), [*plain, source])
    held = {part: [[rule.name, rule.points] for rule in found.because if rule.part == part] for part in found.parts}
    return found.total, {part: [*pair, held[part]] for part, pair in found.parts.items()}


def has_given_score(lead: Lead) -> bool:
    """Whether the score came from outside or by hand; then no rule changes it."""
    return not lead.score_parts or "given" in lead.score_parts


@dataclass(frozen=True, slots=True)
class ScorePreview:
    """How many scores of the waiting leads rise and fall; `of` so many were looked at, `is_all` when that was all."""

    up: int
    down: int
    of: int
    is_all: bool


def preview_rescore() -> ScorePreview:
    """What rescore() will do with the rules as they are now; writes nothing and looks at a bounded number."""
    rules = active_score_rules()
    waiting = Lead.objects.filter(stage__in=RESCORED_STAGES).select_related("source", "account").order_by("pk")
    looked_at = list(waiting[: MAX_PREVIEWED + 1])
    is_all, looked_at = len(looked_at) <= MAX_PREVIEWED, looked_at[:MAX_PREVIEWED]
    pairs = [
        (lead.score, compute_score(lead, given=None, rules=rules)[0]) for lead in looked_at if not has_given_score(lead)
    ]
    up, down = (sum(1 for old, new in pairs if sign * (new - old) > 0) for sign in (1, -1))
    return ScorePreview(up=up, down=down, of=len(looked_at), is_all=is_all)


def rescore(leads: QuerySet[Lead], *, by, at: datetime, rest: Callable[[], None] = lambda: None) -> int:
    """The rules, a source's points or an account changed: these leads that wait get score and place anew (B7).

    In chunks with a transaction each, so that nobody who claims meanwhile waits long; who has time rests between two.
    Returns how many scores changed.
    """
    changed, last = 0, 0
    waiting = leads.filter(stage__in=RESCORED_STAGES).order_by("pk")
    while True:
        with transaction.atomic():
            chunk = list(
                waiting.filter(pk__gt=last)
                .select_related("source", "account")
                .select_for_update(no_key=True, of=("self",))[:CHUNK_SIZE]
            )
            if not chunk:
                return changed
            changed += _rescore(chunk, by=by, at=at)
            last = chunk[-1].pk
        if len(chunk) < CHUNK_SIZE:
            return changed
        rest()


def _rescore(leads: Sequence[Lead], *, by, at: datetime) -> int:
    rules, moved = active_score_rules(), []
    changed = []
    for lead in leads:
        if has_given_score(lead):
            continue
        before = lead.score, lead.score_parts
        lead.score, lead.score_parts = compute_score(lead, given=None, rules=rules)
        if (lead.score, lead.score_parts) != before:
            changed.append(lead)
        if lead.score != before[0]:
            moved.append((lead, before[0]))
    Lead.objects.bulk_update(changed, ["score", "score_parts"])
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=Activity.Kind.SCORED, at=at, by=by, details={"from": before, "to": lead.score})
        for lead, before in moved
    )
    scored_anew = {lead.pk for lead, _before in moved}
    for what, told in (("scored", True), ("looked_at", False)):
        if some := [lead for lead in leads if (lead.pk in scored_anew) is told]:
            lead_changed.send(Lead, leads=some, what=what, at=at)
    return len(moved)
