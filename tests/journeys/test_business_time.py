"""Working hours through the doors: a claim, its deadline, and the sweep a second before and after it (D3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from dashboards.presenters.queues import settings_text
from dashboards.queries.card import contact_clock, contacted
from queues.actions.claims.take import pick, take_batch, take_next_by_orm
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.queue_settings import apply_queue_settings
from queues.models import Breach, Escalation
from queues.queries.limits import TypeLimits
from queues.tasks import escalate_overdue, expire_waits
from routing.actions.availability.clocks import extend_clocks, sync_clocks
from routing.actions.availability.company_holidays import For, add_company_holidays
from routing.actions.contact import log_contact
from routing.decisions.availability.holiday_lines import HolidayLine
from routing.models import Assignment
from tests.factories import QueueFactory, TeamFactory, make_entry, make_rep, make_rotation
from tests.markup import markup

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TABLE = [  # March 2026; the 2nd is a Monday
    pytest.param((6, 16, 30), 60, (9, 9, 30), id="fri-16:30-1h"),
    pytest.param((6, 16, 0), 240, (9, 12, 0), id="fri-16:00-4h"),
    pytest.param((6, 15, 0), 120, (6, 17, 0), id="fri-15:00-2h"),
    pytest.param((9, 8, 0), 60, (9, 10, 0), id="mon-08:00-1h"),
    pytest.param((7, 12, 0), 60, (9, 10, 0), id="sat-12:00-1h"),
    pytest.param((18, 16, 0), 240, (23, 12, 0), id="wed-16:00-4h-holidays"),
]
SECOND = timedelta(seconds=1)
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


@pytest.fixture
def team(time_machine: TimeMachineFixture):
    """9 to 17 from Monday to Friday, and two company holidays."""
    time_machine.move_to(START, tick=False)
    team = TeamFactory(name="Inside Sales", working_hours=WEEK)
    lines = [HolidayLine(moment(19, 0, 0).date(), moment(20, 0, 0).date(), "Nyepi")]
    add_company_holidays(lines, concerned=For(), kind="off", is_yearly=False, by=None, at=START)
    extend_clocks(at=START)
    return team


def opened(team, counts: str, minutes: int, **fields):
    queue = QueueFactory(team=team, contact_minutes=minutes, contact_counts=counts, **fields)
    keep_holder_clocks(at=START)
    return queue


@pytest.mark.parametrize("counts", ["team", "holder"])
@pytest.mark.parametrize(("taken", "minutes", "due"), TABLE)
def test_take_next_is_due_in_working_hours(client: Client, time_machine, team, counts, taken, minutes, due):
    rep = make_rep(team)
    queue = opened(team, counts, minutes)
    make_entry(queue, since=START)
    time_machine.move_to(moment(*taken), tick=False)
    client.force_login(rep)
    client.post("/take-next/", {"queue": queue.slug})
    held = Assignment.objects.get()
    assert (held.contact_due_at, held.first_due_at, held.holder) == (moment(*due), moment(*due), rep)
    time_machine.move_to(moment(*due) - SECOND, tick=False)
    assert (escalate_overdue(), Breach.objects.count()) == (0, 0)
    time_machine.move_to(moment(*due) + SECOND, tick=False)
    assert escalate_overdue() == 1
    assert list(Breach.objects.values_list("clock", "number", "due_at", "at")) == [
        ("contact", 1, moment(*due), moment(*due) + SECOND)
    ]


@pytest.mark.parametrize(("taken", "minutes", "due"), TABLE)
def test_a_queue_that_counts_all_hours_is_as_before(time_machine, team, taken, minutes, due):
    queue = opened(team, "wall", minutes)
    make_entry(queue, since=START)
    held = take_next_by_orm(queue, by=make_rep(team), at=moment(*taken))
    assert (held.contact_due_at, held.clock_id) == (moment(*taken) + timedelta(minutes=minutes), None)


@pytest.mark.parametrize("counts", ["team", "holder"])
@pytest.mark.parametrize("way", ["batch", "pick", "push"])
def test_all_ways_to_get_a_lead_count_alike(team, counts, way):
    rep, friday = make_rep(team), moment(6, 16, 30)
    fields = {"dispatch": "push", "rotation": make_rotation(rep)} if way == "push" else {"picks_within": 3}
    queue = opened(team, counts, 60, remind_percent=50, **fields)
    entry = make_entry(queue, since=START)
    if way == "push":
        serve_waiting(at=friday)
    elif way == "pick":
        pick(entry, by=rep, at=friday)
    else:
        take_batch(queue, count=5, by=rep, at=friday)
    held = Assignment.objects.get()
    assert (held.contact_due_at, held.remind_at) == (moment(9, 9, 30), moment(6, 17, 0))


@pytest.mark.parametrize(("taken", "minutes", "due"), TABLE)
def test_the_longest_wait_counts_the_teams_hours(time_machine, team, taken, minutes, due):
    queue = QueueFactory(team=team, wait_minutes=minutes, wait_counts="team")
    entry = make_entry(queue, since=moment(*taken))
    assert entry.wait_due_at == moment(*due)
    time_machine.move_to(moment(*due), tick=False)
    assert (expire_waits(), Escalation.objects.count()) == (0, 0)
    time_machine.move_to(moment(*due) + SECOND, tick=False)
    assert expire_waits() == 1
    assert list(Breach.objects.values_list("clock", "due_at")) == [("wait", moment(*due))]


def test_a_team_without_hours_counts_all_hours(team):
    other = TeamFactory(name="no hours")
    queue = QueueFactory(team=other, contact_counts="team", wait_counts="team", wait_minutes=60, contact_minutes=60)
    entry = make_entry(queue, since=moment(6, 16, 30))
    held = take_next_by_orm(queue, by=make_rep(other), at=moment(6, 16, 45))
    assert (entry.wait_due_at, held.contact_due_at) == (moment(6, 17, 30), moment(6, 17, 45))


def test_a_rep_who_comes_to_the_queue_gets_own_hours_within_a_minute(team):
    queue = opened(team, "holder", 60)
    rep = make_rep(team)
    assert keep_holder_clocks(at=START) == 1
    assert keep_holder_clocks(at=START) == 0
    make_entry(queue, since=START)
    assert take_next_by_orm(queue, by=rep, at=moment(6, 16, 30)).contact_due_at == moment(9, 9, 30)


def test_who_is_in_no_such_queue_has_no_calendar(team):
    rep = make_rep(team)
    opened(team, "team", 60)
    assert keep_holder_clocks(at=START) == 0
    rep.rep.refresh_from_db()
    assert rep.rep.clock is None


def test_choosing_the_teams_hours_makes_its_calendar_at_once(team):
    other = TeamFactory(name="new", working_hours=WEEK)
    queue = QueueFactory(team=other, contact_counts="team", contact_minutes=60)
    apply_queue_settings(queue, changed={"contact_counts"}, by=None, at=START)
    make_entry(queue, since=START)
    assert take_next_by_orm(queue, by=make_rep(other), at=moment(6, 16, 30)).contact_due_at == moment(9, 9, 30)


def test_edited_hours_count_for_the_next_claim(team):
    queue, rep = opened(team, "team", 60), make_rep(team)
    make_entry(queue, since=START)
    team.working_hours = WEEK | {"fri": [["09:00", "20:00"]]}
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=START)
    assert take_next_by_orm(queue, by=rep, at=moment(6, 16, 30)).contact_due_at == moment(6, 17, 30)


def test_the_card_and_the_figures_count_by_the_clock(client: Client, time_machine, team):
    rep = make_rep(team)
    queue = opened(team, "team", 60)
    make_entry(queue, since=START)
    held = take_next_by_orm(queue, by=rep, at=moment(6, 16, 30))
    time_machine.move_to(moment(6, 16, 45), tick=False)
    client.force_login(rep)
    assert "first contact is due within 1 h, at Mon 09:30" in markup(client.get(f"/desk/?lead={held.lead_id}"))
    friday, sunday, monday = (contact_clock(held, at=at) for at in (moment(6, 17), moment(8, 12), moment(9, 9, 31)))
    assert (friday.run, sunday.run) == (pytest.approx(100 / 6), pytest.approx(100 / 6))
    assert (sunday.is_overdue, monday.is_overdue) == (False, True)
    assert [step.step.due_at for step in friday.steps] == [moment(9, 9, 30), moment(9, 10, 30), moment(9, 11, 30)]
    log_contact(held, kind="call", outcome="reached", note="", by=rep, at=moment(9, 9, 10))
    held.refresh_from_db()
    assert (held.contact_seconds, held.to_contact) == (40 * 60, timedelta(minutes=40))
    assert (contacted(held).took, contacted(held).is_in_time) == (timedelta(minutes=40), True)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "waiting: all hours; first contact: all hours"),
        (
            {"wait_counts": "team", "contact_counts": "holder"},
            "waiting: working hours of Inside Sales; first contact: the holder's own working hours",
        ),
    ],
)
def test_the_settings_of_a_queue_say_what_its_clocks_count(team, fields, says):
    assert dict(settings_text(QueueFactory(team=team, **fields), TypeLimits()))["Clocks count"] == says


def test_the_settings_of_a_queue_without_hours_say_that_all_hours_count(team):
    queue = QueueFactory(team=TeamFactory(name="Night"), contact_counts="team", wait_counts="team")
    why = "all hours, because Night has no working hours"
    assert dict(settings_text(queue, TypeLimits()))["Clocks count"] == f"waiting: {why}; first contact: {why}"
