"""The door to the entry rules: each as a sentence with what it caught, and a lead to try them with (A5)."""

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config.htmx import page_or_part
from leads.decisions.conditions import ConditionRefused
from queues.models import EntryRule, Queue
from queues.queries_rules import RuleRow, rule_rows, source_names, tried
from queues.rule_forms import TryForm
from queues.rule_warnings import rule_warnings, rules_or_none
from queues.wording import TrailRow, outcome_words, reason_words, rule_sentence, trail_rows


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule as the page shows it; `is_deaf` when its conditions cannot be read, `is_lost` when its queue is off."""

    number: int
    rule: EntryRule
    sentence: str
    caught: int
    is_deaf: bool
    is_lost: bool
    edit_url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules would do; `rule_name` "" when none matches."""

    then: str
    rule_name: str
    reason: str
    trail: list[TrailRow]
    unasked: int


@permission_required("queues.operate_queue", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """The ordered list; with a lead to try in the address, also what would become of it."""
    sources = source_names()
    rows = rule_rows(at=timezone.now())
    form = TryForm(request.GET if "try" in request.GET else None)
    shown = [_shown(number, row, sources) for number, row in enumerate(rows, start=1)]
    context = {
        "rules": shown,
        "on": sum(1 for row in rows if row.rule.is_active),
        "caught": sum(row.caught for row in rows),
        "warnings": rule_warnings(rules_or_none()) if rows else [],
        "broken": next((row for row in shown if row.is_deaf and row.rule.is_active), None),
        "form": form,
        "verdict": _verdict(form, rows, sources) if form.is_bound and form.is_valid() else None,
        "new_url": _admin_url("admin:queues_entryrule_add"),
        "list_url": _admin_url("admin:queues_entryrule_changelist"),
    }
    return page_or_part(request, "queues/rules.html", "queues/_rules_try.html", context)


def _shown(number: int, row: RuleRow, sources: dict[str, str]) -> Shown:
    rule = row.rule
    sentence = ""
    if row.conditions is not None:
        sentence = rule_sentence(row.conditions, outcome=rule.outcome, queue=rule.queue, sources=sources)
    return Shown(
        number=number,
        rule=rule,
        sentence=sentence,
        caught=row.caught,
        is_deaf=row.conditions is None,
        is_lost=rule.is_active and rule.queue is not None and not rule.queue.is_active,
        edit_url=_admin_url("admin:queues_entryrule_change", rule.pk),
    )


def _verdict(form: TryForm, rows: list[RuleRow], sources: dict[str, str]) -> Verdict | None:
    """None when a rule that is on cannot be read: then every lead goes to the review desk."""
    try:
        decision = tried(form.facts())
    except ConditionRefused:
        return None
    queue = Queue.objects.filter(pk=decision.queue_id).first() if decision.queue_id else None
    lost = queue is not None and not queue.is_active
    outcome = EntryRule.Outcome.REVIEW if lost else decision.outcome
    reasons = ("queue_off",) if lost else decision.reasons
    return Verdict(
        then=outcome_words(outcome, queue),
        rule_name=decision.rule_name,
        reason=reason_words(reasons) if lost or not decision.rule_name else "",
        trail=trail_rows(decision.trail, sources),
        unasked=sum(1 for row in rows if row.rule.is_active) - len(decision.trail),
    )


def _admin_url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
