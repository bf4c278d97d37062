"""The keys of the desk in a real browser: two digits log a contact, one takes a digit back, all stand in the list."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.models import Queue
from tests.browser.pages import OpenPage, live
from tests.factories import make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOUND_BY_SCRIPTS = re.compile(r"""\bkey (?:===|!==) "([^"]+)"|^  const ACTS = \{ "(\?)": \w+, (j): .*, (k): """, re.M)
NAMES = {"Escape": "Esc", "j": "J", "k": "K"}


def test_the_key_of_undo_takes_a_wrong_digit_back(open_page: OpenPage, queue: Queue, at: datetime):
    rep = make_rep()
    take_next(queue, by=rep, at=at)
    page = live(open_page(rep, "/desk/"))
    form, keys = page.locator("#form-log_contact"), page.keyboard
    for key in ("c", "3", "1"):
        keys.press(key)
    expect(form.locator("[value=reached]")).to_be_checked()
    keys.press("x")
    expect(form.locator("[name=outcome]:checked")).to_have_count(0)
    keys.press("x")
    expect(form.locator("[value=call]")).to_be_focused()
    expect(form.get_by_role("button", name="Log call")).to_be_visible()
    for key in ("2", "3", "Enter"):
        keys.press(key)
    expect(page.locator("#timeline")).to_contain_text("E-mail: Left message")
    keys.press("x")  # what was logged, as the message offers
    expect(page.locator("#toasts")).to_contain_text("the contact is taken back")
    line = Activity.objects.get(kind="contacted")
    assert (line.by, line.details["kind"], line.details["outcome"]) == (rep, "email", "left_message")
    assert Activity.objects.get(kind="undone").details["activity"] == line.pk


def test_every_key_that_works_stands_in_the_list(open_page: OpenPage, queue: Queue, at: datetime):
    """Keys that templates bind, and those that the scripts of the page name."""
    rep = make_rep()
    take_next(queue, by=rep, at=at)
    page = live(open_page(rep, "/desk/"))
    bound = page.locator("[data-key]:visible").evaluate_all("all => all.map(each => each.dataset.key)")
    for script in page.locator("script[src]").evaluate_all("all => all.map(each => each.src)"):
        if "/vendor/" not in script and "htmx" not in script:
            for found in BOUND_BY_SCRIPTS.findall(page.request.get(script).text()):
                bound += filter(None, found)
    for key in ("c", "1", "?"):
        page.keyboard.press(key)
    listed = set(page.locator("#keys kbd").all_inner_texts())
    assert {"N", "C", "1", "5", "X", "?", "J", "Enter", "Esc", "Ctrl"} <= listed
    assert {NAMES.get(key, key.upper() if len(key) == 1 else key) for key in bound} - listed == set()
    names, texts = (page.locator(f"#keys {tag}").all_inner_texts() for tag in ("dt", "dd"))
    says = dict(zip(names, texts, strict=True))
    assert says["1"] == "Contact: Call; Outcome: Reached; Follow up: In 1 h"
    wanted = {"Take next", "Log contact", "Convert", "Disqualify", "Return to queue", "Note", "Snooze"}
    assert wanted - set(says.values()) == set()
