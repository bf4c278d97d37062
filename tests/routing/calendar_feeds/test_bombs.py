"""Calendars made to hold up a worker: each is read or refused, its owner learns why, the others go on (I2)."""

import os
import signal
import threading
from datetime import datetime, timedelta

import psutil
import pytest
from django.test import Client
from django_q.models import OrmQ

from config.worker.bounded_call import Limits
from routing.actions.availability.calendars import fetch_calendar, request_due_fetches, request_fetch, set_feed
from routing.models import CalendarFeed, Notification, Rep
from tests.factories import MORNING, make_rep
from tests.factories.feeds import ADDRESS, FRIDAY, HOUR, TODAY, away, read
from tests.factories.outside import CALENDAR, PUBLIC, Outside, calendar_of, ok
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db

VACATION = ("leave", "11-16 00:00", "Vacation")
IN_OWN_ZONE = "BEGIN:VEVENT\nUID:own\nSUMMARY:OOO\nDTSTART;TZID=Own:20261118T090000\nDURATION:PT1H\nEND:VEVENT"
NO_DAY = "FREQ=DAILY;BYYEARDAY=366;BYMONTH=1"
NEVER = f"BEGIN:VEVENT\nUID:{{}}\nSUMMARY:OOO\nDTSTART:19700101T000000\nRRULE:{NO_DAY}\nEND:VEVENT"
ENDLESS = ok(calendar_of(more="\n".join(NEVER.format(number) for number in range(900))))
DAYS_OF_A_YEAR = [(month, day) for month in range(1, 13) for day in range(1, 29)]
LITTLE_TIME = Limits(cpu_seconds=1, wall_seconds=PATIENCE)


def ask(feed: CalendarFeed, at: datetime) -> None:
    feed.refresh_from_db()
    request_fetch(feed, at=at)


def with_text(name: str, blank: str) -> bytes:
    return calendar_of(TODAY, more=f"BEGIN:VEVENT\nDTSTART:20261117T010000Z\n{name}:{blank * 100_000}x\nEND:VEVENT")


def with_zones(*rules: str, count: int = 1, start: str = "19700101T000000") -> bytes:
    lines = [f"DTSTART:{start}", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", *rules]
    changes = ["\n".join([f"BEGIN:{kind}", *lines, f"END:{kind}"]) for kind in ("STANDARD", "DAYLIGHT")]
    zones = [
        "\n".join(["BEGIN:VTIMEZONE", f"TZID:Own{number or ''}", *changes, "END:VTIMEZONE"]) for number in range(count)
    ]
    return calendar_of(TODAY, more="\n".join([*zones, IN_OWN_ZONE]))


def series(rule: str) -> bytes:
    return calendar_of(TODAY, more=f"BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20200101\nRRULE:{rule}\nEND:VEVENT")


def many(count: int, *lines: str) -> bytes:
    """So many events of these lines, in which {} is their number."""
    events = ("\n".join(["BEGIN:VEVENT", f"UID:{n}", *lines, "END:VEVENT"]).replace("{}", f"{n}") for n in range(count))
    return calendar_of(TODAY, more="\n".join(events))


HOUR_AHEAD = ("DTSTART:20261117T010000Z", "DTEND:20261117T020000Z")
EACH_WEEK = ("DTSTART:20100104T010000Z", "DTEND:20100104T020000Z", "RRULE:FREQ=WEEKLY")
YEARS_OF_DAYS = ",".join(
    f"20{year}{month:02}{day:02}T010000Z" for year in (23, 24, 25) for month, day in DAYS_OF_A_YEAR
)
NEAR_DAYS = ",".join(f"202612{day:02}T01{minute:02}00Z" for day in range(1, 18) for minute in range(60))


def nested(name: str, count: int = 50_000) -> bytes:
    return calendar_of(TODAY, more="\n".join([f"BEGIN:{name}"] * count + [f"END:{name}"] * count))


@pytest.mark.parametrize("blank", [" ", "\t", "\xa0", "\n "], ids=["blank", "tab", "no_break", "folded"])
@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "UID", "STATUS"])
def test_blanks_without_number_hold_up_nobody(rep: Rep, feed: CalendarFeed, name, blank):
    assert (read(feed, ok(with_text(name, blank))), away(rep)) == ("new", [VACATION])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(with_zones(*["RRULE:FREQ=DAILY"] * 1000), "too_many_zones", id="daily_1000"),
        pytest.param(with_zones("RRULE:FREQ=DAILY"), "too_many_zones", id="daily"),
        pytest.param(with_zones("RRULE:FREQ=HOURLY"), "too_many_zones", id="hourly"),
        pytest.param(with_zones("RRULE:FREQ=SECONDLY"), "too_many_zones", id="secondly"),
        pytest.param(with_zones("RRULE:FREQ=YEARLY;INTERVAL=0"), "too_many_zones", id="interval_0"),
        pytest.param(with_zones("RRULE:FREQ=YEARLY", count=10_000), "too_many_zones", id="zones_10000"),
        pytest.param(
            with_zones("RRULE:FREQ=MONTHLY", count=100, start="00010101T000000"), "too_many_zones", id="since_year_1"
        ),
        pytest.param(series("FREQ=DAILY;COUNT=1000000"), "new", id="count"),
        pytest.param(series("FREQ=SECONDLY;COUNT=1000000"), "new", id="secondly_series"),
        pytest.param(nested("X"), "new", id="deep_x"),
        pytest.param(nested("VALARM"), "new", id="deep_alarm"),
        pytest.param(nested("VTIMEZONE"), "new", id="deep_zone"),
        pytest.param(calendar_of(TODAY, more="SUMMARY:" + "x" * 9_000_000), "new", id="line_title"),
        pytest.param(calendar_of(TODAY, more="X" * 9_000_000), "new", id="line_name"),
        pytest.param(many(20_000, "DTSTART:20261117T010000Z", "RRULE:FREQ=MINUTELY"), "new", id="each_minute"),
        pytest.param(many(300, *EACH_WEEK), "new", id="each_week_for_years"),
        pytest.param(many(100, *EACH_WEEK, f"EXDATE:{YEARS_OF_DAYS}"), "new", id="exceptions_1000"),
        pytest.param(many(100, *EACH_WEEK, f"EXDATE:{NEAR_DAYS}"), "too_much", id="exceptions_1000_ahead"),
        pytest.param(many(100, *HOUR_AHEAD, f"RDATE:{NEAR_DAYS}"), "too_much", id="dates_1000"),
        pytest.param(many(10, *HOUR_AHEAD, "SUMMARY:" + "leave - " * 100_000), "new", id="titles"),
        pytest.param(many(500, *HOUR_AHEAD, "CATEGORIES:" + "x," * 5_000), "new", id="categories"),
        pytest.param(many(2_000, "DTSTART;TZID=Zone {}:20261117T010000"), "too_many_zones", id="names_of_zones"),
        pytest.param(many(100, *HOUR_AHEAD, *["ATTENDEE:mailto:a@b.example"] * 1_000), "new", id="guests"),
    ],
)
def test_a_bomb_is_read_or_refused(rep: Rep, feed: CalendarFeed, content, code):
    assert read(feed, ok(content)) == code
    assert (VACATION in away(rep)) == (code == "new")


