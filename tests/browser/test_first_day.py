"""From an empty installation to a first routed lead in a real browser, counting acts, and axe on the team form (M2)."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from config.models import Company
from leads.decisions.web_forms.token import issue_token
from leads.models import WebForm
from queues.actions.set_up.run import set_up
from routing.models import Assignment, Team
from tests.browser.pages import OpenPage
from tests.factories import make_ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_ACTS = 15


class Acts:
    """A press, a filled field and a choice are one act each; only the person who sets up does them."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def press(self, what: Locator, says: str) -> None:
        what.click()
        self.done.append(f"press {says}")

    def fill(self, page: Page, label: str, text: str) -> None:
        page.get_by_label(label, exact=True).fill(text)
        self.done.append(f"fill {label}")


def visitor_writes(site: str, browser: Browser, form: WebForm) -> None:
    """Somebody on the website, who has looked at the form for a minute."""
    page = browser.new_context().new_page()
    page.goto(f"{site}/forms/{form.slug}/")
    token = issue_token(form.pk, nonce="first", at=timezone.now() - timedelta(minutes=1), key=settings.SECRET_KEY)
    page.locator("[name=token]").evaluate("(field, token) => { field.value = token; }", token)
    page.get_by_label("Name").fill("Dewi Lestari")
    page.get_by_label("E-mail").fill("dewi@gmail.com")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_from_an_empty_installation_to_a_routed_lead_in_fifteen_acts(site: str, browser: Browser):
    Company.objects.all().delete()
    root = User.objects.create_superuser("root@example.com", "root@example.com")
    root.password = PBKDF2PasswordHasher().encode(
        "nila-batik-42", "0123456789abcdefghijkl"
    )  # the server reads no other
    root.save()
    page, acts = browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), Acts()
    page.goto(site)
    acts.fill(page, "E-mail", "root@example.com")
    acts.fill(page, "Password", "nila-batik-42")
    acts.press(page.get_by_role("button", name="Sign in"), "Sign in")
    expect(page).to_have_title("Get going · Alur")
    acts.press(page.get_by_role("button", name="Use the defaults"), "Use the defaults")
    acts.press(page.get_by_role("link", name="Fill in the company"), "Fill in the company")
    acts.fill(page, "Company name", "Arunika Niaga")
    acts.press(page.get_by_role("button", name="Save the company"), "Save the company")
    acts.press(page.get_by_role("link", name="Make a team"), "Make a team")
    acts.fill(page, "Team name", "Inside Sales Jakarta")
    acts.fill(page, "E-mails of the reps", "Rina Hartono <rina@example.com>\nbudi.santoso@example.com")
    expect(page.locator("#outlook")).to_contain_text("A lead in “Leads” is given to the next of the 2 people")
    acts.press(page.get_by_role("button", name="Make the team"), "Make the team")
    expect(page).to_have_title("Get going · Alur")
    acts.press(page.get_by_role("link", name="Make a web form"), "Make a web form")
    acts.press(page.locator("a[href$='/webform/add/']").first, "Add")
    page.get_by_label("Name").first.fill("Website")
    acts.done.append("fill Name")
    acts.press(page.locator("button[name=_save], input[name=_save]").first, "Save")
    expect(page.get_by_role("heading", name="Website").first).to_be_visible()
    visitor_writes(site, browser, WebForm.objects.get())
    holder = Assignment.objects.open().get().holder
    assert holder.rep in Team.objects.get().reps.all()
    assert len(acts.done) <= MOST_ACTS, acts.done


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_team_form(open_page: OpenPage, theme: str, width: int):
    set_up()
    page = open_page(make_ops(), "/get-going/team/", theme=theme, width=width, reduced_motion="reduce")
    page.get_by_label("E-mails of the reps").fill("rina@example.com\nRINA@example.com")
    expect(page.locator("#outlook")).to_contain_text("counts once")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_label("Team name")).to_be_focused()
    expect(page.get_by_label("E-mails of the reps")).to_have_value("rina@example.com\nRINA@example.com")
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert (Axe().run(page).response["violations"], is_wide) == ([], False)
