"""Words survive a lead that left, a lost connection, a slow answer, two tabs, Back and a reload (M7)."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from leads.models import Activity
from queues.actions.claims.take import take_next
from routing.actions.assignment import AssignmentRequest, reassign
from routing.models import Assignment
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Rang twice. اتصلت به مرتين. 打过两次电话。 " + "Careful words. " * 40


@pytest.fixture
def held(transactional_db: None) -> Assignment:
    queue = QueueFactory(name="MQL")
    make_entry(queue, company_name="Kopi Senja")
    return take_next(queue, by=make_rep(first_name="Budi"), at=timezone.now())


@pytest.fixture
def page(open_page: OpenPage, held: Assignment) -> Page:
    page = open_page(held.holder, f"/leads/{held.lead_id}/")
    write_note(page)
    return page


def write_note(page: Page) -> None:
    page.locator("#act-note summary").click()
    page.locator("#note-text").fill(TEXT)


def save(page: Page) -> None:
    page.get_by_role("button", name="Keep note").click()


def notes() -> list[str]:
    return [each.details["text"] for each in Activity.objects.filter(kind=Activity.Kind.NOTED)]


def test_a_note_on_a_lead_that_went_to_somebody_else_stands_there_to_copy(page: Page, held: Assignment):
    rina = make_rep(first_name="Rina", last_name="Hartono")
    request = AssignmentRequest(lead=held.lead, holder_id=rina.pk, how="by_hand")
    reassign(held, request=request, ended_how="reassigned", by=make_manager(), at=timezone.now())
    save(page)
    expect(page.locator("#lead")).to_contain_text("Rina Hartono has it")
    expect(page.get_by_label("What you wrote")).to_have_value(TEXT.strip())
    assert notes() == []


def test_offline_the_text_stays_and_is_saved_by_the_next_press(page: Page):
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-toast]")).to_contain_text("You are offline.")
    expect(page.locator("#note-text")).to_have_value(TEXT)
    page.context.set_offline(False)
    save(page)
    expect(page.locator("[data-toast]", has_text="Note saved.")).to_be_visible()
    assert notes() == [TEXT.strip()]


def test_a_second_press_during_a_slow_answer_saves_nothing_twice(page: Page):
    held_back: list[Route] = []

    def hold(route: Route) -> None:
        held_back.append(route)

    page.route("**/note/", hold)
    with page.expect_request("**/note/"):
        save(page)
    page.locator("#form-note").evaluate("(form) => form.requestSubmit()")
    page.locator("#form-note").evaluate("(form) => form.requestSubmit()")
    assert len(held_back) == 1
    held_back[0].continue_()
    expect(page.locator("[data-toast]", has_text="Note saved.")).to_be_visible()
    assert notes() == [TEXT.strip()]


def test_two_tabs_with_one_form_keep_one_note(page: Page):
    other = page.context.new_page()
    other.goto(page.url)
    write_note(other)
    for tab in (page, other):
        save(tab)
        expect(tab.locator("[data-toast]", has_text="Note saved.")).to_be_visible()
    assert notes() == [TEXT.strip()]


def test_back_has_the_text_again(page: Page):
    address = page.url
    page.goto(address.replace(page.url.split("/", 3)[3], "desk/"))
    page.go_back()
    expect(page.locator("#note-text")).to_have_value(TEXT)
