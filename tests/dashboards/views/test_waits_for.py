"""Who waits for an owner, a specialist or a cap says so on its row in the queue's list (F5, F6, G1, C4)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from queues.actions.dispatch.serve import serve
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import set_available
from routing.models import Rep, TimeOff
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    fill,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)


def skilled(*skills: str, **fields) -> User:
    user = make_rep(**fields)
    user.rep.skills = list(skills)
    user.rep.save(update_fields=["skills"])
    return user


def leave(user: User, *, days: int) -> None:
    TimeOff.objects.create(rep=user.rep, starts_at=MORNING - DAY, ends_at=MORNING + days * DAY, kind="leave")


def push_queue(*people: User, **fields) -> Queue:
    return QueueFactory(slug="hot", dispatch="push", rotation=make_rotation(*people, **fields))


@pytest.fixture
def line_page(client: Client, page_text):
    def read(user: User) -> str:
        client.force_login(user)
        return page_text(client.get(reverse("dashboards:queue", args=["hot"])))

    return read


@pytest.mark.parametrize("make_reader", [make_manager, make_ops])
def test_a_lead_that_only_an_absent_specialist_may_have(line_page, make_reader):
    specialist = skilled("Banking", first_name="Dewi", last_name="Sari")
    leave(specialist, days=5)
    make_entry(push_queue(skilled(), specialist, skill="industry"), industry="Banking")
    assert "Waits for Banking: Dewi Sari, back Sat 10:42" in line_page(make_reader())


def test_a_country_is_named_and_a_skill_that_nobody_has_is_told(line_page):
    make_entry(push_queue(skilled("ID"), skill="country", name="Asia"), country="SG")
    assert "Waits for Singapore: nobody in Asia has this skill" in line_page(make_ops())


def test_a_lead_that_waits_for_the_owner_of_its_account(line_page):
    owner = make_rep(first_name="Rina", last_name="Wati")
    leave(owner, days=2)
    account = AccountFactory(name="Kopi Senja", domain="kopi.co.id", owner=owner)
    rotation = make_rotation(make_rep())
    queue = QueueFactory(slug="hot", dispatch="push", rotation=rotation, owner_match="domain", owner_away="wait")
    make_entry(queue, company_domain="kopi.co.id", account=account)
    assert "Waits for its owner Rina Wati, on leave until" in line_page(make_ops())


@pytest.mark.parametrize(
    ("caps", "sentence"),
    [
        ({"cap_hour": 1}, "Waits until 11:42: everybody reached the cap for any 60 minutes"),
        ({"cap_day": 1}, "Waits until Tue 00:00: everybody reached the daily cap"),
        ({"cap_day": 1, "cap_zone": "member"}, "Waits until 12:00: everybody reached the daily cap"),
        ({"cap_week": 1, "cap_hour": 1}, "Waits until 23 Nov, 00:00: everybody reached the weekly cap"),
        ({"cap_month": 1}, "Waits until 1 Dec, 00:00: everybody reached the monthly cap"),
        ({"cap_month": 0}, "Waits until a cap is raised: everybody has a cap of 0"),
    ],
)
def test_leads_behind_a_cap_say_when_it_opens(line_page, caps, sentence):
    rep = make_rep()
    Rep.objects.filter(user=rep).update(time_zone="America/New_York")
    queue = push_queue(rep, **caps)
    fill(queue, 2)
    serve(queue, at=MORNING)
    assert sentence in line_page(make_ops())


def test_a_lead_that_everybody_gave_back_waits_for_a_manager_and_a_free_rep_for_nothing(line_page):
    rep = make_rep()
    queue = push_queue(rep)
    make_entry(queue)
    (held,) = serve(queue, at=MORNING)
    return_lead(held, reason="no_skill", note="", by=rep, at=MORNING)
    assert "Waits for a manager: everybody available returned it" in line_page(make_ops())
    queue.rotation.members.create(rep=make_rep().rep, position=5)
    assert "Waits for" not in line_page(make_ops())


def test_an_empty_rotation_and_one_that_is_off_and_one_whose_members_are_away_say_so(line_page):
    away = make_rep(first_name="Adi", last_name="Putra")
    queue = push_queue(name="SMB")
    make_entry(queue)
    ops = make_ops()
    assert "Waits for members: nobody is in SMB" in line_page(ops)
    queue.rotation.members.create(rep=away.rep)
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    assert "Waits for somebody to be there: Adi Putra, paused" in line_page(ops)
    queue.rotation.is_active = False
    queue.rotation.save()
    assert "Waits for SMB, which is switched off" in line_page(ops)


def test_the_page_asks_as_much_for_twenty_leads_as_for_one(client):
    specialist = skilled("Banking")
    leave(specialist, days=5)
    queue = push_queue(specialist, skill="industry")
    client.force_login(make_ops())
    counts = []
    for more in (1, 19):
        fill(queue, more, industry="Banking")
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("dashboards:queue", args=["hot"]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
