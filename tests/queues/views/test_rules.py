"""The rules page: sentences, what each caught in 30 days, and a lead that is only tried (A5, A8)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.decisions.conditions.parsing import parse
from leads.models import Capture, Lead
from queues.actions.entries.placement import place_leads
from queues.models import Entry, EntryRule, ReviewItem
from queues.presenters.rules import failed_condition_text, problem_text, reason_text, rule_sentence
from queues.queries.rules import caught_since
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def rules():
    mql = QueueFactory(name="MQL")
    SourceFactory(slug="campaign", name="Campaign")
    made = [
        ("Student", "review", None, [{"field": "is_student", "operator": "is_true"}]),
        (
            "Good campaign",
            "queue",
            mql,
            [
                {"field": "score", "operator": "at_least", "value": 60},
                {"field": "source", "operator": "is", "value": "campaign"},
            ],
        ),
        ("Cold", "nurture", None, [{"field": "lead_type", "operator": "is", "value": "cold"}]),
        ("Far away", "reject", None, [{"field": "country", "operator": "in", "value": ["NL", "DE"]}]),
    ]
    return [
        EntryRule.objects.create(name=name, position=position, outcome=outcome, queue=queue, conditions=conditions)
        for position, (name, outcome, queue, conditions) in enumerate(made, start=1)
    ]


def tried(client: Client, **lead):
    return client.get("/rules/", {"try": "1", **lead}).context["verdict"]


def test_rules_are_for_sales_ops_only(client: Client):
    answers = []
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory()), make_ops()):
        client.force_login(user)
        answers.append(client.get("/rules/").status_code)
    assert answers == [403, 403, 200]


def test_each_rule_is_a_sentence(client: Client, as_ops, rules):
    shown = client.get("/rules/").context["rules"]
    assert [(row.number, row.rule.name, row.sentence) for row in shown] == [
        (1, "Student", "The lead is a student → Review desk"),
        (2, "Good campaign", "Score is at least 60 and source is Campaign → MQL"),
        (3, "Cold", "Lead type is Cold → Nurture"),
        (4, "Far away", "Country is Netherlands or Germany → Reject"),
    ]


def test_page_says_what_happens_when_nothing_matches(page_text, client: Client, as_ops):
    page = page_text(client.get("/rules/"))
    assert "<strong>There are no rules yet.</strong> Every lead goes to the review desk." in page
    assert "The lead goes to the review desk and says so. No lead is ever lost." in page


def test_rules_that_are_off_or_lost_are_marked(client: Client, as_ops, rules):
    EntryRule.objects.filter(name="Student").update(is_active=False)
    rules[1].queue.is_active = False
    rules[1].queue.save()
    shown = client.get("/rules/").context
    assert [(row.rule.is_active, row.is_lost) for row in shown["rules"]] == [
        (False, False),
        (True, True),
        (True, False),
        (True, False),
    ]
    assert shown["on"] == 3


def test_a_rule_that_cannot_be_read_is_named(page_text, client: Client, as_ops, rules):
    EntryRule.objects.filter(name="Cold").update(conditions=[{"field": "moon", "operator": "is", "value": "full"}])
    answer = client.get("/rules/", {"try": "1", "score": "70"})
    assert answer.context["broken"].rule.name == "Cold"
    assert "“Cold” cannot be read: every lead goes to the review desk until it is corrected." in page_text(answer)
    assert answer.context["verdict"] is None


def test_rules_that_are_never_asked_are_told(client: Client, as_ops, rules):
    EntryRule.objects.create(name="Everybody", position=0, outcome="review")
    warnings = client.get("/rules/").context["warnings"]
    assert warnings[0] == '"Student" never takes a lead: "Everybody" above it takes the same leads first.'


def test_caught_leads_are_counted_for_30_days(client: Client, as_ops, rules):
    campaign = SourceFactory(slug="campaign")
    for days in (1, 29, 31):
        place_leads([make_lead(score=80, source=campaign)], at=MORNING - days * DAY)
    place_leads([make_lead(title="Student")], at=MORNING - DAY)
    place_leads([make_lead(score=10, lead_type="cold")], at=MORNING - DAY)
    place_leads([make_lead(score=10, country="NL"), make_lead(score=10, country="DE")], at=MORNING - DAY)
    place_leads([make_lead(score=10)], at=MORNING - DAY)
    shown = client.get("/rules/").context
    assert [row.caught for row in shown["rules"]] == [1, 2, 1, 2]
    assert shown["caught"] == 6


def flags(client: Client) -> dict[str, str]:
    return {row.rule.name: row.flag for row in client.get("/rules/").context["rules"] if row.flag}


def test_a_rule_that_takes_nothing_or_everything_says_so(client: Client, as_ops, rules):
    EntryRule.history.filter(name__in=["Student", "Cold"]).update(history_date=MORNING - 40 * DAY)
    EntryRule.history.filter(name="Far away").update(history_date=MORNING - 2 * DAY)
    EntryRule.objects.filter(name="Cold").update(is_active=False)
    nothing_came = flags(client)
    place_leads([make_lead(score=80, source=SourceFactory(slug="campaign"))], at=MORNING - DAY)
    everything = flags(client)
    place_leads([make_lead(score=10)], at=MORNING - DAY)
    assert (nothing_came, everything) == (
        {},
        {
            "Good campaign": "caught every lead in 30 days",
        },
    )
    assert "Good campaign" not in flags(client)


@pytest.mark.parametrize(
    ("leads", "days", "says"),
    [
        (50, 40, "caught nothing in 30 days"),
        (49, 40, ""),
        (50, 14, "caught nothing since 2 Nov, 10:42"),
        (50, 13, ""),
    ],
)
def test_that_a_rule_caught_nothing_is_said_after_14_days_and_50_leads(client, as_ops, rules, leads, days, says):
    EntryRule.history.update(history_date=MORNING - 40 * DAY)
    EntryRule.history.filter(name="Far away").update(history_date=MORNING - days * DAY)
    place_leads([make_lead(score=10) for _number in range(leads)], at=MORNING - DAY)
    assert flags(client).get("Far away", "") == says


def test_a_rule_for_every_lead_says_so_unless_it_is_the_last(client: Client, as_ops):
    for position, name in enumerate(("First", "Last"), start=1):
        EntryRule.objects.create(name=name, position=position, outcome="review", conditions=[])
    assert flags(client) == {"First": "matches every lead"}


def test_the_list_is_a_file_too(client: Client, as_ops, rules):
    EntryRule.objects.filter(name="Cold").update(is_active=False, name="=Cold()")
    place_leads([make_lead(score=80, source=SourceFactory(slug="campaign"))], at=MORNING - DAY)
    lines = client.get("/rules/csv/").content.decode().splitlines()
    assert lines[0] == "\ufeffPlace,Rule,On,When,Then,Caught in 30 days,Remark"
    assert lines[2:4] == [
        "2,Good campaign,yes,Score is at least 60 and source is Campaign → MQL,MQL,1,caught every lead in 30 days",
        "3,'=Cold(),no,Lead type is Cold → Nurture,Nurture,0,",
    ]


def test_editing_a_rule_comes_back_to_the_page(client: Client, as_ops, rules):
    address = client.get("/rules/").context["rules"][0].edit_url
    page = typed(form_of(client.get(address), "entryrule_form"), name="Students")
    elsewhere = address.replace("%2Frules%2F", "https://evil.example/")
    ends = [client.post(each, page)["Location"] for each in (address, elsewhere)]
    assert ends == ["/rules/", "/admin/queues/entryrule/"]


def test_counting_takes_three_queries_however_many_rules(rules):
    place_leads([make_lead(title="Student"), make_lead(score=10, lead_type="cold")], at=MORNING)
    with CaptureQueriesContext(connection) as asked:
        caught_since(MORNING - 30 * DAY)
    assert len(asked) == 4


def test_a_tried_lead_tells_the_rule_and_the_trail(client: Client, as_ops, rules):
    verdict = tried(client, score="72", source="campaign", country="ID")
    assert (verdict.then, verdict.rule_name, verdict.reason, verdict.unasked) == ("MQL", "Good campaign", "", 2)
    assert [(row.name, row.matched, row.failed) for row in verdict.trail] == [
        ("Student", False, "The lead is a student"),
        ("Good campaign", True, ""),
    ]


def test_a_tried_lead_that_no_rule_wants_goes_to_the_desk(client: Client, as_ops, rules):
    verdict = tried(client, score="20")
    assert (verdict.then, verdict.rule_name, verdict.reason) == ("Review desk", "", "No rule matches")
    assert verdict.trail[1].failed == "Score is at least 60"


def test_a_tried_lead_whose_queue_is_off_goes_to_the_desk(client: Client, as_ops, rules):
    rules[1].queue.is_active = False
    rules[1].queue.save()
    verdict = tried(client, score="72", source="campaign")
    assert (verdict.then, verdict.reason) == ("Review desk", "The rule's queue is off")


def test_a_tried_lead_is_read_like_any_other(client: Client, as_ops, rules):
    assert tried(client, country="Netherlands").rule_name == "Far away"
    assert tried(client, title="Mahasiswa").rule_name == "Student"
    SourceFactory(slug="list", name="List", lead_type="cold")
    assert tried(client, source="list").rule_name == "Cold"
    assert tried(client, source="list", lead_type="warm").rule_name == ""


def test_trying_saves_nothing(client: Client, as_ops, rules):
    tried(client, score="72", source="campaign", email="a@b.example.com")
    counts = [model.objects.count() for model in (Lead, Capture, Entry, ReviewItem)]
    assert counts == [0, 0, 0, 0]


def test_what_cannot_be_read_is_told_at_its_field(client: Client, as_ops, rules):
    answer = client.get("/rules/", {"try": "1", "country": "Atlantis", "score": "101"})
    assert (sorted(answer.context["form"].errors), answer.context["verdict"]) == (["country", "score"], None)


def test_htmx_gets_the_tried_lead_alone(page_text, client: Client, as_ops, rules):
    part = client.get("/rules/", {"try": "1", "score": "72", "source": "campaign"}, headers={"HX-Request": "true"})
    assert "<b>MQL</b> by “Good campaign”" in page_text(part)
    assert 'class="al-rules"' not in page_text(part)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("score at_least 60", "Score is at least 60"),
        ("source in campaign, event", "Source is Campaign or event"),
        ("score between 50, 80", "Score is between 50 and 80"),
        ("is_student is_true", "The lead is a student"),
        ("country is_known", "Country is known"),
        ("moon is full", "moon is full"),
        ("", ""),
    ],
)
def test_failed_condition_reads_as_words(kept: str, words: str):
    assert failed_condition_text(kept, {"campaign": "Campaign"}) == words


def test_sentence_of_a_rule_without_conditions_holds_for_all():
    assert rule_sentence(parse([]), outcome="reject", queue=None) == "every lead → Reject"


@pytest.mark.parametrize(
    ("codes", "name", "words"),
    [
        (["no_rule"], "", "No rule matches"),
        (["Old name"], "New name", "New name"),
        (["Deleted rule"], "", "Deleted rule"),
        ([], "", "No reason recorded"),
    ],
)
def test_reason_reads_as_words(codes: list[str], name: str, words: str):
    assert reason_text(codes, name) == words


def test_problem_reads_as_words():
    assert problem_text({"field": "company_size", "code": "out_of_range", "value": "-5"}) == (
        "Company size is out of range: -5"
    )
