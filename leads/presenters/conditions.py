"""Conditions as text: labels for forms, sentences for lists, messages for refused conditions (K6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.figures import in_own_marks, number
from leads.decisions.conditions.parsing import (
    FIELDS,
    MAX_CONDITIONS,
    MAX_TEXT_LENGTH,
    Condition,
    ConditionRefused,
    FieldKind,
    kind_of,
    parse,
)
from leads.decisions.facts.countries import country_names
from leads.models import Account, Capture, LeadType
from leads.presenters.imports import FIELD_NAMES
from leads.queries.leads import source_names
from leads.queries.own_fields import OwnFields, SourceNames

FIELD_LABELS: Mapping[str, object] = {
    "score": lazy("score"),
    "source": lazy("source"),
    "source_conversion": lazy("source's conversion in percent"),
    "lead_type": lazy("lead type"),
    "channel": lazy("channel"),
    "country": lazy("country"),
    "city": lazy("city"),
    "industry": lazy("industry"),
    "title": lazy("job title"),
    "company_name": lazy("company name"),
    "company_domain": lazy("company domain"),
    "company_size": lazy("company size"),
    "account_tier": lazy("account tier"),
    "is_target": lazy("target account"),
    "is_customer": lazy("existing customer"),
    "is_competitor": lazy("competitor"),
    "is_free_mail": lazy("free mail address"),
    "is_student": lazy("student"),
    "is_complete": lazy("complete"),
    "is_reengaged": lazy("re-engaged"),
    "from_nurture": lazy("back from nurture"),
    "referred_by_customer": lazy("referred by a customer"),
    "possible_duplicate": lazy("likeness to another lead"),
    "deal_size": lazy("deal size"),
    "engagement": lazy("engagement"),
    "has_email": lazy("reachable by e-mail"),
    "has_phone": lazy("reachable by phone"),
    "has_name": lazy("known by name"),
    "has_external_id": lazy("known by an external id"),
    "campaign": lazy("campaign"),
    "problems": lazy("fields with a problem"),
}

OPERATOR_LABELS: Mapping[str, object] = {  # in the order in which forms offer them
    "is": lazy("is"),
    "is_not": lazy("is not"),
    "contains": lazy("contains"),
    "not_contains": lazy("does not contain"),
    "starts_with": lazy("starts with"),
    "in": lazy("is one of"),
    "not_in": lazy("is none of"),
    "at_least": lazy("is at least"),
    "more_than": lazy("is more than"),
    "at_most": lazy("is at most"),
    "less_than": lazy("is less than"),
    "between": lazy("is between"),
    "before": lazy("is before"),
    "after": lazy("is after"),
    "is_known": lazy("is known"),
    "is_unknown": lazy("is unknown"),
}

# A comparison as a clause. "in" and "not_in" depend on the number of values (see _clause).
COMPARISONS: Mapping[str, object] = {
    "is": lazy("%(field)s is %(value)s"),
    "is_not": lazy("%(field)s is not %(value)s"),
    "contains": lazy("%(field)s contains %(value)s"),
    "not_contains": lazy("%(field)s does not contain %(value)s"),
    "starts_with": lazy("%(field)s starts with %(value)s"),
    "not_in": lazy("%(field)s is none of %(value)s"),
    "at_least": lazy("%(field)s is at least %(value)s"),
    "more_than": lazy("%(field)s is more than %(value)s"),
    "at_most": lazy("%(field)s is at most %(value)s"),
    "less_than": lazy("%(field)s is less than %(value)s"),
    "before": lazy("%(field)s is before %(value)s"),
    "after": lazy("%(field)s is after %(value)s"),
    "is_known": lazy("%(field)s is known"),
    "is_unknown": lazy("%(field)s is unknown"),
}

# The clauses of a yes-or-no field: (yes, no).
CLAUSES: Mapping[str, tuple[object, object]] = {
    "is_target": (lazy("the company is a target account"), lazy("the company is no target account")),
    "is_customer": (lazy("the company is a customer"), lazy("the company is no customer")),
    "is_competitor": (lazy("the company is a competitor"), lazy("the company is no competitor")),
    "is_free_mail": (lazy("the address is from a free mail provider"), lazy("the address is a company's own")),
    "is_student": (lazy("the lead is a student"), lazy("the lead is no student")),
    "is_complete": (lazy("the lead is complete"), lazy("the lead is incomplete")),
    "is_reengaged": (lazy("the lead came back"), lazy("the lead is new")),
    "from_nurture": (lazy("the lead comes from nurture"), lazy("the lead does not come from nurture")),
    "referred_by_customer": (lazy("a customer referred the lead"), lazy("no customer referred the lead")),
    "has_email": (lazy("there is an e-mail"), lazy("there is no e-mail")),
    "has_phone": (lazy("there is a phone"), lazy("there is no phone")),
    "has_name": (lazy("there is a name"), lazy("there is no name")),
    "has_external_id": (lazy("there is an external id"), lazy("there is no external id")),
}

CHOICES: Mapping[str, Mapping[str, object]] = {
    "lead_type": dict(LeadType.choices),
    "channel": dict(Capture.Channel.choices),
    "account_tier": dict(Account.Tier.choices),
    "problems": {field: label for field, label in FIELD_NAMES.items() if field != "extra"},
}


def choices_of(field: str, sources: Mapping[str, str]) -> Mapping[str, object]:
    """The labels of the values that a field can have, by key; empty if any text is allowed."""
    if field == "source":
        return sources
    if own := own_of(sources).get(field) if is_own(field) else None:
        return {choice: choice for choice in own.choices}
    return country_names(get_language() or "en") if field == "country" else CHOICES.get(field, {})


def conditions_sentence(conditions: Iterable[Condition], sources: Mapping[str, str] | None = None) -> str:
    """All conditions as one clause: "Score is at least 80 and source is Demo request". `sources` gives names by key."""
    names = SourceNames() if sources is None else sources
    clauses = [_clause(condition, names) for condition in conditions]
    if not clauses:
        return _("every lead")
    return capfirst(_(" and ").join(clauses))


def missing_sentence(field: str, sources: Mapping[str, str] | None = None) -> str:
    """Why a condition on this field was not met by a lead that has no value there."""
    kind, names = kind_of(field), SourceNames() if sources is None else sources
    if kind in (FieldKind.BOOLEAN, FieldKind.LIST):
        return capfirst(_clause(Condition(field, "is_unknown"), names))
    return capfirst(_("%(field)s is not known") % {"field": label_of(field, names)})


def is_own(field: str) -> bool:
    return field not in FIELDS and kind_of(field) is not None


def own_of(sources: Mapping[str, str]) -> OwnFields:
    return sources.own if isinstance(sources, SourceNames) else OwnFields()


def label_of(field: str, sources: Mapping[str, str]) -> str:
    """What a field is called. An own field that is not there (any more) is named as such: its rule finds no lead."""
    if not is_own(field):
        return str(FIELD_LABELS[field])
    own = own_of(sources)
    if found := own.get(field):
        return _("“%(name)s”") % {"name": found.name}
    if changed := own.as_it_is(field):
        if not changed.is_active:
            return _("“%(name)s” (not in use, so no lead meets this)") % {"name": changed.name}
        return _("“%(name)s” (of another kind now, so no lead meets this)") % {"name": changed.name}
    return _("the removed field “%(key)s” (so no lead meets this)") % {"key": field.partition(":")[2]}


def _clause(condition: Condition, sources: Mapping[str, str]) -> str:
    kind = kind_of(condition.field)
    if kind is FieldKind.BOOLEAN:
        return _yes_or_no(condition, sources)
    if kind is FieldKind.LIST:
        return _of_problems(condition)
    words = {"field": label_of(condition.field, sources)}
    if condition.value is None:
        return str(COMPARISONS[condition.operator]) % words
    if condition.operator == "between":
        ends = condition.value if isinstance(condition.value, tuple) else ()
        low, high = (_named(kind, condition.field, each, sources) for each in ends)
        return _("%(field)s is between %(low)s and %(high)s") % {**words, "low": low, "high": high}
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    named = [_named(kind, condition.field, value, sources) for value in values]
    if condition.operator == "in":
        return _is(condition.field) % {**words, "value": _one_of(named)}
    if condition.operator == "is":
        return _is(condition.field) % {**words, "value": named[0]}
    if condition.operator == "not_in" and len(named) == 1:
        return _("%(field)s is not %(value)s") % {**words, "value": named[0]}
    if condition.operator == "not_in" and len(named) == 2:
        return _("%(field)s is neither %(one)s nor %(other)s") % {**words, "one": named[0], "other": named[1]}
    return str(COMPARISONS[condition.operator]) % {**words, "value": _all_of(named)}


def _is(field: str) -> str:
    """A language may leave out "is" ("country Indonesia"), but not after the name of an own field, which is quoted."""
    return pgettext("own field", "%(field)s is %(value)s") if is_own(field) else str(COMPARISONS["is"])


def _yes_or_no(condition: Condition, sources: Mapping[str, str]) -> str:
    if is_own(condition.field):
        named = {"field": label_of(condition.field, sources)}
        if condition.operator in ("is_known", "is_unknown"):
            return str(COMPARISONS[condition.operator]) % named
        return (_("%(field)s is yes") if condition.operator == "is_true" else _("%(field)s is no")) % named
    yes, no = CLAUSES[condition.field]
    words = {"clause": yes}
    return {
        "is_true": str(yes),
        "is_false": str(no),
        "is_known": _("it is known whether %(clause)s") % words,
        "is_unknown": _("it is not known whether %(clause)s") % words,
    }[condition.operator]


def _of_problems(condition: Condition) -> str:
    """A clause about fields that could not be read."""
    label = str(CHOICES["problems"].get(condition.value, condition.value))
    words = {"field": label[:1].lower() + label[1:]}
    return {
        "contains": _("%(field)s has a problem") % words,
        "not_contains": _("%(field)s has no problem") % words,
        "is_known": _("a field has a problem"),
        "is_unknown": _("no field has a problem"),
    }[condition.operator]


def _named(kind: FieldKind | None, field: str, value: object, sources: Mapping[str, str]) -> str:
    """A value in a sentence: the label of a choice, a number with separated thousands, other text in quotes."""
    if kind is FieldKind.NUMBER:
        return _figure(value)
    if kind is FieldKind.DATE:
        return formats.date_format(date.fromisoformat(str(value)), "j M Y")
    return (
        _("“%(text)s”") % {"text": value}
        if kind is FieldKind.TEXT
        else str(choices_of(field, sources).get(value, value))
    )


def _figure(value: object) -> str:
    return number(value) if isinstance(value, int) else in_own_marks(str(value))


def _one_of(values: Sequence[str]) -> str:
    """'A', 'A or B', 'A, B or C'."""
    if len(values) < 2:
        return "".join(values)
    words = {"values": ", ".join(values[:-1]), "last": values[-1]}
    return (
        _("%(values)s or %(last)s") if len(values) == 2 else pgettext("three or more", "%(values)s or %(last)s")
    ) % words


def _all_of(values: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    if len(values) < 2:
        return "".join(values)
    words = {"values": ", ".join(values[:-1]), "last": values[-1]}
    return (
        _("%(values)s and %(last)s") if len(values) == 2 else pgettext("three or more", "%(values)s and %(last)s")
    ) % words


def stored_conditions_sentence(raw: object, sources: Mapping[str, str] | None = None) -> str:
    """Stored conditions as a sentence. If they cannot be read, the sentence says so, so that lists still work."""
    try:
        return conditions_sentence(parse(raw), sources if sources is not None else source_names())
    except ConditionRefused as problem:
        return _("Cannot be read: %(why)s") % {"why": condition_refusal_text(problem)}


def condition_refusal_text(problem: ConditionRefused) -> str:
    """Why a condition was refused, and what to write instead."""
    text = {
        "too_many": _("At most %(most)s conditions fit into one rule.") % {"most": MAX_CONDITIONS},
        "unknown_field": _("Choose a field."),
        "unknown_operator": _("Choose how to compare; this field cannot be compared that way."),
        "unexpected_value": _("This comparison takes no value. Leave it empty."),
        "not_a_number": _("Write a number, such as 80."),
        "not_a_day": _("Write a day like 2026-11-16."),
        "gone_field": _("This field is not there any more, or has another kind now. Choose a field."),
        "out_of_range": _("This number is too large."),
        "empty_value": _("Write a value."),
        "empty_list": _("Write at least one value; separate several with commas."),
        "too_long": _("This is too long: %(most)s characters at most.") % {"most": MAX_TEXT_LENGTH},
        "reversed": _("Write the smaller number first."),
        "reversed_days": _("Write the earlier day first."),
        "out_of_bounds": _("Write a number %(detail)s.") % {"detail": problem.detail},
        "unknown_choice": _('"%(detail)s" is not known here. Choose from the list.') % {"detail": problem.detail},
    }.get(problem.code)
    if text is None and problem.detail == "two numbers":
        return _("Write two numbers, such as 50 and 80.")
    if text is None and problem.detail == "two days":
        return _("Write two days, such as 2026-11-01 and 2026-11-30.")
    return text or _("This condition cannot be read.")
