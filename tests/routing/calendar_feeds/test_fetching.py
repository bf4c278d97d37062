"""The feed of a rep's calendar: the worker reads it, a broken one changes nothing, its address stays secret (I2)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from config.web.safe_fetch import MAX_BYTES
from routing import tasks
from routing.actions.availability.calendars import fetch_calendar, remove_feed, request_due_fetches, set_feed
from routing.actions.availability.hours import set_hours
from routing.actions.availability.time_off import announce_absences, plan_time_off
from routing.models import Assignment, CalendarFeed, Rep, TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import (
    MORNING,
    QueueFactory,
    make_entry,
    make_rep,
    make_rotation,
)
from tests.factories.feeds import ADDRESS, DAY, FRIDAY, HOUR, JAKARTA, TODAY, away, read
from tests.factories.outside import OTHER, PUBLIC, Outside, calendar_of, moved, ok

pytestmark = pytest.mark.django_db


def test_a_good_feed_marks_leave_and_all_day_meetings(rep: Rep, feed: CalendarFeed):
    assert read(feed, ok(calendar_of(TODAY, FRIDAY))) == "new"
    assert away(rep) == [("leave", "11-16 00:00", "Vacation"), ("meeting", "11-20 00:00", "Offsite")]
    rotation = make_rotation(rep.user)
    friday = datetime(2026, 11, 20, 9, tzinfo=JAKARTA)
    seen = [load_state(rotation, at=at).members[0].reason for at in (MORNING, MORNING + DAY, friday)]
    assert seen == ["on_leave", "", "all_day_meeting"]
    feed.refresh_from_db()
    assert (feed.good_at, feed.absences, feed.problem, feed.is_asked) == (MORNING, 2, "", False)


def test_switches_of_a_rotation_decide_whether_the_calendar_counts(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY)))
    assert load_state(make_rotation(rep.user, skips_on_leave=False), at=MORNING).members[0].is_available


def test_half_days_and_series_on_the_clock_of_the_event(rep: Rep, feed: CalendarFeed):
    berlin = """BEGIN:VEVENT
