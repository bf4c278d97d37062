"""The page that hands somebody's open leads on: what it asks, what it says, and who may (F9, C9)."""

from datetime import timedelta

import pytest
from django.test import Client

from queues.actions.claims.take import take_next
from queues.actions.dispatch.redistribution import fingerprint, leads_to_redistribute
from queues.presenters.redistribution import leads_per_person
from routing.actions.people import deactivate_person
from routing.models import Assignment, TimeOff, Turn
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(minutes=5), tick=False)


@pytest.fixture
def team():
    return TeamFactory(name="SMB")


@pytest.fixture
def people(team):
    return [make_rep(team, first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rina(people):
    return people[1]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


def holding(user, count: int) -> None:
    queue = QueueFactory()
    for number in range(count):
        make_entry(queue, company_name=f"Company no {number}")
        take_next(queue, by=user, at=MORNING)


def address(user) -> str:
    return f"/team/{user.rep.pk}/hand-on/"


def sure(rotation, user, **more) -> dict:
    return {"through": rotation.pk, "sure": "yes", "seen": fingerprint(leads_to_redistribute(user.rep))} | more


def holders() -> list[str]:
    rows = Assignment.objects.open().select_related("holder").order_by("lead_id")
    return [each.holder.first_name for each in rows]


def test_the_page_foretells_how_many_go_to_whom_and_writes_nothing(
    page_text, client: Client, as_manager, rina, rotation
):
    holding(rina, 3)
    first = client.get(address(rina))
    assert "Rina holds 3 open leads." in page_text(first)
    assert first.context["form"]["through"].value() == rotation.pk
    asked = client.post(address(rina), {"through": rotation.pk})
    assert asked.status_code == 200
    assert "3 of 3 open leads of Rina go through SMB rotation." in page_text(asked)
    assert asked.context["spread"] == [("Maria", 2), ("Carlos", 1)]
    assert (holders(), Turn.objects.count()) == (["Rina"] * 3, 0)


def test_sure_hands_them_on_and_says_to_whom(page_text, client: Client, as_manager, rina, rotation):
    holding(rina, 3)
    done = client.post(address(rina), sure(rotation, rina), follow=True)
    assert done.redirect_chain == [(address(rina), 302)]
    assert "3 leads of Rina were redistributed through SMB rotation: Maria 2, Carlos 1." in page_text(done)
    assert "Rina holds no open lead." in page_text(done)
    assert holders() == ["Maria", "Carlos", "Maria"]
    by = Assignment.objects.open().values_list("assigned_by", "how").distinct().order_by()
    assert list(by) == [(as_manager.pk, "handed_on")]


def test_a_second_click_does_nothing_more(page_text, client: Client, as_manager, rina, rotation):
    holding(rina, 2)
    sent = sure(rotation, rina)
    client.post(address(rina), sent)
    again = client.post(address(rina), sent, follow=True)
    assert again.status_code == 409 or "Rina no longer holds any open lead." in page_text(again)
    assert Turn.objects.count() == 2


def test_a_stale_page_must_be_looked_at_again(page_text, client: Client, as_manager, rina, rotation):
    holding(rina, 1)
    sent = sure(rotation, rina)
    holding(rina, 1)
    answer = client.post(address(rina), sent)
    assert answer.status_code == 409
    assert "The leads of Rina have changed in the meantime. Check them again." in page_text(answer)
    assert "2 of 2 open leads of Rina" in page_text(answer)
    assert (holders(), Turn.objects.count()) == (["Rina", "Rina"], 0)


def test_what_cannot_be_placed_stays_and_is_named(page_text, client: Client, as_manager, rina, rotation):
    holding(rina, 3)
    rotation.cap_day = 1
    rotation.save()
    asked = page_text(client.post(address(rina), {"through": rotation.pk}))
    assert "2 of 3 open leads of Rina go through SMB rotation." in asked
    assert "1 lead stays with Rina, because nobody can take it now: Company no 2." in asked
    done = page_text(client.post(address(rina), sure(rotation, rina), follow=True))
    assert "1 lead stays with Rina, because nobody can take it now: Company no 2." in done
    assert holders() == ["Maria", "Carlos", "Rina"]


def test_with_nobody_available_there_is_nothing_to_press(page_text, client: Client, as_manager, people, rina, rotation):
    holding(rina, 1)
    for one in (people[0], people[2]):
        TimeOff.objects.create(rep=one.rep, starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    asked = page_text(client.post(address(rina), {"through": rotation.pk}))
    assert "No member of SMB rotation can get these leads now, so they stay with Rina." in asked
    assert "Maria: on leave until" in asked
    assert 'name="sure"' not in asked
    client.post(address(rina), sure(rotation, rina))
    assert (holders(), Turn.objects.count()) == (["Rina"], 0)


@pytest.mark.parametrize("through", ["", "x", "-1", "999999", "9" * 40, "1' or '1'='1", "\t"])
@pytest.mark.parametrize("more", [{}, {"sure": "yes", "seen": "zzz"}])
def test_an_unknown_rotation_is_refused(page_text, client: Client, as_manager, rina, rotation, through, more):
    holding(rina, 1)
    answer = client.post(address(rina), {"through": through} | more)
    assert answer.status_code == 422
    assert "Choose" in page_text(answer)
    assert (holders(), Turn.objects.count()) == (["Rina"], 0)


def test_rotations_that_are_off_or_out_of_reach_are_no_choice(client: Client, as_manager, rina, rotation):
    holding(rina, 1)
    theirs, off = make_rotation(make_rep(TeamFactory()), name="Theirs"), make_rotation(name="Off", is_active=False)
    assert list(client.get(address(rina)).context["form"].fields["through"].queryset) == [rotation]
    for other in (theirs, off):
        assert client.post(address(rina), sure(other, rina)).status_code == 422
    assert holders() == ["Rina"]


def test_reps_of_other_teams_do_not_exist_here(client: Client, rina, rotation):
    holding(rina, 1)
    client.force_login(make_manager(TeamFactory()))
    answers = [client.get(address(rina)).status_code, client.post(address(rina), sure(rotation, rina)).status_code]
    assert (answers, client.get(f"/team/{10**30}/hand-on/").status_code) == ([404, 404], 404)
    client.force_login(rina)
    assert client.post(address(rina), sure(rotation, rina)).status_code == 403
    assert holders() == ["Rina"]


def test_ops_hand_on_from_the_settings(page_text, client: Client, rina, rotation):
    holding(rina, 2)
    ops = make_ops()
    client.force_login(ops)
    off = client.post(f"/admin/routing/rep/{rina.rep.pk}/deactivate/", follow=True)
    assert f'<a href="{address(rina)}">Hand 2 open leads on</a>' in page_text(off)
    assert "The account is switched off: no new lead comes." in page_text(client.get(address(rina)))
    client.post(address(rina), sure(rotation, rina))
    assert holders() == ["Maria", "Carlos"]
    assert client.get(f"/admin/routing/rep/{rina.rep.pk}/change/").status_code == 200


def test_the_team_page_and_the_calendar_lead_here(page_text, client: Client, as_manager, rina, rotation):
    holding(rina, 1)
    assert address(rina) in page_text(client.get("/team/", {"open": rina.rep.pk}))
    assert address(rina) in page_text(client.get(f"/calendars/{rina.rep.pk}/"))
    client.force_login(rina)
    assert "hand-on" not in page_text(client.get(f"/calendars/{rina.rep.pk}/"))


def test_a_deactivated_rep_stands_on_the_team_page_with_the_leads(
    page_text, client: Client, as_manager, rina, rotation
):
    holding(rina, 1)
    deactivate_person(rina, by=make_ops(), at=MORNING)
    shown = page_text(client.get("/team/", {"open": rina.rep.pk}))
    assert ("Account is off" in shown, address(rina) in shown) == (True, True)


def test_the_receipt_and_the_inbox_say_how_it_came(page_text, client: Client, as_manager, people, rina, rotation):
    holding(rina, 1)
    client.post(address(rina), sure(rotation, rina))
    client.force_login(people[0])
    lead = Assignment.objects.open().get().lead_id
    assert "Turn 1 of SMB rotation, position 1." in page_text(client.get(f"/leads/{lead}/"))
    inbox = page_text(client.get("/inbox/"))
    assert "Company no 0 is yours: a colleague had it before, and it was your turn." in inbox


def test_whom_leads_went_to_is_read_once_for_all_of_them(people, rina, rotation, django_assert_num_queries):
    holding(rina, 6)
    given = list(Assignment.objects.filter(holder=rina).order_by("pk"))
    with django_assert_num_queries(1):
        assert [count for _name, count in leads_per_person(given)] == [6]
