"""A Monday morning, and a rep whose calendar is read from elsewhere (I2)."""

import pytest

from routing.actions.availability.calendars import set_feed
from routing.models import CalendarFeed, Rep
from tests.factories import MORNING, make_rep
from tests.factories.feeds import ADDRESS


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def rep() -> Rep:
    return make_rep(first_name="Maria", last_name="Gunawan").rep


@pytest.fixture
def feed(rep: Rep) -> CalendarFeed:
    return set_feed(rep, address=ADDRESS, by=rep.user, at=MORNING)
