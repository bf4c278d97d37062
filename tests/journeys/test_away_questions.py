"""Somebody goes away and leaves leads without first contact: the managers are asked, and answer (D2)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from queues import tasks
from queues.actions.claims.take import take_next
from queues.models import AwayQuestion, Breach, Queue
from routing.actions.availability.time_off import cancel_time_off, plan_time_off, set_available
from routing.actions.contact import log_contact
from routing.actions.people import deactivate_person, reactivate_person
from routing.models import Assignment, Notification
from tests.clients import PersonClient
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


@pytest.fixture
def manager(team) -> User:
    return make_manager(team, first_name="Maya", last_name="")


@pytest.fixture
def rina(team, queue, manager) -> User:
    """With two leads that she has not contacted."""
    rep = make_rep(team, first_name="Rina", last_name="")
    fill(queue, 2)
    for _lead in range(2):
        take_next(queue, by=rep, at=MORNING)
    return rep


@pytest.fixture
def budi(team) -> User:
    return make_rep(team, first_name="Budi", last_name="")


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return tasks.ask_about_absent()


def leave(rep: User, *, starts_at: datetime = MORNING, ends_at: datetime = MORNING + 2 * DAY, kind: str = "leave"):
    return plan_time_off(
        rep.rep, kind=kind, starts_at=starts_at, ends_at=ends_at, note="", by=rep, at=min(starts_at, MORNING)
    )


def told(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user, kind="away_question").order_by("pk")
    return [row.details["why"] for row in rows]


def page(user: User, *, at: datetime = MORNING + MINUTE, path: str = "/escalations/") -> str:
    client = PersonClient()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        return client.get(path).content.decode()


def answer(user: User, how: str, *, at: datetime = MORNING + MINUTE):
    client = PersonClient()
    client.force_login(user)
    question = AwayQuestion.objects.latest("pk")
    with time_machine.travel(at, tick=False):
        return client.post(f"/away/{question.pk}/{how}/", follow=True)


def holders() -> dict[str, int]:
    names = list(Assignment.objects.open().values_list("holder__first_name", flat=True).order_by("pk"))
    return {name: names.count(name) for name in names}


@pytest.mark.parametrize("kind", ["leave", "sick"])
def test_leave_that_begins_now_asks_at_once(rina, manager, kind):
    leave(rina, kind=kind)
    assert told(manager) == [kind]
    sweep(MORNING + MINUTE)
    assert told(manager) == [kind]
    asked = AwayQuestion.objects.get()
    assert (asked.since_at, asked.until_at, asked.leads) == (MORNING, MORNING + 2 * DAY, 2)
    assert "Rina is away until Wed 10:42 and holds 2 leads without first contact." in page(manager)


def test_leave_planned_before_asks_when_it_begins(rina, manager):
    leave(rina, starts_at=MORNING + HOUR)
    sweep(MORNING + HOUR - MINUTE)
    assert told(manager) == []
    for minutes in range(3):
        sweep(MORNING + HOUR + minutes * MINUTE)
    assert told(manager) == ["leave"]


def test_who_is_switched_off_without_an_end_is_asked_about(rina, manager):
    set_available(rina.rep, is_available=False, by=manager, at=MORNING)
    assert told(manager) == ["switched_off"]
    assert "Rina takes no leads for now and holds 2 leads without first contact." in page(manager)
    assert "Rina takes no leads for now" in page(manager, path="/inbox/")


def test_a_pause_with_an_end_a_meeting_and_a_holiday_ask_nobody(rina, manager):
    set_available(rina.rep, is_available=False, by=rina, at=MORNING, until=MORNING + HOUR)
    leave(rina, kind="meeting")
    sweep(MORNING + MINUTE)
    assert AwayQuestion.objects.count() == 0


def test_who_is_deactivated_is_asked_about_even_on_leave(rina, manager):
    leave(rina)
    deactivate_person(rina, by=make_ops(is_superuser=True), at=MORNING + MINUTE)
    assert told(manager) == ["leave", "deactivated"]
    assert [each.answer for each in AwayQuestion.objects.order_by("pk")] == ["over", ""]


def test_who_has_contacted_all_leads_is_not_asked_about(rina, manager):
    for held in Assignment.objects.open():
        log_contact(held, kind="call", outcome="reached", note="", by=rina, at=MORNING)
    leave(rina)
    sweep(MORNING + MINUTE)
    assert AwayQuestion.objects.count() == 0


def test_without_a_manager_sales_ops_are_asked(queue):
    ops, alone = make_ops(), make_rep(first_name="Ani", last_name="")
    open_queue = QueueFactory()
    fill(open_queue, 1)
    take_next(open_queue, by=alone, at=MORNING)
    set_available(alone.rep, is_available=False, by=ops, at=MORNING)
    assert told(ops) == ["switched_off"]
    assert f"/team/{alone.rep.pk}/hand-on/" in page(ops, path="/inbox/")


def test_each_absence_is_asked_about_once_and_a_new_one_again(rina, manager):
    for _twice in range(2):
        set_available(rina.rep, is_available=False, by=rina, at=MORNING)
        sweep(MORNING + MINUTE)
    assert told(manager) == ["switched_off"]
    answer(manager, "keep")
    sweep(MORNING + 2 * MINUTE)
    assert told(manager) == ["switched_off"]
    set_available(rina.rep, is_available=True, by=rina, at=MORNING + HOUR)
    sweep(MORNING + HOUR)
    set_available(rina.rep, is_available=False, by=rina, at=MORNING + 2 * HOUR)
    assert told(manager) == ["switched_off"] * 2


def test_the_question_goes_when_the_rep_is_back(rina, manager):
    off = leave(rina)
    cancel_time_off(off, by=rina, at=MORNING + HOUR)
    sweep(MORNING + HOUR)
    assert AwayQuestion.objects.get().answer == "over"
    assert "Hand on now" not in page(manager, at=MORNING + HOUR)


def test_who_came_back_after_being_deactivated_and_goes_again_is_asked_about_again(rina, manager):
    ops = make_ops(is_superuser=True)
    deactivate_person(rina, by=ops, at=MORNING)
    reactivate_person(rina, by=ops, at=MORNING + HOUR)
    sweep(MORNING + HOUR)
    deactivate_person(rina, by=ops, at=MORNING + 2 * HOUR)
    assert told(manager) == ["deactivated"] * 2


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_hand_on_gives_the_leads_to_colleagues_with_a_new_clock(rina, budi, manager, queue, kind):
    if kind == "push":
        queue.dispatch, queue.rotation = "push", make_rotation(rina, budi)
        queue.save()
    leave(rina)
    said = answer(manager, "hand-on").content.decode()
    assert "2 leads of Rina went to colleagues." in said
    assert holders() == {"Budi": 2}
    new = Assignment.objects.open().first()
    assert (new.how, new.assigned_by, new.breaches) == ("handed_on", manager, 0)
    assert new.contact_due_at == MORNING + MINUTE + 2 * HOUR
    assert list(Assignment.objects.filter(holder=rina).values_list("ended_how", flat=True)) == ["reassigned"] * 2
    assert AwayQuestion.objects.get().answer == "hand_on"


def test_a_lead_that_nobody_else_can_have_stays_and_the_answer_says_so(rina, manager):
    leave(rina)
    assert "2 leads stay, because nobody else can have them now." in answer(manager, "hand-on").content.decode()
    assert holders() == {"Rina": 2}


def test_a_lead_already_contacted_stays_with_its_holder(rina, budi, manager):
    held = Assignment.objects.open().first()
    log_contact(held, kind="call", outcome="reached", note="", by=rina, at=MORNING)
    leave(rina)
    answer(manager, "hand-on")
    assert holders() == {"Rina": 1, "Budi": 1}


def test_keep_changes_nothing_and_the_steps_still_come(rina, budi, manager):
    leave(rina)
    assert "The leads stay with Rina." in answer(manager, "keep").content.decode()
    assert holders() == {"Rina": 2}
    with time_machine.travel(MORNING + 7 * HOUR, tick=False):
        tasks.escalate_overdue()
    assert (Breach.objects.count(), holders()) == (6, {"Budi": 2})


def test_while_nobody_answers_the_steps_still_come(rina, budi, manager):
    leave(rina)
    with time_machine.travel(MORNING + 7 * HOUR, tick=False):
        tasks.escalate_overdue()
    assert holders() == {"Budi": 2}
    sweep(MORNING + 7 * HOUR)
    assert AwayQuestion.objects.get().answer == "over"


def test_a_second_manager_reads_who_answered(rina, budi, manager, team):
    leave(rina)
    answer(manager, "keep")
    late = answer(make_manager(team), "hand-on").content.decode()
    assert "Decided already: Kept, by Maya" in late
    assert holders() == {"Rina": 2}


def test_another_teams_manager_neither_sees_nor_answers(rina, manager):
    leave(rina)
    stranger = make_manager(TeamFactory())
    assert "Hand on now" not in page(stranger)
    assert answer(stranger, "keep").status_code == 404
    assert AwayQuestion.objects.get().answered_at is None


def test_the_switch_in_the_admin_asks_too(client, rina, manager):
    client.force_login(make_ops(is_superuser=True))
    address = f"/admin/auth/user/{rina.pk}/change/"
    sent = form_of(client.get(address), "user_form")
    assert sent.pop("is_active") == ["on"]
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert told(manager) == ["deactivated"]
