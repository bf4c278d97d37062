"""A company's own holidays through the settings: saved, changed, deleted; days off follow at once (F5)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from config.jobs.run import run_job
from config.models import BackgroundJob
from queues.actions.dispatch.serve import serve
from routing.actions.availability.holidays import CHUNK_SIZE, NotAHoliday, sync_all_holidays, work_on_holiday
from routing.models import Assignment, CompanyHoliday, HolidayKinds, Rep, TimeOff, WorkedHoliday
from routing.queries.rotation.state import load_state
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 12, 10, 3, 0, tzinfo=UTC)  # Thursday 10:00 in Jakarta
JAKARTA = ZoneInfo("Asia/Jakarta")
LIST = "/admin/routing/companyholiday/"
ADD = f"{LIST}add/"
CLOSED = {"name": "Closed", "kind": "off", "first_on": "2026-12-24", "last_on": "2026-12-26", "is_for": "everybody"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DECEMBER, tick=False)


@pytest.fixture
def team():
    HolidayKinds.objects.create(region="ID", kinds=["public"])
    return TeamFactory(name="Jakarta", holiday_country="ID")


@pytest.fixture
def rep(team) -> Rep:
    return make_rep(team, first_name="Rina", last_name="").rep


def days(rep: Rep, zone: ZoneInfo = JAKARTA) -> dict[str, str]:
    rows = TimeOff.objects.filter(rep=rep, origin="holiday").order_by("starts_at")
    return {f"{starts.astimezone(zone):%m-%d}": name for starts, name in rows.values_list("starts_at", "note")}


def save(client: Client, pk: int | None = None, **fields):
    address = f"{LIST}{pk}/change/" if pk else ADD
    return client.post(address, CLOSED | fields, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_saved_holiday_is_a_day_off_and_a_deleted_one_is_gone(client: Client, as_ops, rep):
    answer = save(client, note="Board decision")
    assert "1 rep is off on “Closed”." in said(answer)
    found = days(rep)
    assert [found[day] for day in ("12-24", "12-25", "12-26")] == ["Closed", "Christmas Day; Closed", "Closed"]
    holiday = CompanyHoliday.objects.get()
    save(client, holiday.pk, name="Company days", last_on="2026-12-24")
    assert (days(rep)["12-24"], days(rep)["12-25"], "12-26" in days(rep)) == ("Company days", "Christmas Day", False)
    client.post(f"{LIST}{holiday.pk}/delete/", {"post": "yes"})
    assert ("12-24" in days(rep), days(rep)["12-25"]) == (False, "Christmas Day")
    kept = CompanyHoliday.history.order_by("history_id").values_list("history_type", "history_user", "name")
    assert [kept[0], kept[len(kept) - 1]] == [("+", as_ops.pk, "Closed"), ("-", as_ops.pk, "Company days")]


def test_it_is_a_day_in_each_reps_own_time_zone(client: Client, as_ops):
    far = make_rep(TeamFactory(time_zone="America/Los_Angeles")).rep
    save(client, last_on="2026-12-24")
    row = TimeOff.objects.get(rep=far)
    zone = ZoneInfo("America/Los_Angeles")
    assert (row.starts_at, row.ends_at) == (datetime(2026, 12, 24, tzinfo=zone), datetime(2026, 12, 25, tzinfo=zone))


@pytest.mark.parametrize(
    ("whom", "off"),
    [
        ({"is_for": "region", "region": "ID"}, ["rep"]),
        ({"is_for": "region", "region": "DE"}, ["bayer", "berliner"]),
        ({"is_for": "region", "region": "DE-BY"}, ["bayer"]),
        ({"is_for": "teams", "teams": ["Jakarta"]}, ["rep"]),
        ({"is_for": "teams", "teams": ["Jakarta", "Other"]}, ["rep", "stranger"]),
        ({}, ["rep", "bayer", "berliner", "stranger"]),
    ],
)
def test_only_the_people_whom_it_is_for_are_off(client: Client, as_ops, rep, whom, off):
    people = {
        "rep": rep,
        "bayer": make_rep(TeamFactory(holiday_country="DE", holiday_region="BY")).rep,
        "berliner": make_rep(TeamFactory(holiday_country="DE", holiday_region="BE")).rep,
        "stranger": make_rep(other := TeamFactory(name="Other")).rep,
    }
    ids = {"Jakarta": rep.teams.get().pk, "Other": other.pk}
    save(client, **whom | {"teams": [ids[name] for name in whom.get("teams", ())]})
    assert [name for name, each in people.items() if "12-24" in days(each)] == off


def test_who_it_was_for_before_is_no_longer_off(client: Client, as_ops, rep):
    other = make_rep(TeamFactory(name="Other")).rep
    save(client, is_for="teams", teams=[rep.teams.get().pk])
    holiday = CompanyHoliday.objects.get()
    save(client, holiday.pk, is_for="teams", teams=[other.teams.get().pk])
    assert ("12-24" in days(rep), "12-24" in days(other)) == (False, True)
    save(client, holiday.pk)
    assert ("12-24" in days(rep), "12-24" in days(other)) == (True, True)
    answer = save(client, holiday.pk, is_for="region", region="FR")
    assert "No rep has “Closed”: nobody is in this team or has the public holidays of this country." in said(answer)
    assert ("12-24" in days(rep), "12-24" in days(other)) == (False, False)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"last_on": "2026-12-23"}, "last_on"),
        ({"last_on": "2028-01-28"}, "last_on"),
        ({"first_on": "1999-12-24", "last_on": "1999-12-24"}, "first_on, last_on"),
        ({"first_on": ""}, "first_on"),
        ({"name": ""}, "name"),
        ({"is_for": "region"}, "region"),
        ({"is_for": "region", "region": "XX"}, "region"),
        ({"region": "DE"}, "region"),
        ({"is_for": "teams"}, "teams"),
        ({"is_for": "team", "region": "DE"}, "is_for"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(client: Client, as_ops, rep, sent, field):
    answer = save(client, **sent)
    assert ", ".join(answer.context["adminform"].form.errors) == field
    assert (CompanyHoliday.objects.count(), "12-24" in days(rep)) == (0, False)


def test_a_second_click_saves_nothing_and_the_same_day_for_another_team_is_another_holiday(client: Client, as_ops, rep):
    other = TeamFactory(name="Other")
    for teams in ([rep.teams.get().pk], [rep.teams.get().pk], [other.pk]):
        save(client, is_for="teams", teams=teams)
    assert [row.teams.get().name for row in CompanyHoliday.objects.order_by("pk")] == ["Jakarta", "Other"]


def test_a_long_span_is_allowed_and_asked_about(client: Client, as_ops, rep):
    answer = save(client, last_on="2027-03-31")
    assert "“Closed” has 98 days: check the last one." in said(answer)


def test_a_working_day_cancels_the_public_holiday(client: Client, as_ops, rep):
    sync_all_holidays(at=DECEMBER)
    assert "12-25" in days(rep)
    answer = save(client, name="Peak season", kind="working", last_on="2026-12-31")
    assert "1 rep works on “Peak season” although it is a public holiday." in said(answer)
    assert ("12-24" in days(rep), "12-25" in days(rep), "01-01" in days(rep)) == (False, False, True)
    client.force_login(rep.user)
    assert "working day: Peak season" in client.get("/time-off/").content.decode()
    with pytest.raises(NotAHoliday):
        work_on_holiday(rep, on=date(2026, 12, 25), works=True, by=rep.user, at=DECEMBER)


def test_a_rep_works_on_a_company_holiday_and_gets_the_waiting_leads(client: Client, as_ops, rep, time_machine):
    save(client, first_on="2026-12-10", last_on="2026-12-11")
    rotation = make_rotation(rep.user)
    entry = make_entry(QueueFactory(dispatch="push", rotation=rotation), since=DECEMBER)
    client.force_login(rep.user)
    assert "Company holiday: Closed" in " ".join(client.get("/time-off/").content.decode().split())
    assert "off for Closed until Sat 00:00" in client.get(f"/rotations/mine/{rotation.pk}/").content.decode()
    client.post("/time-off/holidays/", {"on": "2026-12-10", "works": "yes"})
    assert (Assignment.objects.get().lead_id, WorkedHoliday.objects.count()) == (entry.lead_id, 1)
    assert list(days(rep))[0] == "12-11"


def test_a_deleted_holiday_of_today_gives_out_the_waiting_leads(client: Client, as_ops, rep):
    save(client, first_on="2026-12-09", last_on="2026-12-12")
    entry = make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep.user)), since=DECEMBER)
    assert Assignment.objects.count() == 0
    client.post(f"{LIST}{CompanyHoliday.objects.get().pk}/delete/", {"post": "yes"})
    assert Assignment.objects.get().lead_id == entry.lead_id


def test_past_days_stay_as_they_were(client: Client, as_ops, rep, time_machine):
    save(client)
    time_machine.move_to(datetime(2026, 12, 25, 12, tzinfo=JAKARTA), tick=False)
    client.force_login(as_ops)
    client.post(f"{LIST}{CompanyHoliday.objects.get().pk}/delete/", {"post": "yes"})
    assert (days(rep)["12-24"], days(rep)["12-25"], "12-26" in days(rep)) == ("Closed", "Christmas Day", False)


def test_the_reason_names_the_holiday_on_the_page_and_in_the_receipt(client: Client, as_ops, team, rep):
    here = make_rep(first_name="Dewi", last_name="")
    save(client, first_on="2026-12-10", last_on="2026-12-13", is_for="teams", teams=[team.pk])
    queue = QueueFactory(dispatch="push", team=team, rotation=make_rotation(rep.user, here))
    make_entry(queue, since=DECEMBER)
    assert load_state(queue.rotation, at=DECEMBER).members[0].reason == "public_holiday"
    page = client.get(f"/rotations/{queue.rotation.pk}/").content.decode()
    assert "Off for Closed until Mon 00:00" in page
    client.force_login(make_manager(team))
    assert "Closed until Mon 00:00" in client.get("/team/").content.decode()
    (given,) = serve(queue, at=DECEMBER)
    assert [(look["name"], look["holiday"]) for look in given.receipt["skipped"]] == [("Rina", "Closed")]
    client.force_login(rep.user)
    mine = client.get(f"/rotations/mine/{queue.rotation.pk}/").content.decode()
    assert "You were passed over: off for Closed" in mine


def test_a_team_that_is_deleted_leaves_a_holiday_for_nobody(client: Client, as_ops, team, rep):
    save(client, is_for="teams", teams=[team.pk])
    client.post(f"/admin/routing/team/{team.pk}/delete/", {"post": "yes"})
    assert days(rep) == {}
    assert "nobody: its team was deleted" in client.get(LIST).content.decode()
    refused = save(client, CompanyHoliday.objects.get().pk, is_for="teams")
    assert refused.context["adminform"].form.errors["teams"] == ["Choose at least one team."]


def test_who_joins_a_team_has_its_holidays(client: Client, as_ops, team, rep):
    newcomer = make_rep().rep
    save(client, is_for="teams", teams=[team.pk])
    page = client.get(f"/admin/routing/rep/{newcomer.pk}/change/")
    form = page.context["adminform"].form
    sent = {name: value for name, value in form.initial.items() if isinstance(value, str | int) and name != "delegate"}
    client.post(f"/admin/routing/rep/{newcomer.pk}/change/", sent | {"teams": [team.pk]})
    assert "12-24" in days(newcomer)


def test_many_reps_are_brought_up_to_date_in_the_background(client: Client, as_ops):
    users = User.objects.bulk_create(User(username=f"rep{n}") for n in range(CHUNK_SIZE + 1))
    reps = Rep.objects.bulk_create(Rep(user=user) for user in users)
    save(client)
    job = BackgroundJob.objects.get(kind="holidays")
    assert (job.total, job.is_large, TimeOff.objects.count()) == (len(reps), True, 0)
    run_job(job.pk, clock=lambda: DECEMBER)
    job.refresh_from_db()
    assert (job.state, job.done, TimeOff.objects.filter(note="Closed").count()) == ("done", len(reps), 3 * len(reps))
    save(client, CompanyHoliday.objects.get().pk, is_for="teams", teams=[TeamFactory().pk])
    run_job(BackgroundJob.objects.filter(kind="holidays").latest("pk").pk, clock=lambda: DECEMBER)
    assert TimeOff.objects.count() == 0
