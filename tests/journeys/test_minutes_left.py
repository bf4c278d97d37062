"""Ten minutes before first contact is overdue its holder hears it: once, and never when it is quiet (D2)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues import tasks
from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.actions.availability.clocks import extend_clocks
from routing.actions.contact import log_contact
from routing.models import Assignment, Channel, Delivery, Notification, PushDevice, Reach
from routing.tasks import spread_words
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def queue() -> Queue:
    """First contact within two hours."""
    return QueueFactory(team=TeamFactory())


@pytest.fixture
def rep(queue: Queue):
    return make_rep(queue.team, first_name="Ani")


def sweep(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        tasks.escalate_overdue()


def notified() -> list[str]:
    rows = Notification.objects.filter(kind="minutes_left").order_by("pk")
    return [row.details["label"] for row in rows]


def test_the_holder_hears_it_once_and_only_before_it_is_late(queue, rep):
    fill(queue, 2, company_name="Nusa")
    take_next(queue, by=rep, at=MORNING)
    late = take_next(queue, by=rep, at=MORNING - 6 * MINUTE)
    sweep(MORNING + 2 * HOUR - 11 * MINUTE)  # the second has five minutes left: it is too late to say ten
    assert notified() == []
    for _twice in range(2):
        sweep(MORNING + 2 * HOUR - 10 * MINUTE)
    assert notified() == ["Nusa"]
    assert Notification.objects.get(kind="minutes_left").lead_id != late.lead_id
    sweep(MORNING + 2 * HOUR - 6 * MINUTE)
    assert notified() == ["Nusa"]


def test_what_was_contacted_or_has_a_short_limit_says_nothing(queue, rep):
    fill(queue, 2)
    contacted = take_next(queue, by=rep, at=MORNING)
    log_contact(contacted, kind="call", outcome="reached", note="", by=rep, at=MORNING + MINUTE)
    short = take_next(queue, by=rep, at=MORNING)
    Assignment.objects.filter(pk=short.pk).update(contact_minutes=19, contact_due_at=MORNING + 2 * HOUR)
    sweep(MORNING + 2 * HOUR - 8 * MINUTE)
    assert notified() == []


def test_a_clock_that_stands_still_says_nothing_until_it_goes_on():
    """Working hours in Jakarta: what is due on Monday at 09:04 has ten minutes left on Friday at 16:54."""
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    team = TeamFactory(time_zone="Asia/Jakarta", working_hours=week)
    extend_clocks(at=datetime(2026, 3, 2, tzinfo=UTC))
    queue, friday = QueueFactory(team=team, contact_counts="team", contact_minutes=60), moment(6, 16, 4)
    rep = make_rep(team)
    fill(queue, 2, since=friday - HOUR, company_name="Nusa")
    held = take_next(queue, by=rep, at=friday)
    after = take_next(queue, by=rep, at=friday + 7 * MINUTE)
    assert [held.contact_due_at, after.contact_due_at] == [moment(9, 9, 4), moment(9, 9, 11)]
    counts = {}
    for at in ((6, 16, 53), (6, 16, 54), (6, 17, 1), (7, 12, 0), (9, 8, 58), (9, 9, 1)):
        sweep(moment(*at))
        counts[at] = len(notified())
    assert list(counts.values()) == [0, 1, 1, 1, 1, 2]


def moment(day: int, hour: int, minute: int) -> datetime:
    """March 2026 in Jakarta; the 6th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Jakarta"))


def test_ten_sweeps_of_many_leads_ask_as_much_as_one(queue, rep):
    counts = []
    for number in (1, 3):
        fill(queue, number)
        for _ in range(number):
            take_next(queue, by=rep, at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            tasks.minutes_left.tell_minutes_left(at=MORNING + 2 * HOUR - 8 * MINUTE)
        counts.append(len(asked))
    assert counts[0] == counts[1] and len(notified()) == 4


def test_it_goes_by_push_alone_and_never_in_quiet_hours(queue, rep):
    spread_words()
    Channel.objects.create(user=rep, kind="push", made_at=MORNING, verified_at=MORNING)
    PushDevice.objects.create(user=rep, endpoint_hash="a", subscription="s", label="Chrome", made_at=MORNING)
    fill(queue, 1)
    held = take_next(queue, by=rep, at=MORNING)
    at = held.contact_due_at - 10 * MINUTE
    for quiet, wanted in ((True, []), (False, ["push"])):
        Delivery.objects.all().delete()
        Notification.objects.all().delete()
        Reach.objects.update_or_create(
            user=rep,
            defaults={"time_zone": "UTC", "quiet_from": time(0) if quiet else time(22), "quiet_to": time(23)},
        )
        sweep(at)
        with time_machine.travel(at, tick=False):
            spread_words()
        rows = Delivery.objects.filter(notification__kind="minutes_left")
        assert list(rows.values_list("channel__kind", flat=True)) == wanted, quiet
