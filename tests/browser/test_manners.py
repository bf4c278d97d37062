"""The manners of every page in a real browser: keys, messages, clocks, and parts that swap without a jump."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"
POLICY = {"Content-Security-Policy": f"{CSP}; form-action 'self'"}
HTMX = '{"allowEval":false,"includeIndicatorStyles":false}'
SCRIPTS = "".join(
    f'<script src="/static/js/{name}.js" defer></script>'
    for name in ("menus", "keys", "toasts", "forms", "save_keys", "clocks", "swaps")
)
FRAME = """<!doctype html><html lang="en" data-theme="light"><head><title>Manners</title>
<meta name="htmx-config" content='{htmx}'><meta name="alur-now" content="{now}">
<link rel="stylesheet" href="/static/css/alur.css">
<script src="/static/django_htmx/htmx-2.min.js" defer></script>{scripts}</head>
<body hx-headers='{{"X-CSRFToken": "t"}}'>
<input name="q" data-key="/" data-key-says="Search"><button id="take" data-key="n">Take next</button>
{body}
<div id="toasts"></div><dialog id="keys"><dl data-keys-list></dl></dialog>
<template id="words" data-left="%s left" data-overdue="overdue %s" data-seconds="%s s" data-minutes="%s min"
 data-hours="%s h %s min" data-days="%s d %s h" data-rows="Move over rows" data-undo="Undo"
 data-opens="Open" data-save="Save" data-leave="Leave" data-keys="This list"
 data-offline="You are offline">
