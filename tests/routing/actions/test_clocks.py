"""Calendars of teams and reps are kept by a nightly task and by edits (D3)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.jobs.run import run_job
from config.models import BackgroundJob
from routing.actions.availability.clocks import CHUNK_SIZE, extend_clocks, give_clocks, sync_clocks
from routing.actions.availability.company_holidays import For, add_company_holidays
from routing.actions.availability.holidays import work_on_holiday
from routing.actions.availability.hours import set_hours
from routing.actions.availability.time_off import cancel_time_off, plan_time_off
from routing.actions.people import delete_team
from routing.decisions.availability.holiday_lines import HolidayLine
from routing.decisions.contact_terms import ContactTerms, Counts
from routing.models import CompanyHoliday, WorkCalendar, WorkStretch
from routing.queries.work_time import calendar_of_team, clock_of, contact_calendars
from routing.signals import hours_changed
from tests.factories import MORNING, RepFactory, TeamFactory, make_ops, make_rep

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=JAKARTA)


def due(calendar: int | None, hours: int = 1, start: datetime = FRIDAY) -> str:
    return f"{clock_of(calendar).add(start, hours * HOUR).astimezone(JAKARTA):%a %d %H:%M}"


@pytest.fixture
def team():
    return TeamFactory(working_hours=WEEK, name="Inside Sales")


@pytest.fixture
def rep(team):
    rep = make_rep(team).rep
    give_clocks([rep.pk], at=MORNING)
    rep.refresh_from_db()
    return rep


@pytest.fixture
def told():
    """Names of what was changed, as the signal says them."""
    found: list[str] = []

    def hear(sender, calendars, name, **_more):
        found.append(name)

    hours_changed.connect(hear)
    yield found
    hours_changed.disconnect(hear)


def test_the_nightly_task_gives_teams_with_hours_a_calendar(team):
    TeamFactory(name="without hours")
    assert due(calendar_of_team(team.pk)) == "Fri 20 17:30"
    assert extend_clocks(at=MORNING) == 1
    assert due(calendar_of_team(team.pk)) == "Mon 23 09:30"
    assert clock_of(calendar_of_team(team.pk)).between(MORNING - 7 * DAY, MORNING) == 40 * HOUR


def test_every_night_one_day_more_and_nobody_is_told(team, told):
    extend_clocks(at=MORNING)
    before = list(WorkStretch.objects.order_by("starts_at", "pk").values_list("starts_at", "ends_at", "before"))
    extend_clocks(at=MORNING + DAY)
    after = list(WorkStretch.objects.order_by("starts_at", "pk").values_list("starts_at", "ends_at", "before"))
    assert before[:-1] == after[: len(before) - 1]
    assert len(after) == len(before) + 1
    assert WorkCalendar.objects.get().filled_until == date(2027, 6, 5)
    assert told == []


def test_other_hours_of_the_team_count_from_now_on(team, told):
    extend_clocks(at=MORNING)
    team.working_hours = {"tue": [["09:00", "12:00"]]}
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=MORNING)
    calendar = calendar_of_team(team.pk)
    assert due(calendar) == "Tue 24 10:00"
    assert clock_of(calendar).between(MORNING - 7 * DAY, MORNING) == 40 * HOUR
    sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=MORNING + HOUR)
    assert told == ["Inside Sales"]


def test_a_team_that_loses_its_hours_counts_all_hours(team):
    extend_clocks(at=MORNING)
    team.working_hours = {}
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=MORNING)
    assert due(calendar_of_team(team.pk)) == "Fri 20 17:30"
    assert clock_of(calendar_of_team(team.pk)).between(MORNING - 7 * DAY, MORNING) == 40 * HOUR


def test_public_holidays_of_the_team_are_no_working_time(team):
    team.holiday_country = "DE"
    team.save()
    extend_clocks(at=MORNING)
    christmas_eve = datetime(2026, 12, 24, 16, 30, tzinfo=JAKARTA)
    assert due(calendar_of_team(team.pk), start=christmas_eve) == "Mon 28 09:30"


def test_company_days_concern_the_team_and_its_reps_at_once(team, rep):
    extend_clocks(at=MORNING)
    lines = [HolidayLine(first_on=date(2026, 11, 23), last_on=date(2026, 11, 24), name="Outing")]
    for_all = For(CompanyHoliday.IsFor.EVERYBODY)
    kind = CompanyHoliday.Kind.OFF
    add_company_holidays(lines, concerned=for_all, kind=kind, is_yearly=False, by=make_ops(), at=MORNING)
    assert (due(calendar_of_team(team.pk)), due(rep.clock_id)) == ("Wed 25 09:30", "Wed 25 09:30")
    work_on_holiday(rep, on=date(2026, 11, 23), works=True, by=None, at=MORNING)
    assert (due(calendar_of_team(team.pk)), due(rep.clock_id)) == ("Wed 25 09:30", "Mon 23 09:30")


def test_leave_pauses_the_holders_own_hours_until_it_is_cancelled(rep, told):
    assert due(rep.clock_id) == "Mon 23 09:30"
    monday = datetime(2026, 11, 23, tzinfo=JAKARTA)
    span = {"starts_at": monday, "ends_at": monday + DAY, "note": "", "by": None, "at": MORNING}
    meeting = plan_time_off(rep, kind="meeting", **span)
    assert (due(rep.clock_id), told) == ("Mon 23 09:30", [])
    cancel_time_off(meeting, by=None, at=MORNING)
    leave = plan_time_off(rep, kind="leave", **span)
    assert due(rep.clock_id) == "Tue 24 09:30"
    cancel_time_off(leave, by=None, at=MORNING)
    assert due(rep.clock_id) == "Mon 23 09:30"
    assert told == [str(rep)] * 2


def test_own_hours_and_zone_come_before_those_of_the_team(rep):
    set_hours(rep, own_hours={"sat": [["10:00", "11:30"]]}, time_zone="Asia/Tokyo", by=None, at=MORNING)
    assert due(rep.clock_id) == "Sat 21 09:00"
    set_hours(rep, own_hours={}, time_zone="", by=None, at=MORNING)
    assert due(rep.clock_id) == "Mon 23 09:30"


def test_a_rep_whose_team_is_deleted_counts_all_hours(team, rep):
    delete_team(team, by=make_ops(), at=MORNING)
    assert due(rep.clock_id) == "Fri 20 17:30"


def test_what_contact_is_counted_by(team, rep):
    extend_clocks(at=MORNING)
    other = RepFactory()
    holders = [rep.user_id, other.user_id]
    team_terms = ContactTerms(counts=Counts.TEAM, team_id=team.pk)
    assert contact_calendars(ContactTerms(), holders) == dict.fromkeys(holders)
    assert contact_calendars(team_terms, holders) == dict.fromkeys(holders, calendar_of_team(team.pk))
    assert contact_calendars(ContactTerms(counts=Counts.HOLDER), holders) == {
        rep.user_id: rep.clock_id,
        other.user_id: None,
    }
    assert contact_calendars(ContactTerms(counts=Counts.TEAM), holders) == dict.fromkeys(holders)


def test_many_calendars_are_filled_in_a_job(team):
    reps = RepFactory.create_batch(CHUNK_SIZE + 1)
    for rep in reps:
        rep.teams.set([team])
    assert give_clocks([rep.pk for rep in reps], at=MORNING) == CHUNK_SIZE + 1
    assert give_clocks([rep.pk for rep in reps], at=MORNING) == 0
    team.working_hours = {"tue": [["09:00", "12:00"]]}
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=MORNING)
    run_job(BackgroundJob.objects.get(kind="clocks").pk, clock=lambda: MORNING)
    reps[-1].refresh_from_db()
    assert due(reps[-1].clock_id) == "Tue 24 10:00"


def test_beyond_what_is_filled_all_hours_count(team):
    extend_clocks(at=MORNING)
    horizon = datetime(2027, 6, 4, tzinfo=UTC)
    assert clock_of(calendar_of_team(team.pk)).add(horizon, 100 * HOUR) == horizon + 100 * HOUR
