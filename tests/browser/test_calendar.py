"""A calendar in a real browser: the feed follows the worker, hours are saved, axe on the pages of days off (F5, I2)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from routing.actions.availability.calendars import fetch_calendar, set_feed
from routing.actions.availability.holidays import sync_all_holidays
from routing.actions.availability.time_off import plan_time_off
from routing.models import CalendarFeed, Rep
from tests.browser.pages import OpenPage, faults
from tests.factories import TeamFactory, make_manager, make_rep, make_rotation
from tests.factories.outside import PUBLIC, Outside, calendar_of, ok

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "https://calendar.example/private-9f8e7d/basic.ics"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def rina(at: datetime) -> Rep:
    """In a team with hours and holidays, in two rotations, with leave before her and a calendar that broke."""
    team = TeamFactory(name="SMB", holiday_country="ID", reps_set_hours=True)
    rep = make_rep(team, first_name="Rina", last_name="Hartono").rep
    others = [make_rep(team, first_name=name) for name in ("Budi", "Emily")]
    make_rotation(rep.user, *others, name="Enterprise", skips_outside_hours=True, skipped_means="daily")
    make_rotation(rep.user, *others, name="SMB", skipped_means="owed")
    begins = at + timedelta(days=2)
    plan_time_off(rep, kind="leave", starts_at=begins, ends_at=begins + timedelta(days=3), note="", by=rep.user, at=at)
    sync_all_holidays(at=at)
    feed = set_feed(rep, address=ADDRESS, by=rep.user, at=at)
    days = [(at + timedelta(days=number)).strftime("%Y%m%d") for number in (8, 9)]
    answers = ok(calendar_of(("1", *days, "Product training"))), b"HTTP/1.1 404 Not Found\r\n\r\n"
    for answer in answers:
        fetch_calendar(feed.pk, at=at, network=Outside({PUBLIC: answer}).network)
    return rep


def test_an_address_is_saved_and_the_page_follows_the_worker(open_page: OpenPage, rina: Rep):
    CalendarFeed.objects.all().delete()
    page = open_page(rina.user, f"/calendars/{rina.pk}/")
    expect(page.locator("html")).to_have_attribute("data-live-state", "open")
    page.get_by_label("Address of the calendar").fill(ADDRESS)
    page.get_by_role("button", name="Save and read").click()
    feed = page.locator("#calendar-feed")
    expect(feed).to_contain_text("Being read.")
    row = CalendarFeed.objects.get()
    fetch_calendar(row.pk, at=timezone.now(), network=Outside({PUBLIC: ok(calendar_of())}).network)
    expect(feed).to_contain_text("0 absences in the coming 60 days.")
    assert "private-9f8e7d" not in page.content()


def test_what_was_found_is_listed_and_unanswered_invitations_are_switched(open_page: OpenPage, rina: Rep):
    page = open_page(rina.user, f"/calendars/{rina.pk}/")
    feed = page.locator("#calendar-feed")
    expect(feed).to_contain_text("Product training")
    expect(feed).to_contain_text("Busy for the whole day.")
    page.get_by_label("Count invitations not answered yet").check()
    page.get_by_role("button", name="Save the choice").press("Enter")
    expect(page.get_by_label("Count invitations not answered yet")).to_be_checked()
    assert CalendarFeed.objects.get().counts_unanswered is True


def test_hours_over_midnight_are_saved_once_they_end_before_the_next_day_begins(open_page: OpenPage, rina: Rep):
    page = open_page(rina.user, f"/calendars/{rina.pk}/")
    page.get_by_text("Change the hours").click()
    page.get_by_label("Tuesday").fill("22:00-06:00")
    page.get_by_label("Wednesday").fill("5-9")
    page.get_by_role("button", name="Save hours").click()
    expect(page.locator("#id_own_hours-wed-problem")).to_contain_text("The hours of the night before overlap these.")
    page.get_by_label("Wednesday").fill("")
    page.get_by_role("button", name="Save hours").click()
    expect(page.locator("#working-hours")).to_contain_text("Tuesday 22:00-06:00")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, rina: Rep):
    manager = make_manager(rina.teams.get())
    places = [(rina.user, f"/calendars/{rina.pk}/"), (rina.user, "/time-off/"), (manager, f"/calendars/{rina.pk}/")]
    found = {}
    for person, path in places:
        page = open_page(person, path, reduced_motion="reduce")
        for summary in page.locator("main details > summary").all():
            summary.click()
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}
