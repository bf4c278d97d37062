"""Before a rule is saved: what it would have done with the leads of 30 days (A7)."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Activity
from queues.decisions.rule_effect import Effect
from queues.models import EntryRule, Queue
from queues.presenters.rule_effect import limit_sentence
from queues.presenters.rule_warnings import rules_or_none
from queues.queries.rule_effect import MeasuredEffect, measure_effect
from tests.factories import MORNING, QueueFactory, make_lead
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db

RULES = "/admin/queues/entryrule/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def smb() -> Queue:
    """Takes every lead with a score of 50 and more; four leads came, one of them long ago."""
    queue = QueueFactory(name="SMB")
    make_rule("Good", 1, 50, queue)
    for score, days in ((90, 1), (60, 2), (10, 3), (95, 31)):
        make_lead(score=score, company_name=f"Company {score}", at=MORNING - days * DAY)
    return queue


def at_least(score: int) -> list[dict]:
    return [{"field": "score", "operator": "at_least", "value": score}]


def make_rule(name: str, position: int, score: int, queue: Queue | None, **fields) -> EntryRule:
    outcome = "queue" if queue else "review"
    return EntryRule.objects.create(
        name=name, position=position, conditions=at_least(score), outcome=outcome, queue=queue, **fields
    )


def place(rule: EntryRule) -> str:
    return f"{RULES}{rule.pk}/change/"


def new_rule(score: int = 5, **more: object) -> dict[str, object]:
    """What the form for a rule sends that comes last and takes leads into nurture."""
    row = {"conditions-0-field": "score", "conditions-0-operator": "at_least", "conditions-0-value": score}
    return {"name": "Rest", "is_active": "on", "outcome": "nurture", "_save": "Save"} | row | more


def says(answer) -> str:
    return answer.context["sentence"]


def seen(answer) -> dict[str, object]:
    """What "Save the rule" on the effect page sends."""
    return form_of(answer, "effect_form") | {"effect_seen": [answer.context["seen"]]}


def again(answer) -> dict[str, object]:
    return form_of(answer, "effect_form") | {"change_again": ["1"]}


def kept() -> list[tuple[str, int, bool]]:
    return list(EntryRule.objects.order_by("position", "pk").values_list("name", "position", "is_active"))


def told(answer) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def test_a_new_rule_shows_its_effect_and_saves_nothing(client: Client, as_ops, smb):
    answer = client.post(f"{RULES}add/", new_rule())
    assert (
        says(answer) == "Of 3 leads of the last 30 days 1 would have gone elsewhere: 1 from the review desk to nurture."
    )
    assert answer.context["caught"] == "“Rest” would have caught 1 lead."
    assert [(row.before, row.after, row.count) for row in answer.context["rows"]] == [("Review desk", "Nurture", 1)]
    destinations = [(row.destination, row.before, row.after) for row in answer.context["destinations"]]
    assert destinations == [("SMB", 2, 2), ("Review desk", 1, 0), ("Nurture", 0, 1)]
    assert [(each.lead.label, each.after) for each in answer.context["examples"]] == [("Company 10", "Nurture")]
    assert (kept(), EntryRule.history.count(), LogEntry.objects.count()) == ([("Good", 1, True)], 1, 0)
    assert told(client.get(RULES)) == []


def test_a_rule_that_was_looked_at_is_saved_once_by_two_clicks(client: Client, as_ops, smb):
    first = seen(client.post(f"{RULES}add/", new_rule()))
    answers = [client.post(f"{RULES}add/", first, follow=True) for _click in range(2)]
    assert kept() == [("Good", 1, True), ("Rest", 2, True)]
    assert told(answers[1]) == ["“Rest” was already saved a moment ago. It was not saved twice."]


def test_a_new_rule_is_asked_for_its_place_and_stands_before_the_catch_alls(client: Client, as_ops, smb):
    low = make_rule("Low", 2, 50, None)
    EntryRule.objects.filter(pk=low.pk).update(
        conditions=[{"field": "score", "operator": "less_than", "value": 50}], position=2
    )
    make_rule("Special", 0, 99, None)
    page = form_of(client.get(f"{RULES}add/"), "entryrule_form")
    good = EntryRule.objects.get(name="Good")
    assert page["before"] == [str(good.pk)]
    assert "before" not in form_of(client.get(place(good)), "entryrule_form")

    client.post(f"{RULES}add/", seen(client.post(f"{RULES}add/", new_rule(before=good.pk))))
    assert kept() == [("Special", 1, True), ("Rest", 2, True), ("Good", 3, True), ("Low", 4, True)]


def test_what_another_rule_takes_first_is_said_and_one_press_moves_the_new_one(client: Client, as_ops, smb):
    answer = client.post(f"{RULES}add/", new_rule(80))
    taken = answer.context["taken"]
    assert (taken.says, taken.label) == (
        "1 lead fits, but rule 1, “Good”, takes it first.",
        "Put it before rule 1",
    )
    assert any('"Rest" never takes a lead' in text for text in answer.context["warnings"])
    moved = client.post(f"{RULES}add/", form_of(answer, "effect_form") | {"before": [str(taken.before)]})
    assert says(moved).endswith("1 would have gone elsewhere: 1 from SMB to nurture.")
    assert (moved.context["taken"], kept()) == (None, [("Good", 1, True)])
    client.post(f"{RULES}add/", seen(moved))
    assert kept() == [("Rest", 1, True), ("Good", 2, True)]


def test_a_rule_that_can_never_match_says_so_before_it_is_saved(client: Client, as_ops, smb):
    more = {"conditions-1-field": "score", "conditions-1-operator": "less_than", "conditions-1-value": 3}
    answer = client.post(f"{RULES}add/", new_rule(80, **more))
    assert answer.context["warnings"] == ['"Rest" can never match: its conditions exclude each other.']
    assert kept() == [("Good", 1, True)]


def test_a_changed_rule_tells_what_it_caught_before(client: Client, as_ops, smb):
    rule = EntryRule.objects.get()
    sent = typed(form_of(client.get(place(rule)), "entryrule_form"), **{"conditions-0-value": 5})
    answer = client.post(place(rule), sent)
    assert answer.context["caught"] == "“Good” would have caught 3 leads. As the rules are now, it catches 2 of them."
    client.post(place(rule), seen(answer))
    assert EntryRule.objects.get().conditions == at_least(5)


def test_what_decides_nothing_is_saved_at_once(client: Client, as_ops, smb):
    rule = EntryRule.objects.get()
    page = form_of(client.get(place(rule)), "entryrule_form")
    answers = [client.post(place(rule), page), client.post(place(rule), typed(page, name="Renamed"))]
    answers.append(client.post(f"{RULES}add/", new_rule(is_active="")))
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert kept() == [("Renamed", 1, True), ("Rest", 2, False)]


def test_rules_switched_and_moved_in_the_list_show_their_effect(client: Client, as_ops, smb):
    make_rule("Hot", 2, 80, QueueFactory(name="Enterprise"))
    page = form_of(client.get(RULES), "changelist-form") | {"_save": ["Save"]}
    moved = client.post(RULES, typed(page, **{"form-1-position": 1}))
    switched = client.post(RULES, typed(page, **{"form-0-is_active": None}))
    assert says(moved).endswith("1 would have gone elsewhere: 1 from SMB to Enterprise.")
    assert says(switched).endswith(
        "2 would have gone elsewhere: 1 from SMB to Enterprise, 1 from SMB to the review desk."
    )
    assert kept() == [("Good", 1, True), ("Hot", 2, True)]
    client.post(RULES, seen(moved))
    assert kept() == [("Hot", 1, True), ("Good", 2, True)]


def test_a_list_that_is_changed_again_stands_as_it_was_typed(client: Client, as_ops, smb):
    make_rule("Hot", 2, 80, None)
    page = form_of(client.get(RULES), "changelist-form") | {"_save": ["Save"]}
    answer = client.post(RULES, again(client.post(RULES, typed(page, **{"form-1-position": 1}))))
    listed = answer.context["cl"]
    assert [row.name for row in listed.result_list] == ["Hot", "Good"]
    assert [form["position"].value() for form in listed.formset.forms] == ["1", "1"]
    assert (kept(), "Please correct" in answer.content.decode()) == ([("Good", 1, True), ("Hot", 2, True)], False)


def test_deleting_a_rule_shows_who_loses_it_and_then_deletes(client: Client, as_ops, smb):
    address = f"{RULES}{EntryRule.objects.get().pk}/delete/"
    answer = client.get(address)
    assert says(answer).endswith("2 would have gone elsewhere: 2 from SMB to the review desk.")
    assert len(kept()) == 1
    client.post(address, seen(answer))
    assert (kept(), EntryRule.history.latest().history_type) == ([], "-")


def test_a_deletion_that_was_not_looked_at_is_shown_first(client: Client, as_ops, smb):
    answer = client.post(f"{RULES}{EntryRule.objects.get().pk}/delete/", {"post": "yes"})
    assert (answer.context["title"], len(kept())) == ("Delete “Good”?", 1)


def test_change_it_again_keeps_everything_that_was_typed(client: Client, as_ops, smb):
    answer = client.post(f"{RULES}add/", new_rule(outcome="queue", queue=smb.pk))
    form = client.post(f"{RULES}add/", again(answer))
    page = form_of(form, "entryrule_form")
    assert {name: page[name] for name in ("name", "queue", "conditions-0-field", "conditions-0-value")} == {
        "name": ["Rest"],
        "queue": [str(smb.pk)],
        "conditions-0-field": ["score"],
        "conditions-0-value": ["5"],
    }
    assert (len(kept()), form.context["errors"]) == (1, [])


def test_an_effect_is_looked_at_without_saving(client: Client, as_ops, smb):
    look = {"queues_entryrule_see_effect": ""}
    answer = client.post(f"{RULES}add/", new_rule(is_active="", **look))
    assert (says(answer)[:52], answer.context["was_switched_on"]) == (
        "Of 3 leads of the last 30 days 1 would have gone els",
        True,
    )
    assert len(kept()) == 1
    client.post(f"{RULES}add/", seen(answer))
    assert kept() == [("Good", 1, True), ("Rest", 2, False)]


def test_an_effect_that_others_changed_meanwhile_is_shown_anew(client: Client, as_ops, smb):
    first = client.post(f"{RULES}add/", new_rule())
    EntryRule.objects.update(is_active=False)
    answer = client.post(f"{RULES}add/", seen(first))
    assert (answer.context["is_stale"], len(kept())) == (True, 1)
    client.post(f"{RULES}add/", seen(answer))
    assert len(kept()) == 2


def test_the_table_is_a_file_too(client: Client, as_ops, smb):
    page = form_of(client.post(f"{RULES}add/", new_rule()), "effect_form")
    answer = client.post(f"{RULES}add/", page | {"effect_csv": ["1"]})
    assert answer.content.decode().splitlines() == ["\ufeffFrom,To,Leads", "Review desk,Nurture,1"]
    assert len(kept()) == 1


def test_warnings_of_the_new_list_are_shown_before_it_is_saved(client: Client, as_ops, smb):
    never = {"conditions-1-field": "score", "conditions-1-operator": "less_than", "conditions-1-value": 5}
    answers = [
        client.post(f"{RULES}add/", new_rule(**never)),
        client.post(f"{RULES}add/", new_rule(60)),
    ]
    everybody = EntryRule.objects.create(name="Everybody", position=0, outcome="review", conditions=[], is_active=False)
    page = form_of(client.get(place(everybody)), "entryrule_form")
    answers.append(client.post(place(everybody), typed(page, is_active="on")))
    assert [answer.context["warnings"] for answer in answers] == [
        ['"Rest" can never match: its conditions exclude each other.'],
        ['"Rest" never takes a lead: "Good" above it takes the same leads first.'],
        [
            "“Everybody” matches every lead: rules below it never take one.",
            '"Good" never takes a lead: "Everybody" above it takes the same leads first.',
        ],
    ]


def test_without_leads_there_is_nothing_to_compare(client: Client, as_ops):
    answer = client.post(f"{RULES}add/", new_rule())
    assert says(answer) == "No lead arrived in the last 30 days, so there is nothing to compare with."


def test_only_the_newest_leads_are_judged_and_the_page_says_so(smb):
    judged = measure_effect(rules_or_none(), [], at=MORNING, limit=2)
    assert (judged.arrived, judged.effect.leads, judged.effect.reroutes[0].count) == (3, 2, 2)
    many = MeasuredEffect(Effect(20_000, (), {}, {}), 31_220)
    assert limit_sentence(many) == "Only the newest 20\u00a0000 of the 31\u00a0220 leads that arrived were looked at."


def test_thirty_days_begin_with_their_first_moment(smb):
    (
        make_lead(at=MORNING - 30 * DAY),
        make_lead(at=MORNING - 30 * DAY - timedelta(microseconds=1)),
        make_lead(at=MORNING),
    )
    assert measure_effect([], [], at=MORNING).effect.leads == 4


def test_a_lead_that_came_back_from_nurture_is_judged_as_one():
    lead = make_lead(at=MORNING - DAY, reengaged_at=MORNING - DAY)
    Activity.objects.create(lead=lead, kind="re_engaged", at=MORNING, details={"stage": "nurture"})
    make_lead(at=MORNING - DAY, reengaged_at=MORNING - DAY)
    back = [{"field": "from_nurture", "operator": "is_true"}]
    EntryRule.objects.create(name="Back", outcome="reject", conditions=back)
    assert measure_effect([], rules_or_none(), at=MORNING).effect.rerouted == 1


def test_leads_are_read_in_one_query_however_many(smb):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            measure_effect(rules_or_none(), [], at=MORNING)
        return len(queries)

    before = asked()
    make_lead(score=70, at=MORNING - DAY), make_lead(score=71, at=MORNING - DAY)
    assert (before, asked()) == (3, 3)
