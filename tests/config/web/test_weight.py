"""A first visit stays light on every start page, counted without a browser; `make bench` counts it over a real wire."""

from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.actions.claims.take import take_next
from tests.factories import QueueFactory, TeamFactory, fill, make_manager, make_ops, make_rep
from tests.page_weight import ENCODINGS, LIMIT, weigh, without_fonts

pytestmark = pytest.mark.django_db


def first_visit(person: User, path: str) -> Counter[str]:
    client = Client(headers={"Accept-Encoding": ENCODINGS})
    client.force_login(person)

    def fetch(address: str) -> tuple[str, bytes, int]:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer["Content-Type"], body, sum(len(name) + len(value) + 4 for name, value in answer.items())

    return weigh(fetch, path)


@pytest.mark.parametrize(("role", "path"), [("rep", "/desk/"), ("manager", "/queues/"), ("ops", "/flow/")])
def test_a_first_visit_of_a_start_page_weighs_at_most_150_kb(role: str, path: str):
    team = TeamFactory()
    queue = QueueFactory(team=team)
    fill(queue, 60, since=timezone.now())
    person = {"rep": lambda: make_rep(team), "manager": lambda: make_manager(team), "ops": make_ops}[role]()
    if role == "rep":
        for _ in range(5):
            take_next(queue, by=person, at=timezone.now())
    weight = first_visit(person, path)
    assert {"html", "css", "javascript", "icons", "fonts"} <= weight.keys()
    assert without_fonts(weight) <= LIMIT, dict(weight)
