"""Every comparison of every kind of field reads as an English sentence (K6)."""

import pytest

from leads.admin.condition_rows import as_condition, as_typed
from leads.decisions.conditions.parsing import FIELDS, OPERATORS, FieldKind, parse
from leads.presenters.conditions import FIELD_LABELS, choices_of, conditions_sentence

SOURCES = {"trial": "Trial", "referral": "Referral"}


@pytest.mark.parametrize(
    ("field", "operator", "value", "words"),
    [
        ("city", "is", "Bogor", "City is “Bogor”"),
        ("city", "is_not", "Bogor", "City is not “Bogor”"),
        ("title", "contains", "Head", "Job title contains “Head”"),
        ("title", "not_contains", "Head", "Job title does not contain “Head”"),
        ("title", "starts_with", "Head", "Job title starts with “Head”"),
        ("city", "in", ["Bogor"], "City is “Bogor”"),
        ("city", "in", ["Bogor", "Solo"], "City is “Bogor” or “Solo”"),
        ("city", "in", ["Bogor", "Solo", "Kudus"], "City is “Bogor”, “Solo” or “Kudus”"),
        ("city", "not_in", ["Bogor"], "City is not “Bogor”"),
        ("city", "not_in", ["Bogor", "Solo"], "City is neither “Bogor” nor “Solo”"),
        ("city", "not_in", ["Bogor", "Solo", "Kudus"], "City is none of “Bogor”, “Solo” and “Kudus”"),
        ("city", "is_known", None, "City is known"),
        ("city", "is_unknown", None, "City is unknown"),
        ("score", "at_least", 80, "Score is at least 80"),
        ("score", "more_than", 80, "Score is more than 80"),
        ("score", "at_most", 80, "Score is at most 80"),
        ("score", "less_than", 80, "Score is less than 80"),
        ("score", "between", [50, 80], "Score is between 50 and 80"),
        ("score", "is", 80, "Score is 80"),
        ("score", "is_not", 80, "Score is not 80"),
        ("deal_size", "more_than", 2_500_000, "Deal size is more than 2\u00a0500\u00a0000"),
        ("deal_size", "more_than", 0.5, "Deal size is more than 0.5"),
        ("score", "is_known", None, "Score is known"),
        ("score", "is_unknown", None, "Score is unknown"),
        ("source", "is", "trial", "Source is Trial"),
        ("source", "is_not", "gone", "Source is not gone"),
        ("source", "in", ["trial", "referral"], "Source is Trial or Referral"),
        ("lead_type", "not_in", ["mql", "cold"], "Lead type is neither MQL nor Cold"),
        ("country", "in", ["ID", "KR"], "Country is Indonesia or South Korea"),
        ("channel", "is_known", None, "Channel is known"),
        ("account_tier", "is_unknown", None, "Account tier is unknown"),
        ("is_target", "is_true", None, "The company is a target account"),
        ("is_target", "is_false", None, "The company is no target account"),
        ("is_target", "is_known", None, "It is known whether the company is a target account"),
        ("has_email", "is_unknown", None, "It is not known whether there is an e-mail"),
        ("problems", "contains", "phone", "Phone has a problem"),
        ("problems", "not_contains", "company_size", "Company size has no problem"),
        ("problems", "is_known", None, "A field has a problem"),
        ("problems", "is_unknown", None, "No field has a problem"),
    ],
)
def test_a_condition_reads_as_a_sentence(field, operator, value, words):
    assert conditions_sentence(parse([{"field": field, "operator": operator, "value": value}]), SOURCES) == words


def example(kind: FieldKind, field: str, operator: str) -> object:
    if operator in ("is_known", "is_unknown") or kind is FieldKind.BOOLEAN:
        return None
    if kind is FieldKind.NUMBER:
        return [5, 10] if operator == "between" else 5
    value = next(iter(choices_of(field, SOURCES)), "Bogor")
    return [value] if operator in ("in", "not_in") else value


EVERY = [(field, operator) for field, kind in FIELDS.items() for operator in OPERATORS[kind]]


@pytest.mark.parametrize(("field", "operator"), EVERY)
def test_every_field_and_comparison_reads_and_comes_back_from_its_row(field, operator):
    stored = {"field": field, "operator": operator, "value": example(FIELDS[field], field, operator)}
    words = conditions_sentence(parse([stored]), SOURCES)
    assert (words[0].isupper(), "  " in words, "_" in words, words.endswith(" ")) == (True, False, False, False)
    assert parse([as_condition(as_typed(stored), SOURCES)]) == parse([stored])


def test_several_conditions_are_one_sentence_and_none_holds_for_every_lead():
    both = [
        {"field": "score", "operator": "at_least", "value": 80},
        {"field": "is_student", "operator": "is_false"},
    ]
    assert conditions_sentence(parse(both)) == "Score is at least 80 and the lead is no student"
    assert conditions_sentence(()) == "every lead"


def test_every_field_of_the_language_has_a_name():
    assert set(FIELDS) == set(FIELD_LABELS)
