"""A fast lane gives the hottest leads of a queue that overflows to a rotation at once (D8)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from leads.actions.api.keys import make_key
from leads.models import Activity, Lead
from queues import tasks
from queues.models import Entry, EntryRule, FastLane, Queue, ReviewItem
from routing.models import Assignment, Notification, Rotation, Turn
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill_line,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def queue(clock) -> Queue:
    queue = QueueFactory(
        name="Full inbox", slug="full", team=TeamFactory(), when_full="park", depth_limit=5, depth_lift=4, order="fifo"
    )
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


@pytest.fixture
def seniors(queue) -> list:
    return [make_rep(first_name=name, last_name="") for name in ("Ani", "Budi")]


@pytest.fixture
def rotation(seniors) -> Rotation:
    return make_rotation(*seniors, name="Seniors")


@pytest.fixture
def manager(queue, rotation):
    """Sees the rotation, because a queue of the team uses it."""
    QueueFactory(team=queue.team, dispatch="push", rotation=rotation, name="Hot", slug="hot")
    return make_manager(queue.team, first_name="Ayu", last_name="")


@pytest.fixture
def ayu(manager) -> Client:
    return signed_in(manager)


@pytest.fixture
def send(queue, client):
    key = make_key("Website", per_minute=100_000, by=make_ops(), at=MORNING)[1]

    def call(name: str, score: int) -> None:
        row = {"email": f"a@{name}.co.id", "company_name": name, "score": score}
        headers = {"Authorization": f"Bearer {key}"}
        client.post("/api/leads", json.dumps(row), content_type="application/json", headers=headers)

    return call


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waits(queue: Queue, *scores: int) -> None:
    fill_line(queue, [(MORNING - (9 - n) * timedelta(minutes=1), {"score": score}) for n, score in enumerate(scores)])


def opened(ayu: Client, through: Rotation, **changes):
    return ayu.post(
        "/queues/full/fast-lane/", {"min_score": "81", "rotation": through.pk, "until": ""} | changes, follow=True
    )


def says(answer) -> list[str]:
    return [str(told) for told in answer.context["messages"]]


def given() -> list[tuple[str, int]]:
    rows = Assignment.objects.open().order_by("pk").select_related("holder", "lead")
    return [(row.holder.first_name, row.lead.score) for row in rows]


def still_waiting() -> list[int]:
    return list(Entry.objects.waiting().order_by("since_at", "pk").values_list("lead__score", flat=True))


def parked() -> list[int]:
    rows = ReviewItem.objects.filter(parked_for__isnull=False, closed_at__isnull=True).order_by("pk")
    return list(rows.values_list("lead__score", flat=True))


def test_one_press_gives_what_is_hot_by_turns_and_leaves_the_rest(queue, rotation, ayu):
    waits(queue, 50, 81, 80, 95, 99, 10)
    before = ayu.get("/queues/full/").content.decode()
    assert 'name="min_score" value="81"' in before
    answer = opened(ayu, rotation)
    assert says(answer) == ["The fast lane of Full inbox is open. 3 leads went through at once."]
    assert (given(), still_waiting()) == ([("Ani", 81), ("Budi", 95), ("Ani", 99)], [50, 80, 10])
    assert Turn.objects.filter(rotation=rotation).count() == 3
    lane = FastLane.objects.get()
    assert (lane.given, lane.since, lane.ended_at, lane.by.first_name) == (3, MORNING, None, "Ayu")


def test_why_since_when_and_how_many_is_on_both_pages(queue, rotation, ayu):
    waits(queue, 50, 81, 50, 50, 50, 50)
    opened(ayu, rotation, until="2026-11-17")
    words = (
        "Fast lane since 10:42, by Ayu: leads with a score from 81 go through Seniors at once, until fewer than 4 "
        "wait. It closes at the latest at the end of Tue 17 Nov. 1 lead went through so far."
    )
    assert words in " ".join(ayu.get("/queues/full/").content.decode().split())
    assert f"Full inbox: {words}" in ayu.get("/queues/").content.decode()


def test_the_receipt_and_the_timeline_say_that_it_was_the_fast_lane(queue, rotation, ayu, seniors):
    waits(queue, 50, 92, 50, 50, 50, 50)
    opened(ayu, rotation)
    lead = Assignment.objects.get().lead_id
    words = signed_in(seniors[0]).get(f"/leads/{lead}/").content.decode()
    assert "The queue had a fast lane for scores from 81; this lead had 92." in words
    assert "The rotation Seniors takes the turn." in words
    assert Activity.objects.filter(lead=lead, kind="assigned").count() == 1


def test_new_leads_go_through_at_once_though_the_queue_is_closed(queue, rotation, ayu, send):
    waits(queue, 50, 50, 50, 50, 50, 50)
    send("cold", 40)
    send("hot", 90)
    assert parked() == [40, 90]
    opened(ayu, rotation)
    send("hotter", 99)
    send("colder", 30)
    assert (given(), parked(), len(still_waiting())) == ([("Ani", 90), ("Budi", 99)], [40, 30], 6)
    assert Lead.objects.count() == 10


def test_while_nobody_is_free_hot_leads_stay_where_they_are(queue, rotation, ayu, send, seniors):
    waits(queue, 50, 50, 50, 50, 50, 90)
    for rep in seniors:
        signed_in(rep).post("/availability/", {"state": "off"})
    send("hot", 95)
    assert says(opened(ayu, rotation)) == ["The fast lane of Full inbox is open. 0 leads went through at once."]
    assert (given(), parked(), still_waiting()[-1]) == ([], [95], 90)
    signed_in(seniors[1]).post("/availability/", {"state": "on"})
    assert (given(), parked()) == ([("Budi", 90), ("Budi", 95)], [])


def test_it_closes_when_the_queue_is_clear_and_puts_nothing_back(queue, rotation, ayu, manager):
    waits(queue, 50, 50, 50, 90)
    opened(ayu, rotation)
    assert (given(), FastLane.objects.get().ended_at) == ([("Ani", 90)], None)
    tasks.serve_waiting()
    tasks.serve_waiting()
    lane = FastLane.objects.get()
    assert (lane.ended_at, lane.ended_how, given(), still_waiting()) == (MORNING, "clear", [("Ani", 90)], [50, 50, 50])
    told = Notification.objects.filter(kind="lane_closed")
    assert [row.user for row in told] == [manager]
    inbox = ayu.get("/inbox/").content.decode()
    assert "The fast lane of Full inbox has closed, because the queue is clear. 1 lead went through." in inbox
    assert "1 lead with a score from 81; the queue was clear." in ayu.get("/queues/full/").content.decode()


def test_it_closes_at_its_time(queue, rotation, ayu, clock, send):
    waits(queue, *[50] * 6)
    opened(ayu, rotation, until="2026-11-16")
    clock.move_to(datetime(2026, 11, 16, 17, tzinfo=UTC))
    tasks.serve_waiting()
    assert FastLane.objects.get().ended_how == "time"
    send("hot", 95)
    assert given() == []


@pytest.mark.parametrize("off", ["rotation", "queue", "deleted"])
def test_it_closes_when_what_it_needs_is_gone(queue, rotation, ayu, off):
    waits(queue, *[50] * 6)
    opened(ayu, rotation)
    if off == "rotation":
        Rotation.objects.update(is_active=False)
    elif off == "queue":
        Queue.objects.filter(pk=queue.pk).update(is_active=False)
    else:
        FastLane.objects.update(rotation=None)
    tasks.serve_waiting()
    assert FastLane.objects.get().ended_how == "off"


def test_it_is_closed_by_hand_once(queue, rotation, ayu):
    waits(queue, *[50] * 6)
    opened(ayu, rotation)
    lane = FastLane.objects.get()
    answer = ayu.post(f"/fast-lanes/{lane.pk}/close/", follow=True)
    assert says(answer) == ["The fast lane of Full inbox is closed. Who got a lead keeps it."]
    answer = ayu.post(f"/fast-lanes/{lane.pk}/close/", follow=True)
    assert says(answer) == ["The fast lane of Full inbox was closed already."]
    assert FastLane.objects.get().ended_how == "by_hand"
    assert says(opened(ayu, rotation)) == ["The fast lane of Full inbox is open. 0 leads went through at once."]


def test_leads_that_the_lane_must_not_have_stay(queue, rotation, ayu, seniors):
    """One that somebody looks at, and one that both seniors gave back."""
    Queue.objects.filter(pk=queue.pk).update(is_reserving=True, picks_within=3)
    waits(queue, 90, 91, 50, 50, 50, 50)
    looked, declined = Entry.objects.waiting().order_by("since_at")[:2]
    Entry.objects.filter(pk=looked.pk).update(reserved_by=make_rep(), reserved_until=MORNING + timedelta(seconds=30))
    for rep in seniors:
        declined.lead.declines.create(user=rep, reason="no_time", at=MORNING)
    opened(ayu, rotation)
    assert (given(), still_waiting()) == ([], [90, 91, 50, 50, 50, 50])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"min_score": "0"}, "Choose a score from 1 to 100."),
        ({"min_score": "101"}, "Choose a score from 1 to 100."),
        ({"min_score": "-5"}, "Choose a score from 1 to 100."),
        ({"min_score": "hot"}, "Choose a score from 1 to 100."),
        ({"min_score": ""}, "Choose a score from 1 to 100."),
        ({"min_score": "9" * 400}, "Choose a score from 1 to 100."),
        ({"rotation": ""}, "Choose a rotation."),
        ({"rotation": "999999"}, "This rotation is off or gone. Choose another."),
        ({"rotation": "x"}, "This rotation is off or gone. Choose another."),
        ({"until": "2026-11-15"}, "Choose today or a later date."),
        ({"until": "2028-01-01"}, "Choose a date within a year."),
        ({"until": "soon"}, "Choose a date, such as 2026-12-31."),
    ],
)
def test_bad_input_opens_nothing(queue, rotation, ayu, changes, error):
    waits(queue, *[90] * 6)
    answer = opened(ayu, rotation, **changes)
    assert (says(answer), FastLane.objects.count(), given()) == ([error], 0, [])


def test_a_rotation_that_is_off_and_one_of_others_are_refused(queue, rotation, ayu):
    waits(queue, *[90] * 6)
    foreign = make_rotation(make_rep(TeamFactory()), name="Foreign")
    assert says(opened(ayu, foreign)) == ["This rotation is off or gone. Choose another."]
    Rotation.objects.filter(pk=rotation.pk).update(is_active=False)
    assert says(opened(ayu, rotation)) == ["This rotation is off or gone. Choose another."]
    assert not FastLane.objects.exists()


def test_a_second_lane_and_one_for_a_clear_queue_are_refused(queue, rotation, ayu):
    waits(queue, *[50] * 3)
    text = "Full inbox is clear: fewer than 4 leads wait. A fast lane would close at once."
    assert says(opened(ayu, rotation)) == [text]
    waits(queue, *[50] * 3)
    opened(ayu, rotation)
    text = "Full inbox has a fast lane already. Close it first to change it."
    assert says(opened(ayu, rotation, min_score="50")) == [text]
    assert list(FastLane.objects.values_list("min_score", flat=True)) == [81]


def test_others_neither_open_nor_close(queue, rotation, ayu, seniors):
    waits(queue, *[50] * 6)
    opened(ayu, rotation)
    lane, stranger = FastLane.objects.get(), make_manager(TeamFactory())
    assert signed_in(seniors[0]).post(f"/fast-lanes/{lane.pk}/close/").status_code == 403
    assert signed_in(stranger).post(f"/fast-lanes/{lane.pk}/close/").status_code == 404
    assert opened(signed_in(seniors[0]), rotation).status_code == 403
    assert opened(signed_in(stranger), rotation).status_code == 404
    assert FastLane.objects.open().count() == 1


def test_a_hybrid_queue_has_one_through_another_rotation(queue, rotation, ayu, seniors):
    juniors = make_rotation(make_rep(first_name="Citra", last_name="", is_active=False), name="Juniors")
    Queue.objects.filter(pk=queue.pk).update(dispatch="hybrid", rotation=juniors)
    waits(Queue.objects.get(pk=queue.pk), 50, 90, 50, 50, 50, 95)
    opened(ayu, rotation)
    assert given() == [("Ani", 90), ("Budi", 95)]
