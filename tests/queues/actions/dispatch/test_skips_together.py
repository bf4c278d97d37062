"""A public holiday, a meeting from a feed and a missing skill in one turn, as each reader may know them (C6)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from queues.actions.dispatch.serve import serve, serve_waiting
from queues.models import Queue
from routing.actions.availability.calendars import fetch_calendar, set_feed
from routing.actions.availability.holidays import sync_all_holidays
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, Turn
from tests.factories import (
    AccountFactory,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.outside import PUBLIC, Outside, calendar_of, ok

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
PLANNED = datetime(2026, 12, 1, 9, tzinfo=JAKARTA)
CHRISTMAS = datetime(2026, 12, 25, 10, tzinfo=JAKARTA)
HOLIDAY, MEETING = "off for Christmas Day", "in a meeting all day"
LACKING = "without the skill that this lead asks for"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(CHRISTMAS, tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def agnes(team):
    return _rep(team, "Agnes", holiday_country="ID")


@pytest.fixture
def budi(team):
    budi = _rep(team, "Budi")
    feed = set_feed(budi.rep, address="https://calendar.example/b.ics", by=budi, at=PLANNED)
    offsite = ok(calendar_of(("offsite", "20261225", "20261226", "Offsite")))
    fetch_calendar(feed.pk, at=PLANNED, network=Outside({PUBLIC: offsite}).network)
    return budi


@pytest.fixture
def citra(team):
    return _rep(team, "Citra", skills=["Retail"])


@pytest.fixture
def dewi(team):
    return _rep(team, "Dewi")


@pytest.fixture
def queue(team, agnes, budi, citra, dewi) -> Queue:
    sync_all_holidays(at=PLANNED)
    rotation = make_rotation(agnes, budi, citra, dewi, name="Sawit", skill="industry")
    return QueueFactory(name="Sawit", team=team, dispatch="push", rotation=rotation, owner_match="domain")


def _rep(team, name: str, **fields):
    user = make_rep(team, first_name=name, last_name="")
    for field, value in ({"skills": ["Plantations"]} | fields).items():
        setattr(user.rep, field, value)
    user.rep.save()
    return user


def arrive(queue: Queue, **lead) -> Assignment:
    make_entry(queue, industry="Plantations", **lead)
    (given,) = serve(queue, at=CHRISTMAS)
    return given


def read(client: Client, user, address: str) -> str:
    client.force_login(user)
    text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return " ".join(text.split())


def test_the_receipt_has_each_reason_and_the_turn_can_be_replayed(queue, agnes, budi, citra, dewi):
    given = arrive(queue)
    assert given.holder == dewi
    assert [(look["name"], look["reason"]) for look in given.receipt["skipped"]] == [
        (str(agnes.rep), "public_holiday"),
        (str(budi.rep), "all_day_meeting"),
        (str(citra.rep), "no_skill"),
    ]
    assert audit_rotation(queue.rotation, at=CHRISTMAS).faults == []


def test_each_reads_the_own_reason_under_why_not_me(client: Client, queue, agnes, budi, citra):
    arrive(queue)
    reasons = {HOLIDAY, MEETING, LACKING}
    for user, mine in ((agnes, HOLIDAY), (budi, MEETING), (citra, LACKING)):
        shown = read(client, user, "/rotations/mine/")
        assert f"You were passed over: {mine}" in shown
        assert [each for each in reasons - {mine} if f"passed over: {each}" in shown] == []


def test_managers_read_all_reasons_and_the_holder_none_of_colleagues(
    client: Client, team, queue, agnes, budi, citra, dewi
):
    given = arrive(queue)
    shown = read(client, make_manager(team), f"/leads/{given.lead_id}/")
    assert [each for each in (HOLIDAY, MEETING, LACKING) if each not in shown] == []
    shown = read(client, dewi, f"/leads/{given.lead_id}/")
    assert [each for each in (HOLIDAY, MEETING, LACKING) if each in shown] == []
    assert [each.first_name for each in (agnes, budi, citra) if f"{each.rep} not available" not in shown] == []


def test_who_comes_behind_those_that_the_turn_kept_still_reads_the_own_reason(
    client: Client, queue, citra, monkeypatch
):
    monkeypatch.setattr(Turn, "MAX_RESULTS", 2)
    given = arrive(queue)
    assert len(given.turn.results) == 2
    assert f"You were passed over: {LACKING}" in read(client, citra, "/rotations/mine/")


@pytest.mark.parametrize(("who", "reason"), [("agnes", "off for a holiday"), ("budi", MEETING)])
def test_an_owner_on_a_day_off_is_away_for_that_reason(client: Client, request, queue, dewi, who, reason):
    owner = request.getfixturevalue(who)
    AccountFactory(name="Sawit Raya", domain="sawit.co.id", owner=owner)
    given = arrive(queue, company_domain="sawit.co.id")
    assert given.holder == dewi
    shown = read(client, make_ops(), f"/leads/{given.lead_id}/")
    assert f"Its owner {owner.rep} is away ({reason}), so the lead goes on." in shown


def test_a_lead_that_waits_for_its_owner_is_given_when_the_holiday_is_over(queue, agnes):
    Queue.objects.filter(pk=queue.pk).update(owner_away="wait")
    AccountFactory(name="Sawit Raya", domain="sawit.co.id", owner=agnes)
    entry = make_entry(Queue.objects.get(pk=queue.pk), industry="Plantations", company_domain="sawit.co.id")
    assert serve_waiting(at=CHRISTMAS) == 0
    serve_waiting(at=datetime(2026, 12, 26, tzinfo=JAKARTA) + timedelta(seconds=1))
    entry.refresh_from_db()
    assert (entry.assignment.holder, entry.assignment.how) == (agnes, "owner")
