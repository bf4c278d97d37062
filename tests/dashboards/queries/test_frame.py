"""What the frame of every page shows is read in one statement, and says what the pages behind it say."""

from datetime import timedelta

import pytest

from config.worker.heartbeat import record_heartbeat
from dashboards.queries.frame import frame_of
from queues.models import Escalation, ReviewItem
from routing.models import Notification
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def waiting(team) -> None:
    """Three open escalations, two leads on the review desk, and a worker that is silent for two minutes."""
    for _number in range(3):
        Escalation.objects.create(lead=make_lead(), kind="wait", opened_at=MORNING, broke_at=MORNING)
    for _number in range(2):
        ReviewItem.objects.create(lead=make_lead(), opened_at=MORNING)
    record_heartbeat(at=MORNING - timedelta(minutes=2))


def write_to(user, *, unread: int) -> None:
    for number in range(unread + 1):
        Notification.objects.create(
            user=user, kind="survey", key=str(number), at=MORNING, read_at=None if number else MORNING
        )


@pytest.mark.parametrize(
    ("make", "unread", "badges"),
    [
        (lambda team: make_rep(team), 1, {}),
        (lambda team: make_manager(team), 2, {"escalations": 3}),
        (lambda team: make_ops(), 0, {"review": 2}),
    ],
    ids=["rep", "manager", "ops"],
)
def test_each_reader_gets_own_numbers_in_one_statement(
    waiting, team, django_assert_num_queries, make, unread: int, badges: dict
):
    user = make(team)
    write_to(user, unread=unread)
    user.has_perm("queues.watch_queue")
    with django_assert_num_queries(1):
        found = frame_of(user, at=MORNING)
    assert (found.own and found.own.rep, found.unread, found.badges, found.worker) == (
        getattr(user, "rep", None),
        unread,
        badges,
        "stale",
    )


def test_the_worker_of_a_new_installation_is_unknown(team):
    assert frame_of(make_rep(team), at=MORNING).worker == "unknown"
