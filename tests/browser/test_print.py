"""On paper: light, without what can only be pressed, tables whole and as tables (issue 15, M8)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from routing.actions.contact import add_note
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Assignment
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, TeamFactory, make_entry, make_lead, make_manager, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHEET = 718  # px: A4 without its margins
# what is wrong with this page as it would be printed
WRONG = """() => {
  const seen = (each) => each.getClientRects().length > 0 && getComputedStyle(each).visibility === "visible" &&
    each.getBoundingClientRect().width > 1;
  const wrong = [];
  const pressed = ".al-top, .al-skip, .al-dock, .al-thumb, #toasts, nav, button, .btn, select, textarea, " +
    "input:not([type=hidden]), summary";
  for (const each of document.querySelectorAll(pressed)) {
    if (seen(each)) wrong.push(`shown: ${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`);
  }
  for (const each of document.querySelectorAll("html, body, main, .al-panel")) {
    const paint = getComputedStyle(each).backgroundColor;
    if (!["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(paint)) wrong.push(`${each.tagName} on ${paint}`);
  }
  for (const each of document.querySelectorAll("main a")) {
    const { color, textDecorationLine } = getComputedStyle(each);
    if (seen(each) && (textDecorationLine !== "none" || color === "rgb(48, 64, 166)")) {
      wrong.push(`a link looks like one: ${each.textContent.trim().slice(0, 30)}`);
    }
  }
  for (const each of document.querySelectorAll("table")) {
    if (!seen(each)) continue;
    if (getComputedStyle(each).display !== "table") wrong.push(`cards: ${each.className}`);
    if (each.getBoundingClientRect().right > innerWidth + 1) wrong.push(`cut: ${each.className}`);
    for (let frame = each.parentElement; frame !== document.body; frame = frame.parentElement) {
      if (getComputedStyle(frame).overflowX !== "visible") wrong.push(`cut by: ${frame.className}`);
    }
  }
  for (const each of document.querySelectorAll("main :is(h2, .al-panel-head)")) {
    if (getComputedStyle(each).breakAfter !== "avoid") wrong.push(`alone at the foot: ${each.textContent.trim()}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than a sheet");
  return wrong;
}"""


def test_what_managers_print_is_light_whole_and_without_controls(open_page: OpenPage, site: str):
    now = timezone.now()
    team = TeamFactory(name="Inside Sales Jakarta")
    reps = [make_rep(team, first_name=name, last_name="Kusumawardani") for name in ("Maria", "Rina", "David")]
    rotation = make_rotation(*reps, name="Rekomendasi Pelanggan")
    queue = QueueFactory(team=team, name="Rekomendasi Pelanggan", slug="smb")
    for hours in (1, 9, 30):
        make_entry(queue, since=now - timedelta(hours=hours), company_name="Kopi Senja Nusantara")
    take_turns(rotation, [TurnRequest(make_lead(company_name="Batik Rimba Makmur")) for _lead in range(6)], at=now)
    held = Assignment.objects.first()
    add_note(held, text="Wants prices first.", by=held.holder, at=now)

    page = open_page(make_manager(team), "/queues/", theme="dark", width=SHEET)
    on_screen = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    wrong = {}
    places = ("/queues/", "/queues/smb/", f"/leads/{held.lead_id}/", "/fairness/", f"/rotations/{rotation.pk}/")
    for place in places:
        page.goto(f"{site}{place}")
        assert page.locator("main h1").is_visible()
        wrong[place] = page.evaluate(WRONG)
    assert on_screen == "rgb(14, 16, 24)"
    assert {place: each for place, each in wrong.items() if each} == {}


def test_a_rep_prints_the_own_leads_without_the_dock(open_page: OpenPage):
    team = TeamFactory()
    rep = make_rep(team)
    make_entry(QueueFactory(team=team, name="SMB"))
    page = open_page(rep, "/desk/", width=SHEET)
    page.emulate_media(media="print")
    shown = {name: page.locator(name).first.is_visible() for name in (".al-dock", ".al-top", "#waiting")}
    assert shown == {".al-dock": False, ".al-top": False, "#waiting": True}
