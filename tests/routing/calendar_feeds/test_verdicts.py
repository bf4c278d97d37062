"""The verdict on a rep's calendar through its doors: what counts on whose clock, when it is judged again, and what the
page says of it (F5, I2)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django_q.models import OrmQ

from routing.actions.availability.calendars import request_due_fetches, set_feed
from routing.actions.availability.hours import set_hours
from routing.models import CalendarFeed, Rep
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, TeamFactory, make_ops, make_rep, make_rotation
from tests.factories.feeds import ADDRESS, HOUR, JAKARTA, away, read
from tests.factories.outside import calendar_of, ok

pytestmark = pytest.mark.django_db


def event(*lines: str, uid: int = 1) -> bytes:
    return calendar_of(more="\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]))


def at(first: str, last: str, zone: str = "Asia/Jakarta") -> tuple[str, str]:
    return f"DTSTART;TZID={zone}:202611{first}00", f"DTEND;TZID={zone}:202611{last}00"


OUT = "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
FRIDAY = ("DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261120")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((*FRIDAY, "SUMMARY:Cuti"), [("leave", "11-20 00:00", "Cuti")]),
        ((*FRIDAY, "SUMMARY:Offsite", "ATTENDEE;PARTSTAT=DECLINED:mailto:{email}"), []),
        (
            ("DTSTART:20261119T170000Z", "DTEND:20261120T170000Z", "SUMMARY:Tidak di kantor", "TRANSP:OPAQUE"),
            [("leave", "11-20 00:00", "Tidak di kantor")],
        ),
        ((*at("17T0800", "19T1800"), "SUMMARY:Trip"), [("meeting", "11-17 08:00", "Trip")]),
        ((*at("17T1400", "17T1500"), "SUMMARY:Vacation Rentals Ltd - demo"), []),
        ((*at("17T1300", "17T1700"), "SUMMARY:Rina OOO"), [("leave", "11-17 13:00", "Rina OOO")]),
        (
            (*at("17T0200", "17T0600", '"tzone://Microsoft/Utc"'), "SUMMARY:Rina - cuti"),
            [("leave", "11-17 09:00", "Rina - cuti")],
        ),
        (
            ("DTSTART:20261119T170000Z", "DTEND:20261120T170000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "SUMMARY:Fair"),
            [("meeting", "11-20 00:00", "Fair")],
        ),
    ],
)
def test_events_as_programs_write_them_become_time_off(rep: Rep, feed: CalendarFeed, lines, expected):
    text = event(*(line.format(email=rep.user.email.upper()) for line in lines))
    assert (read(feed, ok(text)), away(rep)) == ("new" if expected else "unchanged", expected)


def test_half_a_day_of_leave_is_skipped_for_half_a_day(rep: Rep, feed: CalendarFeed):
    read(feed, ok(event(*at("17T1300", "17T1700"), "SUMMARY:Maria OOO")))
    rotation = make_rotation(rep.user)
    moments = [datetime(2026, 11, 17, hour, tzinfo=JAKARTA) for hour in (9, 12, 13, 16, 17)]
    assert [load_state(rotation, at=each).members[0].reason for each in moments] == ["", "", "on_leave", "on_leave", ""]


def test_other_hours_change_the_verdict_at_once(rep: Rep, feed: CalendarFeed):
    morning = ok(event(*at("17T0900", "17T1200"), "SUMMARY:Course"))
    set_hours(rep, own_hours={"tue": [["09:00", "17:00"]]}, time_zone="", by=None, at=MORNING)
    assert (read(feed, morning), away(rep)) == ("unchanged", [])
    OrmQ.objects.all().delete()
    set_hours(rep, own_hours={"tue": [["09:00", "12:00"]]}, time_zone="", by=None, at=MORNING + HOUR)
    assert OrmQ.objects.count() == 1
    assert (read(feed, morning, at=MORNING + HOUR), away(rep)) == ("new", [("meeting", "11-17 09:00", "Course")])


def test_hours_that_change_while_the_calendar_is_read_are_used_by_the_next_sweep(rep: Rep, feed: CalendarFeed):
    set_hours(rep, own_hours={"tue": [["09:00", "12:00"]]}, time_zone="", by=None, at=MORNING)
    read(feed, ok(event(*at("17T0900", "17T1200"))))
    assert (request_due_fetches(at=MORNING + HOUR / 12), away(rep)) == (1, [("meeting", "11-17 09:00", "")])


def test_other_hours_of_the_team_have_its_calendars_judged_again(client: Client):
    team = TeamFactory(working_hours={"tue": [["09:00", "17:00"]]})
    feeds = [set_feed(make_rep(team).rep, address=ADDRESS, by=None, at=MORNING) for _each in range(2)]
    morning = ok(event(*at("17T0900", "17T1200")))
    assert [read(feed, morning) for feed in feeds] == ["unchanged"] * 2
    assert request_due_fetches(at=MORNING + timedelta(minutes=5)) == 0
    client.force_login(make_ops(is_superuser=True))
    page = f"/admin/routing/team/{team.pk}/change/"
    form = client.get(page).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields if name not in ("working_hours", "managers")}
    client.post(page, {**sent, "working_hours-tue": "9-12"})
    team.refresh_from_db()
    assert team.working_hours == {"tue": [["09:00", "12:00"]]}
    assert request_due_fetches(at=MORNING + timedelta(minutes=5)) == 2
    assert [read(feed, morning, at=MORNING + timedelta(minutes=6)) for feed in feeds] == ["new"] * 2
    assert [len(away(feed.rep)) for feed in feeds] == [1, 1]


def test_an_address_that_changes_is_noticed_within_half_an_hour(rep: Rep, feed: CalendarFeed):
    invited = ok(event(*FRIDAY, "SUMMARY:Offsite", "ATTENDEE;PARTSTAT=DECLINED:mailto:maria.g@mail.example"))
    read(feed, invited)
    assert len(away(rep)) == 1
    rep.user.email = "Maria.G@mail.example"
    rep.user.save(update_fields=["email"])
    assert (read(feed, invited, at=MORNING + HOUR), away(rep)) == ("new", [])


def test_the_address_of_a_calendar_may_name_its_owner(rep: Rep):
    google = "https://calendar.example/calendar/ical/maria%40gmail.example/private-9f8e7d/basic.ics"
    feed = set_feed(rep, address=google, by=rep.user, at=MORNING)
    read(feed, ok(event(*FRIDAY, "SUMMARY:Offsite", "ATTENDEE;PARTSTAT=DECLINED:mailto:maria@gmail.example")))
    assert away(rep) == []


def test_unanswered_invitations_count_where_the_rep_says_so(client: Client, rep: Rep, feed: CalendarFeed):
    invited = ok(event(*FRIDAY, "SUMMARY:Offsite", f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{rep.user.email}"))
    page = f"/calendars/{rep.pk}/"
    client.force_login(rep.user)
    read(feed, invited)
    OrmQ.objects.all().delete()
    shown = client.get(page).content.decode()
    assert (away(rep), "1 invitation is not answered yet, so it does not count." in shown) == ([], True)
    said = client.post(f"{page}feed/answers/", {"counts_unanswered": "on"}, follow=True).content.decode()
    feed.refresh_from_db()
    read_again = "The calendar is being read again." in said
    assert (feed.counts_unanswered, read_again, OrmQ.objects.count()) == (True, True, 1)
    assert (read(feed, invited), away(rep)) == ("new", [("meeting", "11-20 00:00", "Offsite")])
    assert "is not answered yet" not in client.get(page).content.decode()
    client.post(f"{page}feed/answers/", {})
    feed.refresh_from_db()
    assert feed.counts_unanswered is False
    client.force_login(make_rep())
    assert client.post(f"{page}feed/answers/", {"counts_unanswered": "on"}).status_code == 404
    feed.refresh_from_db()
    assert feed.counts_unanswered is False


def lines_of(client: Client, rep: Rep) -> list[tuple[str, ...]]:
    client.force_login(rep.user)
    found = client.get(f"/calendars/{rep.pk}/").context["verdict"].absences
    return [(each.when, each.kind, each.size, each.why, each.covers) for each in found]


def test_the_page_says_how_each_absence_was_judged(client: Client):
    rep = make_rep(TeamFactory()).rep
    feed = set_feed(rep, address=ADDRESS, by=None, at=MORNING)
    events = [
        ("BEGIN:VEVENT", f"UID:{number}", *lines, "END:VEVENT")
        for number, lines in enumerate(
            [
                (*at("17T1300", "17T1700"), "SUMMARY:Rina - cuti"),
                (*at("18T0900", "18T1000"), "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "CLASS:PRIVATE", "SUMMARY:Clinic"),
                (*at("19T0900", "19T1200"), "SUMMARY:Course"),
                (*at("19T1300", "19T1700"), "SUMMARY:Visit"),
                (*FRIDAY, "CATEGORIES:Urlaub", "SUMMARY:Bali"),
                ("DTSTART;VALUE=DATE:20261121", "SUMMARY:Fair"),
                (*at("24T0800", "25T1800"), "SUMMARY:Trip"),
            ]
        )
    ]
    read(feed, ok(calendar_of(more="\n".join(line for lines in events for line in lines))))
    assert lines_of(client, rep) == [
        (
            "Tue 17 Nov 2026, 13:00 to 17:00",
            "Leave",
            "Half a day",
            "Its title says \u201ccuti\u201d.",
            "Covers 4 of 8 working hours.",
        ),
        (
            "Wed 18 Nov 2026, 09:00 to 10:00",
            "Leave",
            "Some hours",
            "The calendar marks it as out of office.",
            "Covers 1 of 8 working hours.",
        ),
        (
            "Thu 19 Nov 2026, 09:00 to 17:00",
            "All-day meeting",
            "Whole day",
            "Several events take the day together.",
            "Covers 7 of 8 working hours.",
        ),
        (
            "Fri 20 Nov 2026",
            "Leave",
            "Whole day",
            "Its category is \u201cUrlaub\u201d.",
            "Covers 8 of 8 working hours.",
        ),
        ("Sat 21 Nov 2026", "All-day meeting", "Outside working hours", "Busy for the whole day.", ""),
        (
            "Tue 24 Nov 2026, 08:00 to Wed 25 Nov 2026, 18:00",
            "All-day meeting",
            "Several days",
            "Busy in all working hours of a day.",
            "Covers 16 of 16 working hours.",
        ),
    ]
    shown = client.get(f"/calendars/{rep.pk}/").content.decode()
    assert ("Course + Visit" in shown, "Clinic" in shown) == (True, False)


def test_the_page_names_zones_that_nobody_knows_and_what_repeats_too_often(
    client: Client, rep: Rep, feed: CalendarFeed
):
    mars = event(*at("17T1300", "17T1700", "Mars/Olympus <b>"), "SUMMARY:OOO", "RRULE:FREQ=DAILY;COUNT=1")
    often = "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261117T010000Z\r\nRRULE:FREQ=MINUTELY\r\nEND:VEVENT\r\nEND:VCALENDAR"
    assert read(feed, ok(mars.replace(b"END:VCALENDAR", often.encode()))) == "new"
    client.force_login(rep.user)
    shown = client.get(f"/calendars/{rep.pk}/").content.decode()
    assert "The time zone \u201cMars/Olympus &lt;b&gt;\u201d is not known." in shown
    assert "1 event does not count: it repeats too often, or cannot be read." in shown
    assert away(rep) == [("leave", "11-17 13:00", "OOO")]


def test_the_page_lists_a_hundred_absences_and_says_that_there_are_more(client: Client, rep: Rep, feed: CalendarFeed):
    days = [f"202611{17 + number // 24:02}T{number % 24:02}" for number in range(101)]
    lines = [("BEGIN:VEVENT", f"UID:{day}", f"DTSTART:{day}0000Z", "DURATION:PT1H", OUT, "END:VEVENT") for day in days]
    read(feed, ok(calendar_of(more="\n".join(line for each in lines for line in each))))
    shown = "Only the first hundred are listed. All of them count."
    assert (len(away(rep)), len(lines_of(client, rep))) == (101, 100)
    assert shown in client.get(f"/calendars/{rep.pk}/").content.decode()


def test_signs_that_no_database_keeps_are_left_out(rep: Rep, feed: CalendarFeed):
    odd = event(*at("17T1300", "17T1700", "Ma\x00rs"), "CATEGORIES:OO\x00O", "SUMMARY:Bali\x00")
    assert (read(feed, ok(odd)), away(rep)) == ("new", [("leave", "11-17 13:00", "Bali")])
    feed.refresh_from_db()
    assert (feed.judged[0]["word"], feed.remarks["unknown_zones"]) == ("OOO", ["Mars"])


def test_a_calendar_without_absences_says_so_and_one_of_the_release_before_is_listed_soon(client, rep, feed):
    read(feed, ok(calendar_of()))
    client.force_login(rep.user)
    assert "Nothing in this calendar takes a working day" in client.get(f"/calendars/{rep.pk}/").content.decode()
    CalendarFeed.objects.update(absences=2, window="2026-11-16 Asia/Jakarta")
    assert (
        "when the calendar is read again, within half an hour." in client.get(f"/calendars/{rep.pk}/").content.decode()
    )
    read(feed, ok(event(*FRIDAY, "SUMMARY:Fair")), at=MORNING + HOUR)
    assert [each[0] for each in lines_of(client, rep)] == ["Fri 20 Nov 2026"]
