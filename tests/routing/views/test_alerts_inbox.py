"""Alerts in the inbox: clear words, and a link where the reader may go (H1, F6b, I2, C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from routing.actions.notifications import notify
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(hours=2), tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rotation(team):
    return make_rotation(make_rep(team, first_name="Rina", last_name=""))


def tell(user, rotation=None, *, kind="unfair", key="k", **details) -> None:
    about = {"rotation": rotation.pk, "place": rotation.name} if rotation else {}
    notify([user.pk], kind=kind, key=key, at=MORNING, details=about | details)


def shown(client: Client, user) -> str:
    client.force_login(user)
    return " ".join(client.get("/inbox/").content.decode().split())


SHARES = {"name": "Rina", "given": 0.0, "due": 4.0}


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (["far"], "Rina is more than half away from what was due in SMB rotation this month: 0.0 of 4.0."),
        (
            ["waited"],
            "Rina got no lead of SMB rotation for 24 hours, although leads came and this rep was available.",
        ),
        (
            ["far", "waited"],
            "Rina got no lead of SMB rotation for 24 hours, although leads came and this rep was available. "
            "This month: 0.0 of 4.0 that were due.",
        ),
    ],
)
def test_an_unfair_share_links_to_fairness(client: Client, team, rotation, why, sentence):
    boss = make_manager(team)
    tell(boss, rotation, why=why, **SHARES)
    address = f"/fairness/{rotation.pk}/?p=month"
    assert f'<a href="{address}">{sentence}</a>' in shown(client, boss)
    assert client.get(address).status_code == 200


def test_who_may_not_open_the_rotation_any_more_has_no_link(client: Client, team, rotation):
    boss = make_manager(team)
    tell(boss, rotation, why=["far"], **SHARES)
    team.managers.clear()
    page = shown(client, boss)
    assert ("Rina is more than half away" in page, f"/fairness/{rotation.pk}/" in page) == (True, False)


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"faults": 1}, "The nightly audit of SMB rotation found 1 difference between its ledger and its turns."),
        ({"faults": 3}, "The nightly audit of SMB rotation found 3 differences between its ledger and its turns."),
        ({"is_unreadable": True}, "The turns of SMB rotation could not be replayed by the nightly audit."),
    ],
)
def test_a_failed_audit_links_to_the_rotation(client: Client, rotation, details, sentence):
    ops = make_ops()
    tell(ops, rotation, kind="audit_failed", **details)
    assert f'<a href="/rotations/{rotation.pk}/">{sentence}</a>' in shown(client, ops)


def test_a_broken_calendar_links_to_its_page(client: Client):
    rep = make_rep()
    tell(rep, kind="feed_broken", rep=rep.rep.pk, problem="gone", since=MORNING.isoformat())
    page = shown(client, rep)
    assert f'<a href="/calendars/{rep.rep.pk}/">Your calendar could not be read since 10:42.' in page
    assert "There is no calendar at this address any more. What was read before still counts." in page


@pytest.mark.parametrize("details", [{}, {"since": "soon", "rep": "x"}, {"since": None, "problem": "new"}])
@pytest.mark.parametrize("kind", ["unfair", "audit_failed", "stuck", "all_absent", "feed_broken"])
def test_a_message_without_its_details_breaks_no_inbox(client: Client, kind, details):
    ops = make_ops()
    tell(ops, kind=kind, **details)
    client.force_login(ops)
    answer = client.get("/inbox/")
    assert (answer.status_code, "/inbox/read/" in answer.content.decode()) == (200, True)


def test_three_alerts_ask_as_much_as_one(client: Client, team, rotation):
    boss, counts = make_manager(team), []
    client.force_login(boss)
    for number in range(3):
        tell(boss, rotation, key=f"k{number}", why=["far"], **SHARES)
        with CaptureQueriesContext(connection) as asked:
            client.get("/inbox/")
        counts.append(len(asked))
    assert counts[0] == counts[2]
