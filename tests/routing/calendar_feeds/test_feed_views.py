"""The doors of a rep's calendar feed: who reaches it, what it says, and that its address is a secret (I2, C9)."""

import logging

import pytest
from django.test import Client
from django_q.models import OrmQ

from config.web.safe_fetch import FetchRefused
from routing.actions.availability.calendars import set_feed
from routing.models import CalendarFeed, Rep
from tests.factories import (
    MORNING,
    TeamFactory,
    make_manager,
    make_ops,
    make_rep,
)
from tests.factories.feeds import ADDRESS, FRIDAY, HOUR, TODAY, away, read
from tests.factories.outside import calendar_of, ok

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["ftp://calendar.example/a", "calendar.example/a.ics", "https://me:pw@host.example/", ""]
)
def test_what_is_no_address_is_refused_at_its_field(client: Client, rep: Rep, address: str):
    client.force_login(rep.user)
    answer = client.post(f"/calendars/{rep.pk}/feed/", {"address": address})
    text = "without a password in it." if address else "Paste the address of the calendar."
    assert (answer.status_code, text in answer.content.decode()) == (422, True)
    assert CalendarFeed.objects.count() == 0
    with pytest.raises(FetchRefused):
        set_feed(rep, address=address, by=rep.user, at=MORNING)


def test_a_rep_saves_an_address_fetches_and_removes_it(client: Client, rep: Rep, time_machine):
    client.force_login(rep.user)
    page = f"/calendars/{rep.pk}/"
    client.post(f"{page}feed/", {"address": f"  {ADDRESS} "})
    feed = CalendarFeed.objects.get()
    assert (feed.address, feed.set_by, OrmQ.objects.count()) == (ADDRESS, rep.user, 1)
    assert "Being read." in client.get(page).content.decode()
    read(feed, ok(calendar_of(TODAY, FRIDAY)))
    assert "2 absences in the coming 60 days." in client.get(page).content.decode()
    listed = client.get("/time-off/").content.decode()
    assert ("Vacation" in listed, "from the calendar" in listed, "/cancel/" in listed) == (True, True, False)
    time_machine.shift(1)
    for _press in range(2):
        client.post(f"{page}feed/fetch/")
    assert OrmQ.objects.count() == 2
    client.post(f"{page}feed/forget/")
    assert (CalendarFeed.objects.count(), away(rep)) == (0, [])
    assert client.post(f"{page}feed/fetch/").status_code == 404


def test_the_address_is_shown_to_nobody_and_stands_in_no_log(client: Client, caplog):
    team = TeamFactory()
    rep = make_rep(team).rep
    caplog.set_level(logging.DEBUG)
    feed = set_feed(rep, address=ADDRESS, by=rep.user, at=MORNING)
    read(feed, ok(calendar_of(TODAY)))
    read(feed, b"HTTP/1.1 404 Not Found\r\n\r\n", at=MORNING + HOUR)
    secret = "private-9f8e7d"
    pages = (f"/calendars/{rep.pk}/", f"/admin/routing/rep/{rep.pk}/change/", f"/admin/routing/rep/{rep.pk}/history/")
    for person in (rep.user, make_manager(team), make_ops(is_superuser=True)):
        client.force_login(person)
        assert [secret in client.get(page).content.decode() for page in pages] == [False] * 3
    assert secret not in caplog.text
    assert secret not in "".join(str(task.task) for task in OrmQ.objects.order_by("pk"))
    refused = client.post(pages[0] + "feed/", {"address": f"ftp://host.example/{secret}"})
    assert refused.status_code == 422


def test_colleagues_reach_no_feed(client: Client, rep: Rep, feed: CalendarFeed):
    client.force_login(make_rep())
    paths = [f"/calendars/{rep.pk}/{act}" for act in ("feed/", "feed/fetch/", "feed/forget/")]
    assert [client.post(path, {"address": ADDRESS}).status_code for path in paths] == [404] * 3
    assert CalendarFeed.objects.get().set_by == rep.user


def test_the_part_follows_the_worker(client: Client, rep: Rep, feed: CalendarFeed):
    client.force_login(rep.user)
    part = client.get(f"/calendars/{rep.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="al-panel" aria-labelledby="cf" id="calendar-feed"')
    assert ("every 5s" in part, f'data-live="holder-{rep.user_id}"' in part) == (True, True)
    read(feed, ok(calendar_of()))
    part = client.get(f"/calendars/{rep.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert ("every 5s" in part, "0 absences in the coming 60 days." in part) == (False, True)
