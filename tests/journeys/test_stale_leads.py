"""Old leads take one step after the other at night, each logged and undoable, by queue and type (D6)."""

from datetime import timedelta

import pytest
import time_machine

from leads.models import Activity, Lead, Look
from queues import tasks
from queues.actions.clocks.escalations import escalate
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import nurture
from queues.models import Entry, Escalation, Queue, ReviewItem, StaleStep, TypeLimit
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops, make_rep

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# half past two in Jakarta
NIGHT = MORNING.replace(hour=19, minute=30, second=0, microsecond=0)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def stage_of(lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


def nights(clock, lead, first: int, last: int) -> dict[int, str]:
    """The stage after each of these nights that changed it."""
    found, was = {}, stage_of(lead)
    for day in range(first, last + 1):
        clock.move_to(NIGHT + day * DAY)
        tasks.clear_stale()
        if stage_of(lead) != was:
            found[day], was = stage_of(lead), stage_of(lead)
    return found


def undo(client, step: StaleStep):
    return client.post(f"/flow/stale/{step.pk}/undo/", follow=True)


def test_seven_fourteen_thirty_days(clock):
    entry = make_entry(QueueFactory())
    assert nights(clock, entry.lead, 0, 40) == {7: "nurture", 14: "recycled", 30: "archived"}
    steps = list(StaleStep.objects.order_by("at").values_list("step", "queue", "next_at"))
    assert steps == [
        ("nurture", entry.queue_id, None),
        ("recycle", entry.queue_id, None),
        ("archive", entry.queue_id, None),
    ]


def test_nothing_moves_by_day(clock):
    lead = make_entry(QueueFactory(), since=MORNING - 20 * DAY, at=MORNING - 20 * DAY).lead
    assert (tasks.clear_stale(), stage_of(lead)) == ({}, "waiting")


def test_a_night_that_runs_twice_takes_one_step(clock):
    lead = make_entry(QueueFactory(), since=MORNING - 60 * DAY, at=MORNING - 60 * DAY).lead
    clock.move_to(NIGHT)
    tasks.clear_stale()
    tasks.clear_stale()
    assert (stage_of(lead), StaleStep.objects.count()) == ("nurture", 1)


def test_days_by_queue_and_type(clock):
    queue = QueueFactory(nurture_after_days=3)
    TypeLimit.objects.create(queue=queue, lead_type="cold", nurture_after_days=5, recycle_after_days=2)
    TypeLimit.objects.create(queue=None, lead_type="cold", archive_after_days=4)
    cold, warm = make_entry(queue, lead_type="cold").lead, make_entry(queue, lead_type="warm").lead
    found = {}
    for day in range(40):
        clock.move_to(NIGHT + day * DAY)
        tasks.clear_stale()
        found.setdefault((stage_of(cold), "cold"), day)
        found.setdefault((stage_of(warm), "warm"), day)
    assert found == {
        ("waiting", "cold"): 0,
        ("waiting", "warm"): 0,
        ("nurture", "warm"): 3,
        ("nurture", "cold"): 5,
        ("recycled", "cold"): 7,
        ("recycled", "warm"): 10,
        ("archived", "cold"): 11,
        ("archived", "warm"): 26,
    }


def test_leads_that_people_put_aside_move_on_too(clock):
    lead = make_lead(stage="nurture", at=MORNING)
    assert nights(clock, lead, 0, 30) == {7: "recycled", 23: "archived"}


def test_a_queue_can_keep_its_old_leads(clock):
    lead = make_entry(QueueFactory(stale_is_on=False)).lead
    assert nights(clock, lead, 0, 10) == {}


def test_a_lead_that_somebody_looks_at_stays(clock):
    looked_at, put_off = make_entry(QueueFactory()), make_entry(QueueFactory())
    Entry.objects.filter(pk=looked_at.pk).update(
        reserved_by=make_rep(), reserved_until=NIGHT + 7 * DAY + timedelta(seconds=60)
    )
    escalation = escalate(put_off.lead, queue=put_off.queue, kind="wait", broke_at=MORNING, at=MORNING)
    Escalation.objects.filter(pk=escalation.pk).update(snoozed_until=NIGHT + 8 * DAY)
    clock.move_to(NIGHT + 7 * DAY)
    tasks.clear_stale()
    assert (stage_of(looked_at.lead), stage_of(put_off.lead)) == ("waiting", "waiting")
    clock.shift(DAY + HOUR)
    tasks.clear_stale()
    assert (stage_of(looked_at.lead), stage_of(put_off.lead)) == ("nurture", "nurture")


@pytest.mark.parametrize("stage", ["waiting", "nurture", "recycled"])
def test_a_lead_whose_page_somebody_has_open_stays_for_that_night_hour(clock, client, stage):
    entry = make_entry(QueueFactory())
    lead, day = entry.lead, {"waiting": 7, "nurture": 14, "recycled": 30}[stage]
    nights(clock, lead, 0, day - 1)
    client.force_login(make_ops())
    clock.move_to(NIGHT + day * DAY - timedelta(minutes=10))
    assert client.get(f"/leads/{lead.pk}/").status_code == 200
    clock.move_to(NIGHT + day * DAY)
    tasks.clear_stale()
    assert stage_of(lead) == stage
    clock.move_to(NIGHT + day * DAY + HOUR)
    tasks.clear_stale()
    assert (stage_of(lead) != stage, Look.objects.count()) == (True, 0)


def test_looks_are_noted_of_leads_that_nobody_holds_and_not_at_each_click(clock, client):
    lead, held = make_entry(QueueFactory()).lead, make_lead(stage="held")
    client.force_login(make_ops())
    for minutes in (0, 2, 4):
        clock.move_to(MORNING + timedelta(minutes=minutes))
        client.get(f"/leads/{lead.pk}/")
        client.get(f"/leads/{held.pk}/")
    assert list(Look.objects.values_list("lead", "at")) == [(lead.pk, MORNING)]
    clock.move_to(MORNING + timedelta(minutes=6))
    client.get(f"/leads/{lead.pk}/")
    assert Look.objects.get().at == MORNING + timedelta(minutes=6)


def test_the_list_of_tonight_and_the_log(clock, client):
    client.force_login(make_ops())
    make_entry(QueueFactory(), since=MORNING - 7 * DAY, at=MORNING - 7 * DAY, company_name="Maju Jaya")
    page = client.get("/flow/stale/").content.decode()
    assert ("<strong>1 lead moves</strong>" in page, "Maju Jaya" in page) == (True, True)
    clock.move_to(NIGHT)
    tasks.clear_stale()
    page = client.get("/flow/stale/").content.decode()
    assert ("Moved in the last 30 days" in page, "/undo/" in page) == (True, True)


def test_undo_brings_a_lead_back_to_its_queue_with_its_old_time(clock, client):
    entry = make_entry(QueueFactory(name="SMB"))
    nights(clock, entry.lead, 7, 7)
    client.force_login(make_ops())
    answer = undo(client, StaleStep.objects.get())
    back = Entry.objects.waiting().get(lead=entry.lead)
    assert (back.queue, back.since_at, back.entered_at) == (entry.queue, MORNING, NIGHT + 7 * DAY)
    assert [str(told) for told in answer.context["messages"]] == [f"{entry.lead.label} now waits in SMB."]
    assert Activity.objects.filter(lead=entry.lead, kind="undone").count() == 1
    undo(client, StaleStep.objects.get())
    assert Entry.objects.waiting().filter(lead=entry.lead).count() == 1
    assert nights(clock, entry.lead, 8, 15) == {14: "nurture"}  # a week more


def test_undo_of_the_later_steps(clock, client):
    lead = make_entry(QueueFactory()).lead
    nights(clock, lead, 7, 14)
    client.force_login(make_ops())
    undo(client, StaleStep.objects.get(step="recycle"))
    assert stage_of(lead) == "nurture"
    assert nights(clock, lead, 15, 40) == {21: "recycled", 37: "archived"}
    client.force_login(make_ops())
    undo(client, StaleStep.objects.get(step="archive"))
    assert stage_of(lead) == "recycled"


def test_undo_goes_to_the_review_desk_when_the_queue_is_off(clock, client):
    lead = make_entry(QueueFactory()).lead
    nights(clock, lead, 7, 7)
    Queue.objects.update(is_active=False)
    client.force_login(make_ops())
    undo(client, StaleStep.objects.get())
    assert ReviewItem.objects.get(lead=lead, closed_at__isnull=True).reasons == ["queue_off"]


def test_a_step_is_not_undone_after_the_lead_moved_on(clock, client):
    lead = make_entry(QueueFactory()).lead
    nights(clock, lead, 7, 14)
    client.force_login(make_ops())
    answer = undo(client, StaleStep.objects.get(step="nurture"))
    assert (stage_of(lead), StaleStep.objects.filter(undone_at__isnull=False).count()) == ("recycled", 0)
    assert "has moved on since" in str(list(answer.context["messages"])[0])


def test_a_step_of_before_says_nothing_of_a_lead_that_came_back_meanwhile(clock, client):
    """It was to leave nurture for the pool on the 14th day; then it came back, and was put aside again by a person."""
    lead = make_entry(QueueFactory()).lead
    nights(clock, lead, 7, 7)
    clock.move_to(NIGHT + 13 * DAY)
    place_leads([lead], at=NIGHT + 13 * DAY)
    nurture(ReviewItem.objects.get(lead=lead), by=make_ops(), at=NIGHT + 13 * DAY + HOUR)
    assert nights(clock, lead, 14, 22) == {21: "recycled"}
    assert StaleStep.objects.get(step="recycle").due_at == NIGHT + 20 * DAY + HOUR
