"""The ledger on a rotation's page: turns given and taken back, by whom and why, its CSV, resets (F6c, F10)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up, count_as_turn, refund_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import LedgerLine, Rotation, RotationMember, TimeOff
from routing.views import ledger
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep, make_rotation
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def people(team):
    return [make_rep(team, first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


@pytest.fixture
def ops(client: Client):
    user = make_ops(first_name="Bima", last_name="")
    client.force_login(user)
    return user


def page(client: Client, rotation):
    return client.get(f"/rotations/{rotation.pk}/")


def rows(answer) -> list[tuple]:
    return [(who, what, why, by, row.left) for row, who, what, why, by in answer.context["ledger"]]


def form(rep, **more) -> dict:
    return {"rep": rep.rep.pk, "turns": "3", "why": "three weeks ill", "known": "0"} | more


def give(client: Client, rotation, sent: dict):
    return client.post(f"/rotations/{rotation.pk}/give-turns/", sent, follow=True)


def turns(rotation, count: int) -> list[str]:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(count)], at=MORNING)
    return [each.holder.first_name for each in made]


def owed(rep) -> int:
    return RotationMember.objects.get(rep=rep.rep).owed


def test_turns_are_given_after_a_page_that_says_what_follows(page_text, client: Client, ops, rotation, people):
    carlos = people[2]
    assert client.get(f"/rotations/{rotation.pk}/give-turns/").status_code == 200
    asked = give(client, rotation, form(carlos))
    assert (asked.status_code, owed(carlos)) == (200, 0)
    assert "Carlos gets the next 3 turns, before everybody else." in page_text(asked)
    foretold = [str(turn.rep) for turn in asked.context["coming"]]
    assert foretold == ["Carlos", "Carlos", "Carlos", "Maria", "Rina"]
    done = give(client, rotation, form(carlos, sure="yes"))
    assert done.redirect_chain == [(f"/rotations/{rotation.pk}/", 302)]
    assert rows(done) == [("Carlos", "Given the next 3 turns", "three weeks ill", "Bima", 3)]
    assert turns(rotation, 5) == foretold


def test_the_page_that_asks_carries_what_was_typed(client: Client, ops, rotation, people):
    asked = give(client, rotation, form(people[0], why='because of "x" & <y>'))
    reading = asked.content.decode()
    assert "&lt;y&gt;" in reading and "<y>" not in reading
    assert 'name="turns" value="3"' in reading


def test_a_second_click_gives_nothing_more(page_text, client: Client, ops, rotation, people):
    sent = form(people[0], sure="yes")
    give(client, rotation, sent)
    again = give(client, rotation, sent)
    assert "These turns were already given. Nothing more was given." in page_text(again)
    assert owed(people[0]) == 3


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"turns": "0"}, "Write a number from 1 to 100."),
        ({"turns": "101"}, "Write a number from 1 to 100."),
        ({"turns": "9" * 400}, "Write a number from 1 to 100."),
        ({"turns": "many"}, "Write a whole number."),
        ({"turns": ""}, "Write how many turns."),
        ({"why": "   "}, "Write why; the ledger shows it."),
        ({"why": "x" * 201}, "at most 200 characters"),
        ({"rep": "999999"}, "This person takes no turns here. Choose somebody else."),
        ({"rep": "' or 1"}, "This person takes no turns here. Choose somebody else."),
        ({"rep": ""}, "Choose who gets the turns."),
        ({"known": "-5"}, ""),
    ],
)
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
def test_what_cannot_be_given_is_refused_in_words(page_text, client: Client, ops, rotation, people, wrong, says, sure):
    answer = give(client, rotation, form(people[0]) | wrong | sure)
    assert answer.status_code == 422
    assert says in page_text(answer)
    assert LedgerLine.objects.count() == 0


def test_a_rep_who_left_or_was_deactivated_is_refused(client: Client, ops, rotation, people):
    rotation.members.filter(rep=people[0].rep).delete()
    people[1].is_active = False
    people[1].save()
    answers = [give(client, rotation, form(who, sure="yes")).status_code for who in people[:2]]
    assert (answers, LedgerLine.objects.count()) == ([422, 422], 0)


def test_who_is_away_reads_that_the_turns_wait(page_text, client: Client, ops, rotation, people):
    TimeOff.objects.create(rep=people[0].rep, starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    asked = page_text(give(client, rotation, form(people[0])))
    assert "Maria is passed over now (on leave): the turns wait until that is over." in asked


def test_a_rotation_that_makes_up_so_many_a_day_says_so(page_text, client: Client, ops, people):
    rotation = make_rotation(*people, skipped_means="daily", owed_a_day=2)
    asked = give(client, rotation, form(people[0]))
    assert "This rotation gives at most 2 owed turns a day." in page_text(asked)
    assert [str(turn.rep) for turn in asked.context["coming"]][:3] == ["Maria", "Maria", "Maria"]


@pytest.mark.parametrize("who", ["manager", "rep"])
def test_only_who_may_change_rotations_gives_turns(page_text, client: Client, rotation, people, team, who):
    line = catch_up_line(rotation, people[0])
    user = make_manager(team) if who == "manager" else people[0]
    client.force_login(user)
    addresses = [f"/rotations/{rotation.pk}/give-turns/", f"/rotations/{rotation.pk}/ledger/{line.pk}/take-back/"]
    for address in addresses:
        assert client.get(address).status_code == 403
        assert client.post(address, form(people[0], sure="yes")).status_code == 403
    assert owed(people[0]) == 3
    if who == "manager":
        shown = page(client, rotation)
        assert rows(shown)[0][:3] == ("Maria", "Given the next 3 turns", "behind")
        assert "give-turns" not in page_text(shown) and "take-back" not in page_text(shown)


def catch_up_line(rotation, rep, count: int = 3) -> LedgerLine:
    catch_up(rotation, rep=rep.rep, turns=count, why="behind", by=make_ops(), at=MORNING)
    return LedgerLine.objects.filter(kind="catch_up").latest("pk")


def test_unused_turns_are_taken_back_with_a_reason(page_text, client: Client, ops, rotation, people):
    line = catch_up_line(rotation, people[1])
    assert turns(rotation, 1) == ["Rina"]
    address = f"/rotations/{rotation.pk}/ledger/{line.pk}/take-back/"
    assert address in page_text(page(client, rotation))
    assert "2 of 3 are not used yet and are taken back." in page_text(client.get(address))
    assert client.post(address, {"why": " "}).status_code == 422
    done = client.post(address, {"why": "was a mistake"}, follow=True)
    assert "2 unused turns of Rina are taken back." in page_text(done)
    assert rows(done) == [
        ("Rina", "2 turns taken back, unused", "was a mistake", "Bima", 0),
        ("Rina", "Given the next 3 turns", "behind", line.by.get_full_name(), 0),
    ]
    again = client.post(address, {"why": "was a mistake"}, follow=True)
    assert "Nothing is left to take back" in page_text(again)
    assert (owed(people[1]), audit_rotation(rotation, at=MORNING).faults) == (0, [])


def test_only_catch_ups_of_this_rotation_are_taken_back(client: Client, ops, rotation, people):
    line = catch_up_line(rotation, people[0])
    other = make_rotation(*people, name="Other")
    opening = LedgerLine.objects.get(kind="opening")
    for pk, number in ((other.pk, line.pk), (rotation.pk, opening.pk), (rotation.pk, 10**30), (10**30, line.pk)):
        assert client.post(f"/rotations/{pk}/ledger/{number}/take-back/", {"why": "x"}).status_code == 404
    assert rotation.members.get(rep=people[0].rep).owed == 3


def test_the_ledger_shows_everything_outside_the_order(client: Client, ops, rotation, people):
    maria, rina, carlos = people
    turns(rotation, 1)
    refund_turn(rotation.turns.get(number=1), reason="duplicate", by=maria, at=MORNING)
    count_as_turn(rotation, user_id=rina.pk, why="by_hand", by=ops, at=MORNING)
    catch_up(rotation, rep=carlos.rep, turns=1, why="=1+1", by=ops, at=MORNING)
    wanted = [
        ("Carlos", "Given the next turn", "=1+1", "Bima"),
        ("Rina", "A lead counted as a turn", "given by hand", "Bima"),
        ("Maria", "Turn 1 given back", "Duplicate", "Maria"),
    ]
    assert [row[:4] for row in rows(page(client, rotation))] == wanted
    answer = client.get(f"/rotations/{rotation.pk}/ledger/csv/")
    lines = list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert lines[0] == ["Time", "Member", "What", "Owed turns", "Why", "By"]
    assert [line[1:3] for line in lines[1:]] == [list(row[:2]) for row in wanted]
    assert lines[1][4] == "'=1+1"


def test_older_catch_ups_stay_on_the_page_while_turns_are_left(client: Client, ops, rotation, people):
    line = catch_up_line(rotation, people[0], 2)
    for _number in range(25):
        count_as_turn(rotation, user_id=people[1].pk, why="by_hand", by=ops, at=MORNING)
    shown = page(client, rotation).context["ledger"]
    assert (len(shown), shown[-1][0].line, shown[-1][0].left) == (21, line, 2)


@pytest.mark.parametrize(
    ("fields", "days", "says"),
    [
        ({}, 0, "It never resets."),
        (
            {"resets": "weekly"},
            0,
            "It resets with its first turn from Monday 23 November on (Asia/Jakarta), for the first time.",
        ),
        ({"resets": "daily"}, 0, "from Tuesday 17 November on (Asia/Jakarta), for the first time."),
        ({"resets": "daily"}, 1, "It resets with its next turn, for the first time."),
    ],
)
def test_the_page_says_when_it_resets(client: Client, ops, people, fields, days, says):
    rotation = make_rotation(*people, **fields)
    turns(rotation, 2)
    with time_machine.travel(MORNING + days * DAY, tick=False):
        assert says in page(client, rotation).context["reset_sentence"]


def test_the_page_says_when_it_was_reset_last(client: Client, ops, people):
    rotation = make_rotation(*people, resets="daily")
    turns(rotation, 2)
    with time_machine.travel(MORNING + DAY, tick=False):
        take_turns(Rotation.objects.get(), [TurnRequest(make_lead())], at=MORNING + DAY)
        shown = page(client, rotation)
        assert shown.context["reset_sentence"].endswith("Last reset: 10:42.")
        assert rows(shown) == [("Everybody", "The rotation was reset", "every day", "The rules", 0)]


def test_the_form_offers_members_in_order_and_the_newest_line(client: Client, ops, rotation, people):
    catch_up_line(rotation, people[0])
    answer = client.get(f"/rotations/{rotation.pk}/give-turns/", {"rep": people[2].rep.pk})
    newest = LedgerLine.objects.latest("pk").pk
    assert answer.context["form"]["known"].value() == newest
    assert [str(rep) for rep in answer.context["reps"]] == ["Maria", "Rina", "Carlos"]
    assert form_of(answer, "give")["rep"] == [str(people[2].rep.pk)]


def test_the_csv_is_bounded_and_says_what_it_leaves_out(client: Client, ops, rotation, people, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_CSV", 1)
    for rep in people[:2]:
        catch_up_line(rotation, rep)
    answer = client.get(f"/rotations/{rotation.pk}/ledger/csv/")
    lines = list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert len(lines) == 3 and "older ones were left out" in lines[2][0]
