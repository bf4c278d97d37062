"""What the pages of how soon leads are contacted cost: as many queries for three reps and queues as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from routing.models import Team
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(hours=30)
PAGES = [
    "/reports/contact/?period=7d",
    "/reports/contact/?period=7d&view=weeks",
    "/reports/leads/?figure=contact_taken",
]


def take(team: Team) -> None:
    queue, rep = QueueFactory(team=team), make_rep(team)
    make_entry(queue)
    take_next(queue, by=rep, at=MORNING)


def count_all() -> None:
    while count_figures(at=NOW) > 1:
        pass


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_as_many_queries_for_three_rows_as_for_one(client: Client, time_machine, page: str):
    time_machine.move_to(NOW, tick=False)
    team = TeamFactory()
    client.force_login(make_manager(team))

    def cost() -> int:
        count_all()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    take(team)
    one = cost()
    for _more in range(2):
        take(team)
    assert (cost(), one <= 20) == (one, True)
