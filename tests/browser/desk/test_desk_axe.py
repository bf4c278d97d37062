"""Axe on every page of a rep."""

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve
from queues.models import Queue
from queues.queries.waiting import first_positions
from routing.actions.notifications import notify
from routing.models import Assignment
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, TeamFactory, fill, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy_rep(queue: Queue, at: datetime) -> User:
    """A rep with an open, a contacted and a closed lead, a message, time off ahead, and a place in line."""
    rep = make_rep(TeamFactory(), first_name="Rina", last_name="Hartono")
    turns = QueueFactory(dispatch="push", rotation=make_rotation(rep, make_rep()))
    fill(queue, 30, since=at)
    take_next(queue, by=rep, at=at + timedelta(minutes=5))
    client = Client()
    client.force_login(rep)
    second, third = (take_next(queue, by=rep, at=at + timedelta(minutes=6)).lead_id for _ in range(2))
    client.post(f"/leads/{second}/contact/", {"kind": "call", "outcome": "reached"})
    client.post(f"/leads/{third}/convert/", {"stage": "won"})
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    day = {"kind": "leave", "first_day": tomorrow, "starts": "noon", "last_day": tomorrow, "ends": "evening"}
    client.post("/time-off/", day)
    fill(turns, 2), serve(turns, at=at)
    head = first_positions(queue, at=timezone.now(), limit=1)[0]
    client.post(f"/take/{head.entry.id}/look/")
    notify([rep.pk], kind="contact_due", key="k", at=at, lead_id=second, details={"number": 1})
    return rep


PAGES = ["/desk/", "/desk/?queue=mql", "/my-queues/", "/my-queues/?queue=mql", "/desk/closed/", "/leads/{lead}/"]
PAGES += ["/desk/?lead={lead}", "/leads/{contacted}/", "/acts/{act}/correct/"]
PAGES += ["/search/?q=company", "/inbox/", "/time-off/", "/rotations/mine/", "/fairness/"]


def test_axe_finds_nothing_on_the_pages_of_a_rep(open_page: OpenPage, busy_rep: User):
    lead = Assignment.objects.open().filter(holder=busy_rep).order_by("pk").first().lead_id
    page = open_page(busy_rep, "/desk/", reduced_motion="reduce")
    base = page.url.removesuffix("/desk/")
    act, found = Activity.objects.get(kind="contacted"), {}
    for path in PAGES:
        page.goto(base + path.format(lead=lead, act=act.pk, contacted=act.lead_id))
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_an_open_act(open_page: OpenPage, busy_rep: User, theme: str):
    page = open_page(busy_rep, "/desk/", theme=theme, reduced_motion="reduce")
    found = {}
    for act in ("convert", "disqualify", "return", "note", "snooze"):
        page.locator(f"#act-{act} summary").click()
        results = Axe().run(page)
        if results.response["violations"]:
            found[act] = results.generate_report()
        page.locator(f"#act-{act} summary").click()
    assert found == {}
