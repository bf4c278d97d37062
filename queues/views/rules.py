"""The entry rules: each as a sentence with its counts, as a CSV file, and with a sample lead to try (A5, E10)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.htmx import page_or_part
from leads.decisions.conditions.parsing import ConditionRefused
from leads.presenters.csv_response import csv_response
from leads.queries.leads import source_names
from queues.decisions.placement import ReviewReason
from queues.forms.rules import SampleLeadForm
from queues.models import EntryRule, Queue
from queues.presenters.routing_trail import plan_sentences, trail_sentences
from queues.presenters.rule_warnings import rule_flag_text, rule_warnings, rules_or_none
from queues.presenters.rules import TrailRow, outcome_text, reason_text, rule_sentence, trail_rows
from queues.queries.routing_trail import preview_steps
from queues.queries.rules import CountedRule, counted_rules, preview_decision


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as the page shows it. `is_deaf`: its conditions cannot be read. `is_lost`: its queue is off. `flag`
    notes that it took no lead, or every lead."""

    number: int
    rule: EntryRule
    sentence: str
    caught: int
    is_deaf: bool
    is_lost: bool
    edit_url: str
    then: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What the rules would do with the sample lead; `rule_name` is "" if none matches."""

    then: str
    rule_name: str
    reason: str
    trail: list[TrailRow]
    unasked: int
    way: list[str]


@permission_required("queues.operate_queue", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """The ordered list; with a sample lead in the address, also where it would go."""
    sources = source_names()
    rows = counted_rules(at=timezone.now())
    form = SampleLeadForm(request.GET if "try" in request.GET else None)
    shown = _rule_rows(rows, sources)
    context = {
        "rules": shown,
        "on": sum(1 for row in rows if row.rule.is_active),
        "caught": sum(row.caught for row in rows),
        "warnings": rule_warnings(rules_or_none()) if rows else [],
        "broken": next((row for row in shown if row.is_deaf and row.rule.is_active), None),
        "form": form,
        "verdict": _sample_result(form, rows, sources) if form.is_bound and form.is_valid() else None,
        "new_url": _with_return(_admin_url("admin:queues_entryrule_add")),
        "list_url": _admin_url("admin:queues_entryrule_changelist"),
    }
    return page_or_part(request, "queues/rules.html", "queues/_rules_try.html", context)


@permission_required("queues.operate_queue", raise_exception=True)
def rules_csv(request: HttpRequest) -> HttpResponse:
    """The ordered list as a CSV file."""
    header = (_("Place"), _("Rule"), _("On"), _("When"), _("Then"), _("Caught in 30 days"), _("Remark"))
    rows = (
        (row.number, row.rule.name, yes_no(row.rule.is_active), row.sentence, row.then, row.caught, _remark(row))
        for row in _rule_rows(counted_rules(at=timezone.now()), source_names())
    )
    return csv_response("rules.csv", header, rows)


def _rule_rows(rows: list[CountedRule], sources: dict[str, str]) -> list[RuleRow]:
    last = next((row for row in reversed(rows) if row.rule.is_active), None)
    return [_rule_row(number, row, sources, is_last=row is last) for number, row in enumerate(rows, start=1)]


def _rule_row(number: int, row: CountedRule, sources: dict[str, str], *, is_last: bool) -> RuleRow:
    rule = row.rule
    sentence = ""
    if row.conditions is not None:
        sentence = rule_sentence(row.conditions, outcome=rule.outcome, queue=rule.queue, sources=sources)
    return RuleRow(
        number=number,
        rule=rule,
        sentence=sentence,
        caught=row.caught,
        is_deaf=row.conditions is None,
        is_lost=rule.is_active and rule.queue is not None and not rule.queue.is_active,
        edit_url=_with_return(_admin_url("admin:queues_entryrule_change", rule.pk)),
        then=outcome_text(rule.outcome, rule.queue),
        flag=rule_flag_text(row, is_last=is_last),
    )


def _remark(row: RuleRow) -> str:
    if row.is_deaf:
        return _("cannot be read")
    return ", ".join(filter(None, (_("its queue is off") if row.is_lost else "", row.flag)))


def yes_no(is_on: bool) -> str:
    return _("yes") if is_on else _("no")


def _sample_result(form: SampleLeadForm, rows: list[CountedRule], sources: dict[str, str]) -> SampleResult | None:
    """None if an active rule cannot be read: then every lead goes to the review desk."""
    try:
        decision = preview_decision(form.facts())
    except ConditionRefused:
        return None
    queue = Queue.objects.select_related("rotation").filter(pk=decision.queue_id).first() if decision.queue_id else None
    lost = queue is not None and not queue.is_active
    outcome = EntryRule.Outcome.REVIEW if lost else decision.outcome
    reasons = (ReviewReason.QUEUE_OFF,) if lost else decision.reasons
    return SampleResult(
        then=outcome_text(outcome, queue),
        rule_name=decision.rule_name,
        reason=reason_text(reasons) if lost or not decision.rule_name else "",
        trail=trail_rows(decision.trail, sources),
        unasked=sum(1 for row in rows if row.rule.is_active) - len(decision.trail),
        way=_trail_after_entry(form, queue) if queue is not None and not lost else [],
    )


def _trail_after_entry(form: SampleLeadForm, queue: Queue) -> list[str]:
    """How the queue would route the lead: to the owner of its account, or to a rotation (G1, G2, G3)."""
    steps = preview_steps(queue, form.facts(), form.asked(), at=timezone.now())
    return trail_sentences(steps, sees_reasons=True) or plan_sentences(queue)[-1:]


def _with_return(address: str) -> str:
    """An admin page that returns here after saving."""
    return f"{address}?{urlencode({'next': reverse('queues:rules')})}" if address else ""


def _admin_url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
