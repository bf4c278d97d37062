"""Working hours of one rep: own or the team's, in own time zones; who sets them, who is passed over (F5, F6)."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from routing.actions.availability.hours import set_hours
from routing.models import Assignment, Rep, TimeOff
from routing.queries.people import working_hours_of
from routing.queries.rotation.state import load_state
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

SPLIT = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def reasons(rotation, at: datetime) -> list[str]:
    return [member.reason for member in load_state(rotation, at=at).members]


def jakarta(hour: int, minute: int = 0, day: int = 16) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def test_own_hours_come_before_those_of_the_team_and_each_has_its_own_time_zone():
    team = TeamFactory(working_hours=SPLIT, time_zone="Asia/Jakarta")
    as_team, own, papua = (make_rep(team).rep for _number in range(3))
    set_hours(own, own_hours={"mon": [["06:00", "08:00"], ["20:00", "24:00"]]}, time_zone="", by=None, at=MORNING)
    set_hours(papua, own_hours={}, time_zone="Asia/Jayapura", by=None, at=MORNING)
    rotation = make_rotation(*[rep.user for rep in (as_team, own, papua)], skips_outside_hours=True)
    out = "outside_hours"
    assert {hour: reasons(rotation, jakarta(hour)) for hour in (7, 9, 10, 11, 12, 13, 15, 16, 21)} == {
        7: [out, "", ""],
        9: ["", out, ""],
        10: ["", out, out],
        11: ["", out, ""],
        12: [out, out, ""],
        13: ["", out, ""],
        15: ["", out, out],
        16: ["", out, out],
        21: [out, "", out],
    }


def test_a_rotation_that_does_not_look_at_hours_passes_nobody_over():
    rep = make_rep(TeamFactory(working_hours=SPLIT))
    assert reasons(make_rotation(rep), jakarta(22)) == [""]


def test_a_team_without_hours_works_the_usual_ones_and_a_rep_without_a_team_around_the_clock():
    rotation = make_rotation(make_rep(TeamFactory()), make_rep(), skips_outside_hours=True)
    assert [reasons(rotation, jakarta(hour)) for hour in (8, 9)] == [["outside_hours", ""], ["", ""]]
    assert reasons(rotation, jakarta(10, day=21)) == ["outside_hours", ""]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (datetime(2026, 3, 27, 7, 30, tzinfo=UTC), "outside_hours"),  # Friday before: 08:30 in winter time
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), ""),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), ""),  # Monday after: 09:00 in summer time
        (datetime(2026, 3, 30, 15, 0, tzinfo=UTC), "outside_hours"),
        (datetime(2026, 10, 23, 7, 0, tzinfo=UTC), ""),
        (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), "outside_hours"),  # back in winter time
        (datetime(2026, 10, 26, 15, 59, tzinfo=UTC), ""),
    ],
)
def test_hours_stay_on_the_wall_when_the_clocks_change(at, reason):
    rep = make_rep(TeamFactory(time_zone="Europe/Berlin"))
    assert reasons(make_rotation(rep, skips_outside_hours=True), at) == [reason]


def test_hours_of_one_rep_are_those_of_the_line():
    team = TeamFactory(working_hours=SPLIT, time_zone="Europe/Berlin")
    rep, loner = make_rep(team).rep, make_rep().rep
    assert (len(working_hours_of(rep).blocks), working_hours_of(rep).tz.key, working_hours_of(loner)) == (
        10,
        "Europe/Berlin",
        None,
    )
    rep.own_hours = {"sat": [["10:00", "12:00"]]}
    assert len(working_hours_of(rep).blocks) == 1


def test_hours_cost_as_many_queries_for_five_members_as_for_two():
    def queries(count: int) -> int:
        people = [make_rep(TeamFactory(working_hours=SPLIT)) for _number in range(count)]
        Rep.objects.filter(user=people[0]).update(own_hours={"mon": [["09:00", "10:00"]]})
        rotation = make_rotation(*people, name=f"Of {count}", skips_outside_hours=True)
        with CaptureQueriesContext(connection) as asked:
            load_state(rotation, at=MORNING)
        return len(asked)

    assert queries(1) + 1 == queries(2) == queries(5)  # who is in which team is asked where there are several


def test_a_rep_at_work_by_new_hours_gets_the_waiting_leads():
    rep = make_rep(TeamFactory(working_hours={"tue": [["09:00", "17:00"]]}))
    entry = make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep, skips_outside_hours=True)))
    assert Assignment.objects.count() == 0
    set_hours(rep.rep, own_hours={"mon": [["09:00", "17:00"]]}, time_zone="", by=None, at=MORNING)
    assert Assignment.objects.get().lead_id == entry.lead_id


def sent(**days: str) -> dict[str, str]:
    return {f"own_hours-{day}": text for day, text in days.items()} | {"time_zone": "Asia/Makassar"}


def test_a_manager_sets_the_hours_of_the_own_reps(client: Client):
    team = TeamFactory(name="SMB")
    rep = make_rep(team).rep
    manager = make_manager(team)
    client.force_login(manager)
    page = f"/calendars/{rep.pk}/"
    assert "These are the hours of the team SMB." in client.get(page).content.decode()
    answer = client.post(f"{page}hours/", sent(mon="9-12, 13-17", tue="9-12, 13-17", sat="10:00-12:00"))
    assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert "Monday to Tuesday 09:00-12:00, 13:00-17:00; Saturday 10:00-12:00" in shown
    assert "Local time of Asia/Makassar" in shown
    assert Rep.history.filter(id=rep.pk).latest().history_user == manager


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("17:00-09:00", "Are start and end exchanged?"),
        ("9-12, 11-15", "These hours overlap."),
        ("mornings", "Write hours like"),
    ],
)
def test_hours_that_are_none_are_refused_at_their_day(client: Client, typed: str, message: str):
    rep = make_rep().rep
    client.force_login(make_ops())
    answer = client.post(f"/calendars/{rep.pk}/hours/", sent(tue=typed))
    shown = answer.content.decode()
    rep.refresh_from_db()
    assert (answer.status_code, message in shown, f'value="{typed}"' in shown, rep.own_hours) == (422, True, True, {})


@pytest.mark.parametrize(("lets", "status"), [(True, 302), (False, 403)])
def test_a_rep_sets_the_own_hours_where_the_team_lets_reps_do_so(client: Client, lets: bool, status: int):
    rep = make_rep(TeamFactory(reps_set_hours=lets)).rep
    client.force_login(rep.user)
    assert ("Change the hours" in client.get(f"/calendars/{rep.pk}/").content.decode()) == lets
    assert client.post(f"/calendars/{rep.pk}/hours/", sent(mon="9-12")).status_code == status
    rep.refresh_from_db()
    assert rep.own_hours == ({"mon": [["09:00", "12:00"]]} if lets else {})


def test_a_colleague_and_a_strange_manager_reach_nothing(client: Client):
    rep = make_rep(TeamFactory(reps_set_hours=True)).rep
    for stranger in (make_rep(), make_manager(TeamFactory())):
        client.force_login(stranger)
        answers = [client.get(f"/calendars/{rep.pk}/"), client.post(f"/calendars/{rep.pk}/hours/", sent(mon="9-12"))]
        assert [answer.status_code for answer in answers] == [404, 404]
    rep.refresh_from_db()
    assert rep.own_hours == {}


def test_ops_set_hours_and_country_in_the_settings_and_held_leads_follow(client: Client):
    rep = make_rep(TeamFactory(working_hours={"tue": [["09:00", "17:00"]]})).rep
    make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep.user, skips_outside_hours=True)))
    ops = make_ops()
    client.force_login(ops)
    kept = {"teams": [team.pk for team in rep.teams.all()], "is_available": "on", "capacity": rep.capacity}
    own = {"own_hours-mon": "9-12, 13-17", "time_zone": "Asia/Makassar", "holiday_country": "ID"}
    client.post(f"/admin/routing/rep/{rep.pk}/change/", kept | own)
    rep.refresh_from_db()
    assert rep.own_hours == {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}
    assert (rep.time_zone, rep.holiday_country, Assignment.objects.count()) == ("Asia/Makassar", "ID", 1)
    assert TimeOff.objects.filter(rep=rep, kind="holiday").exists()
    assert Rep.history.filter(id=rep.pk).latest().history_user == ops
