"""Sales ops decide otherwise about an intake: keep it open, pause a source (D5, D8)."""

import json
from datetime import timedelta

import pytest
import time_machine

from leads.actions.api.keys import make_key
from leads.models import Source
from queues import tasks
from queues.models import Entry, EntryRule, IntakeState, Queue, ReviewItem, SourcePause
from tests.factories import MORNING, QueueFactory, SourceFactory, fill_line, make_ops

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ops():
    return make_ops()


@pytest.fixture
def queue(clock, client, ops) -> Queue:
    queue = QueueFactory(name="Small", slug="small", when_full="park", depth_limit=5, depth_lift=4, order="fifo")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    client.force_login(ops)
    return queue


@pytest.fixture
def send(client, ops):
    key = make_key("Website", per_minute=100_000, by=ops, at=MORNING)[1]

    def call(name: str, source: str = "") -> None:
        row = {"email": f"sari@{name}.co.id", "company_name": name, "score": 50} | (
            {"source": source} if source else {}
        )
        headers = {"Authorization": f"Bearer {key}"}
        client.post("/api/leads", json.dumps(row), content_type="application/json", headers=headers)

    return call


def parked() -> list[str]:
    rows = ReviewItem.objects.filter(parked_for__isnull=False, closed_at__isnull=True).order_by("pk")
    return list(rows.values_list("lead__company_name", flat=True))


def says(answer) -> list[str]:
    return [str(told) for told in answer.context["messages"]]


def test_a_full_queue_is_kept_open(queue, client, send, clock, ops):
    fill_line(queue, [(MORNING, {})] * 6)
    send("a")
    assert (parked(), "Let leads in all the same" in client.get("/queues/small/").content.decode()) == (["a"], True)
    answer = client.post("/queues/small/keep-open/", {"hours": "4"}, follow=True)
    assert says(answer) == ["Rules add leads to Small. What is parked enters within a minute."]
    tasks.watch_intakes()
    send("b")
    assert (parked(), Entry.objects.waiting().count()) == ([], 8)
    state = IntakeState.objects.get()
    assert (state.kept_open_until, state.kept_open_by) == (MORNING + 4 * HOUR, ops)
    assert "Kept open until" in client.get("/queues/small/").content.decode()
    clock.shift(4 * HOUR)
    tasks.watch_intakes()
    send("c")
    assert parked() == ["c"]


def test_the_limits_count_again(queue, client, send):
    fill_line(queue, [(MORNING, {})] * 6)
    client.post("/queues/small/keep-open/", {"hours": "24"})
    client.post("/queues/small/keep-open/", {"hours": "0"})
    send("a")
    assert parked() == ["a"]


@pytest.mark.parametrize("hours", ["", "-1", "9999", "many"])
def test_other_times_are_refused(queue, client, hours):
    answer = client.post("/queues/small/keep-open/", {"hours": hours}, follow=True)
    assert says(answer) == ["Choose for how long leads may enter: 1, 4 or 24 hours."]
    assert not IntakeState.objects.exclude(kept_open_until=None).exists()


def test_leads_of_a_paused_source_are_parked_until_the_queue_is_clear(queue, client, send):
    source = SourceFactory(slug="webinar", name="Webinar")
    fill_line(queue, [(MORNING, {})] * 4)
    client.post("/queues/small/pause-source/", {"source": source.pk})
    client.post("/queues/small/pause-source/", {"source": source.pk})
    send("a", "webinar")
    send("b")
    tasks.watch_intakes()
    assert (parked(), SourcePause.objects.count(), Entry.objects.waiting().count()) == (["a"], 1, 5)
    assert ReviewItem.objects.get(parked_for=queue).parked_why == "source"
    Entry.objects.filter(pk__in=Entry.objects.waiting().order_by("pk").values_list("pk", flat=True)[:2]).delete()
    tasks.recount()
    tasks.watch_intakes()
    assert (parked(), SourcePause.objects.get().ended_at) == ([], MORNING)
    assert Entry.objects.waiting().filter(lead__company_name="a").exists()


def test_a_pause_is_ended_by_hand(queue, client, send, ops):
    source = SourceFactory(slug="webinar", name="Webinar")
    fill_line(queue, [(MORNING, {})] * 4)
    client.post("/queues/small/pause-source/", {"source": source.pk})
    send("a", "webinar")
    assert "Webinar is paused." in client.get("/queues/small/").content.decode()
    why = f"Webinar is paused since 10:42, by {ops.get_full_name()}, until fewer than 4 wait. 1 lead of it is parked."
    for address in ("/queues/small/", "/flow/", f"/admin/queues/queue/{queue.pk}/change/"):
        assert why in client.get(address).content.decode()
    client.post("/queues/small/resume-source/", {"source": source.pk})
    tasks.watch_intakes()
    assert parked() == []


def test_a_pause_that_would_end_at_once_is_refused(queue, client):
    source = SourceFactory()
    answer = client.post("/queues/small/pause-source/", {"source": source.pk}, follow=True)
    assert says(answer) == ["Small is clear: fewer than 4 leads wait. A pause would end at once."]
    assert not SourcePause.objects.exists()


@pytest.mark.parametrize("source", ["", "x", "999999", "-1", "9" * 30])
def test_an_unknown_source_is_refused(queue, client, source):
    answers = [
        client.post(f"/queues/small/{act}-source/", {"source": source}, follow=True) for act in ("pause", "resume")
    ]
    assert [says(answer)[-1] for answer in answers] == ["Choose a source.", "Choose a source."]
    assert Source.objects.filter(pauses__isnull=False).count() == 0
