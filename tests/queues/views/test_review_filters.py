"""What of the review desk is shown: filters in the address, order, the file; nothing is ever out of sight (A6, A8)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.models import Lead
from queues.models import EntryRule, ReviewItem
from queues.queries.review import DeskFilters, desk, open_items
from tests.effort import examples
from tests.factories import MORNING, SourceFactory, TeamFactory, make_lead, make_manager, make_rep

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def on_the_desk(company: str, age: timedelta = 10 * MINUTE, reasons=("no_rule",), rule=None, **fields) -> ReviewItem:
    lead = make_lead(company_name=company, stage="review", at=MORNING - age, **fields)
    return ReviewItem.objects.create(lead=lead, opened_at=MORNING - age, reasons=list(reasons), rule=rule)


def names(client: Client, **asked: str) -> list[str]:
    return [item.lead.company_name for item, _chips in client.get("/review/", asked).context["rows"]]


def test_age_is_half_open(client: Client, as_ops):
    for company, age in (
        ("Just now", 0 * HOUR),
        ("Nearly 4", 4 * HOUR - timedelta(seconds=1)),
        ("4", 4 * HOUR),
        ("Nearly 24", 24 * HOUR - timedelta(seconds=1)),
        ("24", 24 * HOUR),
        ("Old", 900 * HOUR),
    ):
        on_the_desk(company, age)
    shown = {age: names(client, age=age) for age in ("4h", "24h", "older")}
    assert shown == {"4h": ["Just now", "Nearly 4"], "24h": ["4", "Nearly 24"], "older": ["24", "Old"]}
    assert len(names(client, age="ancient")) == 6


def test_filters_work_together_and_stay_in_the_address(client: Client, as_ops):
    event = SourceFactory(slug="event", name="Event")
    on_the_desk("Kopi Senja", source=event)
    on_the_desk("Kopi Pagi", 5 * HOUR, source=event)
    on_the_desk("Kopi Sore", 6 * HOUR, source=event, reasons=["queue_off"])
    on_the_desk("Kopi Malam", 6 * HOUR)
    asked = {"source": "event", "age": "24h", "q": "kopi", "reason": "no_rule", "order": "oldest"}
    page = client.get("/review/", asked)
    assert [item.lead.company_name for item, _chips in page.context["rows"]] == ["Kopi Pagi"]
    text = page.content.decode()
    assert '<option value="event" selected>Event</option>' in text
    assert '<option value="24h" selected>' in text
    assert "/review/list/?source=event&amp;age=24h&amp;q=kopi&amp;reason=no_rule&amp;order=oldest" in text
    assert "1 of 4" in text


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        ("newest", ["Bumi", "Acme", "Cahaya"]),
        ("oldest", ["Cahaya", "Acme", "Bumi"]),
        ("score", ["Acme", "Cahaya", "Bumi"]),
        ("company", ["Acme", "Bumi", "Cahaya"]),
        ("weight", ["Bumi", "Acme", "Cahaya"]),
    ],
)
def test_the_list_is_sorted_as_the_address_says(client: Client, as_ops, order: str, shown: list[str]):
    for company, age, score in (("Acme", 2, 90), ("Bumi", 1, 10), ("Cahaya", 3, 50)):
        on_the_desk(company, age * HOUR, score=score)
    assert names(client, order=order) == shown


def test_the_file_has_the_list_as_filtered_and_no_formula(client: Client, as_ops):
    rule = EntryRule.objects.create(name="=cmd", position=1, outcome="review")
    other = make_lead()
    found = on_the_desk("=2+3", rule=rule, reasons=["=cmd"], score=12, first_name="Dewi", last_name="Lestari")
    Lead.objects.filter(pk=found.lead_id).update(resembles=other, resembles_percent=92)
    on_the_desk("Somebody else")
    answer = client.get("/review/csv/", {"reason": f"rule-{rule.pk}"})
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="review-desk.csv"'
    since = (MORNING - 10 * MINUTE).isoformat()
    assert rows[1:] == [
        [str(found.lead_id), "'=2+3", "Dewi Lestari", "Campaign", "Warm", "12", "'=cmd", str(other.pk), "92", since]
    ]
    assert found.lead.email not in answer.content.decode()


def test_the_file_is_for_sales_ops_only(client: Client):
    statuses = []
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory())):
        client.force_login(user)
        statuses.append(client.get("/review/csv/").status_code)
    assert statuses == [403, 403]


REASONS = st.lists(
    st.sampled_from(["no_rule", "queue_off", "unknown", "rule-1", "a-b", "a", "b", "Score below 40"]), max_size=2
)


@pytest.fixture
def rules() -> list[EntryRule | None]:
    made = [EntryRule.objects.create(name=name, position=1, outcome="review") for name in ("Low", "Rival")]
    return [None, *made]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(25), deadline=None)
@given(stands=st.lists(st.tuples(st.integers(0, 2), REASONS), max_size=9))
def test_every_lead_on_the_desk_is_under_exactly_one_reason(rules, stands):
    ReviewItem.objects.all().delete()
    source = SourceFactory()
    for rule, reasons in stands:
        on_the_desk("Company", reasons=reasons, rule=rules[rule], source=source)
    found = desk(at=MORNING)
    shown = [item.pk for reason in found.reasons for item in desk(DeskFilters(reason=reason.key), at=MORNING).items]
    assert sorted(shown) == sorted(open_items().values_list("pk", flat=True))
    assert found.total == len(stands) == sum(reason.count for reason in found.reasons)
    counted = {reason.key: reason.count for reason in found.reasons}
    assert {key: desk(DeskFilters(reason=key), at=MORNING).page.paginator.count for key in counted} == counted
