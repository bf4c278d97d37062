"""The reports in a real browser: filters without scripts, definitions, both widths and themes, and axe."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import Queue
from routing.models import Team
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Inside Sales Jakarta")


@pytest.fixture
def manager(team: Team) -> User:
    QueueFactory(team=team, name="SMB", slug="smb")
    make_rep(team)
    return make_manager(team)


def test_axe_finds_nothing_on_the_reports(open_page: OpenPage, manager: User, counted):
    paths = ["/reports/waits/", "/reports/contact/", "/reports/waits/?period=soon&queue=x"]
    paths += ["/reports/waits/?view=weeks", "/reports/contact/?view=weeks", "/reports/leads/?figure=wait_mean"]
    paths += [
        "/reports/mail/",
        "/reports/waits/?period=7d",
        "/reports/forecast/",
        "/reports/leads/?figure=forecast_due",
    ]
    paths += ["/reports/outcomes/", "/reports/outcomes/?view=speed", "/reports/losses/"]
    paths += ["/reports/leads/?figure=outcome_taken", "/reports/leads/?figure=loss_reason&period=x"]
    page = open_page(manager, paths[0], reduced_motion="reduce")
    page.get_by_role("button", name="Every Monday by mail").click()
    base = page.url.removesuffix(paths[0])
    found = {}
    for path in paths:
        page.goto(base + path)
        if path != "/reports/mail/":  # a list without filters
            page.locator("#filter-period summary").click()
        expect(page.locator("#mailed-head" if "/leads/" not in path else "h1")).to_be_visible()
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}


def test_a_filter_is_set_and_dates_are_chosen_without_scripts(open_page: OpenPage, manager: User):
    page = open_page(manager, "/reports/waits/", java_script_enabled=False)
    page.locator("#filter-queue summary").click()
    page.get_by_role("link", name="SMB").click()
    expect(page.locator("#filter-queue summary")).to_contain_text("SMB")
    page.locator("#filter-period summary").click()
    page.get_by_label("From").fill("2026-10-01")
    page.get_by_label("To", exact=True).fill("2026-10-15")
    page.get_by_role("button", name="Show these days").click()
    expect(page.locator("#filter-period summary")).to_contain_text("1 Oct – 15 Oct 2026")
    expect(page.locator("#filter-queue summary")).to_contain_text("SMB")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#filter-queue summary")).to_contain_text("all 1")


@pytest.fixture
def counted(team: Team, manager: User) -> None:
    """Two claims, some weeks apart, that the sweep has counted."""
    now = timezone.now()
    queue, rep = Queue.objects.get(slug="smb"), team.reps.get().user
    for weeks, hours in ((2, 1), (1, 30)):
        since = now - timedelta(weeks=weeks)
        make_entry(queue, since=since)
        take_next(queue, by=rep, at=since + timedelta(hours=hours))
    count_figures(at=now, patience=60)


def test_a_line_can_be_hovered_and_is_drawn_by_the_server_for_paper(open_page: OpenPage, manager: User, counted):
    page = open_page(manager, "/reports/waits/?view=weeks")
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.reload()
    place = page.locator(".al-plot .u-over")
    expect(place).to_be_visible()
    box = place.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 10 / 11, box["y"] + 50)
    expect(page.locator(".al-plottip")).to_contain_text("30 h")
    expect(page.locator(".al-plot > svg")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".al-plot > svg")).to_be_visible()
    expect(page.locator(".al-plotframe")).to_be_hidden()
    assert problems == []


def test_a_line_stands_there_without_scripts(open_page: OpenPage, manager: User, counted):
    page = open_page(manager, "/reports/waits/?view=weeks", java_script_enabled=False)
    expect(page.locator(".al-plot > svg")).to_be_visible()
    expect(page.locator(".al-plot > svg circle")).to_have_count(2)


def test_the_question_mark_explains_a_figure_and_leads_to_its_leads(open_page: OpenPage, manager: User, counted):
    page = open_page(manager, "/reports/waits/", java_script_enabled=False)
    page.locator(".al-answer .al-q summary").click()
    page.locator(".al-answer").get_by_role("link", name="The leads behind it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mean · The leads behind it")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="How long do leads wait?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How long do leads wait?")


def test_strips_of_a_phone_open_at_the_current_link_and_the_newest_end(open_page: OpenPage, manager: User, counted):
    page = open_page(manager, "/reports/survey/", width=390)
    for current in page.locator("nav [aria-current=page]").all():
        expect(current).to_be_in_viewport(ratio=0.95)
    assert page.locator(".al-nav [aria-current=page]").count() == 1
    page.goto(page.url.replace("survey/", "waits/?view=weeks"))
    left = page.locator("[data-newest-last]").evaluate(
        "strip => strip.scrollWidth - strip.clientWidth - strip.scrollLeft"
    )
    assert left <= 1


def test_leads_behind_a_figure_are_cards_on_a_phone(open_page: OpenPage, manager: User, counted):
    page = open_page(manager, "/reports/leads/?figure=wait_mean", width=390)
    scroller = page.get_by_role("group", name="Leads behind the figure")
    assert scroller.evaluate("strip => strip.scrollWidth <= strip.clientWidth")
    label = page.get_by_role("cell").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"Queue"'