@pytest.mark.parametrize(
    ("answer", "limits", "code"),
    [
        (ok(with_zones("RRULE:FREQ=HOURLY")), LITTLE_TIME, "too_many_zones"),
        (ENDLESS, LITTLE_TIME, "too_costly"),
        (ok(CALENDAR * 300_000), Limits(cpu_seconds=600, wall_seconds=PATIENCE, memory=2**27), "too_costly"),
        (ENDLESS, Limits(cpu_seconds=60, wall_seconds=0.2), "too_costly"),
    ],
    ids=["zones", "processor", "memory", "time"],
)
def test_a_feed_beyond_the_limits_is_reported_and_its_last_good_state_stays(
    client: Client, rep: Rep, feed: CalendarFeed, answer, limits, code
):
    words = {
        "too_many_zones": "It defines too many time zones, or clocks that change too often",
        "too_costly": "Reading it took too much time or memory, so it was stopped.",
    }[code]
    again = {"too_many_zones": "every half hour", "too_costly": "every six hours"}[code]
    read(feed, ok(calendar_of(TODAY, FRIDAY)))
    outside = Outside({PUBLIC: answer})
    for hours in (1, 7):
        ask(feed, MORNING + hours * HOUR)
        assert fetch_calendar(feed.pk, at=MORNING + hours * HOUR, network=outside.network, limits=limits) == code
    feed.refresh_from_db()
    assert (feed.problem, feed.problem_at, feed.good_at) == (code, MORNING + HOUR, MORNING)
    assert len(away(rep)) == 2
    message = Notification.objects.get(kind="feed_broken")
    assert (message.user, message.at) == (rep.user, MORNING + HOUR)
    client.force_login(rep.user)
    for page in (f"/calendars/{rep.pk}/", "/inbox/"):
        assert words in client.get(page).content.decode()
    shown = client.get(f"/calendars/{rep.pk}/").content.decode()
    assert ("The absences read at 10:42 still count." in shown, f"tried again {again}" in shown) == (True, True)
    ask(feed, MORNING + 13 * HOUR)
    assert read(feed, ok(calendar_of(FRIDAY)), at=MORNING + 13 * HOUR) == "new"
    feed.refresh_from_db()
    assert (feed.problem, len(away(rep))) == ("", 1)


