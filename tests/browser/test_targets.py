"""On a phone everything that one presses is at least 24 by 24 pixels (WCAG 2.5.8), except a link within a sentence."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.entries.placement import send_to_review
from queues.actions.figures.sweep import count_figures
from routing.actions.notifications import notify
from routing.models import Channel, PushDevice
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, TeamFactory, fill, make_lead, make_manager, make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A control is as large as the label that stands for it; a link within a sentence has words of the same line around it.
SMALL = r"""() => {
  const small = [];
  const isInline = (one) => getComputedStyle(one).display === "inline";
  const isInSentence = (link) => {
    if (!link.matches("a, .al-linkbtn") || !isInline(link)) return false;
    let block = link.parentElement;
    while (isInline(block)) block = block.parentElement;
    let around = block.innerText;
    for (const each of block.querySelectorAll("a, button")) around = around.replace(each.innerText, "");
    return (around.match(/\p{L}/gu) ?? []).length > 1;
  };
  const measure = () => {
    for (const one of document.querySelectorAll("a[href], button, summary, select, textarea, input")) {
      if (one.type === "hidden" || !one.checkVisibility({ visibilityProperty: true, opacityProperty: false })) continue;
      const label = one.labels?.[0] ?? one.closest("label");
      const boxes = [one, label].filter(Boolean).map((each) => each.getBoundingClientRect());
      const fits = boxes.some((box) => box.width >= 23.9 && box.height >= 23.9) || !boxes[0].width;
      const isSkip = one.matches(".al-skip");
      if (fits || isSkip || isInSentence(one)) continue;
      const { width, height } = boxes[0];
      const name = (one.textContent.trim() || one.name || one.className).slice(0, 40);
      small.push(`${one.tagName} "${name}" ${Math.round(width)}x${Math.round(height)}`);
    }
  };
  measure();
  for (const menu of document.querySelectorAll("details:not([open])")) {
    if (!menu.checkVisibility()) continue;
    menu.open = true;
    measure();
    menu.open = false;
  }
  return [...new Set(small)];
}"""


def small_targets(page: Page, paths: list[str]) -> dict[str, list[str]]:
    base, found = page.url.split("/inbox/")[0], {}
    for path in paths:
        page.goto(base + path)
        if small := page.evaluate(SMALL):
            found[path] = small
    return found


def test_everything_that_one_presses_on_a_phone_is_large_enough(open_page: OpenPage):
    now = timezone.now()
    team = TeamFactory(name="Inside Sales Jakarta")
    rep, manager, ops = make_rep(team, first_name="Rina"), make_manager(team), make_ops()
    rotation = make_rotation(rep, make_rep(team, first_name="Budi"))
    queue = QueueFactory(team=team, name="MQL", slug="mql", picks_within=2, is_reserving=True)
    QueueFactory(team=team, name="SMB", slug="smb", dispatch="push", rotation=rotation)
    fill(queue, 6, since=now - timedelta(hours=9))
    for hours in (5, 4, 0):
        held = take_next(queue, by=rep, at=now - timedelta(hours=hours))
    escalate_overdue(at=now)
    send_to_review([(make_lead(company_name="Toko Surya", at=now), ["no_rule"], None)], at=now)
    count_figures(at=now, patience=60)
    for person in (rep, manager, ops):
        notify([person.pk], kind="assigned", key="a", at=now, lead_id=held.lead_id, details={"label": "Nusa"})
        Channel.objects.create(user=person, kind="slack", address="s", label="…abcd", made_at=now, verified_at=now)
        PushDevice.objects.create(
            user=person, endpoint_hash=str(person.pk), subscription="s", label="Chrome on Android", made_at=now
        )
    found = {}
    for person, paths in (
        (rep, ["/desk/", f"/desk/?lead={held.lead_id}", "/desk/?queue=mql", "/my-queues/", f"/leads/{held.lead_id}/"]),
        (manager, ["/queues/", "/queues/mql/", "/escalations/", "/team/"]),
        (ops, ["/review/", "/flow/"]),
    ):
        page = open_page(person, "/inbox/", width=390, has_touch=True, is_mobile=True)
        found |= small_targets(page, [*paths, "/inbox/", "/profile/"])
    assert not found, json.dumps(found, indent=1)
