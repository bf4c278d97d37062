"""Public holidays: whose they are, days off in the rep's own days, and working on one (F5, I2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from routing.actions.availability.holidays import (
    NotAHoliday,
    set_holidays,
    sync_all_holidays,
    sync_holidays,
    work_on_holiday,
)
from routing.actions.availability.hours import set_hours
from routing.actions.availability.time_off import plan_time_off
from routing.checks import holidays_are_of_a_country
from routing.decisions.availability.public_holidays import Region, holidays_between, parse_region, region_of
from routing.models import Assignment, HolidayKinds, Rep, TimeOff, WorkedHoliday
from routing.queries.rotation.state import load_state
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 12, 10, 3, 0, tzinfo=UTC)  # Thursday 10:00 in Jakarta
CHRISTMAS = date(2026, 12, 25)
JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DECEMBER, tick=False)


def rows(rep: Rep) -> list[tuple]:
    return list(
        TimeOff.objects.filter(rep=rep).order_by("starts_at").values_list("kind", "note", "starts_at", "ends_at")
    )


def days(rep: Rep, zone: ZoneInfo = JAKARTA) -> dict[str, str]:
    return {f"{starts.astimezone(zone):%m-%d}": name for _kind, name, starts, _ends in rows(rep)}


def indonesian(**fields) -> Rep:
    """Without joint leave, of which test_holiday_kinds.py speaks."""
    HolidayKinds.objects.get_or_create(region="ID", defaults={"kinds": ["public"]})
    return make_rep(TeamFactory(holiday_country="ID", **fields)).rep


@pytest.mark.parametrize(
    ("choices", "region"),
    [
        ([("", ""), ("DE", "BY"), ("ID", "")], Region("DE", "BY")),
        ([("-", ""), ("DE", "BY"), ("ID", "")], None),
        ([("AT", "BY"), ("DE", "BY")], Region("AT")),
        ([("XX", ""), ("", ""), parse_region(" de-by ")], Region("DE", "BY")),
        ([("", ""), ("", ""), parse_region("")], None),
    ],
)
def test_the_first_who_names_a_country_decides(choices, region):
    assert region_of(*choices) == region


def test_names_are_in_the_language_of_the_reader_else_in_english():
    spoken = {
        language: dict(holidays_between(Region("ID"), CHRISTMAS, CHRISTMAS, language))
        for language in ("en", "id", "fr")
    }
    assert spoken["en"] == spoken["fr"] == {CHRISTMAS: "Christmas Day"}
    assert spoken["id"][CHRISTMAS] != "Christmas Day"


def test_regions_have_holidays_of_their_own():
    january = date(2027, 1, 2), date(2027, 1, 31)
    assert holidays_between(Region("DE", "BY"), *january) == [(date(2027, 1, 6), "Epiphany")]
    assert holidays_between(Region("DE", "BE"), *january) == []


def test_holidays_of_the_coming_weeks_are_days_off_in_the_days_of_the_rep():
    rep = indonesian(time_zone="Asia/Jayapura")
    sync_all_holidays(at=DECEMBER)
    papua = ZoneInfo("Asia/Jayapura")
    assert rows(rep)[0] == (
        "holiday",
        "Christmas Day",
        datetime(2026, 12, 25, tzinfo=papua),
        datetime(2026, 12, 26, tzinfo=papua),
    )
    assert all(starts < DECEMBER + timedelta(days=61) for _kind, _name, starts, _ends in rows(rep))


def test_a_rep_on_a_public_holiday_is_passed_over_where_leave_is():
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    skips, counts_in = make_rotation(rep.user), make_rotation(rep.user, name="All days", skips_on_leave=False)
    christmas = {hour: datetime(2026, 12, 25, hour, tzinfo=JAKARTA) for hour in (0, 23)}
    before, after = christmas[0] - timedelta(seconds=1), datetime(2026, 12, 26, tzinfo=JAKARTA)
    seen = [load_state(skips, at=at).members[0].reason for at in (before, christmas[0], christmas[23], after)]
    assert seen == ["", "public_holiday", "public_holiday", ""]
    assert load_state(counts_in, at=christmas[0]).members[0].is_available


def test_leave_on_a_public_holiday_is_leave():
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    span = {"starts_at": datetime(2026, 12, 24, tzinfo=JAKARTA), "ends_at": datetime(2026, 12, 27, tzinfo=JAKARTA)}
    plan_time_off(rep, kind="leave", **span, note="", by=rep.user, at=DECEMBER)
    at = datetime(2026, 12, 25, 9, tzinfo=JAKARTA)
    assert load_state(make_rotation(rep.user), at=at).members[0].reason == "on_leave"


def test_marking_again_writes_nothing():
    rep = indonesian()
    assert sync_all_holidays(at=DECEMBER) == len(rows(rep)) > 0
    assert sync_all_holidays(at=DECEMBER) == 0
    assert sync_all_holidays(at=DECEMBER + timedelta(hours=2)) == 0


def test_marking_costs_as_many_queries_for_many_as_for_one():
    def queries(count: int) -> int:
        ids = [indonesian().pk for _number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            sync_holidays(ids, at=DECEMBER)
        # SQLite keeps a topic for each person
        return sum(1 for query in asked if "config_livetopic" not in query["sql"])

    assert queries(1) == queries(4)


def test_another_country_or_time_zone_moves_the_days_off():
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    set_holidays(rep, country="DE", region="BY", by=rep.user, at=DECEMBER)
    assert "01-06" in days(rep)
    set_hours(rep, own_hours={}, time_zone="Europe/Berlin", by=rep.user, at=DECEMBER)
    assert days(rep, BERLIN)["01-06"] == "Epiphany"
    set_holidays(rep, country="-", region="", by=rep.user, at=DECEMBER)
    assert rows(rep) == []


def test_past_holidays_stay_as_they_were():
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    before, later = rows(rep), datetime(2027, 1, 2, tzinfo=JAKARTA)
    set_holidays(rep, country="-", region="", by=rep.user, at=later)
    assert [name for _kind, name, _starts, _ends in rows(rep)] == ["Christmas Day", "New Year's Day"]
    assert rows(rep) == [row for row in before if row[3] <= later]
    assert TimeOff.history.count() == 0


def test_a_deactivated_rep_gets_no_days_off():
    rep = make_rep(TeamFactory(holiday_country="ID"), is_active=False).rep
    assert (sync_all_holidays(at=DECEMBER), rows(rep)) == (0, [])


def test_the_installation_may_name_a_country(settings):
    settings.HOLIDAYS_OF = "ID"
    rep = make_rep().rep
    sync_all_holidays(at=DECEMBER)
    assert days(rep)["12-25"] == "Christmas Day"


def test_a_rep_who_works_on_a_holiday_gets_the_waiting_leads():
    rep, at = indonesian(), datetime(2026, 12, 25, 9, tzinfo=JAKARTA)
    sync_all_holidays(at=DECEMBER)
    rotation = make_rotation(rep.user)
    entry = make_entry(QueueFactory(dispatch="push", rotation=rotation), since=at)
    work_on_holiday(rep, on=CHRISTMAS, works=True, by=rep.user, at=at)
    assert Assignment.objects.get().lead_id == entry.lead_id
    assert "12-25" not in days(rep)
    work_on_holiday(rep, on=CHRISTMAS, works=False, by=rep.user, at=at)
    assert ("12-25" in days(rep), WorkedHoliday.objects.count()) == (True, 0)


def test_only_a_holiday_can_be_worked():
    rep = indonesian()
    with pytest.raises(NotAHoliday):
        work_on_holiday(rep, on=date(2026, 12, 24), works=True, by=rep.user, at=DECEMBER)
    assert WorkedHoliday.objects.count() == 0


def test_the_time_off_page_names_the_holidays_and_lets_a_rep_work_on_one(client: Client):
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    client.force_login(rep.user)
    shown = client.get("/time-off/").content.decode()
    assert ("Public holiday: Christmas Day" in shown, "Nothing planned" in shown) == (True, True)
    answer = client.post("/time-off/holidays/", {"on": "2026-12-25", "works": "yes"}, follow=True)
    assert "you work that day" in answer.content.decode()
    assert "12-25" not in days(rep)


@pytest.mark.parametrize("on", ["", "christmas", "2026-12-24", "9999-99-99"])
def test_a_day_that_is_no_holiday_is_said(client: Client, on: str):
    client.force_login(indonesian().user)
    answer = client.post("/time-off/holidays/", {"on": on, "works": "yes"}, follow=True)
    assert "You have no holiday on that day." in answer.content.decode()
    assert WorkedHoliday.objects.count() == 0


def test_a_holiday_is_no_time_off_that_can_be_cancelled_or_edited(client: Client):
    rep = indonesian()
    sync_all_holidays(at=DECEMBER)
    row = TimeOff.objects.first()
    client.force_login(rep.user)
    assert client.post(f"/time-off/{row.pk}/cancel/").status_code == 404
    client.force_login(make_ops())
    address = f"/admin/routing/timeoff/{row.pk}"
    assert client.get(f"{address}/change/").status_code == 200
    answers = [client.post(f"{address}/change/", {"kind": "leave"}), client.post(f"{address}/delete/", {"post": "yes"})]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert TimeOff.objects.filter(pk=row.pk, kind="holiday").exists()


def test_a_manager_names_the_country_and_then_its_region(client: Client):
    team = TeamFactory()
    rep = make_rep(team).rep
    client.force_login(make_manager(team))
    page = f"/calendars/{rep.pk}/"
    client.post(f"{page}holidays/", {"holiday_country": "DE", "holiday_region": ""})
    assert "Bayern (BY)" in client.get(page).content.decode()
    client.post(f"{page}holidays/", {"holiday_country": "DE", "holiday_region": "BY"})
    rep.refresh_from_db()
    assert (rep.holiday_country, rep.holiday_region, "01-06" in days(rep)) == ("DE", "BY", True)
    assert "Germany, Bayern (BY)" in client.get(page).content.decode()
    client.post(f"{page}holidays/", {"holiday_country": "ID", "holiday_region": "BY"})  # the list still had the old one
    rep.refresh_from_db()
    assert (rep.holiday_country, rep.holiday_region) == ("ID", "")


@pytest.mark.parametrize(
    "sent", [{"holiday_country": "XX"}, {"holiday_country": "DE", "holiday_region": "ZZ"}, {"holiday_region": "BY"}]
)
def test_countries_and_regions_that_are_none_are_refused(client: Client, sent: dict):
    rep = make_rep().rep
    client.force_login(make_ops())
    assert client.post(f"/calendars/{rep.pk}/holidays/", sent).status_code == 422
    rep.refresh_from_db()
    assert (rep.holiday_country, rep.holiday_region) == ("", "")


def test_a_team_in_the_settings_gives_its_reps_their_holidays(client: Client):
    team = TeamFactory(name="Jakarta")
    rep = make_rep(team).rep
    client.force_login(make_ops())
    page = client.get(f"/admin/routing/team/{team.pk}/change/")
    hidden = {name: value for name, value in page.context["adminform"].form.initial.items() if isinstance(value, str)}
    client.post(f"/admin/routing/team/{team.pk}/change/", hidden | {"holiday_country": "ID"})
    team.refresh_from_db()
    assert (team.holiday_country, days(rep).get("12-25")) == ("ID", "Christmas Day")


@pytest.mark.parametrize(("value", "ids"), [("", []), ("ID", []), ("de-by", []), ("XX", ["E"]), ("DE-ZZ", ["E"])])
def test_a_setting_that_names_no_country_is_an_error_at_the_start(settings, value: str, ids: list):
    settings.HOLIDAYS_OF = value
    assert [found.id for found in holidays_are_of_a_country()] == [f"routing.{each}001" for each in ids]
