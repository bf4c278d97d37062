"""How much of the capacity is used, in the same words in the top bar and on Team; which turns passed by (C5-C7)."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.models import Assignment, Rep, Rotation, Team
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep, make_rotation
from tests.markup import markup

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)  # 11:12 in Jakarta
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


@pytest.fixture
def rina(team: Team) -> User:
    """She holds eleven leads, one more than the capacity."""
    rina, queue = make_rep(team, first_name="Rina"), QueueFactory(name="MQL", team=team)
    Rep.objects.filter(user=rina).update(capacity=10)
    fill(queue, 11)
    for _each in range(11):
        take_next(queue, by=rina, at=MORNING)
    return User.objects.get(pk=rina.pk)


@pytest.fixture
def rotation(rina: User, team: Team) -> Rotation:
    """Rina, and a colleague who has nothing; it minds the capacity."""
    rotation = make_rotation(rina, make_rep(team, first_name="Budi"), name="SMB turns")
    rotation.skips_over_capacity = True
    rotation.save()
    return rotation


def push(rotation: Rotation, leads: int, *, at: datetime = NOW) -> None:
    queue = Queue.objects.filter(slug="push").first()
    queue = queue or QueueFactory(slug="push", name="SMB", dispatch="push", rotation=rotation)
    for _each in range(leads):
        make_entry(queue, since=at)
    serve_waiting(at=at)


def top_bar(client: Client, person: User) -> str:
    client.force_login(person)
    return markup(client.get("/frame/availability/"))


def dock(client: Client, person: User) -> str:
    client.force_login(person)
    shown = re.search(r'<p class="passed">(.*?)</p>', markup(client.get("/desk/day/")), re.S)
    return re.sub(r"<[^>]+>", " ", shown.group(1)).strip() if shown else ""


def test_the_bar_and_the_team_board_say_the_same_of_a_full_rep(client: Client, rina: User, rotation, team: Team):
    full, helps = "Available · 11 of 10, full", "close or return 1"
    bar = top_bar(client, rina)
    page = markup(client.get("/inbox/"))
    client.force_login(make_manager(team))
    board = markup(client.get("/team/")).split(f'id="rep-{rina.rep.pk}"')[1].split("</tr>")[0]
    for shown in (bar, page, board):
        assert (full in shown, helps in shown) == (True, True)


def test_the_bar_follows_a_return(client: Client, rina: User, rotation):
    bar = top_bar(client, rina)
    assert f'data-live="holder-{rina.pk}"' in bar
    again = re.search(r'hx-get="(/frame/availability/[^"]+)"', bar).group(1)
    assert client.get(again, headers={"HX-Request": "true"}).status_code == 204
    return_lead(Assignment.objects.open().first(), reason="no_capacity", note="", by=rina, at=NOW)
    after = client.get(again, headers={"HX-Request": "true"})
    assert (after.status_code, "Available · 10 of 10" in markup(after)) == (200, True)
    assert "full" not in markup(after)  # who has just as many gets one more (L1)


def test_nobody_is_full_where_no_rotation_minds_the_capacity(client: Client, rina: User, rotation):
    Rotation.objects.update(skips_over_capacity=False)
    assert "Available · 11 of 10<" in top_bar(client, rina)
    Rotation.objects.update(way="most_free")
    assert "Available · 11 of 10, full" in top_bar(client, rina)
    Rotation.objects.update(is_active=False)
    assert "full" not in top_bar(client, rina)


def test_nothing_helps_at_capacity_zero(client: Client, rina: User, rotation):
    Rep.objects.filter(user=rina).update(capacity=0)
    bar = top_bar(client, rina)
    assert ("Available · 11 of 0, full" in bar, "close or return" in bar) == (True, False)


def test_the_bar_says_what_keeps_a_rep_away(client: Client, rina: User, rotation, team: Team):
    set_available(rina.rep, is_available=False, by=rina, at=NOW, until=NOW + timedelta(hours=1))
    assert "Paused until 12:12 · 11 of 10, full" in top_bar(client, rina)
    plan_time_off(rina.rep, kind="leave", starts_at=NOW - DAY, ends_at=NOW + DAY, note="", by=rina, at=NOW - DAY)
    set_available(rina.rep, is_available=True, by=rina, at=NOW)
    bar = top_bar(client, User.objects.get(pk=rina.pk))
    client.force_login(make_manager(team))
    assert "On leave until Tue 11:12 · 11 of 10, full" in bar
    assert "On leave until Tue 11:12 · 11 of 10, full" in markup(client.get("/team/"))


def test_who_takes_no_leads_has_no_switch(client: Client, team: Team):
    client.force_login(make_manager(team))
    assert refusal(client.get("/frame/availability/")) == NOT_FOUND


def test_turns_that_pass_by_are_summed_up_in_one_line(client: Client, rina: User, rotation: Rotation):
    push(rotation, 2, at=NOW - DAY)
    assert dock(client, rina) == ""
    push(rotation, 1, at=NOW - timedelta(minutes=5))
    assert dock(client, rina).split("  ") == ["1 turn passed you over today", "11:07 in SMB turns: you hold 11 of 10"]
    push(rotation, 4)
    line = dock(client, rina)
    listed = client.get(f"/rotations/mine/{rotation.pk}/").content.decode().count("You were passed over: above")
    assert line.split("  ")[1] == "11:12 in SMB turns: you hold 11 of 10"
    assert f"{listed - 2} turns passed you over today" in line  # the page has the two of yesterday
    assert dock(client, rotation.members.get(rep__user__first_name="Budi").rep.user) == ""


def test_a_reason_that_has_passed_is_still_told(client: Client, rina: User, rotation: Rotation):
    set_available(rina.rep, is_available=False, by=rina, at=NOW)
    push(rotation, 1)
    set_available(rina.rep, is_available=True, by=rina, at=NOW)
    assert dock(client, rina).endswith("11:12 in SMB turns: paused")


def test_a_busy_rotation_is_read_no_further_than_its_newest_turns(client: Client, rina: User, rotation: Rotation):
    client.force_login(rina)
    asked = []
    for leads in (3, 60):
        push(rotation, leads)
        with CaptureQueriesContext(connection) as queries:
            shown = client.get("/desk/day/").content.decode()
        asked.append(len(queries))
    assert (asked[0], "At least " in shown) == (asked[1], True)


def test_the_line_says_why_one_is_passed_over_now(client: Client, rina: User, rotation: Rotation):
    client.force_login(rina)
    assert 'title="above the capacity">passed over now' in markup(client.get("/desk/day/"))
