"""How rules, their trail and the reasons of the review desk read to people (A5, A6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.people import display_name
from config.web.times import when
from leads.decisions.conditions.parsing import Condition, ConditionRefused, parse
from leads.decisions.identity.merging import KNOWN_AS_ANOTHER
from leads.presenters.conditions import FIELD_LABELS, conditions_sentence
from queues.decisions.placement import NO_QUEUE, NO_RULE, SEVERAL_LEADS, TrailLine
from queues.models import EntryRule, Queue, ReviewItem
from routing.presenters.choices import REASON_WORDS

REJECT_REASONS = ("invalid", "duplicate", "competitor", "student", "wrong_segment")

CODES: Mapping[str, object] = {
    NO_RULE: lazy("No rule matches"),
    NO_QUEUE: lazy("The rule names no queue"),
    "queue_off": lazy("The rule's queue is off"),
    "step_failed": lazy("A step failed"),
    SEVERAL_LEADS: lazy("Known as several leads"),
    "unknown": lazy("No reason was kept"),
}
WHY: Mapping[str, object] = {
    NO_RULE: lazy("None of the entry rules matches this lead."),
    NO_QUEUE: lazy("A rule matches, but it names no queue."),
    "queue_off": lazy("A rule matches, but its queue is switched off."),
    "step_failed": lazy("Something went wrong on the way; the lead was kept for you."),
    SEVERAL_LEADS: lazy("What came with it belongs to different leads: it may be one of them, or all are one."),
    "unknown": lazy("No reason was kept."),
}
PROBLEMS: Mapping[str, object] = {
    "invalid": lazy("cannot be read"),
    "unknown": lazy("is not known"),
    "out_of_range": lazy("is out of range"),
    "too_long": lazy("was cut, it is too long"),
    "too_many": lazy("has too many values"),
    "several": lazy("has several values"),
    "failed": lazy("could not be settled"),
    KNOWN_AS_ANOTHER: lazy("belongs to another lead"),
}
FIELDS: Mapping[str, object] = {
    "external_id": lazy("external id"),
    "first_name": lazy("first name"),
    "last_name": lazy("last name"),
    "name": lazy("name"),
    "email": lazy("e-mail"),
    "phone": lazy("phone"),
    "website": lazy("website"),
    "message": lazy("message"),
    "captured_at": lazy("time of capture"),
}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One rule that was asked; `failed` is the first condition that did not hold, in words."""

    number: int
    name: str
    matched: bool
    failed: str


def rule_sentence(
    conditions: Iterable[Condition], *, outcome: str, queue: Queue | None, sources: Mapping[str, str] | None = None
) -> str:
    """'Score is at least 60 and source is Campaign → MQL'."""
    words = {"when": conditions_sentence(conditions, sources), "then": outcome_words(outcome, queue)}
    return _("%(when)s → %(then)s") % words


def outcome_words(outcome: str, queue: Queue | None = None) -> str:
    """Where a rule sends its leads."""
    if outcome == EntryRule.Outcome.QUEUE:
        return queue.name if queue is not None else str(_("no queue named"))
    return str(dict(EntryRule.Outcome.choices).get(outcome, outcome))


def reason_words(codes: Sequence[str], rule_name: str = "") -> str:
    """A reason as a chip: the rule's name of today, else the code in words, else the name it had then."""
    return rule_name or ", ".join(str(CODES.get(code, code)) for code in codes) or str(CODES["unknown"])


def why_words(item: ReviewItem) -> str:
    """The reason as a sentence."""
    if item.rule_id is not None and item.rule.outcome == EntryRule.Outcome.REVIEW:
        return _("The rule “%(rule)s” wants a human to look.") % {"rule": item.rule.name}
    return " ".join(str(WHY.get(code, code)) for code in item.reasons) or str(WHY["unknown"])


def trail_rows(trail: Iterable[Mapping[str, object] | TrailLine], sources: Mapping[str, str]) -> list[TrailRow]:
    """The stored trail (or one just decided) as rows."""
    rows = []
    for number, line in enumerate(trail, start=1):
        told = line if isinstance(line, Mapping) else {name: getattr(line, name) for name in TrailLine.__slots__}
        failed = failed_words(str(told.get("failed_on", "")), sources)
        rows.append(TrailRow(number, str(told.get("rule_name", "")), bool(told.get("matched")), failed))
    return rows


def failed_words(text: str, sources: Mapping[str, str]) -> str:
    """'score at_least 60', as a trail keeps it, in words; what cannot be read any more is shown as it was kept."""
    if not text:
        return ""
    field, operator, value = [*text.split(" ", 2), "", ""][:3]
    several = operator in ("in", "not_in", "between")
    try:
        condition = {"field": field, "operator": operator, "value": value.split(", ") if several else value or None}
        return conditions_sentence(parse([condition]), sources)
    except ConditionRefused:
        return text


def problem_words(problem: Mapping[str, object]) -> str:
    """'Phone cannot be read: 08xx'."""
    field = str(problem.get("field", ""))
    label = FIELDS.get(field) or FIELD_LABELS.get(field) or field or _("the capture")
    says = PROBLEMS.get(str(problem.get("code", "")), problem.get("code", ""))
    text = _("%(field)s %(problem)s") % {"field": label, "problem": says}
    text = text[:1].upper() + text[1:]
    return f"{text}: {problem['value']}" if problem.get("value") else text


def decided_words(item: ReviewItem) -> str:
    """Who decided about a lead, when and how."""
    words = {
        "lead": item.lead.label,
        "name": _person(item.closed_by),
        "time": when(item.closed_at),
        "how": item.get_closed_how_display(),
    }
    if item.closed_by_id is None:
        return _("%(lead)s left the desk at %(time)s: %(how)s.") % words
    return _("%(name)s decided about %(lead)s at %(time)s: %(how)s.") % words


def reject_choices() -> list[tuple[str, object]]:
    return [(code, REASON_WORDS[code]) for code in REJECT_REASONS]


def likely_reason(item: ReviewItem) -> str:
    """The reason for a rejection that fits what the desk knows; "invalid" when nothing does."""
    lead = item.lead
    if lead.account_id and lead.account.is_competitor:
        return "competitor"
    asked = " ".join([*(str(reason) for reason in item.reasons), item.rule.name if item.rule_id else ""]).casefold()
    named = next((code for code in ("competitor", "student", "duplicate") if code in asked), None)
    return named or ("duplicate" if lead.resembles_id else "invalid")


def _person(user) -> str:
    return display_name(user) if user is not None else ""
