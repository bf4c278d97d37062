"""The rep's desk in a real browser: two reps at once, the keys, refusals."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.models import Entry, Queue
from routing.models import Assignment
from tests.browser.pages import OpenPage, live, settled
from tests.factories import QueueFactory, make_entry, make_rep
from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_claim_of_one_rep_vanishes_from_the_others_list_by_itself(open_page: OpenPage, queue: Queue):
    rina, budi = live(open_page(make_rep(), "/desk/")), settled(open_page(make_rep(), "/desk/"))
    expect(budi.locator("#waiting")).to_contain_text("Kopi Senja")
    rina.get_by_role("button", name="Take next").first.click()
    expect(rina.locator("#lead-name")).to_have_text("Kopi Senja")
    expect(budi.locator("#waiting")).not_to_contain_text("Kopi Senja")
    expect(budi.locator("#next")).to_contain_text("Bumi Hijau")
    expect(rina.locator("#mine")).to_contain_text("Kopi Senja")
    expect(budi.locator("#mine")).not_to_contain_text("Kopi Senja")


def test_a_taken_lead_goes_at_once_though_the_list_may_not_ask_yet(open_page: OpenPage, queue: Queue):
    """As among 500 pages: the row fades in its place, the focus takes nothing else, and the list that is asked for
    before the claim is known does not bring it back (C10)."""
    rina, budi = live(open_page(make_rep(), "/desk/")), settled(open_page(make_rep(), "/desk/"))
    budi.route(re.compile("/desk/(waiting|next)/"), lambda route: None)  # neither answered nor refused
    gone = budi.locator("#waiting tr", has_text="Kopi Senja")
    before = budi.locator("#waiting").bounding_box()
    gone.get_by_role("button", name="Take Kopi Senja").focus()
    rina.get_by_role("button", name="Take next").first.click()
    expect(rina.locator("#lead-name")).to_have_text("Kopi Senja")
    expect(gone.get_by_role("rowheader")).to_be_hidden(timeout=milliseconds(1000))
    expect(budi.locator("#peek")).to_have_attribute("data-says", re.compile("Just taken"))
    assert budi.locator("#waiting").bounding_box() == before
    expect(gone).to_be_focused()
    expect(gone).to_have_attribute("aria-label", "No longer waiting")
    budi.keyboard.press("Enter")
    assert Assignment.objects.count() == 1
    expect(budi.locator("#waiting [data-row]:not(.is-gone)").first).to_contain_text("Bumi Hijau")
    budi.unroute(re.compile("/desk/(waiting|next)/"))  # which lets go of what was held
    expect(budi.locator("#waiting")).not_to_contain_text("Kopi Senja")
    expect(budi.locator("#waiting-title")).to_be_focused()
    expect(budi.locator("#peek")).to_contain_text("Bumi Hijau")


def test_an_undone_claim_stands_in_the_list_again(open_page: OpenPage, queue: Queue):
    rina, budi = make_rep(), settled(open_page(make_rep(), "/desk/"))
    budi.route(re.compile("/desk/(waiting|next)/"), lambda route: route.abort())
    row = budi.locator("#waiting tr", has_text="Kopi Senja")
    taken = take_next(queue, by=rina, at=timezone.now())
    expect(row.get_by_role("rowheader")).to_be_hidden()
    undo_assignment(taken, by=rina, at=timezone.now())
    expect(row.get_by_role("rowheader")).to_be_visible()
    expect(row).not_to_have_class(re.compile("is-gone"))


def test_closer_look_is_seen_by_others_by_itself(open_page: OpenPage, queue: Queue):
    rina, budi = live(open_page(make_rep(first_name="Rina"), "/desk/")), settled(open_page(make_rep(), "/desk/"))
    rows = rina.locator("#waiting [data-row]")
    for key in ("j", "j", "Enter"):  # the second row, by the keys alone
        rina.keyboard.press(key)
    expect(budi.locator("#waiting")).to_contain_text("viewing: Rina")
    expect(budi.get_by_role("button", name="Take Bumi Hijau")).to_have_count(0)
    expect(rina.locator("#waiting")).to_contain_text("Kept for you for")
    expect(rows.nth(1).get_by_role("button", name="Take Bumi Hijau")).to_be_focused()
    rina.keyboard.press("Enter")
    expect(rina.locator("#lead-name")).to_have_text("Bumi Hijau")
    expect(budi.locator("#waiting")).not_to_contain_text("Bumi Hijau")


def test_refusal_leads_to_the_lead_that_wants_its_contact(open_page: OpenPage, queue: Queue, at: datetime):
    Queue.objects.update(uncontacted_limit=1)
    rep, other = make_rep(), QueueFactory(name="SMB")
    make_entry(other, company_name="Toko Surya", since=at)
    silent, open_one = (take_next(each, by=rep, at=at + timedelta(minutes=5)) for each in (queue, other))
    page = live(open_page(rep, f"/desk/?lead={open_one.lead_id}"))
    page.locator("#log-note").fill("half a sent")
    page.locator("#from").select_option("mql")
    page.get_by_role("button", name="Take next").first.click()
    expect(page.locator("#toasts")).to_contain_text("MQL gives you its next lead after 1 more first contact.")
    expect(page.locator("#log-note")).to_have_value("half a sent")
    page.locator("#toasts").get_by_role("link", name=silent.lead.label).click()
    expect(page.locator("#lead-name")).to_have_text(silent.lead.label)


def test_new_lead_appears_by_itself(open_page: OpenPage, queue: Queue, at: datetime):
    page = live(open_page(make_rep(), "/desk/"))
    make_entry(queue, since=at, company_name="Surya Elektrindo")
    expect(page.locator("#waiting")).to_contain_text("Surya Elektrindo")


def test_two_keys_and_enter_log_a_contact(open_page: OpenPage, queue: Queue):
    rep = make_rep()
    page = live(open_page(rep, "/desk/"))
    page.keyboard.press("n")
    expect(page.locator("#lead-name")).to_have_text("Kopi Senja")
    expect(page.locator('[name="kind"][value="call"]')).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja is yours, from MQL.")
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("E-mail: Left message")
    expect(page.locator("#lead-clock")).to_contain_text("Contacted in time")
    line = Activity.objects.get(kind="contacted")
    assert (line.by, line.details["kind"], line.details["outcome"]) == (rep, "email", "left_message")
    assert page.url.endswith(f"/desk/?lead={line.lead_id}")


def test_a_third_digit_chooses_the_next_step(open_page: OpenPage, queue: Queue):
    page = live(open_page(make_rep(), "/desk/"))
    page.keyboard.press("n")
    none, date = page.locator('[name="step"][value=""]'), page.locator("#follow-up")
    expect(none).to_be_checked()  # the times came with the second request
    expect(page.locator('[name="kind"][value="call"]')).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("4")
    expect(none).to_be_focused()
    expect(date).to_be_hidden()
    page.keyboard.press("9")
    expect(date).to_be_focused()
    date.fill("2027-01-05T16:30")
    expect(page.locator("#log-follow-up [data-reads]")).to_have_text(re.compile("Tue,? 5 Jan 2027,? 16:30"))
    page.keyboard.press("Escape")
    none.check()
    expect(date).to_be_hidden()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("Call: Call back")
    expect(page.locator("#mine")).to_contain_text("Call back")
    held = Assignment.objects.get()
    assert timedelta(0) < timezone.now() + timedelta(hours=1) - held.follow_up_at < timedelta(minutes=5)


def test_rows_open_by_j_k_and_enter(open_page: OpenPage, queue: Queue, at: datetime):
    rep = make_rep()
    first, second = (take_next(queue, by=rep, at=at + timedelta(minutes=5 + step)).lead for step in range(2))
    page = live(open_page(rep, "/desk/"))
    expect(page.locator("#lead-name")).to_have_text(first.label)
    for key in ("j", "j", "k", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#lead-name")).to_have_text(second.label)
    expect(page.locator("#mine [aria-current]")).to_contain_text(second.label)
    expect(page).to_have_url(re.compile(rf"/desk/\?lead={second.pk}$"))


@pytest.mark.parametrize(
    ("key", "field", "says"),
    [
        ("r", "#return-reason", "is back in MQL in its old place."),
        ("d", "#disqualify-reason", "is disqualified."),
    ],
)
def test_reason_is_asked_for_before_a_lead_goes(open_page: OpenPage, queue: Queue, at: datetime, key, field, says):
    rep = make_rep()
    take_next(queue, by=rep, at=at + timedelta(minutes=5))
    page = live(open_page(rep, "/desk/"))
    page.keyboard.press(key)
    expect(page.locator(field)).to_be_focused()
    form = page.locator(f"form:has({field})")
    form.evaluate("form => { form.noValidate = true }")
    form.get_by_label("Note").fill("what I typed")
    form.get_by_role("button").click()
    expect(page.locator(".al-error:visible")).to_contain_text("Choose why")
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(f"form:has({field})").get_by_label("Note")).to_have_value("what I typed")
    page.locator(field).select_option("duplicate")
    page.locator(f"form:has({field})").get_by_role("button").click()
    expect(page.locator("#toasts")).to_contain_text(says)
    expect(page.locator("#lead")).to_contain_text("No lead is open")
    expect(page.locator("#mine")).to_contain_text("You hold no leads")
    assert Assignment.objects.open().count() == 0


def test_note_being_typed_survives_what_others_do(open_page: OpenPage, queue: Queue, at: datetime):
    rep = make_rep()
    take_next(queue, by=rep, at=at + timedelta(minutes=5))
    page = live(open_page(rep, "/desk/"))
    page.locator("#log-note").fill("half a sent")
    take_next(queue, by=make_rep(), at=timezone.now())
    take_next(queue, by=rep, at=timezone.now())
    expect(page.locator("#waiting")).not_to_contain_text("Pelita Medika", timeout=milliseconds(3000))
    expect(page.locator("#mine .al-count")).to_have_text("2")
    expect(page.locator("#log-note")).to_have_value("half a sent")
    expect(page.locator("#log-note")).to_be_focused()


def test_lead_that_is_taken_away_leaves_the_desk(open_page: OpenPage, queue: Queue, at: datetime):
    rep = make_rep()
    held = take_next(queue, by=rep, at=at + timedelta(minutes=5))
    page = live(open_page(rep, "/desk/"))
    expect(page.locator("#lead")).to_contain_text(held.lead.email)
    Client().force_login(rep)
    other_tab = Client()
    other_tab.force_login(rep)
    other_tab.post(f"/leads/{held.lead_id}/return/", {"reason": "no_capacity"})
    expect(page.locator("#lead")).to_contain_text("You no longer hold Kopi Senja.", timeout=milliseconds(3000))
    expect(page.locator("#lead")).not_to_contain_text(held.lead.email)


def test_second_to_pick_reads_who_was_faster(open_page: OpenPage, queue: Queue):
    page = open_page(make_rep(), "/desk/", java_script_enabled=False)
    faster = make_rep(first_name="Maria", last_name="Kusuma")
    take_next(queue, by=faster, at=timezone.now())
    page.locator("#waiting").get_by_role("button", name="Take Kopi Senja").click()
    expect(page.locator("#toasts")).to_contain_text("Somebody was faster: Maria Kusuma took this lead")


def test_desk_works_without_javascript(open_page: OpenPage, queue: Queue):
    page = open_page(make_rep(), "/desk/", java_script_enabled=False)
    page.get_by_role("button", name="Take next").first.click()
    expect(page.locator("#lead-name")).to_have_text("Kopi Senja")
    page.locator('[name="outcome"][value="no_answer"]').check()
    page.get_by_role("button", name="Log contact").click()
    expect(page.locator("#lead-clock")).to_contain_text("Contacted in time")
    page.locator("#act-return summary").click()
    page.locator("#return-reason").select_option("wrong_segment")
    page.locator("#form-return").get_by_role("button").click()
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja is back in MQL")
    assert Entry.objects.waiting().count() == 3
