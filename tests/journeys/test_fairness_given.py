"""The leads behind what a member of a rotation was given: turns, and leads by hand that count (H1, F6c, E10)."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from routing.actions.rotation.credits import count_as_turn, uncount_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Rotation
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def rotation(time_machine) -> Rotation:
    """Of Rina and Budi; each was given three turns, and one of Budi's was undone."""
    time_machine.move_to(MORNING + HOUR, tick=False)
    rotation = make_rotation(*(make_rep(first_name=name, last_name="") for name in ("Rina", "Budi")))
    made = take_turns(rotation, [TurnRequest(make_lead()) for _each in range(6)], at=MORNING)
    revert_assignment(made[-1], by=made[-1].holder, at=MORNING)
    return rotation


def by_hand(rotation: Rotation, name: str) -> Assignment:
    """A lead from a queue that counts as a turn."""
    rep = rotation.members.get(rep__user__first_name=name).rep
    queue = QueueFactory()
    make_entry(queue)
    held = take_next(queue, by=rep.user, at=MORNING)
    count_as_turn(rotation, user_id=rep.user_id, why="by_hand", by=None, at=MORNING, assignment=held)
    return held


def given(client: Client, name: str) -> tuple[str, str]:
    """What the page says a member was given, and the address behind it."""
    row = next(row for row in client.get("/fairness/").content.decode().split("<tr ") if f"</span>{name}" in row)
    address, text = re.search(r'href="([^"]*fairness_given[^"]*)">([^<]*)</a>', row).groups()
    return text, unescape(address)


def listed(client: Client, address: str) -> tuple[int, str]:
    """How many rows the list has, and its words."""
    page = client.get(address)
    assert page.status_code == 200
    return page.context["count"], plain_words(page.content.decode())


def test_turns_and_leads_by_hand_are_listed_as_many_as_were_given(client, rotation):
    held = by_hand(rotation, "Rina")
    client.force_login(make_ops())
    text, address = given(client, "Rina")
    count, words = listed(client, address)
    assert (text, count) == ("4", 4)
    assert "Their turns add up to 4." in words
    assert f"{held.lead.label} {held.lead.source.name}" in words
    assert "A lead counted as a turn" in words
    lines = list(csv.DictReader(io.StringIO(client.get(f"{address}&format=csv").content.decode("utf-8-sig"))))
    assert (len(lines), {line["Turns"] for line in lines}) == (4, {"1.0"})
    assert str(held.lead_id) in {line["Lead"] for line in lines}
    assert given(client, "Budi")[0] == "2"
    assert listed(client, given(client, "Budi")[1])[0] == 2


def test_a_lead_that_no_longer_counts_takes_its_turn_away(client, rotation):
    held = by_hand(rotation, "Rina")
    uncount_turn(held, reason="undone", by=None, at=MORNING)
    client.force_login(make_ops())
    text, address = given(client, "Rina")
    count, words = listed(client, address)
    assert (text, count) == ("3", 5)
    assert "Their turns add up to 3." in words
    assert "A lead no longer counts as a turn" in words


def test_the_list_costs_as_much_for_three_leads_by_hand_as_for_one(client, rotation):
    client.force_login(make_ops())

    def cost() -> int:
        address = given(client, "Rina")[1]
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    by_hand(rotation, "Rina")
    cost()
    one = cost()
    by_hand(rotation, "Rina")
    by_hand(rotation, "Rina")
    assert cost() == one


def test_only_who_manages_the_rotation_opens_it(client, rotation):
    client.force_login(make_ops())
    address = given(client, "Rina")[1]
    client.force_login(make_manager(TeamFactory()))
    assert client.get(address).status_code == 404
    client.force_login(rotation.members.first().rep.user)
    assert client.get(address).status_code == 403
    assert "fairness_given" not in client.get("/fairness/").content.decode()
