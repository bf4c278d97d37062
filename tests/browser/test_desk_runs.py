"""Many leads of the review desk, and what forms hold as spam, in a real browser: by mouse, by keyboard, on a phone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.web_forms import Submission, receive_submission
from leads.models import Lead
from queues.actions.entries.placement import send_to_review
from queues.models import CleanupRun, Queue
from tests.browser.pages import OpenPage, faults, open_as, settled
from tests.factories import QueueFactory, make_lead, make_ops
from tests.factories.leads import make_web_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = "/review/many/?reason=no_rule&act=approve&queue={queue}"


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(hours=3)


@pytest.fixture
def smb(at: datetime) -> Queue:
    """Sixty leads stand on the desk, more than a page; the queue has room for 21 of them."""
    leads = [make_lead(company_name=f"Toko {number}", at=at) for number in range(60)]
    send_to_review([(lead, ["no_rule"], None) for lead in leads], at=at)
    return QueueFactory(name="SMB", slug="smb", when_full="park", depth_limit=20, depth_lift=15)


@pytest.fixture
def held(at: datetime) -> list[int]:
    form = make_web_form(name="Website")
    said = [
        {"name": "Sari Ayu", "email": "sari@nila.co.id", "company_name": "Hotel Nila", "message": "Budget approved."},
        {"name": "Cheap Watches", "email": "buy@watches.example", "message": "Best price " * 60},
        {"name": "Tom Becker", "email": "tom@becker-bau.de", "phone": "+49 30 1234567"},
    ]
    return [receive_submission(form, Submission(raw, spam="too_quick"), at=at).pk for raw in said]


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    ops = make_ops(first_name="Bima", last_name="P")

    def open_one(path: str, **options: Any) -> Page:
        return open_as(browser, site, ops, path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()


def work() -> None:
    for job in BackgroundJob.objects.filter(finished_at__isnull=True).order_by("pk"):
        run_job(job.pk, clock=timezone.now)


def test_all_that_match_are_decided_and_undone(open_page: OpenPage, smb: Queue):
    page = settled(open_page("/review/?reason=no_rule"))
    beyond = page.get_by_label("Select all 60 that match this filter")
    page.get_by_label("Select Toko 59", exact=True).check()
    expect(beyond).to_be_hidden()
    page.keyboard.press("X")
    page.keyboard.press("L")
    expect(beyond).to_be_checked()
    page.get_by_label("Select Toko 59", exact=True).uncheck()
    expect(beyond).to_be_hidden()
    page.keyboard.press("X")
    expect(beyond).not_to_be_checked()
    beyond.check()
    page.locator("#bulk-queue").select_option(label="SMB")
    page.locator("#bulk").get_by_role("button", name="Approve into").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approve 60 leads into SMB?")
    expect(page.locator("main")).to_contain_text("39 leads stay on the desk, parked for SMB")
    page.get_by_role("button", name="Do it for 60 leads").click()
    runs = page.locator("#review-runs")
    expect(runs).to_contain_text("Into a queue: 0 of 60 leads.")
    expect(runs.get_by_role("progressbar")).to_be_visible()
    work()
    expect(runs).to_contain_text("21 leads went into SMB. 39 wait on the desk, parked for SMB")
    page.keyboard.press("j")  # the next lead comes with a part of the page, and the runs stay
    expect(runs).to_contain_text("21 leads went into SMB.")
    runs.get_by_role("button", name="Undo").click()
    expect(page.locator("#review-runs")).to_contain_text("Undo: 0 of 60 leads.")  # the job is there
    work()
    expect(page.locator("#review-runs")).to_contain_text("Bima P undid it for 60 leads.")
    assert Lead.objects.filter(stage="review").count() == 60


def test_a_run_is_stopped_on_the_page(open_page: OpenPage, smb: Queue):
    page = open_page(MANY.format(queue=smb.pk))
    page.get_by_role("button", name="Do it for 60 leads").click()
    page.locator("#review-runs").get_by_role("button", name="Stop").click()
    expect(page.locator("#toasts")).to_contain_text("It stops.")
    work()
    expect(page.locator("#review-runs")).to_contain_text("Bima P stopped it; 60 more leads were left alone.")


def test_held_submissions_are_judged_by_keyboard(open_page: OpenPage, held: list[int]):
    page = open_page("/review/")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Held as spam")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("becker-bau.de is taken in.")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#toasts")).to_contain_text("1 submission stays held as spam.")
    expect(page.locator(".al-helds > li")).to_have_count(1)
    page.get_by_label("Tick Sari Ayu").check()
    page.get_by_role("button", name="Not spam: take them in").click()
    expect(page.locator("main")).to_contain_text("No form holds anything back.")
    assert sorted(lead.full_name for lead in Lead.objects.all()) == ["Sari Ayu", "Tom Becker"]


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(
    open_page: OpenPage, smb: Queue, held: list[int], site: str
):
    wanted = {"items": [], "gone": 3}
    run = CleanupRun.objects.create(act="nurture", at=timezone.now(), total=60, done=20, is_desk=True, wanted=wanted)
    BackgroundJob.objects.create(
        kind="cleanup", subject=f"cleanup-{run.pk}", total=60, is_large=True, created_at=timezone.now()
    )
    page = open_page("/review/", reduced_motion="reduce")
    page.get_by_label("Select all on this page").check()
    found, wide = {"/review/": faults(page)}, {}
    for path in (MANY.format(queue=smb.pk), "/review/runs/", "/review/held/", "/review/held/?show=spam"):
        page.goto(site + path)
        found[path] = faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert {path: width for path, width in wide.items() if width > 390} == {}