def test_the_sweep_goes_on_with_the_other_feeds_and_asks_a_costly_one_less_often(rep: Rep, feed: CalendarFeed):
    other = set_feed(make_rep().rep, address=ADDRESS, by=None, at=MORNING)
    bomb = Outside({PUBLIC: ENDLESS})
    assert fetch_calendar(feed.pk, at=MORNING, network=bomb.network, limits=LITTLE_TIME) == "too_costly"
    assert read(other, ok(calendar_of(TODAY))) == "new"
    asked = {}
    for minutes in (30, 60, 330, 360):
        OrmQ.objects.all().delete()
        request_due_fetches(at=MORNING + timedelta(minutes=minutes))
        asked[minutes] = [task.task["args"][0] for task in OrmQ.objects.order_by("pk")]
    assert asked == {30: [other.pk], 60: [other.pk], 330: [other.pk], 360: [feed.pk, other.pk]}


def test_many_requests_cost_one_reading(rep: Rep):
    for _press in range(5):
        feed = set_feed(rep, address=ADDRESS, by=rep.user, at=MORNING)
    bomb = Outside({PUBLIC: ENDLESS})
    for _task in range(OrmQ.objects.count()):
        assert fetch_calendar(feed.pk, at=MORNING, network=bomb.network, limits=LITTLE_TIME) == "too_costly"
    assert (OrmQ.objects.count(), len(bomb.asked)) == (5, 1)


def test_another_address_after_a_costly_one_is_read_by_the_next_sweep(client: Client, rep: Rep, feed: CalendarFeed):
    fetch_calendar(feed.pk, at=MORNING, network=Outside({PUBLIC: ENDLESS}).network, limits=LITTLE_TIME)
    OrmQ.objects.all().delete()
    client.force_login(rep.user)
    for _press in range(3):
        said = client.post(f"/calendars/{rep.pk}/feed/", {"address": f"{ADDRESS}?other"}, follow=True).content.decode()
        assert "The calendar will be read within five minutes." in said
    assert ("It will be read within five minutes." in said, OrmQ.objects.count()) == (True, 0)
    assert (request_due_fetches(at=MORNING + timedelta(minutes=5)), OrmQ.objects.count()) == (1, 1)
    feed.refresh_from_db()
    assert read(feed, ok(calendar_of(TODAY))) == "new"


def test_a_costly_feed_is_not_read_again_at_once(client: Client, rep: Rep, feed: CalendarFeed, time_machine):
    fetch_calendar(feed.pk, at=MORNING, network=Outside({PUBLIC: ENDLESS}).network, limits=LITTLE_TIME)
    OrmQ.objects.all().delete()
    client.force_login(rep.user)
    said = client.post(f"/calendars/{rep.pk}/feed/fetch/", follow=True).content.decode()
    assert ("Change it first, and try again later." in said, OrmQ.objects.count()) == (True, 0)
    time_machine.shift(timedelta(minutes=11))
    said = client.post(f"/calendars/{rep.pk}/feed/fetch/", follow=True).content.decode()
    assert ("The calendar is being read." in said, OrmQ.objects.count()) == (True, 1)


def _kill_the_reader(found: list[int]) -> None:
    me = psutil.Process(os.getpid())
    while not found:
        for child in me.children():
            if "config.worker.bounded_child" in child.cmdline():
                found.append(child.pid)
                child.send_signal(signal.SIGKILL)


def test_a_reader_that_somebody_kills_says_nothing_against_the_calendar(client: Client, rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY)))
    killed: list[int] = []
    killer = threading.Thread(target=_kill_the_reader, args=(killed,), daemon=True)
    killer.start()
    outside = Outside({PUBLIC: ENDLESS})
    limits = Limits(cpu_seconds=600, wall_seconds=PATIENCE)
    assert fetch_calendar(feed.pk, at=MORNING + HOUR, network=outside.network, limits=limits) == "interrupted"
    killer.join()
    assert (away(rep), Notification.objects.count()) == ([VACATION], 0)
    client.force_login(rep.user)
    assert "Nothing is wrong with the calendar" in client.get(f"/calendars/{rep.pk}/").content.decode()
    assert read(feed, ok(calendar_of(TODAY, FRIDAY)), at=MORNING + 2 * HOUR) == "new"


def in_zone(offset: str) -> bytes:
    """Outlook names all zones alike, whatever the calendar means."""
    zone = f"""BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Customized Time Zone:20261117T090000
DTEND;TZID=Customized Time Zone:20261117T120000
SUMMARY:OOO
END:VEVENT"""
    return ok(calendar_of(more=zone))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first_second", "second_first"])
def test_the_zones_of_one_feed_do_not_reach_another(order):
    offsets, moments = ("+0900", "+0100"), ("11-17 07:00", "11-17 15:00")
    reps = [make_rep().rep for _each in offsets]
    for each in order:
        read(set_feed(reps[each], address=ADDRESS, by=None, at=MORNING), in_zone(offsets[each]))
    assert [away(rep) for rep in reps] == [[("leave", moment, "OOO")] for moment in moments]
