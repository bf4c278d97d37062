"""The door to the entry rules: each as a sentence with what it caught, a file of it, and a lead to try (A5, E10)."""

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
from queues.forms.rules import TryForm
from queues.models import EntryRule, Queue
from queues.presenters.routing_trail import plan_sentences, steps_words
from queues.presenters.rule_warnings import flag_words, rule_warnings, rules_or_none
from queues.presenters.rules import TrailRow, outcome_words, reason_words, rule_sentence, trail_rows
from queues.queries.routing_trail import tried_steps
from queues.queries.rules import RuleRow, rule_rows, tried


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule as the page shows it; `is_deaf` when its conditions cannot be read, `is_lost` when its queue is off.
    `flag`: that it takes nothing, or everything, in words."""

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
class Verdict:
    """What the rules would do; `rule_name` "" when none matches."""

    then: str
    rule_name: str
    reason: str
    trail: list[TrailRow]
    unasked: int
    way: list[str]


@permission_required("queues.operate_queue", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """The ordered list; with a lead to try in the address, also what would become of it."""
    sources = source_names()
    rows = rule_rows(at=timezone.now())
    form = TryForm(request.GET if "try" in request.GET else None)
    shown = _all_shown(rows, sources)
    context = {
        "rules": shown,
        "on": sum(1 for row in rows if row.rule.is_active),
        "caught": sum(row.caught for row in rows),
        "warnings": rule_warnings(rules_or_none()) if rows else [],
        "broken": next((row for row in shown if row.is_deaf and row.rule.is_active), None),
        "form": form,
        "verdict": _verdict(form, rows, sources) if form.is_bound and form.is_valid() else None,
        "new_url": _and_back(_admin_url("admin:queues_entryrule_add")),
        "list_url": _admin_url("admin:queues_entryrule_changelist"),
    }
    return page_or_part(request, "queues/rules.html", "queues/_rules_try.html", context)


@permission_required("queues.operate_queue", raise_exception=True)
def rules_csv(request: HttpRequest) -> HttpResponse:
    """The ordered list as a file."""
    header = (_("Place"), _("Rule"), _("On"), _("When"), _("Then"), _("Caught in 30 days"), _("Remark"))
    rows = (
        (row.number, row.rule.name, yes_no(row.rule.is_active), row.sentence, row.then, row.caught, _remark(row))
        for row in _all_shown(rule_rows(at=timezone.now()), source_names())
    )
    return csv_response("rules.csv", header, rows)


def _all_shown(rows: list[RuleRow], sources: dict[str, str]) -> list[Shown]:
    last = next((row for row in reversed(rows) if row.rule.is_active), None)
    return [_shown(number, row, sources, is_last=row is last) for number, row in enumerate(rows, start=1)]


def _shown(number: int, row: RuleRow, sources: dict[str, str], *, is_last: bool) -> Shown:
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
        edit_url=_and_back(_admin_url("admin:queues_entryrule_change", rule.pk)),
        then=outcome_words(rule.outcome, rule.queue),
        flag=flag_words(row, is_last=is_last),
    )


def _remark(row: Shown) -> str:
    if row.is_deaf:
        return _("cannot be read")
    return ", ".join(filter(None, (_("its queue is off") if row.is_lost else "", row.flag)))


def yes_no(is_on: bool) -> str:
    return _("yes") if is_on else _("no")


def _verdict(form: TryForm, rows: list[RuleRow], sources: dict[str, str]) -> Verdict | None:
    """None when a rule that is on cannot be read: then every lead goes to the review desk."""
    try:
        decision = tried(form.facts())
    except ConditionRefused:
        return None
    queue = Queue.objects.select_related("rotation").filter(pk=decision.queue_id).first() if decision.queue_id else None
    lost = queue is not None and not queue.is_active
    outcome = EntryRule.Outcome.REVIEW if lost else decision.outcome
    reasons = ("queue_off",) if lost else decision.reasons
    return Verdict(
        then=outcome_words(outcome, queue),
        rule_name=decision.rule_name,
        reason=reason_words(reasons) if lost or not decision.rule_name else "",
        trail=trail_rows(decision.trail, sources),
        unasked=sum(1 for row in rows if row.rule.is_active) - len(decision.trail),
        way=_way(form, queue) if queue is not None and not lost else [],
    )


def _way(form: TryForm, queue: Queue) -> list[str]:
    """How the lead would go on from the queue: to the owner of its account, or to a rotation (G1, G2, G3)."""
    steps = tried_steps(queue, form.facts(), form.asked(), at=timezone.now())
    return steps_words(steps, sees_reasons=True) or plan_sentences(queue)[-1:]


def _and_back(address: str) -> str:
    """A page of the admin that comes back here when it has saved."""
    return f"{address}?{urlencode({'next': reverse('queues:rules')})}" if address else ""


def _admin_url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
