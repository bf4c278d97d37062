"""The pages of sales ops in a real browser: the review desk by keyboard, many at once, live, and axe on every page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from config.worker.heartbeat import record_heartbeat
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import nurture
from queues.models import Entry, EntryRule, Queue, ReviewItem
from routing.models import TimeOff
from tests.browser.pages import OpenPage, faults, open_as, settled
from tests.factories import QueueFactory, SourceFactory, fill, make_entry, make_lead, make_ops, make_rep, make_rotation
from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPANIES = ("Kopi Senja", "Bumi Hijau", "Pelita Medika", "Toko Rejeki")


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(minutes=20)


@pytest.fixture
def smb() -> Queue:
    return QueueFactory(name="SMB", slug="smb", position=1)


@pytest.fixture
def desk(at: datetime, smb: Queue) -> list[ReviewItem]:
    """Four leads with a low score stand on the desk, Kopi Senja newest; the rule below would take them into SMB."""
    low = [{"field": "score", "operator": "less_than", "value": 40}]
    EntryRule.objects.create(name="Score below 40", position=1, outcome="review", conditions=low)
    EntryRule.objects.create(name="All others", position=2, outcome="queue", queue=smb)
    for number, company in enumerate(COMPANIES):
        lead = make_lead(company_name=company, score=20, at=at - timedelta(minutes=number))
        place_leads([lead], at=at - timedelta(minutes=number))
    return list(ReviewItem.objects.order_by("-opened_at"))


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    """Opens an address as sales ops (or another person), in a browser context of its own."""

    def open_one(path: str, *, person: User | None = None, **options: Any) -> Page:
        return open_as(browser, site, person or make_ops(), path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()


def stages() -> dict[str, str]:
    return dict(Lead.objects.order_by("pk").values_list("company_name", "stage"))


def test_desk_is_worked_through_by_keyboard(open_page: OpenPage, desk: list[ReviewItem], smb: Queue):
    page = open_page("/review/")
    expect(page.locator("#rv")).to_have_text("Kopi Senja")
    page.keyboard.press("j")
    expect(page.locator("#rv")).to_have_text("Bumi Hijau")
    page.keyboard.press("k")
    expect(page.locator("#rv")).to_have_text("Kopi Senja")
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja goes into SMB.")
    expect(page.locator("#rv")).to_have_text("Bumi Hijau")
    page.keyboard.press("u")
    expect(page.locator("#rv")).to_have_text("Pelita Medika")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#rv")).to_have_text("Toko Rejeki")
    expect(page.locator("#review-head")).to_contain_text("1 lead needs a human.")
    assert stages() == {
        "Kopi Senja": "waiting",
        "Bumi Hijau": "nurture",
        "Pelita Medika": "rejected",
        "Toko Rejeki": "review",
    }
    assert Lead.objects.get(company_name="Pelita Medika").closed_reason == "duplicate"
    assert Entry.objects.waiting().get().queue == smb


def test_last_decision_leaves_a_clear_desk(open_page: OpenPage, desk: list[ReviewItem]):
    ReviewItem.objects.exclude(pk=desk[0].pk).delete()
    page = open_page("/review/")
    page.keyboard.press("u")
    expect(page.locator("#review-list")).to_contain_text("The desk is clear.")
    expect(page.locator("#rev")).to_contain_text("Nothing to decide here")


def test_many_are_decided_at_once(open_page: OpenPage, desk: list[ReviewItem]):
    page = open_page("/review/")
    bulk = page.locator("#bulk")
    expect(bulk).to_be_hidden()
    page.get_by_label("Select all on this page").check()
    expect(bulk).to_contain_text("4 ticked")
    page.get_by_label("Select Toko Rejeki").uncheck()
    expect(bulk).to_contain_text("3 ticked")
    bulk.get_by_role("button", name="Approve into").click()
    expect(page.locator("#toasts")).to_contain_text("3 leads go into SMB.")
    expect(page.locator("#rv")).to_have_text("Toko Rejeki")
    assert stages() == dict.fromkeys(COMPANIES[:3], "waiting") | {"Toko Rejeki": "review"}


def test_a_message_is_said_though_a_refresh_took_its_form(open_page: OpenPage, desk: list[ReviewItem]):
    page, held = settled(open_page("/review/")), []
    page.route("**/review/decide/**", lambda route: held.append((route, route.fetch())), times=1)
    page.get_by_label(f"Select {COMPANIES[0]}").check()
    page.locator("#bulk").get_by_role("button", name="Approve into").click()
    expect(page.locator("#review-list")).not_to_contain_text(COMPANIES[0])
    held[0][0].fulfill(response=held[0][1])
    expect(page.locator("#toasts")).to_contain_text(f"{COMPANIES[0]} goes into SMB.")


def test_ticks_stay_while_leads_are_opened_and_the_list_follows(
    open_page: OpenPage, desk: list[ReviewItem], at: datetime
):
    page = settled(open_page("/review/"))
    page.keyboard.press("x")
    page.get_by_label("Select Bumi Hijau").check()
    page.keyboard.press("j")
    expect(page.locator("#rv")).to_have_text("Bumi Hijau")
    expect(page.locator("#bulk")).to_contain_text("2 ticked")
    nurture(desk[3], by=None, at=at)
    expect(page.locator("#review-list")).not_to_contain_text("Toko Rejeki")
    expect(page.locator("#bulk")).to_contain_text("2 ticked")
    expect(page.get_by_label("Select Kopi Senja")).to_be_checked()


def test_typed_text_survives_live_updates_and_a_late_decision_is_reported(
    open_page: OpenPage, desk: list[ReviewItem], at: datetime
):
    page = settled(open_page("/review/"))
    page.keyboard.press("e")
    page.get_by_label("First name").fill("Half a na")
    ayu = make_ops(first_name="Ayu", last_name="Wulandari")
    nurture(desk[1], by=ayu, at=timezone.now())
    expect(page.locator("#review-list")).not_to_contain_text("Bumi Hijau")
    expect(page.get_by_label("First name")).to_have_value("Half a na")
    nurture(desk[0], by=ayu, at=timezone.now())
    expect(page.locator("#review-gone")).to_contain_text("Ayu Wulandari decided about Kopi Senja")
    expect(page.get_by_label("First name")).to_have_value("Half a na")
    page.locator("#rev").get_by_role("button", name="Save and apply the rules again").click()
    expect(page.locator("#toasts")).to_contain_text("Ayu Wulandari decided about Kopi Senja")
    expect(page.locator("#rv")).to_have_text("Pelita Medika")


def test_a_corrected_lead_goes_where_the_rules_say(open_page: OpenPage, desk: list[ReviewItem]):
    page = open_page("/review/")
    page.keyboard.press("e")
    page.get_by_label("E-mail").fill("no address")
    page.get_by_role("spinbutton", name="Score").fill("77")
    page.get_by_role("button", name="Save and apply the rules again").click()
    expect(page.locator("#rev")).to_contain_text("This is not an e-mail address.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_label("E-mail").fill("dewi@kopisenja.example")
    page.get_by_role("button", name="Save and apply the rules again").click()
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja now waits in SMB.")
    expect(page.locator("#rv")).to_have_text("Bumi Hijau")


def test_desk_works_without_scripts(open_page: OpenPage, desk: list[ReviewItem]):
    page = open_page("/review/", java_script_enabled=False)
    page.get_by_role("link", name="Pelita Medika").click()
    expect(page.locator("#rv")).to_have_text("Pelita Medika")
    page.locator("#rev").get_by_role("button", name="Approve into").click()
    expect(page.locator("#toasts")).to_contain_text("Pelita Medika goes into SMB.")
    expect(page.locator("#rv")).to_have_text("Toko Rejeki")


def test_a_lead_is_tried_without_leaving_the_rules(open_page: OpenPage, desk: list[ReviewItem]):
    page = open_page("/rules/")
    page.get_by_label("Score").fill("72")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("SMB by “All others”")
    page.get_by_label("Score").fill("12")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#verdict")).to_contain_text("Review desk by “Score below 40”")
    assert Lead.objects.count() == 4


@pytest.fixture
def busy(at: datetime, desk: list[ReviewItem], smb: Queue) -> None:
    """Something of everything that these pages show."""
    record_heartbeat(at=timezone.now())
    people = [make_rep(), make_rep(), make_rep()]
    TimeOff.objects.create(rep=people[2].rep, starts_at=at, ends_at=at + timedelta(days=3))
    push = QueueFactory(name="Enterprise", position=2, dispatch="push", rotation=make_rotation(*people))
    fill(push, 3, since=at)
    serve_waiting(at=at)
    fill(smb, 3, since=at - timedelta(hours=2), source=SourceFactory(slug="event", name="Event"))
    take_next(smb, by=people[0], at=at)
    make_entry(smb, since=at - timedelta(days=8), company_name="Kios Lama")
    other = make_lead(company_name="Kopi Senja", score=58)
    Lead.objects.filter(pk=desk[0].lead_id).update(
        resembles=other, resembles_percent=92, message="Please call", problems=[{"field": "phone", "code": "invalid"}]
    )


PAGES = (
    "/flow/",
    "/flow/?range=7d&by=queue",
    "/flow/?range=30d&by=source",
    "/flow/stale/",
    "/flow/probe/",
    "/get-going/test/",
    "/review/",
    "/review/?item={other}",
    "/review/?q=nobody",
    "/rules/",
    "/rules/?try=1&score=200&country=Atlantis",
    "/rules/?try=1&score=72",
    "/rotations/",
)


def test_flow_follows_the_data_and_keeps_its_map(open_page: OpenPage, busy: None, smb: Queue):
    page = settled(open_page("/flow/"))
    expect(page.locator("#flow h1 + p")).to_contain_text("6 came in")
    make_entry(smb, since=timezone.now())
    expect(page.locator("#flow h1 + p")).to_contain_text(
        "7 came in", timeout=milliseconds(10_000)
    )  # every five seconds at most
    expect(page.locator("#heat-map svg[role=img]")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_sales_ops(open_page: OpenPage, busy: None, desk: list[ReviewItem]):
    page = open_page("/flow/", reduced_motion="reduce")
    base = page.url.removesuffix("/flow/")
    found = {}
    for path in PAGES:
        page.goto(base + path.format(other=desk[1].pk))
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_an_open_act(open_page: OpenPage, busy: None, width: int):
    page = open_page("/review/", width=width, reduced_motion="reduce")
    page.get_by_label("Select all on this page").check()
    page.keyboard.press("e")
    page.locator("#rev summary", has_text="Reject").click()
    pop = page.locator("#rev .al-pop").bounding_box()
    assert pop["x"] >= 0
    assert pop["x"] + pop["width"] <= width
    results = Axe().run(page)
    assert (results.response["violations"] and results.generate_report()) == []


@pytest.mark.parametrize("path", ["/flow/?by=queue", "/review/", "/rules/", "/rotations/", "/flow/stale/"])
def test_no_page_is_wider_than_a_phone(open_page: OpenPage, busy: None, path: str):
    page = open_page(path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pages_of_sales_ops_break_no_policy_and_throw_nothing(open_page: OpenPage, busy: None, site: str):
    page = open_page("/rotations/")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in ("/flow/", "/review/", "/cleanup/", "/partners/", "/rules/", "/rotations/"):
        page.goto(f"{site}{path}")
        expect(page.locator("h1")).to_be_visible()
    assert errors == []
