"""Rotations by free capacity or by open leads on the pages: in line, why not me, receipts, fairness (C6, H1, K6)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dashboards.presenters.receipts import Reader, receipt_of
from queues.actions.dispatch.serve import serve
from routing.actions.alerts import alert_unfair_shares
from routing.models import Assignment, Rotation
from routing.queries.rotation.openings import rep_places_in_line
from routing.queries.rotation.overview import rotation_overview
from tests.factories import MORNING, QueueFactory, make_entry, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def person(name: str, capacity: int):
    user = make_rep(first_name=name, last_name="")
    user.rep.capacity = capacity
    user.rep.save(update_fields=["capacity"])
    return user


def served(way: str, leads: int, *capacities: int) -> tuple[Rotation, list, list[Assignment]]:
    people = [person(name, capacity) for name, capacity in zip(("Adi", "Budi", "Citra"), capacities, strict=False)]
    rotation = make_rotation(*people, name="SMB", way=way)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    for _lead in range(leads):
        make_entry(queue)
    return rotation, people, serve(queue, at=MORNING)


def said(assignment: Assignment, *, sees_reasons: bool) -> str:
    return receipt_of(assignment, reader=Reader(0, None, sees_reasons), names={}).sentence.split(". ", 1)[1]


def test_a_receipt_says_how_many_places_were_free_and_who_had_how_many():
    _rotation, _people, made = served("most_free", 3, 12, 14)
    assert [said(each, sees_reasons=True) for each in made] == [
        "Budi had 14 places free, the most. Adi had 12.",
        "Budi had 13 places free, the most. Adi had 12.",
        "Adi had 12 places free, the most. Budi had as many, and stands later in the line.",
    ]
    assert [said(each, sees_reasons=False) for each in made[1:]] == [
        "Budi had 13 places free, the most.",
        "Adi had 12 places free, the most. Somebody else had as many, and stands later in the line.",
    ]


def test_a_receipt_says_how_few_leads_were_open():
    _rotation, _people, made = served("fewest_open", 4, 9, 9)
    assert [said(each, sees_reasons=True) for each in made][2:] == [
        "Adi had 1 open lead, the fewest. Budi had as many, and stands later in the line.",
        "Budi had 1 open lead, the fewest. Adi had 2.",
    ]


def test_a_receipt_of_somebody_at_the_capacity_says_so():
    _rotation, _people, made = served("most_free", 2, 1)
    assert said(made[1], sees_reasons=True) == "Adi was just at the capacity, and nobody had a place free."


def test_the_page_shows_the_room_and_the_rule(client: Client):
    rotation, _people, _made = served("most_free", 2, 12, 15)
    members, upcoming = rotation_overview(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    assert [(str(each.rep), each.place, each.room) for each in members] == [("Adi", 2, 12), ("Budi", 1, 13)]
    assert [str(turn.rep) for turn in upcoming] == ["Budi", "Adi", "Budi", "Adi", "Budi"]
    client.force_login(make_ops())
    shown = client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert "Places free" in shown
    assert "% of the leads" not in shown
    assert "Weights do not count here" not in shown
    rotation.members.filter(position=0).update(weight=3)
    assert "Weights do not count here" in client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert "Each lead goes to the member with the most places free" in shown
    Rotation.objects.update(way="fewest_open")
    shown = client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert "Each lead goes to the member with the fewest open leads" in shown
    Rotation.objects.update(way="smooth")
    shown = client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert "Places free" not in shown


def test_the_place_in_line_and_why_not_me(client: Client):
    rotation, (adi, budi), _made = served("most_free", 1, 12, 15)
    assert [place["place"] for place in rep_places_in_line(adi.rep, at=MORNING)] == [2]
    client.force_login(adi)
    assert "Somebody else had more places free, or as many and had waited longer" in (
        client.get("/rotations/mine/").content.decode()
    )
    client.force_login(budi)
    assert "Somebody else" not in client.get("/rotations/mine/").content.decode()


def test_unequal_numbers_are_not_judged_and_nobody_is_alerted(client: Client):
    rotation, _people, made = served("most_free", 12, 2, 30)
    assert len(made) == 12
    client.force_login(make_ops())
    later = MORNING + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        answer = client.get(f"/fairness/{rotation.pk}/")
        assert answer.context["summary"].sign == "off"
        assert answer.context["summary"].alerts == []
        assert alert_unfair_shares(at=later) == 0
    assert "Equal numbers are not the aim" in answer.content.decode()
