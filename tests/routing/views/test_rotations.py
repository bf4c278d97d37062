"""The rotations page: who is passed over and why, turns to come, turns taken, and who may look (F1, C6, C9)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.dispatch.serve import serve_waiting
from routing.actions.availability.time_off import set_available
from routing.actions.rotation.credits import refund_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import RotationMember, TimeOff, Turn
from tests.clients import FORBIDDEN, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people, name="SMB rotation")


def sign_in(client: Client, user) -> None:
    client.force_login(user)


def members(answer) -> list[tuple]:
    return [(str(row.rep), row.is_available, says, row.place) for row, says, *_weight in answer.context["members"]]


def coming(answer) -> list[tuple[int, str]]:
    return [(turn.number, str(turn.rep)) for turn, _passed in answer.context["coming"]]


def give(rotation, count: int) -> None:
    fill(QueueFactory(name="SMB", dispatch="push", rotation=rotation), count)
    serve_waiting(at=MORNING)


def test_reps_do_not_see_rotations(client: Client, rotation, people):
    sign_in(client, people[0])
    assert [refusal(client.get(path)) for path in ("/rotations/", f"/rotations/{rotation.pk}/")] == [FORBIDDEN] * 2


def test_managers_see_those_of_their_reps_and_queues_only(client: Client, rotation, people):
    mine, others = TeamFactory(), TeamFactory()
    people[1].rep.teams.add(mine)
    theirs = make_rotation(make_rep(others), name="Enterprise")
    serving = make_rotation(make_rep(others), name="Hot")
    QueueFactory(team=mine, dispatch="push", rotation=serving)
    sign_in(client, make_manager(mine))
    assert [each.name for each in client.get("/rotations/").context["rotations"]] == ["Hot", "SMB rotation"]
    answers = [client.get(f"/rotations/{each.pk}/").status_code for each in (rotation, serving, theirs)]
    assert answers == [200, 200, 404]


def test_a_manager_without_rotations_reads_why(page_text, client: Client, rotation):
    sign_in(client, make_manager(TeamFactory()))
    assert "There is no rotation here yet." in page_text(client.get("/rotations/"))


def test_only_who_may_change_it_is_led_to_the_settings(client: Client, rotation, people):
    team = TeamFactory()
    people[0].rep.teams.add(team)
    sign_in(client, make_manager(team))
    assert client.get("/rotations/").context["edit_url"] == ""
    sign_in(client, make_ops())
    assert client.get("/rotations/").context["edit_url"] == f"/admin/routing/rotation/{rotation.pk}/change/"


def test_members_stand_in_order_with_their_place_in_line(page_text, client: Client, as_ops, rotation):
    give(rotation, 1)
    answer = client.get("/rotations/")
    assert members(answer) == [("Maria", True, "", 3), ("Rina", True, "", 1), ("Carlos", True, "", 2)]
    assert [row.was_last for row, *_says in answer.context["members"]] == [True, False, False]
    assert "<strong>Rina is next.</strong> 3 of 3 take turns now. 1 turn so far, version 1." in page_text(answer)


def test_members_say_why_they_are_passed_over_and_until_when(client: Client, as_ops, rotation, people):
    until = MORNING + 3 * DAY
    TimeOff.objects.create(rep=people[0].rep, starts_at=MORNING - DAY, ends_at=until)
    TimeOff.objects.create(rep=people[0].rep, starts_at=MORNING - DAY, ends_at=MORNING + HOUR)
    set_available(people[1].rep, is_available=False, by=people[1], at=MORNING, until=MORNING + HOUR)
    RotationMember.objects.filter(rep=people[2].rep).update(is_paused=True)
    assert members(client.get("/rotations/")) == [
        ("Maria", False, "on leave until Thu 10:42", None),
        ("Rina", False, "paused until 11:42", None),
        ("Carlos", False, "paused in this rotation", None),
    ]


def test_when_nobody_is_available_the_page_says_what_happens(page_text, client: Client, as_ops, people):
    make_rotation(people[0], name="SMB rotation")
    set_available(people[0].rep, is_available=False, by=people[0], at=MORNING)
    answer = client.get("/rotations/")
    assert "<strong>Nobody can take a turn now.</strong> When nobody is available, leads wait until" in page_text(
        answer
    )
    assert coming(answer) == []


def test_next_five_turns_are_those_the_rotation_takes(client: Client, as_ops, rotation, people):
    TimeOff.objects.create(rep=people[2].rep, starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    give(rotation, 1)
    refund_turn(Turn.objects.get(rep=people[0].rep), reason="duplicate", by=None, at=MORNING)
    foretold = coming(client.get("/rotations/"))
    assert foretold == [(2, "Maria"), (3, "Rina"), (4, "Maria"), (5, "Rina"), (6, "Maria")]
    fill(rotation.queues.get(), 5)
    serve_waiting(at=MORNING)
    taken = [(turn.number, str(turn.rep)) for turn in rotation.turns.order_by("number")]
    assert taken[1:] == foretold


def test_next_turns_count_the_room_that_is_left(client: Client, as_ops, people):
    rotation = make_rotation(*people[:2], name="Small", skips_over_capacity=True)
    people[0].rep.capacity = 1
    people[0].rep.save()
    answer = client.get(f"/rotations/{rotation.pk}/")
    assert [str(turn.rep) for turn, _passed in answer.context["coming"]] == ["Maria", "Rina", "Maria", "Rina", "Rina"]
    assert answer.context["coming"][4][1] == [("Maria", "above the capacity")]


def test_latest_turns_show_who_was_passed_over_and_why(page_text, client: Client, as_ops, rotation, people):
    TimeOff.objects.create(rep=people[0].rep, starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    give(rotation, 2)
    answer = client.get("/rotations/")
    turns = [(turn.number, str(turn.rep), place, skipped) for turn, place, skipped in answer.context["turns"]]
    assert turns == [(2, "Carlos", 3, []), (1, "Rina", 2, [("Maria", "on leave")])]
    assert "Maria: on leave" in page_text(answer)


def test_latest_turns_are_twenty(client: Client, as_ops, rotation):
    give(rotation, 23)
    turns = [turn.number for turn, _place, _skipped in client.get("/rotations/").context["turns"]]
    assert turns == list(range(23, 3, -1))


def test_managers_open_only_the_leads_they_may_see(client: Client, rotation, people):
    team = TeamFactory()
    people[0].rep.teams.add(team)
    give(rotation, 2)
    sign_in(client, make_manager(team))
    shown = client.get("/rotations/").context
    given = {str(turn.rep): turn.lead_id for turn, _place, _skipped in shown["turns"]}
    assert shown["openable"] == {given["Maria"]}


def test_queues_that_it_drains_are_named(client: Client, as_ops, rotation):
    QueueFactory(name="SMB", dispatch="push", rotation=rotation, position=1)
    QueueFactory(name="Trial", dispatch="hybrid", rotation=rotation, position=2)
    assert [queue.name for queue in client.get("/rotations/").context["queues"]] == ["SMB", "Trial"]


NOBODY = {"skips_on_leave": False, "skips_all_day_meeting": False, "skips_switched_off": False}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"way": "value"},
            "Each lead goes to the member whose leads are worth least compared with the member's share.",
        ),
        ({"cap_day": 5, "cap_month": 90}, "Nobody gets more than 5 a day, 90 a month."),
        ({"cap_hour": 3, "cap_week": 20}, "Nobody gets more than 3 in 60 minutes, 20 a week."),
        ({"cap_zone": "member"}, "Days, weeks and months of caps end at midnight in each member's own time zone."),
        (
            {"skipped_means": "daily", "owed_a_day": 2},
            "Turns skipped for leave, meetings or working hours are made up, 2 a day.",
        ),
        ({"resets": "weekly"}, "It resets every Monday."),
        ({"resets": "monthly"}, "It resets on the first of each month."),
        ({}, "It passes over people who are: on leave, in a meeting all day, paused."),
        (NOBODY, "Only people who are no longer active are passed over."),
        ({"when_nobody": "anyway"}, "When nobody is available, leads are assigned in turn anyway."),
    ],
)
def test_settings_read_as_sentences(client: Client, as_ops, people, fields: dict, sentence: str):
    make_rotation(people[0], name="One", **fields)
    assert sentence in client.get("/rotations/").context["rule_sentences"]


def test_part_is_the_same_rotation(client: Client, as_ops, rotation):
    part = client.get(f"/rotations/{rotation.pk}/", headers={"HX-Request": "true"})
    assert markup(part).startswith('<div id="rotation"')


def test_page_takes_as_many_queries_for_three_members_and_turns_as_for_one(client: Client, as_ops):
    def queries(count: int) -> int:
        rotation = make_rotation(*[make_rep() for _number in range(count)], name=f"Of {count}")
        queue = QueueFactory(dispatch="push", rotation=rotation)
        for _number in range(count):
            make_entry(queue, since=MORNING)
        serve_waiting(at=MORNING)
        client.get(f"/rotations/{rotation.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/rotations/{rotation.pk}/")
        return len(asked)

    assert queries(1) == queries(3)


def test_who_reached_a_cap_is_passed_over_until_it_opens(client: Client, as_ops, people):
    rotation = make_rotation(*people[:2], name="One", cap_hour=1)
    take_turns(rotation, [TurnRequest(make_lead())], at=MORNING - timedelta(minutes=20))
    found = members(client.get("/rotations/"))
    assert [says for _name, _is_available, says, _place in found] == ["at the cap for any 60 minutes until 11:22", ""]
