"""Between a phone and a desk no board, report or desk is wider than its window (C7, C8)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 761, 820, 1024, 1180, 1280, 1440)
REPORTS = ("waits", "contact", "outcomes", "losses", "goals", "patterns", "radar", "survey")
# how far what does not scroll stands out of the window, or a table out of the panel around it
OVERHANG = """() => {
  const scrolls = (one) => getComputedStyle(one).overflowX !== "visible";
  const out = [document.documentElement.scrollWidth - innerWidth];
  for (const table of document.querySelectorAll("table")) {
    let frame = table;
    while (!frame.matches(".al-panel, body") && !scrolls(frame)) frame = frame.parentElement;
    if (!scrolls(frame)) out.push(table.getBoundingClientRect().right - frame.getBoundingClientRect().right);
  }
  return Math.round(Math.max(...out));
}"""


def wider(page: Page, paths: list[str]) -> dict[str, int]:
    base, found = page.url.rsplit("/inbox", 1)[0], {}
    for path in paths:
        page.goto(base + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if (over := page.evaluate(OVERHANG)) > 0:
                found[f"{path} at {width}"] = over
    return found


def test_no_page_of_numbers_is_wider_than_its_window(open_page: OpenPage):
    now = timezone.now()
    team = TeamFactory(name="Inside Sales Jakarta")
    queue = QueueFactory(team=team, name="Rekomendasi Pelanggan", slug="smb")
    rep, manager, ops = make_rep(team), make_manager(team), make_ops()
    for hours in (1, 30, 60):
        make_entry(queue, since=now - timedelta(hours=100))
        take_next(queue, by=rep, at=now - timedelta(hours=hours))
    make_entry(queue, since=now - timedelta(hours=80))
    count_figures(at=now, patience=60)

    reports = [f"/reports/{slug}/" for slug in REPORTS]
    of_manager = wider(
        open_page(manager, "/inbox/"),
        ["/queues/", "/team/", "/escalations/", "/fairness/", "/reports/leads/?figure=wait_mean", *reports],
    )
    of_ops = wider(
        open_page(ops, "/inbox/"), ["/flow/", "/flow/stale/", "/flow/probe/", "/get-going/test/", "/changes/"]
    )
    of_rep = wider(open_page(rep, "/inbox/"), ["/desk/", "/my-queues/", "/my-numbers/"])
    assert of_manager | of_ops | of_rep == {}


def test_paper_is_white_and_holds_the_whole_table_also_in_the_dark_theme(open_page: OpenPage):
    now = timezone.now()
    queue = QueueFactory(team=TeamFactory(name="Inside Sales Jakarta"), name="Rekomendasi Pelanggan")
    make_entry(queue, since=now - timedelta(hours=30))
    page = open_page(make_manager(queue.team), "/reports/losses/", theme="dark", width=794)
    ink = "getComputedStyle(document.querySelector('.al-answer .say')).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate(ink) == "rgb(26, 28, 41)" != on_screen
    inside = "document.querySelector('.al-figs').getBoundingClientRect().right <= innerWidth"
    assert page.evaluate(inside) and page.evaluate(OVERHANG) <= 0
