"""A long page keeps what is needed at hand: the top bar, the bar of Take next, the heads of tables."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.factories import QueueFactory, TeamFactory, fill, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOP = "document.querySelector('.al-top').getBoundingClientRect().top"
BELOW_IT = "document.querySelector('.al-next').getBoundingClientRect().top"
SCREENS = "document.documentElement.scrollHeight / innerHeight"


def scrolled_to_the_end(page: Page) -> Page:
    page.set_viewport_size({"width": 1440, "height": 400})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    return page


@pytest.fixture
def team():
    team = TeamFactory()
    fill(QueueFactory(team=team, slug="smb"), 60, since=timezone.now())
    return team


def test_the_top_bar_stays_at_the_end_of_a_long_page(open_page: Callable[..., Page], team):
    page = scrolled_to_the_end(open_page(make_manager(team), "/queues/smb/"))
    assert page.evaluate(SCREENS) > 2
    assert page.evaluate(TOP) == 0


def test_take_next_stays_under_the_top_bar(open_page: Callable[..., Page], team):
    page = scrolled_to_the_end(open_page(make_rep(team), "/desk/?queue=smb"))
    assert page.evaluate(SCREENS) > 2
    assert (page.evaluate(TOP), page.evaluate(BELOW_IT)) == (0, 52)
