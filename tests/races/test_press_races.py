"""One press of take next that arrives twice at the same moment takes one lead; other people do not wait (C2)."""

from contextlib import nullcontext

import pytest
from django.db import connection, transaction

from queues.actions.claims.guards import lock_person
from queues.models import Queue
from routing.models import Assignment
from tests.clients import PersonClient
from tests.factories import QueueFactory, TeamFactory, fill, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
TAKE, BATCH = "/take-next/", "/take-batch/"


@pytest.fixture
def queue() -> Queue:
    queue = QueueFactory(team=TeamFactory(), batch_size=2)
    fill(queue, 9)
    return queue


def browser(user) -> PersonClient:
    client = PersonClient()
    client.force_login(user)
    return client


def presses(user, address: str, times: int, **sent):
    """The same form of one page, sent by several connections of one browser."""
    cookies = browser(user).cookies

    def press():
        client = PersonClient()
        client.cookies = cookies
        return client.post(address, {"known": "0", **sent})

    return [press] * times


@pytest.mark.parametrize("sent", [{}, {"queue": "named"}], ids=["all_queues", "one_queue"])
def test_two_plain_presses_of_one_page_take_one_lead(queue: Queue, sent):
    rep = make_rep(queue.team)
    sent = dict.fromkeys(sent, queue.slug)
    answers = all_at_once(presses(rep, TAKE, 4, **sent))
    (taken,) = Assignment.objects.all()
    assert {(each.status_code, each.url) for each in answers} == {(302, f"/desk/?lead={taken.lead_id}#lead")}


def test_two_plain_batches_of_one_page_take_one_batch(queue: Queue):
    rep = make_rep(queue.team)
    answers = all_at_once(presses(rep, BATCH, 3, queue=queue.slug, count="2"))
    assert ([each.status_code for each in answers], Assignment.objects.count()) == ([302] * 3, 2)


def test_presses_of_different_people_take_a_lead_each(queue: Queue):
    people = [make_rep(queue.team) for _number in range(3)]
    all_at_once([press for rep in people for press in presses(rep, TAKE, 2)])
    assert sorted(Assignment.objects.values_list("holder", flat=True)) == [rep.pk for rep in people]


def test_nobody_waits_for_the_press_of_somebody_else(queue: Queue):
    busy, free = make_rep(queue.team), make_rep(queue.team)
    client = browser(free)
    is_locking = connection.features.has_select_for_update  # SQLite lets one writer in at a time
    with transaction.atomic() if is_locking else nullcontext():
        lock_person(busy)

        def press():
            if is_locking:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '2s'")
            return client.post(TAKE, {"known": "0"})

        (answer,) = all_at_once([press])
    assert (answer.status_code, Assignment.objects.get().holder) == (302, free)
