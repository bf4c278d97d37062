"""What a first visit brings over the wire from the server of the demo: at most 150 KB, fonts apart."""

import http.client
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.actions.claims.take import take_next
from tests.benchmarks.measure import report
from tests.factories import QueueFactory, TeamFactory, fill, make_manager, make_ops, make_rep
from tests.page_weight import ENCODINGS, LIMIT, weigh, without_fonts

WAITING, HELD = 100, 10


@pytest.mark.django_db(transaction=True)
def test_weight_of_a_first_visit(site: str):
    team = TeamFactory()
    queue = QueueFactory(team=team)
    fill(queue, WAITING + HELD, since=timezone.now())
    rep, manager, ops = make_rep(team), make_manager(team), make_ops()
    for _ in range(HELD):
        take_next(queue, by=rep, at=timezone.now())
    for path, person in (("/desk/", rep), ("/queues/", manager), ("/flow/", ops), ("/sign-in/", None)):
        weight = visit(site, person, path)
        figures = {kind: weight[kind] / 1000 for kind in ("html", "css", "javascript", "icons", "fonts")}
        figures |= {"requests": weight["requests"], "without fonts": without_fonts(weight) / 1000}
        report(f"First visit of {path}, KB over the wire", figures, bar=f"without fonts at most {LIMIT // 1000}")
        assert without_fonts(weight) <= LIMIT


def visit(site: str, person: User | None, path: str) -> Counter[str]:
    headers = {"Accept-Encoding": ENCODINGS, "Host": urlsplit(site).netloc}
    if person is not None:
        client = Client()
        client.force_login(person, "routing.backends.RoutingBackend")
        headers["Cookie"] = f"sessionid={client.cookies['sessionid'].value}"

    def fetch(address: str) -> tuple[str, bytes, int]:
        link = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
        link.request("GET", address, headers=headers)
        answer = link.getresponse()
        body = answer.read()
        link.close()
        assert answer.status == 200, (address, answer.status)
        return answer.headers["Content-Type"], body, len(bytes(answer.headers))

    return weigh(fetch, path)
