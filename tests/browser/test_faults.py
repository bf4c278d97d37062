"""What finds faults on pages finds those that are only there on a phone by night."""

import pytest
from playwright.sync_api import Page

from tests.browser.pages import faults

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>Page</title><style>
body { background: white; color: black; }
[data-theme="dark"] p { background: #222; color: #333; }
@media (width < 600px) { p { width: 500px; } }
</style></head><body><main><h1>Page</h1><p>Text</p></main></body></html>"""


def test_each_screen_is_looked_at(page: Page):
    page.set_content(PAGE)
    found = faults(page)
    assert [line.partition(":")[0] for line in found] == ["390 dark color-contrast", "390 dark"]
    assert page.viewport_size == {"width": 1440, "height": 900}
    page.set_content(PAGE.replace("#333", "#fff").replace("500px", "50px"))
    assert faults(page) == []
