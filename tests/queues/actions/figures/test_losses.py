"""Who hears of a queue that loses more than 15 % of its leads, and how often; the figure is that of the page (E4)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.stages import close_lead
from queues import tasks
from queues.actions.figures.sweep import count_figures
from queues.models import IntakeState
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, fill_line, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sweep(at=MORNING) -> int:
    with time_machine.travel(at, tick=False):
        return tasks.alert_losses()


def told(user) -> int:
    return Notification.objects.filter(user=user, kind="queue_losing").count()


def fill(queue, count: int):
    return fill_line(queue, [(MORNING, {})] * count)


def lose(entries, by, at=MORNING) -> None:
    for entry in entries:
        close_lead(entry.lead, stage="rejected", by=by, at=at)


@pytest.fixture
def team():
    return TeamFactory()


def test_thirty_of_two_hundred_are_fine_and_one_more_is_told_once_a_day(client, team):
    manager, ops, other = make_manager(team), make_ops(), make_manager(TeamFactory())
    queue = QueueFactory(name="SMB", team=team)
    entries = fill(queue, 200)
    lose(entries[:30], ops)
    assert (sweep(), told(manager)) == (0, 0)

    lose(entries[30:31], ops)
    assert [sweep(MORNING + hour * timedelta(hours=1)) for hour in range(3)] == [1, 1, 1]
    assert (told(manager), told(ops), told(other)) == (1, 1, 0)

    assert (sweep(MORNING + DAY), told(manager)) == (1, 2)
    client.force_login(manager)
    says = (
        "31 of 200 leads that entered SMB in 30 days left without a claim: 15.5\u00a0%. 15 % is the most that is fine; "
        "below 12 % the alarm ends."
    )
    page = client.get("/inbox/").content.decode()
    assert f'<a href="/reports/losses/?queue={queue.pk}">{says}</a>' in page


def test_it_ends_by_itself_below_the_lower_mark_and_not_before(team):
    manager, queue = make_manager(team), QueueFactory(team=team)
    lose(fill(queue, 100)[:16], None)
    assert (sweep(), IntakeState.objects.get().losing_since) == (1, MORNING)

    fill(queue, 28)  # 16 of 128 are 12.5 %
    assert (sweep(MORNING + DAY), IntakeState.objects.get().losing_since) == (1, MORNING)
    fill(queue, 12)  # 11.4 %
    assert (sweep(MORNING + 2 * DAY), IntakeState.objects.get().losing_since) == (0, None)
    fill(queue, 1)
    assert (sweep(MORNING + 3 * DAY), told(manager)) == (0, 2)


def test_what_entered_more_than_thirty_days_ago_counts_no_more(team):
    manager, queue = make_manager(team), QueueFactory(team=team)
    lose(fill(queue, 10)[:5], None)
    assert (sweep(MORNING + 29 * DAY), sweep(MORNING + 30 * DAY), told(manager)) == (1, 0, 1)


def test_kept_counts_say_the_same_as_the_rows(team):
    queue = QueueFactory(team=team)
    lose(fill(queue, 10)[:5], None)
    count_figures(at=MORNING)
    assert sweep(MORNING) == 1
    close_lead(queue.entries.first().lead, stage="rejected", by=make_rep(team), at=MORNING + DAY)
    count_figures(at=MORNING + DAY)
    assert sweep(MORNING + DAY) == 1
    note = Notification.objects.filter(key__contains="losing").last()
    assert note is None or (note.details["left"], note.details["entered"]) == (6, 10)


def test_ten_queues_cost_as_many_queries_as_one(team):
    counts = []
    for more in (1, 9):
        for _number in range(more):
            fill(QueueFactory(team=team), 1)
        with CaptureQueriesContext(connection) as asked:
            sweep()
        counts.append(len(asked))
    assert counts[0] == counts[1]
