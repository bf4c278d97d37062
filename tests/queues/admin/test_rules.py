"""Entry rules and priority tiers in the admin: built conditions, order, sentences."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.models import Entry, EntryRule, PriorityTier, Queue
from queues.queries.rules import active_rules
from tests.factories import AccountFactory, QueueFactory, SourceFactory, make_entry
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db

RULES = "/admin/queues/entryrule/"
TIERS = "/admin/queues/prioritytier/"


def rows(*conditions: tuple[str, str, str]) -> dict[str, str]:
    """What the rows of the builder send."""
    return {
        f"conditions-{number}-{part}": value
        for number, row in enumerate(conditions)
        for part, value in zip(("field", "operator", "value"), row, strict=True)
    }


def confirmed(client: Client, address: str, sent: dict[str, object]):
    """Send it, look at the effect, and save."""
    answer = client.post(address, sent)
    if "seen" not in (answer.context or ()):
        return answer
    return client.post(address, form_of(answer, "effect_form") | {"effect_seen": answer.context["seen"]})


def add(client: Client, *conditions: tuple[str, str, str], **fields: object):
    sent = {"name": "New rule", "is_active": "on", "outcome": "review"} | fields
    return confirmed(client, f"{RULES}add/", sent | rows(*conditions))


def drag(client: Client, address: str, model, **numbers: int):
    """Save the list with these numbers by name; JavaScript or a person typed them."""
    listed = list(model.objects.order_by("position", "pk"))
    sent: dict[str, object] = {"form-TOTAL_FORMS": len(listed), "form-INITIAL_FORMS": len(listed), "_save": "Save"}
    for number, row in enumerate(listed):
        sent |= {f"form-{number}-id": row.pk, f"form-{number}-position": numbers.get(row.name, row.position)}
        if getattr(row, "is_active", False):
            sent[f"form-{number}-is_active"] = "on"
    return confirmed(client, address, sent)


def in_order(model) -> list[tuple[str, int]]:
    return list(model.objects.order_by("position", "pk").values_list("name", "position"))


def make_rules(*names: str) -> None:
    for position, name in enumerate(names, start=1):
        EntryRule.objects.create(name=name, position=position, outcome="review", conditions=[])


def test_conditions_are_built_from_rows(client: Client, as_ops):
    SourceFactory(slug="demo-request", name="Demo request")
    add(
        client,
        ("score", "at_least", "80"),
        ("source", "in", "Demo request, trial"),
        ("lead_type", "is", "Hot inbound"),
        ("company_size", "between", "10 - 50"),
        ("is_target", "is", ""),
        ("is_student", "is_not", ""),
        ("", "is", ""),
    )
    assert EntryRule.objects.get().conditions == [
        {"field": "score", "operator": "at_least", "value": 80},
        {"field": "source", "operator": "in", "value": ["demo-request", "trial"]},
        {"field": "lead_type", "operator": "is", "value": "hot_inbound"},
        {"field": "company_size", "operator": "between", "value": [10, 50]},
        {"field": "is_target", "operator": "is_true", "value": None},
        {"field": "is_student", "operator": "is_false", "value": None},
    ]


@pytest.mark.parametrize(
    ("row", "text", "kept"),
    [
        (("score", "at_least", "many"), "Write a number, such as 80.", ["many"]),
        (("score", "at_least", "120"), "Write a number from 0 to 100.", ["120"]),
        (("score", "between", "80"), "Write two numbers, such as 50 and 80.", ["80", ""]),
        (("score", "between", "80, 50"), "Write the smaller number first.", ["80", "50"]),
        (("company_size", "between", "-5, many"), "Write a number, such as 80.", ["-5, many"]),
        (
            ("score", "contains", "8"),
            "Choose how to compare; this field cannot be compared that way.",
            ["8"],
        ),
        (("source", "in", " , "), "Write at least one value; separate several with commas.", []),
        (("city", "is", ""), "Write a value.", [""]),
        (("country", "is", "Atlantis"), "&quot;Atlantis&quot; is not known here. Choose from the list.", ["Atlantis"]),
        (
            ("country", "in", "Singapore, Atlantis"),
            "&quot;Atlantis&quot; is not known here. Choose from the list.",
            ["Atlantis", "SG"],
        ),
        (("lead_type", "is", "boiling"), "&quot;boiling&quot; is not known here. Choose from the list.", ["boiling"]),
        (("", "is", "lost"), "Choose a field.", ["lost"]),
        (("is_target", "is", "sure"), "This comparison takes no value. Leave it empty.", ["sure"]),
        (("city", "is", "x" * 201), "This is too long: 200 characters at most.", ["x" * 201]),
        (("shoe_size", "is", "43"), "Choose a field.", ["43"]),
    ],
)
def test_a_refused_condition_says_why_at_its_row_and_keeps_what_was_typed(client: Client, as_ops, row, text, kept):
    answer = add(client, ("has_email", "is", ""), row)
    told = re.findall(r'id="id_conditions-(\d)-problem">([^<]+)<', answer.content.decode())
    assert (told, EntryRule.objects.count()) == ([("1", text)], 0)
    assert form_of(answer, "entryrule_form").get("conditions-1-value", []) == kept


def test_too_many_conditions_are_refused(client: Client, as_ops):
    answer = add(client, *[("city", "is", "Bandung")] * 21)
    assert dict(answer.context["adminform"].form.errors) == {"conditions": ["At most 20 conditions fit into one rule."]}


@pytest.mark.parametrize(("outcome", "with_queue"), [("queue", False), ("review", True), ("reject", True)])
def test_outcome_and_queue_belong_together(client: Client, as_ops, outcome, with_queue):
    queue = {"queue": QueueFactory().pk} if with_queue else {}
    answer = add(client, outcome=outcome, **queue)
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["queue"])


def test_a_rule_does_not_lead_into_a_queue_that_is_off(client: Client, as_ops):
    answer = add(client, outcome="queue", queue=QueueFactory(is_active=False).pk)
    assert list(answer.context["adminform"].form.errors) == ["queue"]


def test_a_new_rule_goes_to_the_end(client: Client, as_ops):
    make_rules("A", "B")
    add(client, ("score", "at_least", "80"))
    assert in_order(EntryRule)[-1] == ("New rule", 3)


def test_dragged_rules_are_asked_in_their_new_order(client: Client, as_ops):
    make_rules("A", "B", "C")
    drag(client, RULES, EntryRule, C=1, A=2, B=3)
    assert [rule.name for rule in active_rules()] == ["C", "A", "B"]
    assert in_order(EntryRule) == [("C", 1), ("A", 2), ("B", 3)]


def test_a_typed_place_moves_one_rule(client: Client, as_ops):
    make_rules("A", "B", "C")
    drag(client, RULES, EntryRule, C=1)
    assert in_order(EntryRule) == [("C", 1), ("A", 2), ("B", 3)]


def test_the_list_tells_each_rule_as_a_sentence(client: Client, as_ops):
    SourceFactory(slug="demo-request", name="Demo request")
    conditions = [
        {"field": "score", "operator": "at_least", "value": 80},
        {"field": "source", "operator": "in", "value": ["demo-request", "unheard-of"]},
    ]
    EntryRule.objects.create(name="Hot", outcome="review", conditions=conditions)
    EntryRule.objects.create(name="Broken", outcome="review", conditions=[{"field": "shoe_size"}])
    page = client.get(RULES).content.decode()
    assert "Score is at least 80 and source is Demo request or unheard-of" in page
    assert "Cannot be read: Choose a field." in page


def test_the_list_asks_as_often_for_three_rules_as_for_one(client: Client, as_ops):
    make_rules("A")
    with CaptureQueriesContext(connection) as one:
        client.get(RULES)
    make_rules("B", "C")
    with CaptureQueriesContext(connection) as three:
        client.get(RULES)
    assert len(three) == len(one)


def test_rules_are_switched_in_the_list(client: Client, as_ops):
    make_rules("A")
    rule = EntryRule.objects.get()
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": rule.pk, "form-0-position": 1, "_save": "Save"}
    confirmed(client, RULES, sent)
    rule.refresh_from_db()
    assert (rule.is_active, rule.history.latest().history_user) == (False, as_ops)


def test_a_rule_into_a_queue_that_is_off_is_not_switched_on_in_the_list(client: Client, as_ops):
    rule = EntryRule.objects.create(
        name="A", position=1, is_active=False, outcome="queue", queue=QueueFactory(is_active=False), conditions=[]
    )
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": rule.pk, "form-0-position": 1}
    answer = client.post(RULES, sent | {"form-0-is_active": "on", "_save": "Save"})
    rule.refresh_from_db()
    assert (rule.is_active, answer.context["cl"].formset.errors) == (
        False,
        [{"is_active": ["Its queue is off. Switch the queue on first."]}],
    )


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([("score", "at_least", "80"), ("score", "less_than", "50")], "can never match"),
        ([("source", "is", "nowhere")], "names a source that does not exist yet: nowhere."),
    ],
)
def test_what_is_surely_not_meant_is_said_after_saving(client: Client, as_ops, conditions, text):
    add(client, *conditions)
    page = client.get(RULES).content.decode()
    assert (EntryRule.objects.count(), text in page) == (1, True)


def score_rule(name: str, position: int, *row: object) -> None:
    conditions = [dict(zip(("field", "operator", "value"), row, strict=True))]
    EntryRule.objects.create(name=name, position=position, outcome="review", conditions=conditions)


def test_the_list_warns_of_what_it_leaves_out(client: Client, as_ops):
    score_rule("Senior", 1, "score", "more_than", 80)
    score_rule("Standard", 2, "score", "between", [50, 78])
    score_rule("Best", 3, "score", "more_than", 90)
    assert client.get(RULES).context["rule_warnings"] == [
        '"Best" never takes a lead: "Senior" above it takes the same leads first.',
        "No rule takes leads with score from 79 to 80; they go to the review desk.",
    ]


def test_the_list_warns_of_a_rule_that_stops_all_others(client: Client, as_ops):
    EntryRule.objects.create(name="Broken", outcome="review", conditions=[{"field": "shoe_size"}])
    assert client.get(RULES).context["rule_warnings"][0].startswith("A rule cannot be read.")


def test_moved_tiers_reorder_priority_queues(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue = QueueFactory(order=Queue.Order.PRIORITY)
    for position, tier in enumerate(("enterprise", "smb"), start=1):
        conditions = [{"field": "account_tier", "operator": "is", "value": tier}]
        PriorityTier.objects.create(name=tier, position=position, conditions=conditions)
    small = make_entry(queue, account=AccountFactory(tier="smb"))
    large = make_entry(queue, account=AccountFactory(tier="enterprise"))
    waiting = Entry.objects.waiting().filter(queue=queue).in_base_order()
    before = list(waiting.all())
    with django_capture_on_commit_callbacks(execute=True):
        drag(client, TIERS, PriorityTier, smb=1, enterprise=2)
    assert (before, list(waiting.all())) == ([large, small], [small, large])


def test_each_tier_says_how_many_wait_in_it(client: Client, as_ops):
    queue = QueueFactory(name="Enterprise", order=Queue.Order.PRIORITY)
    for position, tier in enumerate(("enterprise", "smb"), start=1):
        conditions = [{"field": "account_tier", "operator": "is", "value": tier}]
        PriorityTier.objects.create(name=tier, position=position, conditions=conditions)
    for tier in ("smb", "smb", "mid_market"):
        make_entry(queue, account=AccountFactory(tier=tier))
    make_entry(QueueFactory(), account=AccountFactory(tier="enterprise"))
    answer = client.get(TIERS)
    listed = answer.context["cl"]
    assert [(row.name, row.waits) for row in listed.result_list] == [("enterprise", 0), ("smb", 2)]
    page = " ".join(answer.content.decode().split())
    assert (listed.in_no_tier, "1 lead waits in no tier, behind all others." in page) == (1, True)
    assert f'<a class="al-inline-link" href="/admin/queues/queue/{queue.pk}/change/">Enterprise</a>.' in page


def test_tiers_that_no_queue_follows_say_so(client: Client, as_ops):
    assert "No queue is ordered by tier now" in client.get(TIERS).content.decode()


def test_a_deleted_tier_no_longer_counts(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue = QueueFactory(order=Queue.Order.PRIORITY)
    conditions = [{"field": "account_tier", "operator": "is", "value": "smb"}]
    tier = PriorityTier.objects.create(name="smb", position=1, conditions=conditions)
    plain, small = make_entry(queue), make_entry(queue, account=AccountFactory(tier="smb"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{TIERS}{tier.pk}/delete/", {"post": "yes"})
    assert list(Entry.objects.waiting().filter(queue=queue).in_base_order()) == [plain, small]
