"""Own fields in the admin: made, changed, kept while rules use them; and offered to rules (A9)."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Lead, OwnField, ScoreRule
from queues.models import EntryRule, PriorityTier, Queue, Segment
from tests.factories import QueueFactory, make_lead, make_manager, make_rep, make_rotation
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db

ADD = "/admin/leads/ownfield/add/"
OTHER_KIND = "This does not belong to this kind. Choose “As each value shows”."
HIGH = [{"field": "choice:lead_quality", "operator": "is", "value": "High"}]


@pytest.fixture
def quality() -> OwnField:
    return OwnField.objects.create(
        key="lead_quality", name="Lead Quality", kind="choice", choices=["High", "Low"], titles=["Lead Quality"]
    )


def place(field: OwnField, act: str = "change") -> str:
    return f"/admin/leads/ownfield/{field.pk}/{act}/"


def errors(answer) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["adminform"].form.errors.items()}


def rule_rows(field: str, operator: str, *values: str) -> dict[str, object]:
    return {"conditions-0-field": field, "conditions-0-operator": operator, "conditions-0-value": list(values)}


def test_sales_ops_make_a_field_and_leads_that_are_here_get_it(
    client: Client, as_ops, django_capture_on_commit_callbacks
):
    make_lead(extra={"Lead quality": "high"})
    typed = {
        "name": " Lead  Quality ",
        "kind": "choice",
        "choices": "High\r\nLow\r\nhigh\r\n",
        "titles": "lead quality",
    }
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADD, form_of(client.get(ADD), "ownfield_form") | typed)
    made = OwnField.objects.get()
    assert (made.name, made.key, made.choices, made.titles) == (
        "Lead Quality",
        "lead_quality",
        ["high", "Low"],
        ["lead quality"],
    )
    assert Lead.objects.get().own == {"choice:lead_quality": "high"}
    assert client.get(place(made, "history")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"kind": "choice"}, {"choices": ["Write at least one choice."]}),
        ({"kind": "number", "style": "day"}, {"style": [OTHER_KIND]}),
        ({"name": "LEAD quality", "kind": "text"}, {"name": ["Another field has this name already."]}),
        ({"key": "Lead Quality"}, {"key": ["Use small letters, digits and _ only."]}),
    ],
)
def test_what_cannot_be_a_field_is_said(client: Client, as_ops, quality, typed, wrong):
    answer = client.post(ADD, form_of(client.get(ADD), "ownfield_form") | {"name": "Visits", "kind": "text"} | typed)
    assert (errors(answer), OwnField.objects.count()) == (wrong, 1)


def use_everywhere(queue: Queue) -> None:
    ScoreRule.objects.create(name="Good", part="fit", points=9, conditions=HIGH, is_active=False)
    EntryRule.objects.create(name="Best", position=1, conditions=HIGH, outcome="queue", queue=queue)
    PriorityTier.objects.create(name="First", position=1, conditions=HIGH)
    Segment.objects.create(name="Keen", queue=queue, rotation=queue.rotation, conditions=HIGH)


def test_a_field_that_rules_use_stays_as_it_is_and_they_are_named(client: Client, as_ops, quality):
    use_everywhere(QueueFactory(dispatch="push", rotation=make_rotation(make_rep())))
    why = (
        "Rules use this field: score rule “Good”, entry rule “Best”, priority tier “First”, segment “Keen”. "
        "Change them first."
    )
    form = form_of(client.get(place(quality)), "ownfield_form")
    as_text = errors(client.post(place(quality), form | {"kind": "text"}))
    off = errors(client.post(place(quality), {name: value for name, value in form.items() if name != "is_active"}))
    gone = client.post(place(quality, "delete"), {"post": "yes"})
    assert (as_text, off) == ({"kind": [why]}, {"is_active": [why]})
    assert [str(message) for message in get_messages(gone.wsgi_request)] == [why]
    assert OwnField.objects.get().kind == "choice"
    client.post(place(quality), form | {"name": "Quality", "choices": "High\nLow\nMiddle"})
    assert OwnField.objects.values_list("name", "choices").get() == ("Quality", ["High", "Low", "Middle"])


def test_a_field_that_no_rule_uses_can_go(client: Client, as_ops, quality):
    client.post(place(quality, "delete"), {"post": "yes"})
    assert not OwnField.objects.exists()


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_only_sales_ops_edit_fields(client: Client, quality, make):
    client.force_login(make())
    assert client.get(place(quality), follow=True).status_code == 403


def test_the_builder_offers_own_fields_with_their_controls(client: Client, as_ops, quality):
    OwnField.objects.create(key="seen", name="Last seen", kind="date")
    page = client.get("/admin/leads/scorerule/add/").content.decode()
    for part in (
        'value="choice:lead_quality" data-kind="choice"',
        'value="date:seen" data-kind="date"',
        'data-blank="several-choice:lead_quality"',
        'data-blank="day"',
    ):
        assert part in page


def test_a_rule_with_own_fields_is_saved_opened_and_said(client: Client, as_ops, quality):
    OwnField.objects.create(key="seen", name="Last seen", kind="date")
    OwnField.objects.create(key="consent", name="Consent", kind="yes_no")
    typed = {
        **rule_rows("choice:lead_quality", "in", "High", "Low"),
        "conditions-1-field": "date:seen",
        "conditions-1-operator": "between",
        "conditions-1-value": ["2026-11-01", "2026-11-30"],
        "conditions-2-field": "yes_no:consent",
        "conditions-2-operator": "is",
    }
    words = "“Lead Quality” is High or Low and “Last seen” is between 1 Nov 2026 and 30 Nov 2026 and “Consent” is yes"
    assert client.post("/admin/leads/scorerule/sentence/", typed).json()["sentence"] == words
    client.post("/admin/leads/scorerule/add/", {"name": "Good", "part": "fit", "points": 5, "is_active": "on", **typed})
    rule = ScoreRule.objects.get()
    assert [each["field"] for each in rule.conditions] == ["choice:lead_quality", "date:seen", "yes_no:consent"]
    opened = form_of(client.get(f"/admin/leads/scorerule/{rule.pk}/change/"), "scorerule_form")
    assert opened["conditions-1-value"] == ["2026-11-01", "2026-11-30"]
    assert words in client.get("/admin/leads/scorerule/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "text"}, "“Lead Quality” (of another kind now, so no lead meets this) is High"),
        ({"is_active": False}, "“Lead Quality” (not in use, so no lead meets this) is High"),
        ({}, "The removed field “lead_quality” (so no lead meets this) is High"),
    ],
)
def test_a_rule_says_that_its_field_is_gone(client: Client, as_ops, quality, change, words):
    rule = ScoreRule.objects.create(name="Good", part="fit", points=9, conditions=HIGH)
    EntryRule.objects.create(name="Best", position=1, conditions=HIGH, outcome="review")
    rows = OwnField.objects.filter(pk=quality.pk)
    rows.update(**change) if change else rows.delete()
    assert words in client.get("/admin/leads/scorerule/").content.decode()
    assert words in client.get("/rules/").content.decode()
    address = f"/admin/leads/scorerule/{rule.pk}/change/"
    answer = client.post(address, form_of(client.get(address), "scorerule_form") | {"points": "10"})
    assert answer.context["adminform"].form["conditions"].field.widget.problems == {
        0: "This field is not there any more, or has another kind now. Choose a field."
    }
