"""Help for a queue that overflows, in a real browser: lent reps (D8)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from queues.models import Loan
from tests.browser.pages import OpenPage, faults, settled
from tests.factories import QueueFactory, TeamFactory, fill, make_manager, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def queue():
    queue = QueueFactory(name="Full inbox", slug="full", team=TeamFactory(name="Full"))
    fill(queue, 3, since=timezone.now() - timedelta(minutes=20), company_name="Kopi Senja")
    return queue


def test_a_lent_rep_sees_the_queue_at_once_and_no_more_when_asked_back(open_page: OpenPage, queue):
    calm = TeamFactory(name="Calm")
    manager, rep = make_manager(queue.team), make_rep(calm, first_name="Budi", last_name="Santoso")
    desk = settled(open_page(rep, "/desk/"))
    expect(desk.get_by_text("Full inbox")).to_have_count(0)
    page = open_page(manager, "/queues/full/")
    page.get_by_role("link", name="Lend reps").click()
    page.get_by_role("checkbox", name="Budi Santoso").check()
    page.get_by_role("button", name="Lend", exact=True).click()
    expect(page.get_by_text("Budi Santoso takes from Full inbox too, until")).to_be_visible()
    expect(desk.locator("#waiting")).to_contain_text("Full inbox")
    expect(desk.locator("#waiting")).to_contain_text("Kopi Senja")
    page.get_by_role("button", name="Ask back Budi Santoso").click()
    expect(page.get_by_text("Nobody is lent to this queue now.")).to_be_visible()
    expect(desk.locator("#waiting").get_by_text("Full inbox")).to_have_count(0)
    assert Loan.objects.get().ended_at is not None


def test_the_form_has_no_violations(open_page: OpenPage, queue):
    make_rep(TeamFactory(name="Calm"), first_name="Budi", last_name="Santoso")
    page = open_page(make_manager(queue.team), "/queues/full/lend/", reduced_motion="reduce")
    page.get_by_role("button", name="Lend", exact=True).click()
    expect(page.get_by_text("Choose at least one rep.")).to_be_visible()
    assert faults(page) == []


def test_a_fast_lane_is_one_press(open_page: OpenPage, queue):
    senior = make_rep(first_name="Ani", last_name="Wijaya")
    rotation = make_rotation(senior, name="Seniors")
    QueueFactory(team=queue.team, dispatch="push", rotation=rotation)
    type(queue).objects.filter(pk=queue.pk).update(depth_lift=3, depth_limit=4)
    fill(queue, 2, since=timezone.now(), company_name="Bumi Hijau", score=95)
    desk = settled(open_page(senior, "/desk/"))
    page = open_page(make_manager(queue.team), "/queues/full/")
    page.get_by_role("button", name="Open a fast lane").click()
    expect(page.get_by_text("The fast lane of Full inbox is open. 2 leads went through at once.")).to_be_visible()
    expect(desk.locator("#mine")).to_contain_text("Bumi Hijau")
    page.get_by_role("button", name="Close the fast lane").click()
    expect(page.get_by_role("button", name="Open a fast lane")).to_be_visible()


def test_what_is_typed_for_a_lane_survives_a_refresh(open_page: OpenPage, queue):
    rotation = make_rotation(make_rep(), name="Seniors")
    QueueFactory(team=queue.team, dispatch="push", rotation=rotation)
    page = settled(open_page(make_manager(queue.team), "/queues/full/"))
    page.get_by_label("Score from").fill("60")
    page.get_by_role("heading", name="Full inbox").click()
    fill(queue, 1, since=timezone.now(), company_name="Bumi Hijau")
    page.wait_for_timeout(1500)
    expect(page.get_by_label("Score from")).to_have_value("60")
