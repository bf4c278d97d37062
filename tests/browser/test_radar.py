"""The radar in a real browser: a difference with its evidence, what may explain it, and the leads; and axe (K2)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment, Team
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, SourceFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Inside Sales Jakarta")


@pytest.fixture
def rina(team: Team) -> User:
    """Gives back twelve of fourteen leads of the cold list; a colleague none."""
    queue = QueueFactory(team=team, name="Cold calls", slug="cold")
    rina = make_rep(team, first_name="Rina", last_name="Hartono")
    budi = make_rep(team, first_name="Budi", last_name="Wijaya")
    for number in range(14):
        for rep in (rina, budi):
            work(take(queue, rep), is_returned=rep == rina and number < 12)
    return rina


def take(queue: Queue, rep: User) -> Assignment:
    at = timezone.now() - timedelta(days=2)
    make_entry(queue, since=at, source=SourceFactory(slug="cold", name="Cold list"))
    return take_next(queue, by=rep, at=at)


def work(held: Assignment, *, is_returned: bool) -> None:
    at = timezone.now() - timedelta(days=1)
    if is_returned:
        return_lead(held, reason="not_my_type", note="", by=held.holder, at=at)
        held.lead.entries.filter(left_at__isnull=True).delete()
    else:
        log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=at)


def test_a_difference_leads_to_the_leads_behind_it(open_page: OpenPage, team: Team, rina: User):
    page = open_page(make_manager(team), "/reports/radar/")
    says = "1 of 2 reps works clearly differently from the team, counted over 30 days."
    expect(page.locator(".say")).to_contain_text(says)
    page.get_by_role("link", name="Gave back 12 of 14 leads of the source Cold list").click()
    expect(page.locator("h1")).to_contain_text("Gave back")
    expect(page.locator("tbody tr")).to_have_count(12)
    page.get_by_role("link", name="Who works differently?").click()
    expect(page.locator(".say")).to_contain_text("of Rina Hartono differ clearly from the team")
    page.locator("#main").get_by_role("link", name="Everybody").click()
    expect(page.get_by_role("row", name="Budi Wijaya")).to_contain_text("0 of 14")


def test_axe_finds_nothing_on_the_radar(open_page: OpenPage, team: Team, rina: User):
    paths = [
        "/reports/radar/",
        f"/reports/radar/?rep={rina.pk}",
        f"/reports/leads/?figure=radar_returned&rep={rina.pk}",
    ]
    page = open_page(make_manager(team), paths[0], reduced_motion="reduce")
    base, found = page.url.removesuffix(paths[0]), {}
    for path in paths:
        page.goto(base + path)
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}
