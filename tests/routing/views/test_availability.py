"""The doors of a rep's own availability and planned time off (C5, F5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from queues.models import Entry
from routing.actions.availability.time_off import plan_time_off
from routing.models import Assignment, Rep, TimeOff
from tests.clients import FORBIDDEN, NOT_FOUND, nothing_changes, refusal
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

JAKARTA = ZoneInfo("Asia/Jakarta")
SWITCH, LIST = "/availability/", "/time-off/"
LEAVE = {"kind": "leave", "first_day": "2026-11-18", "starts": "morning", "last_day": "2026-11-18", "ends": "evening"}


@pytest.fixture
def rep(client: Client) -> Rep:
    user = make_rep()
    client.force_login(user)
    return user.rep


@pytest.mark.parametrize(
    ("state", "is_available", "until"),
    [
        ("on", True, None),
        ("off", False, None),
        ("pause-30", False, MORNING + timedelta(minutes=30)),
        ("tomorrow", False, datetime(2026, 11, 17, tzinfo=JAKARTA)),
    ],
)
def test_switch_sets_the_own_state(client: Client, rep: Rep, state: str, is_available: bool, until):
    answer = client.post(SWITCH, {"state": state, "next": "/desk/"})
    rep.refresh_from_db()
    assert (answer["Location"], rep.is_available, rep.away_until) == ("/desk/", is_available, until)


def test_tomorrow_begins_where_the_rep_is(client: Client, rep: Rep):
    Rep.objects.filter(pk=rep.pk).update(time_zone="Asia/Jayapura")
    client.post(SWITCH, {"state": "tomorrow"})
    rep.refresh_from_db()
    assert rep.away_until == datetime(2026, 11, 17, tzinfo=ZoneInfo("Asia/Jayapura"))


def test_switch_by_htmx_answers_with_itself(htmx, rep: Rep):
    answer = htmx.post(SWITCH, {"state": "off"})
    shown = answer.content.decode()
    assert (answer.status_code, 'id="availability"' in shown, "Paused" in shown) == (200, True, True)


@pytest.mark.parametrize("state", ["", "away", "ON"])
def test_switch_knows_four_states(client: Client, rep: Rep, state: str):
    assert client.post(SWITCH, {"state": state}).status_code == 400
    rep.refresh_from_db()
    assert rep.is_available


def test_switching_on_gives_out_the_waiting_leads(client: Client, rep: Rep):
    client.post(SWITCH, {"state": "off"})
    entry = make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep.user)))
    client.post(SWITCH, {"state": "on"})
    assert Assignment.objects.get().lead_id == entry.lead_id
    assert Entry.objects.waiting().count() == 0


@pytest.mark.parametrize(
    ("sent", "starts_at", "ends_at"),
    [
        ({}, datetime(2026, 11, 18, tzinfo=JAKARTA), datetime(2026, 11, 19, tzinfo=JAKARTA)),
        ({"ends": "noon"}, datetime(2026, 11, 18, tzinfo=JAKARTA), datetime(2026, 11, 18, 12, tzinfo=JAKARTA)),
        ({"starts": "noon"}, datetime(2026, 11, 18, 12, tzinfo=JAKARTA), datetime(2026, 11, 19, tzinfo=JAKARTA)),
        (
            {"starts": "noon", "last_day": "2026-11-20", "ends": "noon"},
            datetime(2026, 11, 18, 12, tzinfo=JAKARTA),
            datetime(2026, 11, 20, 12, tzinfo=JAKARTA),
        ),
    ],
    ids=["whole day", "morning", "afternoon", "two days"],
)
def test_time_off_is_planned_in_whole_and_half_days(client: Client, rep: Rep, sent: dict, starts_at, ends_at):
    answer = client.post(LIST, LEAVE | sent)
    assert answer["Location"] == LIST
    assert list(TimeOff.objects.values_list("rep", "kind", "starts_at", "ends_at")) == [
        (rep.pk, "leave", starts_at, ends_at)
    ]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"last_day": "2026-11-17"}, "The end is before the start."),
        ({"starts": "noon", "ends": "noon"}, "The end is before the start."),
        ({"first_day": "2026-11-10", "last_day": "2026-11-11"}, "This is in the past."),
        ({"first_day": ""}, "Choose a day."),
        ({"first_day": "tomorrow"}, "Write a day"),
        ({"last_day": "9999-12-31"}, "Check the year."),
        ({"first_day": "0001-01-01"}, "Check the year."),
        ({"kind": "holiday"}, "holiday"),
        ({"note": "x" * 201}, "200"),
    ],
)
def test_time_off_refused_keeps_what_was_typed(client: Client, rep: Rep, sent: dict, message: str):
    answer = client.post(LIST, {"note": "wedding"} | LEAVE | sent)
    shown = answer.content.decode()
    assert (answer.status_code, message in shown, TimeOff.objects.count()) == (422, True, 0)
    assert sent.get("note", "wedding") in shown


def test_time_off_is_planned_and_shown_in_the_time_zone_of_the_rep_or_the_team(client: Client):
    user = make_rep(TeamFactory(time_zone="Asia/Jayapura"))
    client.force_login(user)
    client.post(LIST, LEAVE | {"ends": "noon"})
    papua = ZoneInfo("Asia/Jayapura")
    assert TimeOff.objects.get().ends_at == datetime(2026, 11, 18, 12, tzinfo=papua)
    assert "Wed 18 Nov 2026, morning" in client.get(LIST).content.decode()
    Rep.objects.update(time_zone="Asia/Jakarta")
    assert "Tue 17 Nov 2026, 22:00 to Wed 18 Nov 2026, 10:00" in client.get(LIST).content.decode()


def test_time_off_sent_twice_is_planned_once(client: Client, rep: Rep):
    for _ in range(2):
        assert client.post(LIST, LEAVE).status_code == 302
    assert TimeOff.objects.count() == 1


def plan(user) -> TimeOff:
    span = {"starts_at": MORNING + timedelta(days=1), "ends_at": MORNING + timedelta(days=2)}
    return plan_time_off(user.rep, kind="leave", **span, note="wedding", by=user, at=MORNING)


def test_time_off_shows_the_own_list_alone(client: Client, rep: Rep):
    plan(rep.user)
    plan(make_rep()).delete()
    colleague = make_rep()
    row = plan(colleague)
    TimeOff.objects.filter(pk=row.pk).update(note="surgery")
    shown = client.get(LIST).content.decode()
    assert ("wedding" in shown, "surgery" in shown) == (True, False)


def test_time_off_can_be_cancelled_by_its_rep_alone(client: Client, rep: Rep):
    mine, strange = plan(rep.user), plan(make_rep())
    answers = [client.post(f"/time-off/{row.pk}/cancel/") for row in (mine, strange, mine)]
    assert [answer.status_code for answer in answers] == [302, 404, 404]
    assert list(TimeOff.objects.values_list("pk", flat=True)) == [strange.pk]


@pytest.mark.parametrize("make", [make_manager, make_ops])
def test_doors_are_for_reps_only(client: Client, make):
    client.force_login(make())
    with nothing_changes():
        answers = [client.get(LIST), client.post(LIST, LEAVE), client.post(SWITCH, {"state": "on"})]
        assert [refusal(answer) for answer in answers] == [FORBIDDEN] * 3


def test_rep_without_a_row_has_no_switch(client: Client, rep: Rep):
    user = make_rep()
    user.rep.delete()
    client.force_login(type(user).objects.get(pk=user.pk))
    answers = [client.get(LIST), client.post(SWITCH, {"state": "on"})]
    assert [refusal(answer) for answer in answers] == [NOT_FOUND] * 2


@pytest.mark.parametrize("address", [SWITCH, "/time-off/1/cancel/"])
def test_acts_are_no_links(client: Client, rep: Rep, address: str):
    answer = client.get(address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
