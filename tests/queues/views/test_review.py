"""The review desk as it reads: the list, its filters, one lead with reasons, likeness and trail (A6)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule, ReviewItem
from queues.queries.review import desk, remaining_rules
from routing.actions.assignment import AssignmentRequest, assign
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def rule(name: str, position: int, outcome: str = "review", queue=None, **condition) -> EntryRule:
    conditions = [condition] if condition else []
    return EntryRule.objects.create(name=name, position=position, outcome=outcome, queue=queue, conditions=conditions)


@pytest.fixture
def rules():
    """Competitor and low scores go to the desk, then two queues."""
    mql, smb = QueueFactory(name="MQL", position=1), QueueFactory(name="SMB", position=2)
    return [
        rule("Competitor", 1, field="is_competitor", operator="is_true", value=None),
        rule("Score below 40", 2, field="score", operator="less_than", value=40),
        rule("Large", 3, "queue", mql, field="company_size", operator="at_least", value=50),
        rule("Small", 4, "queue", smb, field="company_size", operator="less_than", value=50),
    ]


def on_the_desk(*, minutes: int = 10, **fields) -> ReviewItem:
    """A lead that the rules sent to the desk so long ago."""
    lead = make_lead(at=MORNING - minutes * MINUTE, **fields)
    place_leads([lead], at=MORNING - minutes * MINUTE)
    return ReviewItem.objects.get(lead=lead)


def names(answer) -> list[str]:
    return [item.lead.company_name for item, _chips in answer.context["rows"]]


@pytest.mark.parametrize("path", ["/review/", "/review/list/"])
def test_desk_is_for_sales_ops_only(client: Client, path: str):
    answers = []
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory()), make_ops()):
        client.force_login(user)
        answers.append(client.get(path).status_code)
    assert answers == [403, 403, 200]


def test_empty_desk_says_why(page_text, client: Client, as_ops):
    page = page_text(client.get("/review/"))
    assert "<strong>Nothing needs a human.</strong>" in page
    assert "The desk is clear." in page


def test_sentence_counts_all_and_tells_the_oldest(page_text, client: Client, as_ops, rules):
    on_the_desk(score=10, minutes=16 * 60)
    on_the_desk(score=20, minutes=18)
    page = page_text(client.get("/review/", {"reason": "no_rule"}))
    assert "<strong>2 leads need a human.</strong> The oldest has waited 16 h 00 min." in page


@pytest.mark.parametrize(("order", "shown"), [("", ["New", "Old"]), ("oldest", ["Old", "New"]), ("x", ["New", "Old"])])
def test_order_is_in_the_address(client: Client, as_ops, rules, order: str, shown: list[str]):
    on_the_desk(score=10, minutes=60, company_name="Old")
    on_the_desk(score=10, minutes=5, company_name="New")
    assert names(client.get("/review/", {"order": order})) == shown


def test_reasons_are_chips_with_counts_and_filter(client: Client, as_ops, rules):
    rival = AccountFactory(is_competitor=True)
    on_the_desk(score=10, company_name="Low one")
    on_the_desk(score=20, company_name="Low two")
    on_the_desk(score=90, account=rival, company_name="Rival")
    on_the_desk(score=90, company_name="Unplaced")
    found = client.get("/review/")
    chips = [(reason.key, words, reason.count) for reason, words in found.context["chips"]]
    low, other = f"rule-{rules[1].pk}", f"rule-{rules[0].pk}"
    assert chips == [
        (low, "Score below 40", 2),
        ("no_rule", "No rule matches", 1),
        (other, "Competitor", 1),
    ]
    assert names(client.get("/review/", {"reason": low})) == ["Low two", "Low one"]
    assert names(client.get("/review/", {"reason": "no_rule"})) == ["Unplaced"]
    assert len(names(client.get("/review/", {"reason": "rule-99999"}))) == 4


def test_search_finds_company_name_and_e_mail(page_text, client: Client, as_ops, rules):
    on_the_desk(score=10, company_name="Kopi Senja", last_name="Rahayu", email="dewi@kopisenja.example")
    on_the_desk(score=10, company_name="Bumi Hijau", first_name="Anton")
    for words in ("senja", "Rahayu", "kopisenja.example"):
        assert names(client.get("/review/", {"q": words})) == ["Kopi Senja"]
    assert "No lead on the desk matches." in page_text(client.get("/review/", {"q": "nobody"}))


def test_pages_have_fifty(client: Client, as_ops, rules):
    for number in range(51):
        on_the_desk(score=10, minutes=number + 1)
    assert (len(names(client.get("/review/"))), len(names(client.get("/review/", {"page": "2"})))) == (50, 1)
    assert len(names(client.get("/review/", {"page": "nonsense"}))) == 50


def test_first_lead_is_open_unless_the_address_names_one(client: Client, as_ops, rules):
    old, new = on_the_desk(score=10, minutes=60), on_the_desk(score=10, minutes=5)
    assert client.get("/review/").context["panel"].item == new
    chosen = client.get("/review/", {"item": old.pk}).context
    assert (chosen["panel"].item, chosen["number"], chosen["before"], chosen["behind"]) == (old, 2, new, None)
    assert client.get("/review/", {"item": "9" * 30}).context["panel"].item == new


def test_panel_has_all_fields_and_the_reason_in_words(page_text, client: Client, as_ops, rules):
    on_the_desk(
        score=12,
        first_name="Melati",
        last_name="Anggraini",
        email="melati@toko.example",
        phone="+628115550118",
        company_name="Toko Sumber",
        city="Makassar",
        industry="Retail",
        message="Call me",
        problems=[{"field": "phone", "code": "invalid", "value": "08xx"}],
    )
    answer = client.get("/review/")
    panel = answer.context["panel"]
    shown = {field.label: field.mine for field in panel.fields}
    assert (shown["Name"], shown["E-mail"], shown["Phone"], shown["City"], shown["Industry"], shown["Score"]) == (
        "Melati Anggraini",
        "melati@toko.example",
        "+62 811-5550-118",
        "Makassar",
        "Retail",
        "12",
    )
    assert (panel.why, panel.problems) == (
        "The rule “Score below 40” sends leads to the review desk.",
        ["Phone cannot be read: 08xx"],
    )
    assert "Call me" in page_text(answer)


def test_trail_tells_which_rule_was_asked_and_what_failed(client: Client, as_ops, rules):
    on_the_desk(score=12, company_size=20)
    panel = client.get("/review/").context["panel"]
    assert [(row.number, row.name, row.matched, row.failed) for row in panel.trail] == [
        (1, "Competitor", False, "The company is a competitor"),
        (2, "Score below 40", True, ""),
    ]
    rest = panel.below
    assert (rest.first, rest.last, rest.rule_name, rest.goes_to.name) == (3, 4, "Small", "SMB")


def test_offered_queue_is_what_the_rules_below_would_choose(client: Client, as_ops, rules):
    rival = AccountFactory(is_competitor=True)
    on_the_desk(score=12, company_size=80, account=rival)
    panel = client.get("/review/").context["panel"]
    assert (panel.below.rule_name, panel.below.goes_to, panel.queue.name) == ("Score below 40", None, "MQL")


def test_offered_queue_is_else_the_last_one_used(client: Client, as_ops, rules):
    on_the_desk(score=90)
    assert client.get("/review/").context["panel"].queue is None
    session = client.session
    session["review_queue"] = rules[3].queue_id
    session.save()
    assert client.get("/review/").context["panel"].queue.name == "SMB"


def test_nothing_is_below_when_all_rules_were_asked(rules):
    assert remaining_rules(on_the_desk(score=90)) is None


def test_possible_duplicate_stands_beside_the_lead_it_resembles(page_text, client: Client, as_ops, rules):
    rep = make_rep(first_name="David", last_name="Siregar")
    other = make_lead(first_name="Bayu", last_name="A Saputra", company_name="Lintas Niaga", city="Makassar", score=58)
    assign(AssignmentRequest(other, rep.pk, how="by_hand"), by=None, at=MORNING - HOUR)
    on_the_desk(
        score=30,
        first_name="Bayu",
        last_name="Saputra",
        company_name="LINTAS NIAGA",
        city="Makassar",
        resembles=other,
        resembles_percent=92,
    )
    answer = client.get("/review/")
    panel = answer.context["panel"]
    compared = {field.label: (field.mine, field.theirs, field.is_same) for field in panel.fields}
    assert (compared["Name"], compared["Company"], compared["City"]) == (
        ("Bayu Saputra", "Bayu A Saputra", False),
        ("LINTAS NIAGA", "Lintas Niaga", True),
        ("Makassar", "Makassar", True),
    )
    assert panel.beside.held.holder == rep
    assert "held by David Siregar" in page_text(answer)
    assert "92&nbsp;% alike" in page_text(answer)


def test_a_lead_that_resembles_a_deleted_one_is_shown_alone(client: Client, as_ops, rules):
    item = on_the_desk(score=30)
    Lead.objects.filter(pk=item.lead_id).update(resembles=None, resembles_percent=92)
    assert client.get("/review/").context["panel"].beside is None


def test_a_lead_that_was_decided_meanwhile_tells_who_did(page_text, client: Client, as_ops, rules):
    item = on_the_desk(score=30, company_name="Kopi Senja")
    ayu = make_ops(first_name="Ayu", last_name="Wulandari")
    ReviewItem.objects.filter(pk=item.pk).update(closed_at=MORNING, closed_by=ayu, closed_how="nurtured")
    says = "Ayu Wulandari decided about Kopi Senja at 10:42: Nurture."
    assert says in page_text(client.get("/review/", {"item": item.pk}))
    assert says in page_text(client.get("/review/list/", {"item": item.pk}))


def test_list_alone_follows_the_desk_and_leaves_the_lead_in_peace(page_text, client: Client, as_ops, rules):
    first, second = on_the_desk(score=10, minutes=9), on_the_desk(score=10, minutes=8)
    part = client.get("/review/list/", {"item": second.pk, "order": "oldest"})
    page = page_text(part)
    assert [item for item, _chips in part.context["rows"]] == [first, second]
    assert 'id="rev"' not in page
    assert 'id="review-head" hx-swap-oob="true"' in page
    assert f"/review/list/?item={second.pk}&amp;order=oldest" in page


def test_reasons_of_a_rule_that_was_renamed_or_deleted_stay_readable(client: Client, as_ops, rules):
    on_the_desk(score=10)
    rules[1].name = "Low score"
    rules[1].save()
    assert [words for _reason, words in client.get("/review/").context["chips"]] == ["Low score"]
    rules[1].delete()
    assert [words for _reason, words in client.get("/review/").context["chips"]] == ["Score below 40"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_for_three_rows_as_for_one(rules, rows: int):
    for number in range(rows):
        on_the_desk(score=10, source=SourceFactory(slug=f"s{number}", name=f"S{number}"), account=AccountFactory())
    with CaptureQueriesContext(connection) as asked:
        found = desk(at=MORNING)
        shown = [(item.lead.source.name, item.lead.account_id, item.rule.name) for item in found.items]
    assert (len(asked), len(shown)) == (3, rows)


def test_page_takes_as_many_queries_for_three_rows_as_for_one(client: Client, as_ops, rules):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/review/")
        return len(asked)

    on_the_desk(score=10)
    queries()
    one = queries()
    on_the_desk(score=10)
    on_the_desk(score=10)
    assert queries() == one
