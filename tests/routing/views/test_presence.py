"""Who uses Alur is seen: the rotation's rule "not signed in for 24 hours" and two pages rest on it (F5, L6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.web.figures import NO_BREAK_SPACE
from queues.actions.dispatch.serve import serve
from queues.models import Queue
from routing.actions.presence import note_presence
from routing.models import Assignment, Rep
from tests.clients import PersonClient
from tests.factories import MORNING, QueueFactory, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PASSWORD = "right horse battery"


@pytest.fixture
def pushed(as_rep) -> Queue:
    """Its rotation of the one rep passes over who did not sign in for 24 hours."""
    return QueueFactory(dispatch="push", rotation=make_rotation(as_rep, skips_not_seen=True))


def seen(rep) -> datetime | None:
    return Rep.objects.get(user=rep).last_seen_at


def holders_of_a_new_lead(queue: Queue, *, at: datetime) -> list[int]:
    make_entry(queue, since=at)
    serve(queue, at=at)
    return list(Assignment.objects.filter(assigned_at=at).values_list("holder", flat=True))


def updates(client: Client, address: str, **headers) -> int:
    with CaptureQueriesContext(connection) as counted:
        client.get(address, **headers)
    return sum("last_seen_at" in query["sql"] and query["sql"].startswith("UPDATE") for query in counted)


def test_who_signs_in_gets_leads_of_a_rotation_that_asks_for_it(client: Client, db, time_machine):
    time_machine.move_to(MORNING, tick=False)
    rina = make_rep(username="rina@alur.example")
    rina.set_password(PASSWORD)
    rina.save()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rina, skips_not_seen=True))
    assert holders_of_a_new_lead(queue, at=MORNING - HOUR) == []
    client.post(reverse("routing:sign_in"), {"username": rina.username, "password": PASSWORD})
    assert seen(rina) == MORNING
    assert holders_of_a_new_lead(queue, at=MORNING + HOUR) == [rina.pk, rina.pk]


def test_a_wrong_password_is_not_presence(client: Client, db):
    rina = make_rep(username="rina@alur.example")
    client.post(reverse("routing:sign_in"), {"username": rina.username, "password": "wrong"})
    assert seen(rina) is None


def test_opening_a_page_days_after_the_sign_in_is_presence(client: Client, as_rep, pushed, time_machine):
    then = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    assert holders_of_a_new_lead(pushed, at=then - HOUR) == []
    time_machine.move_to(then, tick=False)
    client.get("/desk/")
    assert seen(as_rep) == then
    assert as_rep.pk in holders_of_a_new_lead(pushed, at=then + HOUR)


def test_it_is_written_once_in_five_minutes(client: Client, as_rep, time_machine):
    start = datetime.now(UTC).replace(microsecond=0) + HOUR
    time_machine.move_to(start, tick=False)
    assert [updates(client, "/desk/"), updates(client, "/desk/")] == [1, 0]
    time_machine.move_to(start + timedelta(minutes=5), tick=False)
    assert updates(client, "/desk/") == 1
    assert seen(as_rep) == start + timedelta(minutes=5)


def test_another_web_process_changes_nothing_within_five_minutes(as_rep):
    Rep.objects.filter(user=as_rep).update(last_seen_at=MORNING)
    note_presence(as_rep.pk, at=MORNING + timedelta(minutes=4))
    assert seen(as_rep) == MORNING
    note_presence(as_rep.pk, at=MORNING + timedelta(minutes=9))
    assert seen(as_rep) == MORNING + timedelta(minutes=9)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/desk/next/", {"HX-Request": "true", "HX-Trigger": "next"}),
        ("/desk/", {"HX-Request": "true"}),
        ("/desk/", {"Accept": "text/event-stream"}),  # as the live stream asks; the stream itself never ends
    ],
    ids=["part", "live_page", "stream"],
)
def test_an_open_page_that_nobody_looks_at_is_no_presence(client: Client, as_rep, address, headers, time_machine):
    Rep.objects.update(last_seen_at=MORNING)
    time_machine.move_to(datetime.now(UTC) + DAY, tick=False)
    client.get(address, headers=headers)
    assert seen(as_rep) == MORNING


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true", "HX-Boosted": "true"}, {"HX-Request": "true", "HX-History-Restore-Request": "true"}],
)
def test_a_page_that_htmx_opens_is_presence(client: Client, as_rep, headers, time_machine):
    then = datetime.now(UTC).replace(microsecond=0) + DAY
    time_machine.move_to(then, tick=False)
    client.get("/desk/", headers=headers)
    assert seen(as_rep) == then


def test_taking_a_lead_is_presence_and_only_then_costs_a_statement(client: Client, htmx: PersonClient, as_rep, team):
    fills = QueueFactory(team=team)
    for _number in range(2):
        make_entry(fills)
    Rep.objects.update(last_seen_at=None)
    with CaptureQueriesContext(connection) as counted:
        htmx.post(reverse("queues:take_next"), {"queue": fills.slug})
    assert [query["sql"] for query in counted if "last_seen_at" in query["sql"] and "UPDATE" in query["sql"]] == []


def test_a_busy_database_spoils_no_answer(client: Client, as_rep, time_machine, monkeypatch):
    def refuse(*_args, **_fields):
        raise OperationalError("database is locked")

    time_machine.move_to(datetime.now(UTC) + DAY, tick=False)
    monkeypatch.setattr("routing.actions.presence.Rep.objects.filter", refuse)
    assert client.get("/desk/closed/").status_code == 200


def test_days_off_and_holidays_do_not_count(client: Client, as_rep, pushed, team):
    """Seen on Friday at five: Saturday, Sunday and the public holiday on Monday are no working days (L6)."""
    friday = datetime(2026, 11, 20, 10, tzinfo=UTC)  # 17:00 in Jakarta
    team.working_hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    team.save()
    Rep.objects.update(last_seen_at=friday)
    as_rep.rep.time_off.create(
        kind="holiday", origin="holiday", starts_at=friday + 2 * DAY + 7 * HOUR, ends_at=friday + 3 * DAY + 7 * HOUR
    )
    assert holders_of_a_new_lead(pushed, at=friday + 4 * DAY) == [as_rep.pk]
    assert holders_of_a_new_lead(pushed, at=friday + 4 * DAY + HOUR) == []


def test_the_team_page_says_when_each_was_seen(client: Client, as_manager, team, morning, page_text):
    make_rep(team, last_name="A"), make_rep(team, last_name="B")
    Rep.objects.filter(user__last_name="A").update(last_seen_at=morning - timedelta(minutes=12))
    page = page_text(client.get("/team/"))
    assert ("seen 12 min ago" in page, "not signed in yet" in page) == (True, True)
    assert "Last seen" in client.get("/team/?format=csv").content.decode()


def test_the_list_of_reps_says_when_each_was_seen(client: Client, as_ops, morning):
    make_rep()
    Rep.objects.update(last_seen_at=morning - 3 * HOUR)
    page = client.get(reverse("admin:routing_rep_changelist")).content.decode()
    assert f"3{NO_BREAK_SPACE}h{NO_BREAK_SPACE}00{NO_BREAK_SPACE}min ago" in page
