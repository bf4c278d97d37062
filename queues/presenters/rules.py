"""Texts about entry rules, their trail and the reasons of the review desk (A5, A6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.people import display_name
from config.web.times import when
from leads.decisions.conditions.parsing import Condition, ConditionRefused, parse
from leads.decisions.facts.fields import UNIDENTIFIED
from leads.decisions.identity.merging import KNOWN_AS_ANOTHER, SAME_BUT_OTHER
from leads.presenters.conditions import FIELD_LABELS, conditions_sentence, is_own, missing_sentence
from queues.decisions.placement import ReviewReason, TrailLine
from queues.models import EntryRule, Queue, ReviewItem
from routing.presenters.choices import REASONS

REJECT_REASONS = ("invalid", "duplicate", "competitor", "student", "wrong_segment")

REASON_LABELS: Mapping[str, object] = {
    ReviewReason.NO_RULE: lazy("No rule matches"),
    ReviewReason.NO_QUEUE: lazy("The rule names no queue"),
    ReviewReason.QUEUE_OFF: lazy("The rule's queue is off"),
    ReviewReason.STEP_FAILED: lazy("A step failed"),
    ReviewReason.SEVERAL_LEADS: lazy("Known as several leads"),
    ReviewReason.UNIDENTIFIED: lazy("Nothing says who it is"),
    ReviewReason.SAME_BUT_OTHER: lazy("Somebody known, or another person"),
    ReviewReason.QUEUE_FULL: lazy("Parked: the queue is full"),
    ReviewReason.QUEUE_AGED: lazy("Parked: leads wait too long"),
    ReviewReason.SOURCE_PAUSED: lazy("Parked: the source is paused"),
    ReviewReason.REOPENED: lazy("Opened again"),
    ReviewReason.UNKNOWN: lazy("No reason recorded"),
}
REASON_SENTENCES: Mapping[str, object] = {
    ReviewReason.NO_RULE: lazy("None of the entry rules matches this lead."),
    ReviewReason.NO_QUEUE: lazy("A rule matches, but it names no queue."),
    ReviewReason.QUEUE_OFF: lazy("A rule matches, but its queue is switched off."),
    ReviewReason.STEP_FAILED: lazy("An error occurred while the lead was placed; no data was lost."),
    ReviewReason.SEVERAL_LEADS: lazy(
        "What came with it belongs to different leads: it may be one of them, or all are one."
    ),
    ReviewReason.UNIDENTIFIED: lazy(
        "It came without an e-mail, a phone, an id, or a name with a company. Complete it if you know who it is."
    ),
    ReviewReason.SAME_BUT_OTHER: lazy(
        "It came with something that a known lead has too, but it seems to be another person. Merge them, or keep both."
    ),
    ReviewReason.QUEUE_FULL: lazy("Its queue is full. The lead enters by itself when the queue opens."),
    ReviewReason.QUEUE_AGED: lazy("Leads wait too long in its queue. This one enters by itself when the queue opens."),
    ReviewReason.SOURCE_PAUSED: lazy("Its source is paused for the queue. The lead enters by itself after the pause."),
    ReviewReason.REOPENED: lazy("It was opened again, and neither its holder nor its queue is there any more."),
    ReviewReason.UNKNOWN: lazy("No reason was recorded."),
}
PROBLEM_TEXTS: Mapping[str, object] = {
    "invalid": lazy("cannot be read"),
    "unknown": lazy("is not known"),
    "out_of_range": lazy("is out of range"),
    "too_long": lazy("was cut because it is too long"),
    "too_many": lazy("has too many values"),
    "several": lazy("has several values"),
    "rounded": lazy("lost digits because a program took it for a number"),
    "wrong_type": lazy("came as a list, an object or true/false"),
    UNIDENTIFIED: lazy("says nothing of who it is"),
    "failed": lazy("could not be settled"),
    "placeholder": lazy("stands for no address"),
    KNOWN_AS_ANOTHER: lazy("belongs to another lead"),
    SAME_BUT_OTHER: lazy("is the same, the person is another"),
}
CAPTURE_FIELD_LABELS: Mapping[str, object] = {
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
    """One rule that was checked; `failed` is the first condition that was not met, as text, or with `is_missing` that
    the lead has no value there."""

    number: int
    name: str
    matched: bool
    failed: str
    is_missing: bool = False


def rule_sentence(
    conditions: Iterable[Condition], *, outcome: str, queue: Queue | None, sources: Mapping[str, str] | None = None
) -> str:
    """'Score is at least 60 and source is Campaign → MQL'."""
    words = {"when": conditions_sentence(conditions, sources), "then": outcome_text(outcome, queue)}
    return _("%(when)s → %(then)s") % words


def outcome_text(outcome: str, queue: Queue | None = None) -> str:
    """Where a rule sends its leads."""
    if outcome == EntryRule.Outcome.QUEUE:
        return queue.name if queue is not None else str(_("no queue named"))
    return str(dict(EntryRule.Outcome.choices).get(outcome, outcome))


def reason_text(codes: Sequence[str], rule_name: str = "") -> str:
    """A short reason: the current name of the rule, else the text of the code, else the name that the rule had then."""
    return (
        rule_name
        or ", ".join(str(REASON_LABELS.get(code, code)) for code in codes)
        or str(REASON_LABELS[ReviewReason.UNKNOWN])
    )


def reason_sentence(item: ReviewItem) -> str:
    """The reason as a sentence."""
    if item.rule_id is not None and item.rule.outcome == EntryRule.Outcome.REVIEW:
        return _("The rule “%(rule)s” sends leads to the review desk.") % {"rule": item.rule.name}
    if item.parked_for is not None:
        return _parked_sentence(item) % {"queue": item.parked_for.name}
    return " ".join(str(REASON_SENTENCES.get(code, code)) for code in item.reasons) or str(
        REASON_SENTENCES[ReviewReason.UNKNOWN]
    )


def _parked_sentence(item: ReviewItem) -> str:
    """Why the lead does not enter its queue now, which needs no decision (D5, D8)."""
    if item.parked_why == ReviewItem.Parked.AGED:
        return _("Leads wait too long in %(queue)s. This one enters by itself when the queue opens.")
    if item.parked_why == ReviewItem.Parked.SOURCE:
        return _("Its source is paused for %(queue)s. The lead enters by itself after the pause.")
    return _("%(queue)s is full. The lead enters by itself when the queue opens.")


def trail_rows(trail: Iterable[Mapping[str, object] | TrailLine], sources: Mapping[str, str]) -> list[TrailRow]:
    """The stored trail, or one just decided, as rows."""
    rows = []
    for number, line in enumerate(trail, start=1):
        values = line if isinstance(line, Mapping) else {name: getattr(line, name) for name in TrailLine.__slots__}
        is_missing = bool(values.get("is_missing"))
        failed = failed_condition_text(str(values.get("failed_on", "")), sources, is_missing=is_missing)
        name, matched = str(values.get("rule_name", "")), bool(values.get("matched"))
        rows.append(TrailRow(number, name, matched, failed, is_missing))
    return rows


def failed_condition_text(text: str, sources: Mapping[str, str], *, is_missing: bool = False) -> str:
    """'score at_least 60', as stored in a trail, as text. What can no longer be parsed is shown as stored."""
    if not text:
        return ""
    field, operator, value = [*text.split(" ", 2), "", ""][:3]
    if is_missing and (field in FIELD_LABELS or is_own(field)):
        return missing_sentence(field, sources)
    several = operator in ("in", "not_in", "between")
    try:
        condition = {"field": field, "operator": operator, "value": value.split(", ") if several else value or None}
        return conditions_sentence(parse([condition]), sources)
    except ConditionRefused:
        return text


def said_problems(item: ReviewItem) -> list[Mapping[str, object]]:
    """The problems of the lead that its reason does not say already."""
    if ReviewReason.UNIDENTIFIED not in item.reasons:
        return item.lead.problems
    return [problem for problem in item.lead.problems if problem.get("code") != UNIDENTIFIED]


def problem_text(problem: Mapping[str, object]) -> str:
    """'Phone cannot be read: 08xx'."""
    field = str(problem.get("field", ""))
    label = CAPTURE_FIELD_LABELS.get(field) or FIELD_LABELS.get(field) or field or _("the capture")
    says = PROBLEM_TEXTS.get(str(problem.get("code", "")), problem.get("code", ""))
    text = _("%(field)s %(problem)s") % {"field": label, "problem": says}
    text = text[:1].upper() + text[1:]
    return f"{text}: {problem['value']}" if problem.get("value") else text


def decided_sentence(item: ReviewItem) -> str:
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
    return [(code, REASONS[code]) for code in REJECT_REASONS]


def likely_reason(item: ReviewItem) -> str:
    """The most likely reason for a rejection; "invalid" by default."""
    lead = item.lead
    if lead.account_id and lead.account.is_competitor:
        return "competitor"
    asked = " ".join([*(str(reason) for reason in item.reasons), item.rule.name if item.rule_id else ""]).casefold()
    named = next((code for code in ("competitor", "student", "duplicate") if code in asked), None)
    return named or ("duplicate" if lead.resembles_id else "invalid")


def _person(user: User | None) -> str:
    return display_name(user) if user is not None else ""
