"""The top bar of somebody with all roles fits every window, and the search is never squeezed (issue 15)."""

import pytest
from playwright.sync_api import Page, expect

from routing.models import Rep
from tests.browser.pages import OpenPage
from tests.factories import TeamFactory, make_ops, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1440, 1300, 1100, 768, 390)
# what overlaps, how wide the search is (0: behind its icon), how far the page stands out
MEASURED = """() => {
  const shown = [...document.querySelectorAll(".al-brand, .al-nav-wrap, .al-find, .al-tools > :not(.al-find)")]
    .map((each) => [each, each.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
  const overlaps = [];
  for (const [one, a] of shown) {
    for (const [other, b] of shown) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const isOver = a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      if (isOver) overlaps.push(`${one.className} over ${other.className}`);
    }
  }
  const icon = document.querySelector(".al-iconbtn.only-phone").getBoundingClientRect().width;
  const field = document.querySelector(".al-find").getBoundingClientRect().width;
  const isOut = shown.some(([, box]) => box.right > innerWidth + 1) ||
    document.documentElement.scrollWidth > document.documentElement.clientWidth;
  return { overlaps, isOut, search: field >= 160 ? "field" : field === 0 && icon >= 24 ? "icon" : `${field} px` };
}"""


def measured(page: Page) -> dict[int, dict]:
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(MEASURED)
    return found


def test_nothing_is_squeezed_and_somebody_with_all_roles_switches(open_page: OpenPage):
    person = make_rep(TeamFactory(), first_name="Maximiliana", last_name="Prawirakusumah", is_superuser=True)
    Rep.objects.filter(user=person).update(capacity=0)  # full, which takes room to say
    page = open_page(person, "/inbox/")
    fits = {"overlaps": [], "isOut": False}
    for role, first in (("Manager", "/queues/"), ("Sales ops", "/flow/")):
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator("#nav-role > summary").click()
        page.locator("#nav-role").get_by_role("button", name=role).click()
        page.wait_for_url(f"**{first}")
        expect(page.locator("#nav-role > summary")).to_contain_text(role)
        assert page.locator(".al-nav > li").count() <= 7  # six, and the switch
        seen = measured(page)
        assert {width: each["search"] for width, each in seen.items()} == {
            1440: "field",
            1300: "field",
            1100: "icon",
            768: "icon",
            390: "icon",
        }
        assert {width: {key: each[key] for key in fits} for width, each in seen.items()} == dict.fromkeys(WIDTHS, fits)


def test_a_person_with_one_role_and_few_pages_keeps_the_search(open_page: OpenPage):
    page = open_page(make_rep(TeamFactory(), first_name="م" * 40, last_name="國" * 39), "/inbox/")
    seen = measured(page)
    assert [each["search"] for each in seen.values()] == ["field", "field", "field", "icon", "icon"]
    assert all(not each["overlaps"] and not each["isOut"] for each in seen.values())
    expect(page.locator("#nav-role")).to_have_count(0)
    ops = open_page(make_ops(), "/inbox/")
    assert [each["search"] for each in measured(ops).values()] == ["field", "field", "icon", "icon", "icon"]
