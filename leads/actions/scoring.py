"""Score leads: with the given number, or with the points of the score rules (A4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from config.bulk_update import bulk_update
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.models import BackgroundJob
from leads.decisions.scoring import PointsRule, score
from leads.models import Activity, Lead, ScoreRule
from leads.queries.leads import active_score_rules, facts_of
from leads.signals import Change, lead_changed

RESCORE = "rescore"
CHUNK_SIZE = 500
MAX_PREVIEWED = 2000
RESCORED_STAGES = (Lead.Stage.WAITING, Lead.Stage.REVIEW)


def compute_score(lead: Lead, *, given: int | None, rules: Sequence[ScoreRule]) -> tuple[int, dict]:
    """The score, and its parts as {"fit": [points, ceiling, [[rule, points], ...]], ...}. The parts keep the names and
    points of the rules that matched, because rules change. A given score has one part, "given": [points, 100]."""
    if given is not None:
        return given, {"given": [given, 100]}
    plain = [PointsRule(part=row.part, name=row.name, conditions=row.asked, points=row.points) for row in rules]
    source = PointsRule(part="source", name=lead.source.name, conditions=(), points=lead.source.points)
    found = score(facts_of(lead), [*plain, source])
    held = {part: [[rule.name, rule.points] for rule in found.matched if rule.part == part] for part in found.parts}
    return found.total, {part: [*pair, held[part]] for part, pair in found.parts.items()}


def has_given_score(lead: Lead) -> bool:
    """Whether the score came with the lead or was typed in. No rule changes such a score."""
    return not lead.score_parts or "given" in lead.score_parts


@dataclass(frozen=True, slots=True)
class ScorePreview:
    """How many scores would rise and fall among the waiting leads that were checked. `is_complete`: all were
    checked."""

    rising: int
    falling: int
    checked: int
    is_complete: bool


def preview_rescore() -> ScorePreview:
    """What rescore() would do with the current rules. Writes nothing and checks at most MAX_PREVIEWED leads."""
    rules = active_score_rules()
    waiting = Lead.objects.filter(stage__in=RESCORED_STAGES).select_related("source", "account").order_by("pk")
    found = list(waiting[: MAX_PREVIEWED + 1])
    checked = found[:MAX_PREVIEWED]
    pairs = [
        (lead.score, compute_score(lead, given=None, rules=rules)[0]) for lead in checked if not has_given_score(lead)
    ]
    rising, falling = (sum(1 for old, new in pairs if sign * (new - old) > 0) for sign in (1, -1))
    return ScorePreview(rising, falling, checked=len(checked), is_complete=len(found) <= MAX_PREVIEWED)


def rescore(leads: QuerySet[Lead], *, by: User | None, at: datetime, pause: Callable[[], None] = lambda: None) -> int:
    """Give new scores and places to those of these leads that wait, after rules, a source's points or an account
    changed (B7). Returns how many scores changed.

    Works in chunks with one transaction each, so that nobody who claims a lead waits long. A background task passes
    `pause`, which is called between two chunks.
    """
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            chunk = _next_chunk(leads, after=last)
            if not chunk:
                return changed
            changed += _rescore(chunk, by=by, at=at)
            last = chunk[-1].pk
        if len(chunk) < CHUNK_SIZE:
            return changed
        pause()


def rescore_in_background(scope: dict[str, object], *, name: str = "", by: User | None, at: datetime) -> BackgroundJob:
    """The same in a background job, for {} (all leads) or the leads of {"source": id}, {"account": id}, {"leads": ids}.

    Within the request if one chunk is enough.
    """
    subject = "-".join(str(part) for part in next(iter(scope.items()), ("all",)))[:60]
    return start_job(RESCORE, subject=subject, subject_name=name, arguments=scope, by=by, at=at)


def count_in_scope(arguments: Arguments) -> int:
    return _in_scope(arguments).filter(stage__in=RESCORED_STAGES).count()


def rescore_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of a rescore job: the next waiting leads by id."""
    chunk = _next_chunk(_in_scope(arguments), after=after)
    if chunk:
        _rescore(chunk, by=by, at=at)
    return Chunk(len(chunk), chunk[-1].pk if chunk else after, is_last=len(chunk) < CHUNK_SIZE)


def _in_scope(arguments: Arguments) -> QuerySet[Lead]:
    names = {"source": "source", "account": "account", "leads": "pk__in"}
    return Lead.objects.filter(**{names[key]: value for key, value in arguments.items()})


def _next_chunk(leads: QuerySet[Lead], *, after: int) -> list[Lead]:
    rows = leads.filter(stage__in=RESCORED_STAGES, pk__gt=after).order_by("pk").select_related("source", "account")
    return list(rows.select_for_update(no_key=True, of=("self",))[:CHUNK_SIZE])


def _rescore(leads: Sequence[Lead], *, by: User | None, at: datetime) -> int:
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
    bulk_update(Lead, changed, ["score", "score_parts"])
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=Activity.Kind.SCORED, at=at, by=by, details={"from": before, "to": lead.score})
        for lead, before in moved
    )
    rescored = {lead.pk for lead, _before in moved}
    for what, is_rescored in ((Change.SCORED, True), (Change.CONTEXT, False)):
        if some := [lead for lead in leads if (lead.pk in rescored) is is_rescored]:
            lead_changed.send(Lead, leads=some, what=what, at=at)
    return len(moved)