UID:weekly
DTSTART;TZID=Europe/Berlin:20261006T130000
DTEND;TZID=Europe/Berlin:20261006T170000
RRULE:FREQ=WEEKLY;BYDAY=TU
X-MICROSOFT-CDO-BUSYSTATUS:OOF
SUMMARY:Course
END:VEVENT"""
    read(feed, ok(calendar_of(more=berlin)))
    assert away(rep)[:2] == [("leave", "11-17 19:00", "Course"), ("leave", "11-24 19:00", "Course")]


def test_what_has_changed_is_written_and_the_rest_left_alone(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY, FRIDAY)))
    kept = TimeOff.objects.get(note="Vacation").pk
    moved_to = ("friday", "20261127", "20261128", "Offsite")
    assert read(feed, ok(calendar_of(TODAY, moved_to)), at=MORNING + HOUR) == "new"
    assert away(rep) == [("leave", "11-16 00:00", "Vacation"), ("meeting", "11-27 00:00", "Offsite")]
    assert TimeOff.objects.get(note="Vacation").pk == kept
    assert TimeOff.history.count() == 0


def test_the_same_content_writes_no_time_off(rep: Rep, feed: CalendarFeed):
    same = ok(calendar_of(TODAY, FRIDAY))
    read(feed, same)
    with CaptureQueriesContext(connection) as asked:
        assert read(feed, same, at=MORNING + HOUR) == "unchanged"
    written = [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert [sql for sql in written if "calendarfeed" not in sql] == []
    feed.refresh_from_db()
    assert (feed.fetched_at, feed.good_at) == (MORNING + HOUR, MORNING + HOUR)


def test_signs_are_sent_on_the_same_day_and_the_next_day_reads_everything_again(rep: Rep, feed: CalendarFeed):
    far = ("far", "20270116", "20270117", "Vacation")  # 61 days from now
    outside = Outside({PUBLIC: ok(calendar_of(far), 'ETag: "v1"')})
    for at in (MORNING, MORNING + HOUR, MORNING + DAY):
        fetch_calendar(feed.pk, at=at, network=outside.network)
    assert [b'If-None-Match: "v1"' in asked for asked in outside.asked] == [False, True, False]
    assert away(rep) == [("leave", "01-16 00:00", "Vacation")]


def test_an_answer_of_nothing_new_is_good(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY), 'ETag: "v1"'))
    assert read(feed, b"HTTP/1.1 304 Not Modified\r\n\r\n", at=MORNING + HOUR) == "unchanged"
    feed.refresh_from_db()
    assert (len(away(rep)), feed.good_at) == (1, MORNING + HOUR)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ok(b"<html>Sign in</html>"), "not_a_calendar"),
        (ok(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR"[:-4]), "not_a_calendar"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "gone"),
        (b"HTTP/1.1 500 Oh\r\n\r\n", "unexpected"),
        (b"", "no_answer"),
        (ok(b"BEGIN:VCALENDAR\r\n" + b"x" * MAX_BYTES), "too_large"),
        (moved("https://inside.example/"), "not_public"),
    ],
)
def test_a_broken_feed_says_since_when_and_the_last_good_state_stays(client: Client, rep, feed, answer, code):
    read(feed, ok(calendar_of(TODAY, FRIDAY)))
    hosts = {"calendar.example": [PUBLIC], "inside.example": ["192.168.0.10"]}
    for hours in (1, 2):
        assert read(feed, answer, at=MORNING + hours * HOUR, hosts=hosts) == code
    feed.refresh_from_db()
    assert (feed.problem, feed.problem_at, feed.good_at) == (code, MORNING + HOUR, MORNING)
    assert len(away(rep)) == 2
    client.force_login(rep.user)
    shown = client.get(f"/calendars/{rep.pk}/").content.decode()
    assert "The calendar cannot be read." in shown
    assert "The absences read at 10:42 still count." in shown
    assert read(feed, ok(calendar_of(FRIDAY)), at=MORNING + 3 * HOUR) == "new"
    feed.refresh_from_db()
    assert (feed.problem, feed.problem_at, len(away(rep))) == ("", None, 1)


def test_a_long_history_is_read_as_long_as_it_is_no_larger_than_allowed(rep: Rep, feed: CalendarFeed):
    over = [(f"past {number}", "20200106", "20200107", "Offsite") for number in range(MAX_BYTES // 125)]
    content = calendar_of(*over, TODAY)
    assert 0.8 * MAX_BYTES < len(content) <= MAX_BYTES
    assert (read(feed, ok(content)), away(rep)) == ("new", [("leave", "11-16 00:00", "Vacation")])


def test_what_is_over_stays_when_the_calendar_forgets_it(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY, FRIDAY)))
    assert read(feed, ok(calendar_of()), at=MORNING + 2 * DAY) == "new"
    assert away(rep) == [("leave", "11-16 00:00", "Vacation")]


def test_planned_leave_is_never_touched(rep: Rep, feed: CalendarFeed):
    mine = plan_time_off(
        rep, kind="leave", starts_at=MORNING, ends_at=MORNING + DAY, note="wedding", by=rep.user, at=MORNING
    )
    read(feed, ok(calendar_of(TODAY)))
    read(feed, ok(calendar_of()), at=MORNING + HOUR)
    assert list(TimeOff.objects.values_list("pk", flat=True)) == [mine.pk]


@pytest.mark.parametrize("ends", ["forgotten by the calendar", "feed removed"])
def test_a_rep_who_is_back_gets_the_leads_that_were_held(rep: Rep, feed: CalendarFeed, ends: str):
    read(feed, ok(calendar_of(TODAY)))
    entry = make_entry(QueueFactory(dispatch="push", rotation=make_rotation(rep.user)))
    assert Assignment.objects.count() == 0
    if ends == "feed removed":
        remove_feed(feed, at=MORNING + HOUR)
    else:
        read(feed, ok(calendar_of()), at=MORNING + HOUR)
    assert Assignment.objects.get().lead_id == entry.lead_id


def test_an_answer_for_an_address_that_was_replaced_in_between_counts_for_nothing(rep: Rep, feed: CalendarFeed):
    outside = Outside({PUBLIC: ok(calendar_of(TODAY))})
    real = outside.resolve

    def resolve(host: str, port: int) -> list[str]:
        set_feed(rep, address="https://other.example/new.ics", by=rep.user, at=MORNING)
        return real(host, port)

    outside.resolve = resolve
    assert fetch_calendar(feed.pk, at=MORNING, network=outside.network) == "gone"
    feed.refresh_from_db()
    assert (away(rep), feed.good_at, feed.host) == ([], None, "other.example")


def test_a_new_address_keeps_the_old_state_until_it_is_read(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(TODAY)))
    set_feed(rep, address="webcal://other.example/new.ics", by=rep.user, at=MORNING + HOUR)
    feed.refresh_from_db()
    assert (feed.address, len(away(rep))) == ("https://other.example/new.ics", 1)
    fetch_calendar(feed.pk, at=MORNING + HOUR, network=Outside({OTHER: ok(calendar_of(FRIDAY))}).network)
    assert away(rep) == [("meeting", "11-20 00:00", "Offsite")]


def test_another_time_zone_of_the_rep_moves_the_days(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(FRIDAY)))
    OrmQ.objects.all().delete()
    set_hours(rep, own_hours={}, time_zone="Asia/Jayapura", by=rep.user, at=MORNING)
    assert OrmQ.objects.count() == 1
    read(feed, ok(calendar_of(FRIDAY)), at=MORNING + HOUR)
    assert away(rep) == [("meeting", "11-19 22:00", "Offsite")]


def test_each_feed_is_asked_every_half_hour_by_a_task_of_its_own():
    feeds = [set_feed(rep, address=ADDRESS, by=rep.user, at=MORNING) for rep in (make_rep().rep, make_rep().rep)]
    left = make_rep(is_active=False).rep
    CalendarFeed.objects.create(rep=left, address=ADDRESS, set_at=MORNING)
    OrmQ.objects.all().delete()
    minutes = [request_due_fetches(at=MORNING + timedelta(minutes=each)) for each in (29, 30, 31, 60)]
    assert minutes == [0, 2, 0, 2]
    queued = [task.task for task in OrmQ.objects.order_by("pk")]
    assert [(task["func"], task["args"]) for task in queued] == [
        ("routing.tasks.fetch_calendar", (feed.pk,)) for feed in (*feeds, *feeds)
    ]


def test_the_tasks_call_the_actions(feed: CalendarFeed):
    CalendarFeed.objects.all().delete()
    assert (tasks.fetch_calendars(), tasks.fetch_calendar(feed.pk)) == (0, "gone")


def test_pages_learn_of_absences_that_begin_and_end(rep: Rep, feed: CalendarFeed):
    read(feed, ok(calendar_of(FRIDAY)))
    midnight = datetime(2026, 11, 20, tzinfo=JAKARTA)
    moments = [midnight - timedelta(seconds=1), midnight, midnight + HOUR, midnight + DAY, midnight + DAY + HOUR]
    assert [announce_absences(at=at) for at in moments] == [0, 1, 0, 1, 0]
