"""Counts are brought into proportion from the rotation's page: asked first, with a reason, taken back once (F10)."""

import pytest
import time_machine
from django.test import Client

from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import LedgerLine, Rotation
from tests.factories import MORNING, make_lead, make_manager, make_ops, make_rep, make_rotation
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def rotation() -> Rotation:
    """Ani, Budi and Citra have 1, 2 and 3 leads; Ani's weight is 2."""
    made = make_rotation(*(make_rep(first_name=name, last_name="") for name in ("Ani", "Budi", "Citra")))
    for position, count in enumerate((1, 2, 3)):
        others = frozenset(each.rep.user_id for each in made.members.exclude(position=position))
        take_turns(made, [TurnRequest(make_lead(), not_to=others) for _lead in range(count)], at=MORNING)
    made.members.filter(position=0).update(weight=2)
    return made


@pytest.fixture
def ops(client: Client):
    user = make_ops(first_name="Bima", last_name="")
    client.force_login(user)
    return user


def ask(client: Client, rotation: Rotation, **more):
    address = f"/rotations/{rotation.pk}/settle/"
    sent = form_of(client.get(address), "settle") | {"why": "new weights"} | more
    return client.post(address, sent, follow=True)


def lines() -> list[tuple]:
    return list(LedgerLine.objects.filter(kind="settled").order_by("pk").values_list("by__first_name", "details__why"))


def turns(rotation: Rotation, count: int) -> list[str]:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=MORNING)
    return sorted(each.holder.first_name for each in made)


def test_the_next_ten_leads_are_foretold_before_anything_changes(page_text, client: Client, ops, rotation):
    asked = ask(client, rotation)
    reading = page_text(asked)
    assert "Of the next 10 leads: Ani 7, Budi 2, Citra 1." in reading
    assert "Given until now: Ani 1, Budi 2, Citra 3. Counted are the leads of the last 30 days." in reading
    assert lines() == []
    done = ask(client, rotation, sure="yes")
    assert done.redirect_chain == [(f"/rotations/{rotation.pk}/", 302)]
    assert "The next leads bring the counts into proportion." in page_text(done)
    assert lines() == [("Bima", "new weights")]
    assert turns(rotation, 10) == ["Ani"] * 7 + ["Budi"] * 2 + ["Citra"]


def test_a_second_click_changes_nothing_more(page_text, client: Client, ops, rotation):
    address = f"/rotations/{rotation.pk}/settle/"
    sent = form_of(client.get(address), "settle") | {"why": "new weights", "sure": "yes"}
    client.post(address, sent)
    again = client.post(address, sent, follow=True)
    assert "The counts were already brought into proportion. Nothing more was changed." in page_text(again)
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"why": "  "}, "Write why; the ledger shows it."),
        ({"why": "x" * 201}, "at most 200 characters"),
        ({"span": "1000"}, "Choose one of the list."),
        ({"span": ""}, "Choose which leads count."),
    ],
)
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}], ids=["asked", "sure"])
def test_what_is_wrong_is_said_at_its_field(page_text, client: Client, ops, rotation, wrong, says, sure):
    answer = ask(client, rotation, **wrong, **sure)
    assert (answer.status_code, says in page_text(answer), lines()) == (422, True, [])


def test_counts_in_proportion_are_left_alone(page_text, client: Client, ops):
    rotation = make_rotation(make_rep(), make_rep())
    turns(rotation, 4)
    for sure in ({}, {"sure": "yes"}):
        answer = ask(client, rotation, **sure)
        assert (answer.status_code, lines()) == (422, [])
        assert "These counts are in proportion to the weights already." in page_text(answer)


def test_it_is_taken_back_once_with_a_reason(page_text, client: Client, ops, rotation):
    ask(client, rotation, sure="yes")
    line = LedgerLine.objects.get(kind="settled")
    address = f"/rotations/{rotation.pk}/settle/{line.pk}/take-back/"
    assert address in client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert client.post(address, {"why": ""}).status_code == 422
    done = client.post(address, {"why": "a mistake"}, follow=True)
    assert "Taken back: the turns go on as if the counts had not been touched." in page_text(done)
    assert address not in done.content.decode()
    again = client.post(address, {"why": "twice"}, follow=True)
    assert "It cannot be taken back any more" in page_text(again)
    assert lines() == [("Bima", "new weights"), ("Bima", "a mistake")]
    own = LedgerLine.objects.latest("pk").pk
    assert client.get(f"/rotations/{rotation.pk}/settle/{own}/take-back/").status_code == 404


def test_a_rotation_that_shares_value_says_why_it_needs_none(page_text, client: Client, ops):
    rotation = make_rotation(make_rep(), way="value")
    assert f"/rotations/{rotation.pk}/settle/" not in client.get(f"/rotations/{rotation.pk}/").content.decode()
    answer = client.post(f"/rotations/{rotation.pk}/settle/", {"span": "ever", "why": "x", "sure": "yes"}, follow=True)
    assert "This rotation does not share turns by weight" in page_text(answer)
    assert lines() == []


def test_only_ops_may(client: Client, rotation):
    client.force_login(make_manager())
    sent = {"span": "ever", "why": "x", "sure": "yes"}
    assert client.post(f"/rotations/{rotation.pk}/settle/", sent).status_code == 403
    assert lines() == []
