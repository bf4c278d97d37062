"""A rep hands a lead to a named colleague, where a manager lets the team do so (M7, F6c)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.contact import add_note
from routing.models import Assignment, LedgerLine, Notification, Team
from tests.clients import nothing_changes
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
MINUTE = timedelta(minutes=1)
NOW = MORNING + 30 * MINUTE


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def team():
    return TeamFactory(name="SMB", reps_hand_over=True)


@pytest.fixture
def rep(team, client: Client):
    made = make_rep(team, first_name="Rina", last_name="Hartono")
    client.force_login(made)
    return made


@pytest.fixture
def sari(team):
    return make_rep(team, first_name="Sari", last_name="Dewi")


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, name="MQL")


@pytest.fixture
def held(queue, rep, sari) -> Assignment:
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def give(client: Client, held: Assignment, to, **sent):
    return client.post(f"/leads/{held.lead_id}/hand-over/", {"rep": to.rep.pk, "reason": "known_to_them"} | sent)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


def undo_of(answer) -> str:
    return get_messages(answer.wsgi_request)._queued_messages[0].extra_tags


def holder(held: Assignment) -> str:
    return Assignment.objects.open().select_related("holder").get(lead=held.lead).holder.first_name


def test_the_colleague_has_it_with_a_new_clock_and_reads_who_and_why(client, held, sari):
    assert f'href="/leads/{held.lead_id}/hand-over/' in client.get("/desk/").content.decode()
    answer = give(client, held, sari, note="She asked for you")
    assert said(answer) == ["Acme Widgets is with Sari Dewi now."]
    given = Assignment.objects.open().get()
    assert (given.holder, given.how, given.assigned_by) == (sari, "handed_over", held.holder)
    assert given.contact_due_at == NOW + timedelta(minutes=given.contact_minutes)
    client.force_login(sari)
    inbox = client.get("/inbox/").content.decode()
    says = "Acme Widgets is yours: Rina Hartono handed it over (The colleague knows the customer). She asked for you"
    assert says in inbox
    story = client.get(f"/leads/{held.lead_id}/").content.decode()
    assert "Rina Hartono handed it over to Sari Dewi" in story
    assert "Rina Hartono handed it over: The colleague knows the customer." in story


def test_its_giver_takes_it_back_as_long_as_the_colleague_has_not_begun(client, held, sari):
    before = Assignment.objects.filter(pk=held.pk).values().get()
    address = undo_of(give(client, held, sari))
    assert said(client.post(address)) == ["Undone: Acme Widgets is with Rina Hartono again."]
    assert Assignment.objects.filter(pk=held.pk).values().get() == before
    assert Notification.objects.filter(user=sari, kind="taken_away").count() == 1


def test_after_a_note_of_the_colleague_or_five_minutes_it_stays(client, held, sari, now):
    address = undo_of(give(client, held, sari))
    add_note(Assignment.objects.open().get(), text="Called", by=sari, at=NOW)
    assert said(client.post(address)) == ["Sari Dewi has begun to work on Acme Widgets, so it stays there."]
    now.move_to(NOW + 6 * MINUTE, tick=False)
    assert said(client.post(address)) == ["Five minutes are over, so Acme Widgets stays with Sari Dewi."]
    assert holder(held) == "Sari"


def test_who_is_away_or_full_must_be_confirmed_and_is_never_proposed(client, held, sari, team):
    sari.rep.is_available, sari.rep.away_until = False, NOW + 3 * 60 * MINUTE
    sari.rep.save()
    page = client.get(f"/leads/{held.lead_id}/hand-over/").content.decode()
    assert "Choose a colleague" in page
    assert "Sari Dewi: 0 open, away until" in page
    with nothing_changes():
        answer = give(client, held, sari)
    page = answer.content.decode()
    assert (answer.status_code, 'name="anyway"' in page) == (422, True)
    assert "Sari Dewi is away until" in page
    give(client, held, sari, anyway="on")
    assert holder(held) == "Sari"


def test_who_has_more_than_the_capacity_is_full(client, held, queue, sari):
    sari.rep.capacity = 0
    sari.rep.save()
    make_entry(queue)
    take_next(queue, by=sari, at=MORNING)
    with nothing_changes():
        page = give(client, held, sari).content.decode()
    assert "Sari Dewi is full: 1 open leads of 0. Confirm it, or choose somebody else." in page


def test_only_colleagues_of_a_team_that_hands_over_can_get_it(client, held, team, rep):
    elsewhere = make_rep(TeamFactory(reps_hand_over=True))
    gone = make_rep(team, is_active=False)
    for person in (elsewhere, gone, rep):
        with nothing_changes():
            answer = give(client, held, person)
        assert (answer.status_code, "Choose who gets it." in answer.content.decode()) == (422, True)


def test_where_it_is_off_the_card_offers_nothing_and_a_late_form_is_refused(client, held, sari):
    Team.objects.update(reps_hand_over=False)
    assert "/hand-over/" not in client.get("/desk/").content.decode()
    with nothing_changes():
        assert give(client, held, sari).status_code == 422


def test_a_reason_is_required_and_the_note_stays(client, held, sari):
    with nothing_changes():
        answer = give(client, held, sari, reason="", note="She asked for you")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose why you hand it over." in page
    assert "She asked for you" in page


def test_a_lead_that_was_handed_over_is_contacted_before_it_goes_on(client, held, sari, rep):
    give(client, held, sari)
    client.force_login(sari)
    with nothing_changes():
        page = give(client, held, rep).content.decode()
    assert "It was handed over to you. Contact it first, or return it to its queue with a reason." in page


def test_a_lead_that_a_manager_decides_about_stays(client, held, sari):
    escalate(held.lead, queue=None, kind="contact", broke_at=NOW, at=NOW)
    with nothing_changes():
        assert "Your manager decides about it now" in give(client, held, sari).content.decode()


def test_no_turn_moves(client, queue, rep, sari):
    queue.dispatch, queue.rotation = "push", make_rotation(rep, sari, counts_by_hand=True)
    queue.save()
    make_entry(queue)
    serve_waiting(at=MORNING, queue_ids=[queue.pk])
    held = Assignment.objects.get()
    client.force_login(held.holder)
    lines = list(LedgerLine.objects.values())
    answer = give(client, held, sari if held.holder == rep else rep)
    assert Assignment.objects.open().get().how == "handed_over"
    client.post(undo_of(answer))
    assert list(LedgerLine.objects.values()) == lines


def test_a_second_press_changes_nothing_and_a_stranger_reads_nothing(client, held, sari, team):
    give(client, held, sari)
    with nothing_changes():
        assert give(client, held, sari).status_code == 302
    client.force_login(make_rep(team))
    with nothing_changes():
        assert give(client, held, sari).status_code == 404
    assert client.get(f"/leads/{held.lead_id}/hand-over/").status_code == 404


def test_who_returned_it_in_another_tab_reads_so(client, held, sari, rep):
    return_lead(held, reason="no_skill", note="", by=rep, at=NOW)
    answer = give(client, held, sari, note="She asked for you")
    assert (answer.status_code, "She asked for you" in answer.content.decode()) == (409, True)


def test_a_manager_switches_it_for_the_own_team_and_the_change_log_says_so(client, team):
    manager, address = make_manager(team, first_name="Ayu"), f"/team/{team.pk}/handing-over/"
    make_rep(team)
    client.force_login(manager)
    assert 'href="/team/handing-over/"' in client.get("/team/").content.decode()
    assert f'action="{address}"' in client.get("/team/handing-over/").content.decode()
    assert said(client.post(address, {"state": "off"})) == ["Reps of SMB hand no leads over."]
    team.refresh_from_db()
    assert (team.reps_hand_over, team.history.first().history_user) == (False, manager)
    client.post(address, {"state": "on"})
    client.force_login(make_ops())
    assert "reps hand leads to colleagues" in client.get("/changes/?kind=teams").content.decode().lower()
    client.force_login(make_manager(TeamFactory()))
    with nothing_changes():
        assert client.post(address, {"state": "off"}).status_code == 404
