"""Each activity becomes one message for each endpoint that hears of it (I3)."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import tasks
from leads.actions.api.keys import make_key, revoke_key
from leads.actions.webhooks.endpoints import remove_endpoint, switch_off
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.decisions.webhooks.gaps import PATIENCE
from leads.models import Activity, OwnField, WebhookDelivery, WebhookState
from leads.queries.webhooks import Work, work_that_waits
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.webhooks import arrive, endpoint_at, happens

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def begun():
    """Ids of activities begin anywhere, and what lies before the first one is no gap."""
    happens(make_lead(), "noted")


def events(**of) -> list[str]:
    return list(WebhookDelivery.objects.filter(**of).order_by("pk").values_list("event", flat=True))


def test_each_activity_is_one_message_for_each_endpoint_that_hears_of_it(hook):
    enqueue_deliveries(at=MORNING)
    every, some = endpoint_at(hook.address), endpoint_at(hook.address, events=["lead.closed", "lead.contacted"])
    lead = make_lead()
    happens(lead, "contacted", outcome="reached")
    happens(lead, "noted", text="secret")
    happens(lead, "closed", stage="converted")
    happens(lead, "closed", stage="won")
    assert [enqueue_deliveries(at=MORNING), enqueue_deliveries(at=MORNING)] == [5, 0]
    assert events(endpoint=every) == ["lead.contacted", "lead.converted", "lead.closed"]
    assert events(endpoint=some) == ["lead.contacted", "lead.closed"]


def test_an_endpoint_hears_only_what_happens_after_it_was_made(hook):
    enqueue_deliveries(at=MORNING)
    lead = make_lead()
    happens(lead, "contacted")
    endpoint_at(hook.address)
    happens(lead, "returned")
    enqueue_deliveries(at=MORNING)
    assert events() == ["lead.returned"]


def test_the_first_run_begins_with_the_first_endpoint(hook):
    lead = make_lead()
    happens(lead, "contacted")
    endpoint_at(hook.address)
    happens(lead, "returned")
    enqueue_deliveries(at=MORNING)
    assert events() == ["lead.returned"]
    assert WebhookState.objects.get().activity_id == Activity.objects.latest("pk").pk


@pytest.mark.parametrize("how", ["off", "removed", "ended", "revoked"])
def test_who_is_off_gets_no_messages(hook, how):
    enqueue_deliveries(at=MORNING)
    key, _secret = make_key("Zapier", per_minute=9, by=None, at=MORNING)
    ends = MORNING + MINUTE if how == "ended" else None
    endpoint = endpoint_at(hook.address, api_key=key, expires_at=ends)
    if how == "off":
        switch_off(endpoint, by=None, at=MORNING)
    elif how == "removed":
        remove_endpoint(endpoint, by=None, at=MORNING)
    elif how == "revoked":
        revoke_key(key, by=None, at=MORNING)
    happens(make_lead(), "contacted")
    assert (enqueue_deliveries(at=MORNING + MINUTE), events()) == (0, [])


def test_a_smaller_id_that_commits_later_is_not_missed(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address)
    lead = make_lead()
    first = happens(lead, "contacted")
    late = Activity(pk=first.pk + 1, lead=lead, kind="returned", at=MORNING)
    Activity.objects.create(pk=first.pk + 2, lead=lead, kind="breached", at=MORNING)
    assert enqueue_deliveries(at=MORNING) == 2
    late.save(force_insert=True)
    assert work_that_waits(MORNING + MINUTE).is_new
    assert [enqueue_deliveries(at=MORNING + MINUTE * 4), enqueue_deliveries(at=MORNING + MINUTE * 4)] == [1, 0]
    assert (events()[-1], WebhookState.objects.get().gaps) == ("lead.returned", [])


def test_an_id_that_never_comes_is_not_waited_for_for_ever(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address)
    first = happens(make_lead(), "contacted")
    Activity.objects.create(pk=first.pk + 9, lead=first.lead, kind="returned", at=MORNING)
    enqueue_deliveries(at=MORNING)
    assert [gap[:2] for gap in WebhookState.objects.get().gaps] == [[first.pk + 1, first.pk + 8]]
    enqueue_deliveries(at=MORNING + PATIENCE)
    assert WebhookState.objects.get().gaps == []


def test_the_same_activity_read_twice_is_sent_once(hook):
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address)
    happens(make_lead(), "contacted")
    enqueue_deliveries(at=MORNING)
    WebhookState.objects.update(activity_id=0)
    enqueue_deliveries(at=MORNING)
    assert events() == ["lead.contacted"]


def test_many_are_read_in_chunks(hook, monkeypatch):
    monkeypatch.setattr("leads.actions.webhooks.enqueuing.CHUNK", 3)
    enqueue_deliveries(at=MORNING)
    endpoint_at(hook.address)
    for _number in range(10):
        happens(make_lead(), "contacted")
    assert enqueue_deliveries(at=MORNING) == 10


def test_a_lead_that_comes_in_is_told_with_the_people_and_fields_of_its_acts(hook):
    enqueue_deliveries(at=MORNING)
    field = OwnField.objects.create(key="visits", name="Visits", kind="number", is_open=True)
    endpoint_at(hook.address, may_see_person=True)
    endpoint_at(hook.address)
    lead, rep = arrive(company_name="PT Maju", message="Call me"), make_rep()
    lead.own = {field.value_name: 7}
    lead.save(update_fields=["own"])
    happens(lead, "assigned", by=rep, holder=rep.pk, place="SMB")
    enqueue_deliveries(at=MORNING)
    rows = WebhookDelivery.objects.filter(event="lead.assigned").order_by("pk")
    seeing, blind = (json.loads(row.body)["data"] for row in rows)
    assert seeing["holder_name"] == seeing["by_name"] == rep.get_full_name()
    assert (seeing["email"], seeing["message"], seeing["source"]) == ("dewi1@example.com", "Call me", "Demo request")
    assert (seeing["own_visits"], blind["own_visits"], "email" in blind) == (7, 7, False)
    assert seeing["lead_url"] == f"http://127.0.0.1:8000/leads/{lead.pk}/"


def test_without_endpoints_only_the_place_moves():
    enqueue_deliveries(at=MORNING)
    for _number in range(3):
        happens(make_lead(), "contacted")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert enqueue_deliveries(at=MORNING) == 0
    assert [query for query in asked.captured_queries if "leads_lead" in query["sql"]] == []
    assert WebhookState.objects.get().activity_id == Activity.objects.latest("pk").pk


def test_nothing_new_costs_one_statement(hook, django_assert_num_queries):
    endpoint_at(hook.address)
    happens(make_lead(), "contacted")
    tasks.send_due_webhooks()
    with django_assert_num_queries(1):
        assert tasks.send_webhooks() == 0
    assert work_that_waits(MORNING) == Work(False, False)


def test_ten_activities_ask_as_much_as_one(hook):
    endpoint_at(hook.address)
    counts = []
    for number in (1, 10):
        enqueue_deliveries(at=MORNING)
        rep = make_rep()
        for _each in range(number):
            happens(make_lead(), "assigned", by=rep, holder=rep.pk)
        with CaptureQueriesContext(connection) as asked:
            assert enqueue_deliveries(at=MORNING) == number
        counts.append(len(asked))
    assert counts[0] == counts[1]
