"""Decisions at the review desk through its doors: one, many, too late, corrected, asked again (A6)."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import nurture, reject
from queues.models import Entry, EntryRule, ReviewItem
from routing.models import Assignment
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def queue():
    return QueueFactory(name="SMB")


@pytest.fixture
def low_score(queue):
    conditions = [{"field": "score", "operator": "less_than", "value": 40}]
    EntryRule.objects.create(name="All the others", position=2, outcome="queue", queue=queue)
    return EntryRule.objects.create(name="Score below 40", position=1, outcome="review", conditions=conditions)


def on_the_desk(minutes: int = 10, **fields) -> ReviewItem:
    lead = make_lead(at=MORNING - minutes * MINUTE, **{"score": 10, **fields})
    place_leads([lead], at=MORNING - minutes * MINUTE)
    return ReviewItem.objects.get(lead=lead)


def decide(client: Client, items: list[ReviewItem], act: str, htmx: bool = False, query: str = "", **more):
    sent = {"items": [item.pk for item in items], "act": act, **more}
    return client.post(f"/review/decide/{query}", sent, headers=HTMX if htmx else {})


def says(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def fresh(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.select_related("lead").get(pk=item.pk)


def test_deciding_is_for_sales_ops_only(client: Client, low_score, queue):
    item = on_the_desk()
    paths = ["/review/decide/", f"/review/{item.pk}/correct/", f"/review/{item.pk}/ask/", f"/review/{item.pk}/undo/"]
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory())):
        client.force_login(user)
        sent = {"items": [item.pk], "act": "approve", "queue": queue.pk}
        assert [client.post(path, sent).status_code for path in paths] == [403, 403, 403, 403]
    assert fresh(item).closed_at is None


def test_approving_puts_the_lead_into_the_queue(client: Client, as_ops, low_score, queue):
    item = on_the_desk(company_name="Kopi Senja")
    answer = decide(client, [item], "approve", queue=queue.pk)
    assert (answer.status_code, answer.url, says(answer)) == (302, "/review/?", ["Kopi Senja goes into SMB."])
    closed = fresh(item)
    assert (closed.closed_how, closed.closed_by, closed.closed_at) == ("approved", as_ops, MORNING)
    assert Entry.objects.waiting().get(lead=item.lead).queue == queue


def test_the_queue_of_an_approval_is_remembered(client: Client, as_ops, low_score, queue):
    decide(client, [on_the_desk()], "approve", queue=queue.pk)
    assert client.session["review_queue"] == queue.pk


def test_approving_needs_a_queue(client: Client, as_ops, low_score, queue):
    item = on_the_desk()
    answer = decide(client, [item], "approve", htmx=True)
    assert (answer.status_code, fresh(item).closed_at) == (422, None)
    assert "Choose a queue for the leads." in answer.headers["HX-Trigger"]


def test_approving_into_a_queue_that_is_off_is_refused(client: Client, as_ops, low_score):
    item = on_the_desk()
    answer = decide(client, [item], "approve", queue=QueueFactory(is_active=False).pk)
    assert (answer.status_code, fresh(item).closed_at) == (422, None)
    assert says(answer) == ["This queue is switched off. Choose another."]


def test_approving_into_a_push_queue_gives_the_lead_to_its_rotation(client: Client, as_ops, low_score):
    rep = make_rep()
    push = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    item = on_the_desk()
    decide(client, [item], "approve", queue=push.pk)
    assert Assignment.objects.open().get(lead=item.lead).holder == rep


def test_nurture_and_reject_close_the_lead(client: Client, as_ops, low_score):
    first, second = on_the_desk(company_name="A"), on_the_desk(company_name="B")
    assert says(decide(client, [first], "nurture")) == ["A goes to nurture."]
    assert says(decide(client, [second], "reject", why="student"))[-1] == "B is rejected."
    assert (fresh(first).lead.stage, fresh(second).lead.stage, fresh(second).lead.closed_reason) == (
        "nurture",
        "rejected",
        "student",
    )


@pytest.mark.parametrize("reason", ["", "because", "no_capacity"])
def test_rejecting_needs_a_known_reason(client: Client, as_ops, low_score, reason: str):
    item = on_the_desk()
    assert decide(client, [item], "reject", why=reason).status_code == 422
    assert fresh(item).closed_at is None


def test_unknown_acts_and_items_are_refused(client: Client, as_ops, low_score):
    item = on_the_desk()
    assert decide(client, [item], "burn").status_code == 422
    with nothing_changes():
        assert client.post("/review/decide/", {"act": "nurture", "items": ["x"]}).status_code == 422
        assert client.post("/review/decide/", {"act": "nurture"}).status_code == 422
        assert refusal(client.post("/review/decide/", {"act": "nurture", "items": ["999999"]})) == NOT_FOUND
        answer = client.get("/review/decide/")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_the_next_lead_is_open_after_a_decision(client: Client, as_ops, low_score):
    items = [on_the_desk(minutes) for minutes in (3, 2, 1)]
    query = f"?order=oldest&item={items[0].pk}&next={items[1].pk}"
    part = decide(client, [items[0]], "nurture", htmx=True, query=query)
    assert (part.status_code, part.context["panel"].item) == (200, items[1])
    assert part.headers["HX-Push-Url"] == f"/review/?order=oldest&item={items[1].pk}"
    assert markup(part).startswith('<div id="review"')


def test_many_are_decided_at_once_with_one_message(client: Client, as_ops, low_score, queue):
    items = [on_the_desk() for _number in range(3)]
    answer = decide(client, items, "approve", queue=queue.pk)
    assert (says(answer), Entry.objects.waiting().count()) == (["3 leads go into SMB."], 3)


def test_many_tell_who_had_decided_some_before(client: Client, as_ops, low_score):
    items = [on_the_desk(company_name=name) for name in ("A", "B", "C")]
    ayu = make_ops(first_name="Ayu", last_name="Wulandari")
    nurture(items[1], by=ayu, at=MORNING - MINUTE)
    answer = decide(client, items, "reject", why="invalid")
    assert says(answer) == ["2 leads are rejected. Ayu Wulandari decided about B at 10:41: Nurture."]
    assert [fresh(item).closed_how for item in items] == ["rejected", "nurtured", "rejected"]


def test_many_that_others_decided_are_counted(client: Client, as_ops, low_score):
    items = [on_the_desk(company_name=name) for name in ("A", "B", "C")]
    for item in items[:2]:
        nurture(item, by=make_ops(), at=MORNING)
    assert says(decide(client, items, "nurture")) == ["C goes to nurture. 2 more were already decided."]


def test_who_is_too_late_reads_who_decided_and_when(client: Client, as_ops, low_score, queue):
    item, other = on_the_desk(2, company_name="Kopi Senja"), on_the_desk(5)
    ayu = make_ops(first_name="Ayu", last_name="Wulandari")
    reject(item, by=ayu, at=MORNING - MINUTE, reason="invalid")
    query = f"?item={item.pk}&next={other.pk}"
    part = decide(client, [item], "approve", htmx=True, query=query, queue=queue.pk)
    assert (part.status_code, part.context["panel"].item) == (409, other)
    assert "Ayu Wulandari decided about Kopi Senja at 10:41: Rejected." in part.headers["HX-Trigger"]
    assert Entry.objects.count() == 0


def test_without_htmx_who_is_too_late_is_led_back(client: Client, as_ops, low_score):
    item = on_the_desk(company_name="Kopi Senja")
    nurture(item, by=make_ops(first_name="Ayu", last_name="W"), at=MORNING)
    answer = decide(client, [item], "nurture")
    assert (answer.status_code, says(answer)) == (302, ["Ayu W decided about Kopi Senja at 10:42: Nurture."])
