"""Goals and patterns with a history, in a real browser: both widths and themes, every picture, and axe."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.models import Entry
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, TeamFactory, fill_line, make_manager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = [f"/reports/goals/?view={view}" for view in ("age", "claimed", "oldest", "depth")]
ADDRESSES += [f"/reports/patterns/?view={view}" for view in ("came", "claimed", "depth")]


@pytest.fixture
def manager() -> User:
    """Twelve leads each Monday for seven weeks, who are claimed on Saturday; the queue is full all the while."""
    team = TeamFactory(name="Inside Sales Jakarta")
    queue = QueueFactory(team=team, name="SMB", slug="smb", depth_yellow=5)
    now = timezone.localtime()
    monday = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    moments = [monday - timedelta(weeks=week) for week in range(1, 8) for _lead in range(12)]
    entries = fill_line(queue, [(moment, {}) for moment in moments])
    for entry, moment in zip(entries, moments, strict=True):
        entry.entered_at, entry.left_at, entry.left_how = moment, moment + timedelta(days=5), Entry.Left.CLAIMED
    Entry.objects.bulk_update(entries, ["entered_at", "left_at", "left_how"])
    return make_manager(team)


def test_axe_finds_nothing_on_goals_and_patterns(open_page: OpenPage, manager: User):
    page = open_page(manager, ADDRESSES[0], reduced_motion="reduce")
    base = page.url.removesuffix(ADDRESSES[0])
    found = {}
    for address in ADDRESSES:
        page.goto(base + address)
        expect(page.locator(".al-picture svg")).not_to_have_count(0)
        if wrong := faults(page):
            found[address] = wrong
    assert found == {}


def test_one_press_leads_from_a_pattern_to_the_act(open_page: OpenPage, manager: User):
    page = open_page(manager, "/reports/patterns/", java_script_enabled=False)
    expect(page.locator(".al-patterns")).to_contain_text("SMB is always full")
    page.locator(".al-patterns").get_by_role("link", name="Lend reps to SMB").first.click()
    expect(page).to_have_url(page.url.split("/queues/")[0] + "/queues/smb/lend/")
