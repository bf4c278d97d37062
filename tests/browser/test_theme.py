"""Dark follows the computer unless somebody chose, in the application and in its settings (issue 15)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import OpenPage
from tests.factories import make_ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IS_DARK = """async () => {
  for (const _frame of [1, 2]) await new Promise(requestAnimationFrame); // a page hears of the change in its next frame
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
  return red + green + blue < 200;
}"""


def darkness(page: Page) -> list[bool]:
    """Before and after the computer turns from dark to light, without a reload."""
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found.append(page.evaluate(IS_DARK))
    return found


def test_the_page_and_the_settings_follow_the_computer_unless_somebody_chose(open_page: OpenPage, site: str):
    page = open_page(make_ops(), "/inbox/")
    page.context.clear_cookies(name="theme")
    seen = {}
    for choice in ("System", "Dark", "Light", "System"):
        page.goto(f"{site}/inbox/")
        page.locator("#user-menu > summary").click()
        with page.expect_response("**/theme/"):
            page.get_by_role("button", name=choice, exact=True).click()
        expect(page.get_by_role("button", name=choice, exact=True)).to_have_attribute("aria-pressed", "true")
        at_once = darkness(page)
        page.reload()
        after_reload = darkness(page)
        page.goto(f"{site}/admin/queues/queue/")
        seen[choice] = [at_once, after_reload, darkness(page)]
    assert seen == {"System": [[True, False]] * 3, "Dark": [[True, True]] * 3, "Light": [[False, False]] * 3}