<svg class="sign warn"></svg><svg class="sign bad"></svg><svg class="i"></svg><svg class="i i-14"></svg></template>
</body></html>"""
PART = """<section id="part" data-live="x" hx-get="/part" hx-trigger="alur:changed" hx-swap="outerHTML">
<p id="row-1" data-version="{n}">Version {n}</p><p id="row-2" data-version="same">Unchanged</p>
<details id="more"><summary>More</summary>text</details><input name="note"><button>Act</button></section>"""
CHANGE = "document.getElementById('part').dispatchEvent(new CustomEvent('alur:changed'))"


@pytest.fixture
def open_page(site: str, context: BrowserContext) -> Callable[..., Page]:
    """Opens a page of our own with this body; /part gives a new version each time."""
    version = count(2)
    context.route("**/part", lambda route: route.fulfill(body=PART.format(n=next(version)), content_type="text/html"))

    def open_one(body: str = "", now: datetime | None = None) -> Page:
        moment = (now or datetime.now(UTC)).isoformat()
        html = FRAME.format(scripts=SCRIPTS, body=body, htmx=HTMX, now=moment)
        context.route("**/page", lambda route: route.fulfill(body=html, content_type="text/html", headers=POLICY))
        page = context.new_page()
        page.goto(f"{site}/page")
        return page

    return open_one


def test_keys_act_unless_somebody_types(open_page):
    page = open_page()
    page.locator("#take").evaluate("(button) => button.addEventListener('click', () => (button.dataset.clicks = '1'))")
    page.keyboard.press("/")
    page.keyboard.type("n?")
    expect(page.locator("[name=q]")).to_have_value("n?")
    expect(page.locator("#take")).not_to_have_attribute("data-clicks", "1")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#take")).to_have_attribute("data-clicks", "1")


def test_the_question_mark_lists_the_keys_of_the_page(open_page):
    choice = '<label><input type="radio" name="kind" data-key="1"><span>Call <kbd>1</kbd></span></label>'
    page = open_page(
        f"""<p data-row><a href="#a">First</a></p><form method="post"><textarea name="note"></textarea></form>
        <fieldset data-key-scope><legend>Contact</legend>{choice}<button data-key="n">Next step</button></fieldset>"""
    )
    page.keyboard.press("?")
    expect(page.locator("#keys dt")).to_have_text(["/", "N", "1", "J K", "Enter", "Ctrl Enter", "Esc", "?"])
    expect(page.locator("#keys dd")).to_have_text(
        ["Search", "Take next; Next step", "Contact: Call", "Move over rows", "Open", "Save", "Leave", "This list"]
    )


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter"])
def test_a_text_is_saved_by_enter_with_control_or_command(open_page, key: str):
    page = open_page(
        """<form id="note" method="post" action="/note" hx-post="/note" hx-swap="none"><textarea name="text"></textarea>
        <button type="button">Help</button><button name="act" value="keep">Keep note</button></form>"""
    )
    page.locator("textarea").fill("call after ten")
    with page.expect_request("**/note") as sent:
        page.keyboard.press(key)
    assert sent.value.post_data == "text=call%20after%20ten&act=keep"


def test_j_and_k_move_over_rows_and_stop_at_the_ends(open_page):
    page = open_page("".join(f'<p data-row><a href="#{name}">{name}</a></p>' for name in ("a", "b")))
    for key, where in (("j", "a"), ("j", "b"), ("j", "b"), ("k", "a")):
        page.keyboard.press(key)
        expect(page.locator("a:focus")).to_have_text(where)


def test_a_clock_counts_by_the_servers_time_and_turns_overdue(open_page):
    server = datetime.now(UTC) + timedelta(hours=5)  # this computer is five hours late
    wait = milliseconds(3000)
    due = (server + timedelta(milliseconds=wait)).isoformat()
    clock = f'<span class="al-clock ok" data-due="{due}" data-limit="100"><svg></svg><b data-clock-text>x</b></span>'
    page = open_page(clock, now=server)
    expect(page.locator(".al-clock")).to_have_class("al-clock warn")
    expect(page.locator(".al-clock")).to_have_class("al-clock bad", timeout=wait + milliseconds(5000))
    expect(page.locator(".al-clock svg")).to_have_class("sign bad")
    expect(page.locator(".al-clock b")).to_contain_text("overdue")


def test_a_live_part_keeps_what_is_open_and_focused_and_tints_what_changed(open_page):
    page = open_page(PART.format(n=1))
    page.locator("summary").click()
    page.get_by_role("button", name="Act").focus()
    page.evaluate(CHANGE)
    expect(page.locator("#row-1")).to_have_text("Version 2")
    expect(page.locator("#row-1")).to_have_class("al-changed")
    expect(page.locator("#row-2")).not_to_have_class("al-changed")
    expect(page.locator("#more")).to_have_attribute("open", "")
    expect(page.get_by_role("button", name="Act")).to_be_focused()


def test_a_live_part_waits_while_somebody_types_in_it(open_page):
    page = open_page(PART.format(n=1))
    page.locator("[name=note]").fill("call after ten")
    with page.expect_response("**/part"):
        page.evaluate(CHANGE)
    expect(page.locator("#part")).to_have_attribute("data-waits", "yes")
    expect(page.locator("[name=note]")).to_have_value("call after ten")
    page.locator("[name=note]").fill("")
    page.locator("[name=note]").blur()
    expect(page.locator("#row-1")).to_have_text("Version 3")


def test_one_press_sends_one_request(open_page, context):
    sent: list[str] = []

    def never_answered(route: Route) -> None:
        sent.append(route.request.url)

    context.route("**/act", never_answered)
    page = open_page('<form method="post" action="/act" hx-post="/act"><button>Log call</button></form>')
    with page.expect_request("**/act"):
        page.evaluate("for (const n of [1, 2, 3]) document.forms[0].requestSubmit()")
    expect(page.get_by_role("button", name="Log call")).to_have_attribute("aria-disabled", "true")
    assert len(sent) == 1


def test_a_failure_speaks_in_the_servers_words(open_page, context):
    words = "This queue is being moved. Try again in a minute."
    context.route("**/busy", lambda route: route.fulfill(status=503, body=words, content_type="text/plain"))
    page = open_page('<button id="ask" hx-get="/busy">Ask</button>')
    page.locator("#ask").click()
    expect(page.locator("[data-toast] span")).to_have_text(words)


def test_being_offline_is_said_once_until_it_is_over(open_page, context):
    page = open_page('<button id="ask" hx-get="/part" hx-target="#into">Ask</button><div id="into"></div>')
    context.set_offline(True)
    context.unroute("**/part")
    for _press in range(2):
        with page.expect_event("requestfailed"):
            page.locator("#ask").click()
    expect(page.locator("[data-toast] span")).to_have_text(["You are offline"])
    context.set_offline(False)
    context.route("**/part", lambda route: route.fulfill(body="here", content_type="text/html"))
    page.locator("#ask").click()
    expect(page.locator("[data-toast]")).to_have_count(0)


def test_a_message_offers_undo_and_goes_by_itself(open_page):
    page = open_page()
    page.clock.install()
    page.reload()
    say = "document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Snoozed', undo: '/undo/7/'}}))"
    page.evaluate(say)
    expect(page.locator("[data-toast] form")).to_have_attribute("action", "/undo/7/")
    expect(page.locator("[data-toast] [name=csrfmiddlewaretoken]")).to_have_value("t")
    page.clock.run_for(8100)
    expect(page.locator("[data-toast]")).to_have_count(0)
