"""People, teams, queues, rotations and companies with names of 80 signs fit on the main pages (issue 15, J3).

Latin without a place to break, Arabic, and Chinese; on a phone and on a desk. Rotations: test_long_names.py.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser

from leads.actions.intake.capture import capture_lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.actions.entries.placement import send_to_review
from queues.actions.figures.sweep import count_figures
from queues.models import EntryRule
from routing.actions.contact import add_note
from routing.models import Assignment
from tests.browser.pages import open_as
from tests.factories import (
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATIN, CHINESE, ARABIC = "W" * 80, "王小明國" * 20, ("محمد عبدالرحمن بن سلمان آل" * 4)[:80]
NAMES = (LATIN, CHINESE, ARABIC)
REPORTS = ("waits", "contact", "outcomes", "losses", "goals", "radar")
SAY = "text => document.dispatchEvent(new CustomEvent('toast', { detail: { text, level: 'success', undo: '/' } }))"
# the page beyond its window; and words that stand out of their box over what is beside it
WRONG = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`wider by ${scrollWidth - clientWidth}`] : [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let box = node.parentElement;
    if (!/\\S{24}/.test(node.textContent)) continue;
    if (box.closest("svg, .vh, script, template, dialog, option, .al-def")) continue;
    while (getComputedStyle(box).display.startsWith("inline")) box = box.parentElement;
    if (getComputedStyle(box).overflowX !== "visible" || !box.getClientRects().length) continue;
    const words = document.createRange();
    words.selectNodeContents(node);
    const out = words.getBoundingClientRect().right - box.getBoundingClientRect().right;
    if (words.getBoundingClientRect().width > 1 && out > 1) found.push(`${box.tagName}.${box.className} by ${out}`);
  }
  return found;
}"""


@pytest.fixture
def places(transactional_db: None) -> dict[User, list[str]]:
    now = timezone.now()
    team = TeamFactory(name=LATIN)
    people = [make_rep(team, first_name=name[:40], last_name=name[40:79]) for name in NAMES]
    rotation = make_rotation(*people, name=CHINESE)
    pushed = QueueFactory(name=ARABIC, slug="pushed", team=team, dispatch="push", rotation=rotation)
    queue = QueueFactory(name=LATIN, slug="pull", team=team)
    EntryRule.objects.create(name=LATIN, outcome="queue", queue=pushed)
    for rep, company in zip(people, NAMES, strict=True):
        make_entry(queue, since=now - timedelta(hours=30), company_name=company, first_name=company[:40])
        take_next(queue, by=rep, at=now - timedelta(hours=5))
        capture_lead({"email": f"{rep.pk}@maju.co.id", "company_name": company}, channel="api", at=now)
        make_entry(queue, since=now - timedelta(hours=9), company_name=company, title=company)
    odd = make_lead(company_name=LATIN, first_name=LATIN[:40], last_name=LATIN[:40])
    send_to_review([(odd, ["no_rule"], None)], at=now)
    waiting = make_entry(queue, company_name=LATIN)
    escalate(waiting.lead, queue=queue, kind="wait", broke_at=now, at=now)
    count_figures(at=now, patience=60)
    held = Assignment.objects.filter(lead__company_name=LATIN).order_by("pk")[0]
    add_note(held, text=LATIN, by=held.holder, at=now)
    lead = f"/leads/{held.lead_id}/"
    manager, ops = make_manager(team, last_name=ARABIC), make_ops(first_name=LATIN)
    of_manager = ["/queues/", "/queues/pull/", "/escalations/", "/team/", f"/fairness/{rotation.pk}/", lead]
    return {
        held.holder: ["/desk/", lead, "/inbox/", "/my-queues/", "/my-numbers/", "/profile/", "/search/?q=W"],
        manager: [*of_manager, *(f"/reports/{slug}/" for slug in REPORTS)],
        ops: ["/flow/", "/review/", "/cleanup/", "/rules/", "/invitations/", "/changes/", "/admin/routing/rep/"],
    }


@pytest.mark.parametrize("width", [390, 1440])
def test_no_name_widens_a_page_or_stands_over_another(site: str, browser: Browser, places, width: int):
    wrong = {}
    for user, pages in places.items():
        page = open_as(browser, site, user, "/inbox/", width=width)
        for place in pages:
            assert page.goto(f"{site}{place}").status == 200, place
            if not place.startswith("/admin/"):
                page.evaluate(SAY, LATIN)
                page.locator("#user-menu > summary").click()
            wrong[place] = page.evaluate(WRONG)
        page.context.close()
    assert {place: found for place, found in wrong.items() if found} == {}
