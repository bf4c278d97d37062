"""Times on pages, and the days of figures, are the reader's (J1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.models import Reach, Rep
from tests.factories import make_manager, make_ops, make_rep
from tests.factories.people import TeamFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)  # in Jakarta it is 1 December


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def local_time(client, path: str = "/inbox/") -> str:
    return client.get(path).content.decode().split('name="alur-now" content="')[1].split('"')[0]


def test_the_zone_of_the_rep_then_of_the_team(client):
    rina = make_rep(TeamFactory(time_zone="Asia/Kolkata"))
    client.force_login(rina)
    assert local_time(client) == "2026-11-30T23:00:00+05:30"

    Rep.objects.filter(user=rina).update(time_zone="Australia/Lord_Howe")
    client.force_login(rina)
    assert local_time(client) == "2026-12-01T04:30:00+11:00"


def test_the_zone_of_a_manager_is_that_of_the_first_team_and_of_others_the_company(client):
    client.force_login(make_manager(TeamFactory(name="B"), TeamFactory(name="A", time_zone="America/New_York")))
    assert local_time(client) == "2026-11-30T12:30:00-05:00"
    client.force_login(make_ops())
    assert local_time(client) == "2026-12-01T00:30:00+07:00"


def test_what_a_person_chose_holds_at_once(client):
    person = make_ops()
    client.force_login(person)

    assert client.post("/profile/me/", {"name": "Bima", "time_zone": "Asia/Kathmandu"}).status_code == 302

    assert Reach.objects.get(user=person).time_zone == "Asia/Kathmandu"
    assert local_time(client) == "2026-11-30T23:15:00+05:45"


def test_a_change_by_somebody_else_holds_within_the_hour(client, time_machine):
    team = TeamFactory()
    client.force_login(make_rep(team))
    team.time_zone = "Asia/Tokyo"
    team.save()
    assert local_time(client).endswith("+07:00")

    time_machine.move_to(NOW + timedelta(hours=1), tick=False)

    assert local_time(client) == "2026-12-01T03:30:00+09:00"


def test_a_zone_that_is_gone_is_read_again(client):
    client.force_login(make_ops())
    session = client.session
    session["own_zone"] = ["Mars/Olympus", int(NOW.timestamp())]
    session.save()

    assert local_time(client).endswith("+07:00")


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "2026-11-30"), ("Asia/Jakarta", "2026-12-01")])
def test_today_of_a_report_is_the_readers(client, zone, day):
    client.force_login(make_manager(TeamFactory(time_zone=zone)))

    period = client.get("/reports/waits/?period=today").context["asked"].filters.period

    assert period.first.isoformat() == day
    assert period.starts_at.astimezone(ZoneInfo(zone)).isoformat().startswith(f"{day}T00:00:00")
