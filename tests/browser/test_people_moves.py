"""Turns given and leads handed on in a real browser, and axe on the pages of it (F9, F10)."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.claims.take import take_next
from routing.actions.alerts import alert_failed_audit
from routing.actions.rotation.credits import catch_up
from routing.models import Assignment, Audit, LedgerLine, Rotation
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(minutes=20)


@pytest.fixture
def people() -> list[User]:
    team = TeamFactory(name="SMB")
    return [make_rep(team, first_name=name, last_name="") for name in ("Maria", "Rina", "Carlos")]


@pytest.fixture
def rotation(people: list[User]) -> Rotation:
    return make_rotation(*people)


@pytest.fixture
def manager(people: list[User]) -> User:
    return make_manager(people[0].rep.teams.get())


@pytest.fixture
def held(people: list[User], at: datetime) -> None:
    """Rina holds three leads."""
    queue = QueueFactory(name="MQL")
    for _number in range(3):
        make_entry(queue, since=at)
        take_next(queue, by=people[1], at=at)


def test_turns_are_given_and_taken_back(open_page: OpenPage, rotation: Rotation):
    page = open_page(make_ops(), f"/rotations/{rotation.pk}/", reduced_motion="reduce")
    page.get_by_role("link", name="Give turns").click()
    page.get_by_label("Member").select_option(label="Carlos")
    page.get_by_label("Turns", exact=True).fill("3")
    page.get_by_label("Why").fill("was ill")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".al-turns li")).to_contain_text(["Carlos", "Carlos", "Carlos", "Maria", "Rina"])
    page.get_by_role("button", name="Give 3 turns").click()
    ledger = page.get_by_role("region", name="Outside the plain order")
    expect(ledger).to_contain_text("3 not used yet")
    ledger.get_by_role("link", name="Take back").click()
    page.get_by_label("Why").fill("came back early")
    page.get_by_role("button", name="Take 3 turns back").click()
    expect(ledger.locator("tbody tr").first).to_contain_text("3 turns taken back, unused")


def test_leads_go_on_from_the_team_page(open_page: OpenPage, people, rotation, manager: User, held: None):
    page = open_page(manager, f"/team/?open={people[1].rep.pk}", reduced_motion="reduce")
    page.get_by_role("link", name="Hand on the leads of Rina").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".al-rank li")).to_have_text(["Maria2", "Carlos1"])
    page.get_by_role("button", name="Hand 3 leads on").click()
    expect(page.locator("main")).to_contain_text("Rina holds no open lead.")
    assert Assignment.objects.open().filter(holder=people[1]).count() == 0


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, people, rotation, manager: User, held: None, at: datetime
):
    ops = make_ops()
    catch_up(rotation, rep=people[0].rep, turns=2, why="was ill", by=ops, at=at)
    line = LedgerLine.objects.get(kind="catch_up")
    Audit.objects.create(
        rotation=rotation, at=at, turns=4, faults=[{"turn": 1, "what": "owner", "was": "", "should": ""}]
    )
    alert_failed_audit(rotation, faults=1, is_unreadable=False, at=at)
    places = [
        (ops, f"/rotations/{rotation.pk}/", ""),
        (ops, f"/rotations/{rotation.pk}/give-turns/?rep={people[0].rep.pk}", ""),
        (ops, f"/rotations/{rotation.pk}/give-turns/?rep={people[0].rep.pk}", "Go on"),
        (ops, f"/rotations/{rotation.pk}/ledger/{line.pk}/take-back/", ""),
        (ops, "/flow/", ""),
        (ops, "/inbox/", ""),
        (manager, f"/team/?open={people[1].rep.pk}", ""),
        (manager, f"/team/{people[1].rep.pk}/hand-on/", ""),
        (manager, f"/team/{people[1].rep.pk}/hand-on/", "Go on"),
    ]
    found = {}
    for person, path, press in places:
        page = open_page(person, path, reduced_motion="reduce")
        if press:
            for field in page.get_by_label("Why").all():
                field.fill("was ill")
            page.get_by_role("button", name=press).click()
            expect(page.get_by_role("button", name=press)).to_have_count(0)
        if wrong := faults(page):
            found[path, press] = wrong
    assert found == {}
