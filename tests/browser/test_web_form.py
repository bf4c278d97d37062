"""The public form in a real browser: in a frame on another website, without a cookie, and without a barrier (A1c)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from leads.decisions.web_forms.token import issue_token
from leads.models import Capture, Lead, WebForm
from tests.factories import make_web_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other_website() -> Iterator[Callable[[str], int]]:
    """Serves one page on a port of its own, and tells the port."""
    servers: list[ThreadingHTTPServer] = []

    def serve(html: str) -> int:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_words: object) -> None:
                """Nothing is printed between the tests."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Answer))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1].server_port

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def embedding(site: str, form: WebForm) -> str:
    frame = f'<iframe src="{site}/forms/{form.slug}/" title="Talk to sales" width="100%" height="700"'
    return f'<!doctype html><title>Shop</title>{frame} referrerpolicy="no-referrer-when-downgrade"></iframe>'


def shown_a_minute_ago(form: WebForm) -> str:
    return issue_token(form.pk, nonce="browser", at=timezone.now() - timedelta(minutes=1), key=settings.SECRET_KEY)


def test_a_form_in_a_frame_on_another_website_brings_a_lead(site: str, context: BrowserContext, other_website):
    form = make_web_form()
    port = other_website(embedding(site, form))
    form.allowed_origins = [f"http://localhost:{port}"]
    form.save()
    page = context.new_page()
    page.goto(f"http://localhost:{port}/shop?utm_source=news")
    frame = page.frame_locator("iframe")
    frame.locator("[name=token]").evaluate("(field, token) => { field.value = token; }", shown_a_minute_ago(form))
    frame.get_by_label("E-mail").fill("sari@hotelnila.co.id")
    frame.get_by_role("button", name="Send message").click()
    expect(frame.get_by_role("alert")).to_contain_text("Not sent yet")
    expect(frame.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Sari Wulandari")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
    lead = Lead.objects.get()
    assert (lead.email, lead.first_name, lead.extra["page"], lead.extra["utm_source"]) == (
        "sari@hotelnila.co.id",
        "Sari",
        f"http://localhost:{port}/shop",
        "news",
    )
    assert (Capture.objects.get().web_form, context.cookies()) == (form, [])


def test_a_form_that_goes_on_takes_the_whole_window_there(site: str, context: BrowserContext, other_website):
    form = make_web_form(redirect_url="https://www.shop.example/thank-you")
    port = other_website(embedding(site, form))
    form.allowed_origins = [f"http://localhost:{port}"]
    form.save()
    page = context.new_page()
    page.goto(f"http://localhost:{port}/")
    frame = page.frame_locator("iframe")
    frame.locator("[name=token]").evaluate("(field, token) => { field.value = token; }", shown_a_minute_ago(form))
    frame.get_by_label("Name").fill("Sari Wulandari")
    frame.get_by_label("E-mail").fill("sari@hotelnila.co.id")
    with page.expect_request(form.redirect_url) as asked:  # nobody answers there: no name of .example exists
        frame.get_by_role("button", name="Send message").click()
    assert (asked.value.frame, Lead.objects.get().first_name) == (page.main_frame, "Sari")


def test_a_website_that_is_not_named_cannot_show_the_form(site: str, page: Page, other_website):
    form = make_web_form(allowed_origins=["https://www.example.com"])
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto(f"http://localhost:{other_website(embedding(site, form))}/")
    expect(page.frame_locator("iframe").get_by_label("E-mail")).to_have_count(0)
    assert [text for text in blocked if "frame-ancestors" in text]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_no_page_of_the_form_has_a_barrier(site: str, browser: Browser, width: int, theme: str):
    asks = {"first_name": "required", "email": "required", "phone": "optional", "message": "optional"}
    words = {
        "intro": "Tell us about it.",
        "consent": "I agree that you answer me.",
        "consent_url": "https://x.example/",
    }
    form, closed = make_web_form(asks=asks, **words), make_web_form(is_active=False)
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    found = {}

    def look(what: str) -> None:
        violations = [each["id"] for each in Axe().run(page).response["violations"]]
        is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[what] = (violations, is_wide)

    page.goto(f"{site}/forms/{form.slug}/")
    look("asked")
    page.locator("[name=token]").evaluate("(field, token) => { field.value = token; }", shown_a_minute_ago(form))
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_label("First name")).to_be_focused()
    look("wrong")
    page.goto(f"{site}/forms/{form.slug}/thanks")
    look("thanks")
    page.goto(f"{site}/forms/{closed.slug}/")
    look("closed")
    page.close()
    assert found == dict.fromkeys(("asked", "wrong", "thanks", "closed"), ([], False))
