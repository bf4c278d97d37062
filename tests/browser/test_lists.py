"""Lists with views and columns, and acts on many own leads, in a real browser: keys, live swaps, axe (M8)."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import SavedView
from queues.actions.claims.take import take_next
from queues.models import Queue
from tests.browser.pages import OpenPage, settled
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


@pytest.fixture
def smb() -> Queue:
    now = timezone.now()
    queue = QueueFactory(team=TeamFactory(name="Jakarta"), name="SMB", slug="smb")
    for number in range(4):
        make_entry(queue, since=now - 9 * HOUR, company_name=f"Acme {number}", first_name="Dewi", title="Owner")
    return queue


@pytest.fixture
def rep(smb: Queue) -> User:
    made = make_rep(smb.team)
    for _lead in range(3):
        take_next(smb, by=made, at=timezone.now() - HOUR)
    for page in ("own_leads", "search"):
        SavedView.objects.create(
            user=made, page=page, name="Largest first", query="sort=-score", made_at=timezone.now()
        )
    return made


def test_own_leads_are_ticked_by_keys_noted_at_once_and_undone(open_page: OpenPage, rep: User):
    page = open_page(rep, "/my-leads/")
    bar = page.locator("#many")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 chosen")
    page.keyboard.press("m")
    expect(page.locator("#many-text")).to_be_focused()
    page.keyboard.type("Likes tea")
    bar.get_by_role("button", name="Keep note").dblclick()
    expect(page.locator("#toasts")).to_contain_text("Note saved at 2 leads.")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone for 2 leads.")


def test_what_is_chosen_in_a_menu_stays_when_the_list_is_replaced(open_page: OpenPage, smb: Queue):
    page = settled(open_page(make_manager(smb.team), "/queues/smb/"))
    page.locator("#list-columns summary").click()
    score = page.locator("#list-columns").get_by_label("Score")
    score.uncheck()
    make_entry(smb, since=timezone.now() - HOUR, company_name="New here")
    expect(page.locator("#queue-live")).to_contain_text("New here")
    expect(score).not_to_be_checked()
    page.locator("#list-columns").get_by_role("button", name="Show these columns").click()
    expect(page.get_by_role("columnheader", name="Score")).to_have_count(0)
    expect(page.locator("#queue-live")).to_contain_text("New here")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_lists(open_page: OpenPage, rep: User, site: str, width: int, theme: str):
    view, found = SavedView.objects.get(page="own_leads"), {}
    page = open_page(rep, "/my-leads/", width=width, theme=theme, reduced_motion="reduce")
    for path in (
        f"/my-leads/?sort=-score&view={view.pk}",
        "/my-leads/?show=shoes&columns=phone,email",
        "/search/?q=acme",
    ):
        for menu in ("#list-views", "#list-columns", "#many-return"):
            page.goto(f"{site}{path}")
            if menu.startswith("#many"):
                if not page.locator("[name=leads]").count():
                    continue
                page.locator("[name=leads]").first.check()
            page.locator(f"{menu} summary").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, menu)
            results = Axe().run(page)
            if results.response["violations"]:
                found[path, menu] = results.generate_report()
    assert found == {}, "\n".join(found.values())
