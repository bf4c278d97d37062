"""The weekly cleanup: what is listed and why, acts on many leads at once, and their undo (D7)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages

from config import tasks as job_tasks
from config.models import BackgroundJob
from leads.models import Activity, Lead, Merge, NotDuplicate
from queues import tasks
from queues.models import CleanupRun, CleanupStep, Entry, KeptLead, Queue, ReviewItem, StaleStep
from routing.actions.contact import log_contact
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, SourceFactory, TeamFactory, make_ops, make_rep
from tests.factories.old_leads import held, old, on_desk

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = MORNING.replace(hour=19, minute=30, second=0, microsecond=0)  # half past two in Jakarta


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ops(clock, client):
    made = make_ops(first_name="Bima", last_name="Santoso")
    client.force_login(made)
    return made


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(name="SMB", slug="smb", team=team, when_full="off")


def shown(client, tab: str = "old", **more) -> list[tuple[str, str, str, str]]:
    rows = client.get("/cleanup/", {"tab": tab, **more}).context["rows"]
    return [(row.lead.label, row.place, row.why, row.then) for row in rows]


def act(client, what: str, *leads: Lead, address: str = "/cleanup/act/", **more):
    return client.post(address, {"act": what, "leads": [lead.pk for lead in leads], **more})


def undo(client):
    return client.post(f"/cleanup/{CleanupRun.objects.latest('pk').pk}/undo/")


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def stage(lead: Lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


def test_old_leads_say_why_they_are_listed_and_what_will_happen(client, ops, queue, team):
    rep = make_rep(team, first_name="Rina", last_name="Hartono")
    quiet = held(queue, rep, 8, company_name="Quiet")
    busy = held(queue, rep, 8, company_name="Busy")
    contact = {"kind": "call", "outcome": "reached", "note": ""}
    log_contact(Assignment.objects.get(lead=busy), **contact, by=rep, at=MORNING - DAY)
    old(queue, 9, company_name="Waits")
    old(queue, 6, company_name="Young")
    keeper = QueueFactory(name="Keeper", stale_is_on=False)
    old(keeper, 20, company_name="Kept there")
    slow = QueueFactory(name="Slow", nurture_after_days=12)
    old(slow, 10, company_name="Later")
    on_desk(8, company_name="Desk")
    assert shown(client) == [
        ("Kept there", "Keeper", "Waits for 20\xa0d\xa00\xa0h", "Stays: Keeper keeps its old leads"),
        ("Later", "Slow", "Waits for 10\xa0d\xa00\xa0h", "To nurture on Thu 19 Nov"),
        ("Waits", "SMB", "Waits for 9\xa0d\xa00\xa0h", "To nurture tonight"),
        ("Quiet", "Rina Hartono", "Nothing happened for 8\xa0d\xa00\xa0h", "Stays with Rina Hartono"),
        ("Desk", "Review desk", "No rule matches", "Stays on the desk"),
    ]
    assert stage(quiet) == "held"


def test_filters_sort_and_file(client, ops, queue):
    old(queue, 8, company_name="Beta", source=SourceFactory(slug="event", name="Event"))
    old(queue, 9, company_name="Alpha")
    on_desk(8, company_name="Desk")
    names = lambda **more: [row[0] for row in shown(client, **more)]  # noqa: E731
    assert names(place="review") == ["Desk"]
    assert names(source="event") == ["Beta"]
    assert names(queue="smb") == ["Alpha", "Beta"]
    assert names(sort="company") == ["Alpha", "Beta", "Desk"]
    assert names(sort="age", place="waiting") == ["Beta", "Alpha"]
    assert names(place="nowhere", sort="nothing") == ["Alpha", "Beta", "Desk"]
    file = client.get("/cleanup/", {"format": "csv", "queue": "smb"}).content.decode()
    assert [line.split(",")[1] for line in file.strip().splitlines()] == ["Company", "Alpha", "Beta"]


def test_junk_and_possible_duplicates(client, ops, queue):
    first = old(queue, 1, company_name="Maju")
    twin = old(queue, 1, company_name="Maju Jaya", resembles=first, resembles_percent=92)
    junk = old(queue, 1, company_name="Nobody", email="", phone="")
    assert shown(client, "alike")[0][::2] == ("Maju Jaya", "92 % like Maju")
    assert shown(client, "junk")[0][::2] == ("Nobody", "No e-mail and no phone")
    assert shown(client) == []
    act(client, "reject", junk, why="invalid")
    assert (stage(junk), Lead.objects.get(pk=junk.pk).closed_reason) == ("rejected", "invalid")
    answer = act(client, "merge", twin)
    assert (said(answer)[-1], stage(twin), Merge.objects.get().kept) == ("1 pair was merged.", "merged", first)
    undo(client)
    assert (stage(twin), Entry.objects.waiting().filter(lead=twin).count()) == ("waiting", 1)
    act(client, "apart", twin)
    assert (shown(client, "alike"), NotDuplicate.objects.count()) == ([], 1)
    undo(client)
    assert shown(client, "alike")[0][2] == "92 % like Maju"


@pytest.mark.parametrize(("what", "to"), [("nurture", "nurture"), ("recycle", "recycled"), ("archive", "archived")])
def test_leads_are_set_aside_wherever_they_are_and_come_back(client, ops, queue, team, what, to):
    rep = make_rep(team)
    kept_by, desk = held(queue, rep), on_desk()
    waits = old(queue)
    leads = [waits, desk, kept_by]
    answer = act(client, what, *leads)
    assert [stage(lead) for lead in leads] == [to] * 3
    assert StaleStep.objects.filter(by=ops, step=what).count() == 3
    assert Notification.objects.filter(user=rep, kind="taken_away", lead=kept_by).count() == 1
    assert "3 leads" in said(answer)[-1]
    undo(client)
    assert [stage(lead) for lead in leads] == ["waiting", "review", "held"]
    assert Entry.objects.waiting().get(lead=waits).since_at == MORNING - 9 * DAY
    assert ReviewItem.objects.get(lead=desk, closed_at__isnull=True).opened_at == MORNING - 8 * DAY
    assert Assignment.objects.open().get(lead=kept_by).holder == rep
    assert CleanupRun.objects.get().undone == 3


def test_leads_move_into_a_queue_with_their_age_and_back(client, ops, queue, team):
    rep, other = make_rep(team), QueueFactory(name="Other")
    kept_by, desk = held(queue, rep), on_desk()
    waits, there = old(queue), old(other)
    leads = [waits, desk, kept_by, there]
    answer = act(client, "move", *leads, queue=other.pk)
    assert said(answer)[-1] == "3 leads went into Other. 1 waits in that queue already."
    assert set(Entry.objects.waiting().filter(lead__in=leads).values_list("queue", flat=True)) == {other.pk}
    assert Entry.objects.waiting().get(lead=waits).since_at == MORNING - 9 * DAY
    undo(client)
    assert [stage(lead) for lead in leads] == ["waiting", "review", "held", "waiting"]
    assert Entry.objects.waiting().get(lead=waits).queue == queue


def test_a_kept_lead_is_listed_as_kept_and_the_night_leaves_it(client, ops, queue, clock):
    lead = old(queue, company_name="Maju")
    act(client, "keep", lead)
    assert (shown(client), shown(client, "kept")) == (
        [], [("Maju", "SMB", "Kept by Bima Santoso until Mon 23 Nov", "To nurture on Tue 24 Nov")],
    )  # fmt: skip
    clock.move_to(NIGHT)
    tasks.clear_stale()
    assert stage(lead) == "waiting"
    clock.move_to(NIGHT + 8 * DAY)
    tasks.clear_stale()
    assert stage(lead) == "nurture"


def test_undo_of_keeping_lists_it_again(client, ops, queue):
    lead = old(queue)
    act(client, "keep", lead)
    undo(client)
    assert (len(shown(client)), KeptLead.objects.filter(lead=lead).count()) == (1, 0)


def test_all_of_a_list_says_the_effect_first_and_runs_in_the_background(client, ops, queue):
    leads = [old(queue) for _number in range(60)]
    page = client.get("/cleanup/").content.decode()
    assert "Take all 60 of this list, on all pages" in page
    token = uuid4()
    sent = {"act": "nurture", "all": "1", "token": str(token)}
    ask = client.post("/cleanup/act/?tab=old", sent)
    assert (ask.status_code, "60 leads go to nurture." in ask.content.decode()) == (200, True)
    assert CleanupRun.objects.count() == 0
    late = old(queue)
    again = client.post("/cleanup/act/?tab=old", {**sent, "sure": "60"})
    assert (again.status_code, "The list has changed since you looked." in again.content.decode()) == (409, True)
    answer = client.post("/cleanup/act/?tab=old", {**sent, "sure": "61"})
    assert said(answer)[-1] == "To nurture: under way for 61 leads. You can leave this page."
    assert "0 of 61" in client.get("/cleanup/runs/").content.decode()
    job_tasks.run_background_job(BackgroundJob.objects.get().pk)
    assert {stage(lead) for lead in (*leads, late)} == {"nurture"}
    client.post("/cleanup/act/?tab=old", {**sent, "sure": "61"})  # a second click
    assert (CleanupRun.objects.count(), CleanupStep.objects.count()) == (1, 61)
    assert "61 leads went to nurture." in client.get("/cleanup/runs/").content.decode()
    undo(client)
    job_tasks.run_background_job(BackgroundJob.objects.latest("pk").pk)
    assert {stage(lead) for lead in (*leads, late)} == {"waiting"}


def test_what_has_moved_on_stays(client, ops, queue, team):
    gone, stays = old(queue), old(queue)
    answer = act(client, "nurture", gone, stays)
    assert "2 leads went to nurture." in said(answer)
    Lead.objects.filter(pk=gone.pk).update(stage="archived", stage_at=MORNING + HOUR)
    answer = undo(client)
    assert (stage(gone), stage(stays)) == ("archived", "waiting")
    assert "1 had moved on and stays." in client.get("/cleanup/runs/").content.decode() or "1 lead" in said(answer)[-1]
    for what in ("nurture", "keep", "merge", "apart"):
        assert said(act(client, what, gone))[-1] == "1 had moved on already."


def test_a_lead_that_somebody_looks_at_stays(client, ops, queue, team):
    lead = old(queue)
    Entry.objects.filter(lead=lead).update(reserved_by=make_rep(team), reserved_until=MORNING + HOUR)
    for what, more in (("nurture", {}), ("move", {"queue": QueueFactory().pk})):
        answer = act(client, what, lead, **more)
        assert said(answer)[-1] == "1 stays: somebody is looking at it."
    assert stage(lead) == "waiting"


def test_a_second_click_and_a_second_undo_do_nothing(client, ops, queue):
    lead, token = old(queue), str(uuid4())
    act(client, "nurture", lead, token=token)
    act(client, "nurture", lead, token=token)
    assert (CleanupRun.objects.count(), Activity.objects.filter(lead=lead, kind="nurtured").count()) == (1, 1)
    undo(client)
    undo(client)
    assert Entry.objects.waiting().filter(lead=lead).count() == 1


def test_the_week_has_a_state(client, ops, queue, clock):
    page = client.get("/cleanup/").content.decode()
    assert ("Nobody has cleaned up yet." in page, "is due." in page, "All clean. Thank you." in page) == (True,) * 3
    act(client, "nurture", old(queue), old(queue))
    page = client.get("/cleanup/").content.decode()
    assert "Last cleaned: today by Bima Santoso, 2 leads." in page
    clock.shift(3 * DAY)
    page = client.get("/cleanup/").content.decode()
    assert ("Last cleaned: Monday by Bima Santoso, 2 leads." in page, "is done." in page) == (True, True)
    clock.shift(5 * DAY)
    client.post("/cleanup/act/", {"act": "looked"})
    assert "is done." in client.get("/cleanup/").content.decode()


def test_a_lead_set_aside_twice_counts_its_days_from_the_last_time(client, ops, queue, clock):
    lead = old(queue)
    clock.move_to(NIGHT)
    tasks.clear_stale()
    StaleStep.objects.filter(lead=lead).update(next_at=NIGHT + DAY)
    Lead.objects.filter(pk=lead.pk).update(stage="nurture", stage_at=NIGHT + HOUR)  # it came back, and left again
    clock.move_to(NIGHT + 2 * DAY)
    tasks.clear_stale()
    assert stage(lead) == "nurture"


def test_one_that_cannot_be_undone_does_not_stop_the_others(client, ops, queue):
    first, second = old(queue), old(queue)
    act(client, "nurture", first, second)
    StaleStep.objects.get(lead=first).delete()
    answer = undo(client)
    assert [stage(first), stage(second)] == ["nurture", "waiting"]
    assert "1 lead" in said(answer)[-1]
    assert list(CleanupStep.objects.order_by("pk").values_list("stayed", flat=True)) == [True, False]
    assert BackgroundJob.objects.latest("pk").state == "done"
