"""The digest of the morning: once a day, to whom the figures belong, as one mail that says what changed and where."""

from datetime import timedelta

import pytest
from django.core import mail

from queues.actions.claims.take import take_next
from queues.actions.figures.morning import tell_morning_figures
from queues.actions.figures.sweep import count_figures
from routing.actions.words.sending import send_words
from routing.actions.words.spreading import spread_words
from routing.models import Notification
from routing.presenters.inbox import message_sentence
from routing.presenters.words import compose
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SEVEN = MORNING + DAY - 3 * HOUR - 42 * MINUTE  # Tuesday 7:00 in Jakarta


@pytest.fixture
def world():
    """In SMB six leads came each Monday and waited an hour, and yesterday thirty; in Hot inbound six as always."""
    jakarta, bali = TeamFactory(name="Jakarta"), TeamFactory(name="Bali")
    smb, hot = QueueFactory(name="SMB", team=jakarta, position=1), QueueFactory(name="Hot", team=jakarta, position=2)
    reps = {smb: make_rep(jakarta), hot: make_rep(jakarta)}
    for week in (3, 2, 1, 0):
        monday = MORNING - week * WEEK
        for queue, rep in reps.items():
            count = 30 if week == 0 and queue == smb else 6
            fill(queue, count, since=monday)
            for _number in range(count):
                take_next(queue, by=rep, at=monday + (3 * HOUR if count == 30 else HOUR))
    return {"manager": make_manager(jakarta), "other": make_manager(bali), "ops": make_ops(), "rep": reps[smb]}


def told() -> dict[int, Notification]:
    return {row.user_id: row for row in Notification.objects.filter(kind="figures").order_by("pk")}


def test_managers_and_sales_ops_are_told_once_what_changed_and_where(world):
    count_figures(at=SEVEN, patience=60)
    assert tell_morning_figures(at=SEVEN) == 2
    assert tell_morning_figures(at=SEVEN + HOUR) == 0
    rows = told()
    assert set(rows) == {world["manager"].pk, world["ops"].pk}
    first = message_sentence(rows[world["manager"].pk], at=SEVEN).replace("\u00a0", " ")
    assert first.startswith("Yesterday: ") and "Most of it is SMB" in first
    changes = {each["figure"]: each for each in rows[world["ops"].pk].details["changes"]}
    assert (changes["came"]["now"], changes["came"]["usual"], changes["came"]["queue_now"]) == (36, 12, 30)
    assert (changes["wait"]["usual"], changes["wait"]["queue"]) == (3600, "SMB")


def test_the_mail_has_all_of_it(world):
    spread_words(at=SEVEN - HOUR)
    count_figures(at=SEVEN, patience=60)
    tell_morning_figures(at=SEVEN)
    spread_words(at=SEVEN + MINUTE)
    send_words(at=SEVEN + 2 * MINUTE, compose=compose)
    letter = next(each for each in mail.outbox if each.to == [world["manager"].email])
    body = letter.body.replace("\u00a0", " ")
    assert "The figures of yesterday that changed most" in letter.subject
    assert "Monday 16 November against the same weekday of the last four weeks:" in body
    assert "- 36 leads came, 12 are usual. Most of it is SMB: 30 instead of 6." in body
    assert "/reports/waits/" in body


def test_nothing_is_told_before_the_day_is_counted_or_in_the_night(world):
    assert tell_morning_figures(at=SEVEN) == 0
    count_figures(at=SEVEN - 8 * HOUR, patience=60)  # 23:00 of the day itself
    assert tell_morning_figures(at=SEVEN) == 0
    count_figures(at=SEVEN, patience=60)
    assert tell_morning_figures(at=SEVEN - 2 * HOUR) == 0
    assert told() == {}


def test_a_usual_day_is_no_news():
    queue = QueueFactory()
    make_ops()
    for week in (2, 1, 0):
        fill(queue, 6, since=MORNING - week * WEEK)
    count_figures(at=SEVEN, patience=60)
    assert (tell_morning_figures(at=SEVEN), told()) == (0, {})
