"""The leads behind a figure are as many as it counts also between two sweeps and under every filter (E10)."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import Queue
from routing.actions.assignment import return_lead
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(hours=30)


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(team=TeamFactory(name="Jakarta"), name="SMB")


def leads_behind(client: Client, figure: str, filters: str) -> int:
    html = client.get(f"/reports/leads/?figure={figure}&{filters}").content.decode()
    return int(re.search(r"<strong>(\d+) leads?</strong>", html).group(1))


def figure_of(client: Client, slug: str, row: str, filters: str) -> str:
    """The first number of the row with this name, or the second where the first is a target."""
    text = client.get(f"/reports/{slug}/?{filters}&format=csv").content.decode("utf-8-sig")
    cells = next(line[2:] for line in csv.reader(io.StringIO(text)) if line[1] == row)
    return cells[1] if slug == "waits" else cells[0]


@pytest.mark.parametrize("filters", ["", "source={source}", "type=mql", "rep={rep}", "rep={rep}&type=mql"])
def test_what_happened_since_the_last_sweep_is_in_the_figure_and_the_list_or_in_neither(
    client, time_machine, queue, filters
):
    rep = make_rep(queue.team)
    source = make_entry(queue, since=MORNING, lead_type="mql").lead.source
    for _each in range(2):
        make_entry(queue, since=MORNING, lead_type="mql", source=source)
    return_lead(take_next(queue, by=rep, at=NOW - timedelta(hours=1)), reason="no_capacity", note="", by=rep, at=NOW)
    count_figures(at=NOW, patience=60)
    held = take_next(queue, by=rep, at=NOW + timedelta(seconds=20))
    return_lead(held, reason="no_capacity", note="", by=rep, at=NOW + timedelta(seconds=30))
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    client.force_login(make_manager(queue.team))
    asked = "period=7d&" + filters.format(source=source.pk, rep=rep.pk)

    pairs = [
        ("waits", "SMB", "wait_claimed"),
        ("contact", "SMB", "contact_taken"),
        ("outcomes", "SMB", "outcome_claimed"),
        ("losses", "No time for it", "loss_reason"),
    ]
    found = [(figure_of(client, slug, row, asked), leads_behind(client, key, asked)) for slug, row, key in pairs]
    assert found == [("1", 1)] * 4
