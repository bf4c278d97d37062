"""Where a rule or segment did not match because the lead has no such value, the trail says so (G4, K6)."""

import pytest
from django.test import Client

from leads.decisions.conditions.parsing import FIELDS, OPERATORS, Condition, FieldKind, holds
from leads.models import Lead
from leads.presenters.conditions import FIELD_LABELS
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import place_leads
from queues.decisions.placement import Rule, decide
from queues.models import EntryRule, ReviewItem, Segment
from queues.presenters.routing_trail import step_text
from queues.presenters.rules import trail_rows
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep, make_rotation

VALUES = {
    FieldKind.TEXT: "Retail",
    FieldKind.NUMBER: 50,
    FieldKind.CHOICE: "x",
    FieldKind.BOOLEAN: True,
    FieldKind.LIST: ("phone",),
}
CASES = [(field, operator) for field, kind in FIELDS.items() for operator in OPERATORS[kind]]


def condition_on(field: str, operator: str) -> Condition:
    value = VALUES[FIELDS[field]]
    if operator in ("in", "not_in"):
        return Condition(field, operator, (value,))
    if operator == "between":
        return Condition(field, operator, (60, 70))
    if operator in ("is_known", "is_unknown", "is_true", "is_false"):
        return Condition(field, operator)
    return Condition(field, operator, "phone" if FIELDS[field] is FieldKind.LIST else value)


def said(condition: Condition, facts: dict) -> str:
    decision = decide(facts, [Rule(1, "A", (condition,), "reject")])
    ((row,), (line,)) = trail_rows([each.as_stored() for each in decision.trail], {}), decision.trail
    assert row == trail_rows([line], {})[0]
    return row.failed if row.is_missing else f"does not hold: {row.failed}" if row.failed else ""


@pytest.mark.parametrize(("field", "operator"), CASES, ids=[f"{field}-{operator}" for field, operator in CASES])
@pytest.mark.parametrize("value", [None, "", ()], ids=["none", "empty_text", "empty_list"])
def test_every_comparison_of_a_missing_value_says_that_it_is_missing(field: str, operator: str, value):
    condition = condition_on(field, operator)
    label = str(FIELD_LABELS[field])
    text = said(condition, {field: value})
    if holds(condition, {field: value}):
        assert text == ""
    elif FIELDS[field] is FieldKind.LIST:
        assert text == "No field has a problem"
    elif FIELDS[field] is FieldKind.BOOLEAN:
        assert text.startswith("It is not known whether ")
    else:
        assert text == f"{label[0].upper()}{label[1:]} is not known"


@pytest.mark.parametrize(("field", "operator"), CASES, ids=[f"{field}-{operator}" for field, operator in CASES])
def test_a_known_value_is_compared_in_words(field: str, operator: str):
    known = {FieldKind.NUMBER: 0, FieldKind.BOOLEAN: False}.get(FIELDS[field], VALUES[FIELDS[field]])
    text = said(condition_on(field, operator), {field: known})
    assert text == "" or text.startswith("does not hold: ")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (None, "Segment “Small”: not met: Company size is not known."),
        (80, "Segment “Small”: not met: Company size is less than 50."),
        (20, "Segment “Small”: matches."),
    ],
    ids=["unknown", "larger", "smaller"],
)
@pytest.mark.django_db
def test_the_receipt_says_which_value_was_missing(client: Client, page_text, size: int | None, words: str):
    rep = make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    Segment.objects.create(
        queue=queue,
        name="Small",
        position=1,
        conditions=[{"field": "company_size", "operator": "less_than", "value": 50}],
        rotation=make_rotation(rep, name="Small"),
    )
    entry = make_entry(queue, company_size=size)
    (given,) = serve(queue, at=MORNING)
    assert step_text(given.receipt["trail"][0], sees_reasons=True) == words
    client.force_login(rep)
    assert words in page_text(client.get(f"/leads/{entry.lead_id}/"))


@pytest.mark.django_db
def test_the_review_desk_and_a_trial_say_it_too(client: Client, as_ops, page_text):
    EntryRule.objects.create(
        name="Small",
        position=1,
        outcome="reject",
        conditions=[{"field": "company_size", "operator": "less_than", "value": 50}],
    )
    place_leads([make_lead(stage=Lead.Stage.CAPTURED)], at=MORNING)
    item = ReviewItem.objects.get()
    assert item.trail[0]["is_missing"] is True
    for address in (f"/review/?item={item.pk}", "/rules/?try=1&score=50"):
        page = page_text(client.get(address))
        assert ("Company size is not known" in page, "Company size is less than 50 </span>" in page) == (True, False)


def test_a_trail_of_before_reads_as_it_did():
    kept = {"rule_id": 1, "rule_name": "Small", "matched": False, "failed_on": "company_size less_than 50"}
    (row,) = trail_rows([kept], {})
    assert (row.failed, row.is_missing) == ("Company size is less than 50", False)
