"""A queue that is full takes no more leads by rule: they are parked, and enter in order with their age (D5)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_q.models import OrmQ

from leads.actions.api.keys import make_key
from leads.actions.imports.run import run_import
from leads.models import Lead
from queues import tasks
from queues.models import Entry, EntryRule, IntakeState, Queue, ReviewItem
from routing.models import Notification, Rep
from tests.factories import MORNING, QueueFactory, TeamFactory, fill_line, make_entry, make_manager, make_ops, make_rep
from tests.factories.files import csv_bytes, lead_rows

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Kind = Notification.Kind


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def ops():
    return make_ops()


@pytest.fixture
def small(clock, ops, team) -> Queue:
    """Full above 5 leads, open again below 4; one rule sends all leads there."""
    queue = QueueFactory(name="Small", team=team, when_full="park", depth_limit=5, depth_lift=4, order="fifo")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


@pytest.fixture
def send(client, ops):
    """Leads of these companies, one after the other, through the API."""
    key = make_key("Website", per_minute=100_000, by=ops, at=MORNING)[1]

    def call(*names: str) -> list[dict]:
        headers = {"Authorization": f"Bearer {key}"}
        rows = [json.dumps({"email": f"dewi@{name}.co.id", "company_name": name, "score": 50}) for name in names]
        answers = [client.post("/api/leads", row, content_type="application/json", headers=headers) for row in rows]
        return [answer.json() for answer in answers]

    return call


@pytest.fixture
def take(client, team):
    """A rep presses Take next so many times."""
    rep = make_rep(team)
    Rep.objects.update(capacity=100)

    def call(count: int) -> None:
        client.force_login(rep)
        for _number in range(count):
            client.post("/take-next/")

    return call


def waiting(queue: Queue) -> list[str]:
    rows = Entry.objects.waiting().filter(queue=queue).order_by("since_at", "pk")
    return list(rows.values_list("lead__company_name", flat=True))


def parked(queue: Queue) -> list[str]:
    rows = ReviewItem.objects.filter(parked_for=queue, closed_at__isnull=True).order_by("opened_at", "pk")
    return list(rows.values_list("lead__company_name", flat=True))


def told(user, *kinds: str) -> list[str]:
    rows = Notification.objects.filter(user=user, kind__in=kinds or [Kind.INTAKE_PAUSED, Kind.INTAKE_OPEN])
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_leads_above_the_limit_are_parked_and_people_are_told_once(small, send, ops, team):
    manager = make_manager(team)
    answers = send(*"abcdefgh")
    assert [answer["where"]["kind"] for answer in answers] == ["queue"] * 6 + ["review"] * 2
    assert (waiting(small), parked(small)) == (list("abcdef"), ["g", "h"])
    assert (told(ops), told(manager)) == ([Kind.INTAKE_PAUSED], [Kind.INTAKE_PAUSED])
    assert IntakeState.objects.get().full_since == MORNING


def test_an_import_of_150_into_the_limit_of_100(client, clock, ops):
    queue = QueueFactory(when_full="park")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    head = ["Lead id", "First name", "Last name", "E-mail", "Company", "Source"]
    content = csv_bytes(head, *lead_rows(150))
    client.force_login(ops)
    page = client.post("/imports/new", {"file": SimpleUploadedFile("leads.csv", content)}, follow=True)
    upload = page.context["upload"]
    chosen = {field.html_name: field.value() for _title, field, _cells in page.context["columns"]}
    client.post(f"/imports/{upload.pk}/start", chosen)
    task = OrmQ.objects.get()
    task.delete()
    run_import(*task.task["args"], clock=timezone.now)
    assert (len(waiting(queue)), len(parked(queue)), Lead.objects.count()) == (101, 49, 150)
    assert told(ops) == [Kind.INTAKE_PAUSED]


def test_it_opens_below_the_lower_mark_and_not_before(small, send, take, clock, ops):
    send(*"abcdefgh")
    clock.shift(HOUR)
    take(2)
    tasks.watch_intakes()
    assert (waiting(small), parked(small)) == (list("cdef"), ["g", "h"])  # 4 is not below 4
    send("i")
    assert parked(small) == ["g", "h", "i"]  # nobody overtakes
    take(1)
    tasks.watch_intakes()
    assert (waiting(small), parked(small)) == (list("defgh"), ["i"])  # up to the limit, in the order of arrival
    assert told(ops) == [Kind.INTAKE_PAUSED]
    take(2)
    tasks.watch_intakes()
    assert (waiting(small), parked(small)) == (list("fghi"), [])
    assert told(ops) == [Kind.INTAKE_PAUSED, Kind.INTAKE_OPEN]
    assert IntakeState.objects.get().full_since is None


def test_parked_leads_enter_with_their_age_and_rule(small, send, take, clock):
    send(*"abcdefg")
    clock.shift(HOUR)
    take(3)
    tasks.watch_intakes()
    entry = Entry.objects.get(lead__company_name="g")
    assert (entry.since_at, entry.entered_at, entry.rule.name) == (MORNING, MORNING + HOUR, "Everybody")
    item = ReviewItem.objects.get(lead=entry.lead)
    assert (item.closed_how, item.closed_by, entry.lead.stage) == ("entered", None, Lead.Stage.WAITING)


def test_a_sweep_that_runs_twice_does_nothing_twice(small, send, take):
    send(*"abcdefg")
    take(3)
    assert (tasks.watch_intakes(), tasks.watch_intakes()) == (1, 0)
    assert Entry.objects.filter(lead__company_name="g").count() == 1


def test_a_queue_at_its_limit_does_not_flap(small, send, take, ops):
    send(*"abcdefg")
    for name in "hij":
        take(1)
        tasks.watch_intakes()
        send(name)
    assert told(ops) == [Kind.INTAKE_PAUSED]
    assert len(waiting(small)) + len(parked(small)) == 7


def test_a_higher_limit_opens_the_queue(small, send):
    send(*"abcdefgh")
    Queue.objects.update(depth_limit=20, depth_lift=10)
    tasks.watch_intakes()
    assert (waiting(small), parked(small)) == (list("abcdefgh"), [])


def test_without_a_limit_what_is_parked_enters(small, send):
    send(*"abcdefgh")
    Queue.objects.update(when_full="off")
    tasks.watch_intakes()
    assert (len(waiting(small)), parked(small)) == (8, [])


def test_people_decide_otherwise(small, send, client, ops):
    send(*"abcdefgh")
    item = ReviewItem.objects.get(lead__company_name="h")
    client.force_login(ops)
    page = client.get("/review/").content.decode()
    assert ("2 leads are parked" in page, "Nothing needs a human." in page) == (True, True)
    client.post("/review/decide/", {"act": "approve", "items": [item.pk], "queue": small.pk})
    assert (waiting(small)[-1], parked(small)) == ("h", ["g"])


def test_a_queue_that_is_switched_off_leaves_its_parked_leads_to_people(small, send):
    send(*"abcdefg")
    Queue.objects.update(is_active=False)
    tasks.watch_intakes()
    item = ReviewItem.objects.get(lead__company_name="g")
    assert (item.parked_for, item.parked_why, item.reasons) == (None, "", ["queue_off"])


def test_overflow_goes_to_the_other_queue_until_that_is_full_too(small, send):
    other = QueueFactory(name="Other", when_full="park", depth_limit=2, depth_lift=1)
    Queue.objects.filter(pk=small.pk).update(when_full="overflow", overflow_queue=other)
    send(*"abcdefghijk")
    assert (waiting(small), waiting(other), parked(small), parked(other)) == (
        list("abcdef"),
        list("ghi"),
        list("jk"),
        [],
    )


def test_queues_that_overflow_into_each_other_park(small, send):
    other = QueueFactory(name="Other", when_full="overflow", overflow_queue=small, depth_limit=2, depth_lift=1)
    Queue.objects.filter(pk=small.pk).update(when_full="overflow", overflow_queue=other)
    send(*"abcdefghij")
    assert (len(waiting(small)), len(waiting(other)), parked(small)) == (6, 3, ["j"])


def test_old_leads_pause_the_intake_until_they_are_younger(small, send, take, clock, ops):
    fill_line(small, [(MORNING - 25 * HOUR, {"company_name": "x"}), (MORNING - 24 * HOUR, {"company_name": "y"})])
    tasks.watch_intakes()
    send("a")
    assert (parked(small), told(ops)) == (["a"], [Kind.INTAKE_PAUSED])
    take(2)
    tasks.watch_intakes()
    assert (waiting(small), told(ops)) == (["a"], [Kind.INTAKE_PAUSED, Kind.INTAKE_OPEN])


def test_a_mean_age_of_24_hours_is_not_above_it(small, send):
    fill_line(small, [(MORNING - 24 * HOUR, {})])
    tasks.watch_intakes()
    send("a")
    assert parked(small) == []


def test_a_low_claim_rate_is_a_bottleneck_and_pauses_nothing(small, send, ops):
    make_entry(small, since=MORNING - 25 * HOUR)
    make_entry(small, since=MORNING - 10 * HOUR)
    make_entry(small, since=MORNING)
    tasks.watch_intakes()
    tasks.watch_intakes()
    send("a")
    assert (told(ops, Kind.BOTTLENECK), parked(small)) == ([Kind.BOTTLENECK], [])
    assert IntakeState.objects.get().slow_since == MORNING
    Entry.objects.filter(since_at=MORNING - 25 * HOUR).update(since_at=MORNING, entered_at=MORNING)
    tasks.watch_intakes()
    assert IntakeState.objects.get().slow_since is None


def test_queues_of_before_take_all(clock, send):
    queue = QueueFactory(when_full="off", depth_limit=1, depth_lift=0)
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    send(*"abcd")
    tasks.watch_intakes()
    assert (len(waiting(queue)), parked(queue), told(make_ops())) == (4, [], [])


def test_the_inbox_says_why(small, send, client, ops):
    send(*"abcdefg")
    client.force_login(ops)
    assert "Small takes no new leads by rule: more than 5 wait." in client.get("/inbox/").content.decode()


def test_queues_flow_and_the_queue_say_why_since_when_and_how_many(small, send, client, ops, team):
    manager = make_manager(team)
    send(*"abcdefgh")
    says = "more than 5 waited, so rules add no leads until fewer than 4 wait. 2 leads are parked on the review desk."
    found = []
    for user, path in ((manager, "/queues/"), (manager, f"/queues/{small.slug}/"), (ops, "/flow/")):
        client.force_login(user)
        found.append(says in client.get(path).content.decode())
    assert found == [True, True, True]
