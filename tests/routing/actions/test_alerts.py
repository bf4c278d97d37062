"""Alerts beyond the page: unfair shares, failed audits, calendars that broke; never twice (H1, F6b, I2)."""

from datetime import timedelta

import pytest

from routing import tasks
from routing.actions.alerts import alert_unfair_shares
from routing.actions.availability.calendars import fetch_calendar, set_feed
from routing.actions.rotation.audit import audit_rotations
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import LedgerLine, Notification, RotationMember, Turn
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep, make_rotation
from tests.factories.outside import PUBLIC, Outside, calendar_of, ok

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENT = b"HTTP/1.1 404 Not Found\r\n\r\n"


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def people(team):
    return [make_rep(team, first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


def turns(rotation, count: int, *, at=MORNING) -> None:
    take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=at)


def shift(rotation, *, of, to, at=MORNING) -> None:
    """All turns of one were given to another, as after a fault."""
    Turn.objects.filter(rotation=rotation, rep=of.rep, at=at).update(rep=to.rep)


def alerts(kind: str = "unfair") -> list[tuple]:
    rows = Notification.objects.filter(kind=kind).select_related("user").order_by("pk")
    return [(row.user, row.details.get("name"), row.details.get("why")) for row in rows]


def test_managers_of_the_team_and_ops_are_alerted_once_a_day(people, rotation, team):
    boss, ops = make_manager(team), make_ops()
    make_manager(TeamFactory()), make_manager(), make_ops(is_active=False), make_manager(team, is_active=False)
    turns(rotation, 12)
    shift(rotation, of=people[1], to=people[0])
    for hour in range(1, 4):
        assert alert_unfair_shares(at=MORNING + hour * HOUR) == 2
    assert alerts() == [
        (boss, "Maria", ["far"]),
        (ops, "Maria", ["far"]),
        (boss, "Rina", ["far", "waited"]),
        (ops, "Rina", ["far", "waited"]),
    ]
    row = Notification.objects.filter(details__name="Rina").earliest("pk")
    assert (row.details["given"], row.details["due"], row.details["place"]) == (0.0, 4.0, "SMB rotation")


def test_the_next_day_they_are_alerted_again_while_leads_come(people, rotation):
    make_ops()
    turns(rotation, 12)
    shift(rotation, of=people[1], to=people[0])
    alert_unfair_shares(at=MORNING + HOUR)
    turns(rotation, 1, at=MORNING + DAY)
    alert_unfair_shares(at=MORNING + DAY + HOUR)
    assert Notification.objects.filter(details__name="Rina").count() == 2


def test_a_rotation_without_turns_for_a_day_alerts_nobody(people, rotation):
    make_ops()
    turns(rotation, 12)
    shift(rotation, of=people[1], to=people[0])
    assert (alert_unfair_shares(at=MORNING + DAY), alert_unfair_shares(at=MORNING + 2 * DAY)) == (0, 0)
    assert alerts() == []


def test_fair_shares_alert_nobody(people, rotation, team):
    make_manager(team), make_ops()
    turns(rotation, 5)
    assert (alert_unfair_shares(at=MORNING + HOUR), alerts()) == (0, [])


def test_reps_who_left_or_were_switched_off_cause_no_alert(people, rotation):
    make_ops()
    turns(rotation, 12)
    shift(rotation, of=people[1], to=people[0])
    RotationMember.objects.filter(rep=people[0].rep).delete()
    people[1].is_active = False
    people[1].save()
    assert (alert_unfair_shares(at=MORNING + HOUR), alerts()) == (0, [])


def test_each_rotation_is_a_case_of_its_own_and_a_broken_one_hides_no_other(people, rotation, monkeypatch):
    make_ops()
    other = make_rotation(*people, name="Other")
    for each in (rotation, other):
        turns(each, 12)
        shift(each, of=people[1], to=people[0])
    roster = Turn.objects.filter(rotation=rotation).first().roster
    roster.members = "broken"
    roster.save()
    assert alert_unfair_shares(at=MORNING + HOUR) == 2
    assert {row.details["place"] for row in Notification.objects.filter(kind="unfair")} == {"Other"}


def test_the_task_alerts(people, rotation, time_machine):
    time_machine.move_to(MORNING + HOUR, tick=False)
    make_ops()
    turns(rotation, 12)
    shift(rotation, of=people[1], to=people[0])
    assert (tasks.alert_unfair_shares(), len(alerts())) == (2, 2)


def test_ops_are_alerted_to_a_failed_audit_once_a_night(people, rotation, team):
    ops = make_ops()
    make_manager(team)
    turns(rotation, 3)
    RotationMember.objects.filter(rep=people[0].rep).update(owed=4)
    for _time in range(2):
        assert audit_rotations(at=MORNING) == 1
    row = Notification.objects.get(kind="audit_failed")
    assert (row.user, row.details["faults"], row.details["rotation"]) == (ops, 1, rotation.pk)
    audit_rotations(at=MORNING + DAY)
    assert Notification.objects.filter(kind="audit_failed").count() == 2


def test_ops_are_alerted_to_a_ledger_that_cannot_be_read(people, rotation):
    make_ops()
    turns(rotation, 3)
    LedgerLine.objects.filter(kind="opening").update(details={"members": "none"})
    assert audit_rotations(at=MORNING) == 1
    assert Notification.objects.get(kind="audit_failed").details["is_unreadable"] is True


def test_an_audit_without_faults_alerts_nobody(people, rotation):
    make_ops()
    turns(rotation, 3)
    assert (audit_rotations(at=MORNING), Notification.objects.filter(kind="audit_failed").count()) == (0, 0)


def fetched(feed, answer: bytes, *, at) -> None:
    fetch_calendar(feed.pk, at=at, network=Outside({PUBLIC: answer}).network)


def test_the_rep_is_alerted_once_to_a_calendar_that_is_broken_for_an_hour(people):
    feed = set_feed(people[0].rep, address="https://calendar.example/a.ics", by=people[0], at=MORNING)
    for minutes in (0, 30):
        fetched(feed, SILENT, at=MORNING + timedelta(minutes=minutes))
    assert alerts("feed_broken") == []
    for minutes in (60, 90, 120):
        fetched(feed, SILENT, at=MORNING + timedelta(minutes=minutes))
    row = Notification.objects.get(kind="feed_broken")
    assert (row.user, row.at, row.details["problem"]) == (people[0], MORNING + HOUR, "gone")


def test_a_calendar_that_breaks_again_causes_a_second_alert(people):
    feed = set_feed(people[0].rep, address="https://calendar.example/a.ics", by=people[0], at=MORNING)
    good = ok(calendar_of(("1", "20261120", "20261121", "Away")))
    for hours, answer in enumerate((SILENT, SILENT, good, SILENT, SILENT, SILENT)):
        fetched(feed, answer, at=MORNING + hours * HOUR)
    assert Notification.objects.filter(kind="feed_broken").count() == 2


def test_a_new_address_is_no_old_fault(people):
    feed = set_feed(people[0].rep, address="https://calendar.example/a.ics", by=people[0], at=MORNING)
    fetched(feed, SILENT, at=MORNING)
    set_feed(people[0].rep, address="https://calendar.example/b.ics", by=people[0], at=MORNING + HOUR)
    fetched(feed, SILENT, at=MORNING + HOUR)
    assert alerts("feed_broken") == []
