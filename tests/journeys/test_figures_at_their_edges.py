"""The articles' edges of figures, read from the pages: a claim rate of 80 and 79, a rep in two queues (E8, L1, L2)."""

from datetime import timedelta

import pytest
from django.test import Client

from queues.actions.claims.take import take_next
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_rep
from tests.markup import plain_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def words(client: Client, path: str) -> str:
    return plain_words(client.get(path).content.decode())


@pytest.mark.parametrize(("within", "late", "share", "is_flagged"), [(20, 5, "80", False), (19, 5, "79", True)])
def test_a_claim_rate_of_80_is_fine_and_79_is_flagged(client: Client, within, late, share, is_flagged):
    team = TeamFactory()
    queue, rep = QueueFactory(name="MQL", slug="mql", team=team, wait_minutes=6000), make_rep(team)
    for count, came, after in ((late, 30 * HOUR, 25 * HOUR), (within, 4 * HOUR, HOUR)):
        fill(queue, count, since=MORNING - came)
        for _each in range(count):
            take_next(queue, by=rep, at=MORNING - came + after)
    client.force_login(make_manager(team))
    row = client.get("/queues/").context["rows"][0]
    shown = words(client, "/queues/")
    assert f" {share} %" in shown
    assert (f"{share} % below 80 %" in shown) is is_flagged
    assert row[1].text == (f"Claim rate {share}\N{NO-BREAK SPACE}%" if is_flagged else "none")


def test_a_rep_in_two_queues_counts_once(client: Client):
    teams = [TeamFactory(name=name, region="Java") for name in ("Jakarta", "Bandung")]
    rep = make_rep(*teams, first_name="Rina", last_name="H")
    queues = [QueueFactory(name=f"Of {team}", slug=f"of-{team.pk}", team=team) for team in teams]
    shared = QueueFactory(name="Java", slug="java", team=None, region="Java")
    for queue in (*queues, shared):
        fill(queue, 1, since=MORNING - HOUR)
        take_next(queue, by=rep, at=MORNING - MINUTE)
    client.force_login(make_manager(*teams))
    team_page = words(client, "/team/")
    assert "1 of 1 take leads now." in team_page
    (row,) = client.get("/team/").context["rows"]
    assert (row[0].open_leads, row[0].claimed) == (3, 3)
    for queue in (*queues, shared):
        assert "1 of 1 are free now" in words(client, f"/queues/{queue.slug}/")
    lines = client.get("/reports/contact/?period=7d&format=csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines if line.startswith("By rep,Rina H")] == ["3"]
