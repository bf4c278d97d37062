"""Deadlines that lie ahead move with hours, days off, limits and teams; what has passed stays (D3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from config.models import BackgroundJob
from queues.actions.claims.take import take_next
from queues.actions.clocks import deadlines
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.deadlines import move_deadlines, settle_in_flight
from queues.actions.clocks.guarded_update import write_contacts
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.clocks.waits import expire_waits
from queues.actions.queue_settings import apply_queue_settings
from queues.models import Breach, DeadlineMove, Entry, Queue
from routing.actions.availability.clocks import extend_clocks, sync_clocks
from routing.actions.availability.company_holidays import For, add_company_holidays
from routing.actions.availability.time_off import cancel_time_off, plan_time_off
from routing.decisions.availability.holiday_lines import HolidayLine
from routing.models import Assignment, Team
from tests.factories import QueueFactory, TeamFactory, make_entry, make_ops, make_rep
from tests.markup import markup

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NO_WEDNESDAY = {day: hours for day, hours in WEEK.items() if day != "wed"}
START = datetime(2026, 3, 2, 1, tzinfo=UTC)  # Monday 8:00 in Jakarta


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Small jobs run right after the commit of the change."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def team():
    team = TeamFactory(name="Inside Sales", working_hours=WEEK)
    extend_clocks(at=START)
    return team


def taken(team, at: datetime, **fields) -> Assignment:
    queue = QueueFactory(**{"team": team, "contact_minutes": 180, "contact_counts": "team"} | fields)
    make_entry(queue, since=START)
    rep = make_rep(team)
    keep_holder_clocks(at=START)
    return take_next(queue, by=rep, at=at)


def work(team, week: dict, *, by=None, at: datetime) -> None:
    team.working_hours = week
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=by, at=at)


def due(held: Assignment) -> datetime:
    held.refresh_from_db()
    return held.contact_due_at


def lines() -> list[tuple]:
    rows = DeadlineMove.objects.order_by("pk")
    return list(rows.values_list("why", "name", "by", "moved", "kept_breaches"))


@pytest.mark.parametrize("counts", ["team", "holder"])
def test_a_day_without_work_moves_the_deadline_to_the_day_after(team, after_commit, counts):
    held, ayu = taken(team, moment(3, 15), contact_counts=counts), make_ops()
    assert due(held) == moment(4, 10)
    with after_commit():
        work(team, NO_WEDNESDAY, by=ayu, at=moment(3, 16))
    assert (due(held), held.first_due_at) == (moment(5, 10), moment(5, 10))
    assert lines() == [("hours", "Inside Sales", ayu.pk, 1, 0)]
    with after_commit():
        work(team, WEEK, by=ayu, at=moment(3, 16, 30))
    assert due(held) == moment(4, 10)


def test_the_page_of_the_queue_says_who_moved_its_deadlines(client: Client, team, time_machine, after_commit):
    held, ayu = taken(team, moment(3, 15)), make_ops(first_name="Ayu", last_name="Lestari")
    address = f"/queues/{held.entry.queue.slug}/"
    time_machine.move_to(moment(3, 16), tick=False)
    client.force_login(ayu)
    assert "Deadlines last moved" not in markup(client.get(address))
    with after_commit():
        work(team, NO_WEDNESDAY, by=ayu, at=moment(3, 16))
    says = "16:00, Working hours of Inside Sales, by Ayu Lestari: 1 deadline. Past breaches stay."
    assert says in markup(client.get(address))


def test_a_breach_stays_and_only_the_next_step_moves(team, after_commit):
    held = taken(team, moment(3, 13))  # due Tuesday 16:00, then Wednesday 11:00
    escalate_overdue(at=moment(3, 16, 1))
    assert due(held) == moment(4, 11)
    with after_commit():
        work(team, NO_WEDNESDAY, at=moment(3, 16, 30))
    assert (due(held), held.first_due_at) == (moment(5, 11), moment(3, 16))
    assert list(Breach.objects.values_list("number", "due_at")) == [(1, moment(3, 16))]
    assert lines() == [("hours", "Inside Sales", None, 1, 1)]


def test_an_overdue_step_that_no_sweep_has_seen_stays_too(team, after_commit):
    held = taken(team, moment(3, 13))
    with after_commit():
        work(team, {}, at=moment(3, 16, 30))
    assert (due(held), lines()) == (moment(3, 16), [])


def test_hours_counted_before_the_edit_stay_counted(team, after_commit):
    """Half of the time passed by the old hours; the other half counts by the new ones."""
    held = taken(team, moment(3, 15, 30))
    with after_commit():
        work(team, {day: [["13:00", "17:00"]] for day in WEEK}, at=moment(3, 18))
    assert due(held) == moment(4, 14, 30)


def test_an_edit_that_changes_nothing_writes_no_line(team, after_commit):
    held = taken(team, moment(3, 15))
    with after_commit():
        work(team, WEEK | {"sat": [["09:00", "17:00"]]}, at=moment(3, 16))
    assert (due(held), lines()) == (moment(4, 10), [])


def test_all_hours_do_not_move_with_the_teams(team, after_commit):
    held = taken(team, moment(3, 15), contact_counts="wall")
    with after_commit():
        work(team, NO_WEDNESDAY, at=moment(3, 16))
    assert (due(held), BackgroundJob.objects.filter(kind=deadlines.MOVE_DEADLINES).count()) == (moment(3, 18), 0)


def test_a_company_holiday_moves_waits_and_contacts(team, after_commit):
    held = taken(team, moment(3, 15))
    queue = QueueFactory(team=team, wait_minutes=180, wait_counts="team")
    entry, late = make_entry(queue, since=moment(3, 15)), make_entry(queue, since=moment(3, 9))
    expire_waits(at=moment(3, 12, 1))
    day = HolidayLine(moment(4, 0).date(), moment(4, 0).date(), "Nyepi")
    with after_commit():
        add_company_holidays([day], concerned=For(), kind="off", is_yearly=False, by=None, at=moment(3, 16))
    entry.refresh_from_db()
    late.refresh_from_db()
    assert (due(held), entry.wait_due_at, late.wait_due_at) == (moment(5, 10), moment(5, 10), moment(3, 12))
    assert lines() == [("holidays", "Nyepi", None, 2, 0)]


def test_leave_of_the_holder_moves_only_what_counts_the_holders_hours(team, after_commit):
    mine, teams = taken(team, moment(3, 15), contact_counts="holder"), taken(team, moment(3, 15))
    rep = mine.holder.rep
    span = {"kind": "leave", "starts_at": moment(4, 0), "ends_at": moment(5, 0), "note": ""}
    with after_commit():
        leave = plan_time_off(rep, **span, by=None, at=moment(3, 16))
    assert (due(mine), due(teams)) == (moment(5, 10), moment(4, 10))
    with after_commit():
        cancel_time_off(leave, by=None, at=moment(3, 16, 30))
    assert (due(mine), due(teams)) == (moment(4, 10), moment(4, 10))
    assert [line[:2] for line in lines()] == [("time_off", str(rep))] * 2


def test_a_shorter_limit_is_due_at_the_edit_and_not_before(team, after_commit):
    held = taken(team, moment(3, 15))
    queue = held.entry.queue
    queue.contact_minutes = 10
    queue.save()
    with after_commit():
        apply_queue_settings(queue, changed={"contact_minutes"}, by=None, at=moment(3, 16))
    assert (due(held), held.contact_minutes) == (moment(3, 16), 10)
    assert lines() == [("limits", queue.name, None, 1, 0)]


def test_ops_choose_working_hours_and_open_clocks_follow(client: Client, as_ops, team, time_machine, after_commit):
    held = taken(team, moment(6, 16, 30), contact_counts="wall", contact_minutes=60, wait_minutes=60)
    queue = held.entry.queue
    waiting = make_entry(queue, since=moment(6, 16, 30))
    time_machine.move_to(moment(6, 16, 45), tick=False)
    client.force_login(as_ops)
    typed = {name: value for name, value in model_to_dict(queue).items() if value is not None and value is not False}
    typed.pop("position", None)
    with after_commit():
        answer = client.post(
            reverse("admin:queues_queue_change", args=[queue.pk]),
            typed | {"contact_counts": "team", "wait_counts": "team", "remind_percent": 75},
        )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    waiting.refresh_from_db()
    assert (due(held), held.remind_at, waiting.wait_due_at) == (moment(9, 9, 30), moment(9, 9, 15), moment(9, 9, 30))
    assert lines() == [("counts", queue.name, as_ops.pk, 2, 0)]


def test_a_queue_that_changes_its_team_follows_the_new_one(team, after_commit):
    night = TeamFactory(name="Night", working_hours={day: [["20:00", "24:00"]] for day in WEEK})
    held = taken(team, moment(3, 15))
    queue = held.entry.queue
    queue.team = night
    queue.save()
    with after_commit():
        apply_queue_settings(queue, changed={"team"}, by=None, at=moment(3, 16))
    assert due(held) == moment(3, 23)
    assert lines() == [("teams", queue.name, None, 1, 0)]


def test_clocks_by_the_hours_of_a_deleted_team_go_on_with_all_hours(client: Client, team, time_machine, after_commit):
    held, bima = taken(team, moment(3, 15)), make_ops(first_name="Bima")
    Queue.objects.update(team=None, contact_counts="wall")  # its job has not seen this clock yet
    time_machine.move_to(moment(3, 16), tick=False)
    client.force_login(bima)
    with after_commit():
        client.post(reverse("admin:routing_team_delete", args=[team.pk]), {"post": "yes"})
    assert not Team.objects.filter(pk=team.pk).exists()
    assert (due(held), held.clock.team) == (moment(3, 18), None)  # an hour by the old hours, two more by all
    assert lines() == [("teams", "Inside Sales", bima.pk, 1, 0)]
    page = markup(client.get("/changes/", {"kind": "deadline-moves"}))
    assert "Teams of Inside Sales" in page
    assert "1 moved; past breaches stay" in page
    escalate_overdue(at=moment(3, 18, 1))
    assert due(held) == moment(3, 21)
    assert extend_clocks(at=moment(4, 2)) == 1
    assert due(held) == moment(3, 21)


def test_a_claim_that_was_on_its_way_is_found_within_a_minute(team):
    held = taken(team, moment(3, 15))
    work(team, NO_WEDNESDAY, at=moment(3, 15) + timedelta(seconds=1))  # its job has not seen the claim
    assert due(held) == moment(4, 10)
    assert settle_in_flight(at=moment(3, 15, 1)) == 1
    assert due(held) == moment(5, 10)
    assert settle_in_flight(at=moment(3, 15, 2)) == 0


def test_a_reminder_moves_and_is_not_said_twice(team, after_commit):
    soon, said = (taken(team, moment(3, 15), remind_percent=75) for _each in range(2))
    Assignment.objects.filter(pk=said.pk).update(remind_at=None)
    with after_commit():
        work(team, NO_WEDNESDAY, at=moment(3, 16))
    assert (due(soon), soon.remind_at) == (moment(5, 10), moment(5, 9, 15))
    assert (due(said), said.remind_at) == (moment(5, 10), None)


def test_a_job_in_chunks_moves_each_once(team, monkeypatch, after_commit):
    monkeypatch.setattr(deadlines, "CHUNK_SIZE", 2)
    held = [taken(team, moment(3, 15)) for _each in range(5)]
    queue = QueueFactory(team=team, wait_minutes=180, wait_counts="team")
    entries = [make_entry(queue, since=moment(3, 15)) for _each in range(4)]
    with after_commit():
        work(team, NO_WEDNESDAY, at=moment(3, 16))
    assert {due(each) for each in held} == {moment(5, 10)}
    assert set(Entry.objects.filter(pk__in=[each.pk for each in entries]).values_list("wait_due_at", flat=True)) == {
        moment(5, 10)
    }
    assert [line[3] for line in lines()] == [9]


def test_without_anything_to_move_no_job_starts(team):
    assert move_deadlines(why="hours", calendars=[team.work_calendar.pk], by=None, at=START) is None


def test_a_clock_that_stopped_meanwhile_stays_stopped(team):
    held = taken(team, moment(3, 15))
    was, held.contact_due_at = held.contact_due_at, moment(5, 10)
    Assignment.objects.filter(pk=held.pk).update(first_contact_at=moment(3, 16))
    assert write_contacts([(held, was)]) == 0
    assert due(held) == moment(4, 10)
