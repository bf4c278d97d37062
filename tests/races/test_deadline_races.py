"""Deadlines move while claims go on, and while the process that moves them dies: none is skipped, none of old hours
is left (D3)."""

from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from queues.actions.claims.take import take_next
from queues.actions.clocks.deadlines import MOVE_DEADLINES, settle_in_flight
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.queue_settings import apply_queue_settings
from queues.models import DeadlineMove, Entry, Queue
from routing.actions.availability.clocks import extend_clocks, sync_clocks
from routing.models import Assignment, Team
from tests.factories import QueueFactory, TeamFactory, make_entry, make_rep
from tests.patience import PATIENCE
from tests.races.crowd import all_at_once, killed

pytestmark = pytest.mark.django_db(transaction=True)

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NO_WEDNESDAY = {day: hours for day, hours in WEEK.items() if day != "wed"}
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


OLD, NEW = moment(4, 10), moment(5, 10)  # three hours from Tuesday 15:00, and without Wednesday
TAKEN = moment(3, 15)


@pytest.fixture
def team() -> Team:
    team = TeamFactory(working_hours=WEEK)
    extend_clocks(at=START)
    return team


def opened(team: Team, leads: int, **fields) -> Queue:
    queue = QueueFactory(**{"team": team, "contact_minutes": 180, "contact_counts": "team"} | fields)
    for _lead in range(leads):
        make_entry(queue, since=START)
    return queue


def close_wednesdays(team: Team, *, at: datetime) -> None:
    with transaction.atomic():
        Team.objects.filter(pk=team.pk).update(working_hours=NO_WEDNESDAY)
        sync_clocks({"teams": [team.pk]}, name=team.name, by=None, at=at)


def dues() -> set[datetime]:
    return set(Assignment.objects.order_by("pk").values_list("contact_due_at", flat=True))


def longer(queue: Queue, *, at: datetime) -> None:
    """Four hours to first contact instead of three."""
    with transaction.atomic():
        Queue.objects.filter(pk=queue.pk).update(contact_minutes=240)
        queue.refresh_from_db()
        apply_queue_settings(queue, changed={"contact_minutes"}, by=None, at=at)


@pytest.mark.parametrize("what", ["team", "holder", "limit"])
def test_a_claim_that_commits_after_the_job_looked_ends_with_the_new_deadline(team, what):
    """On SQLite the edit waits for the claim."""
    queue = opened(team, 1, contact_counts="team" if what == "limit" else what)
    rep, claimed, edited = make_rep(team), Event(), Event()
    keep_holder_clocks(at=START)

    def claim() -> None:
        with transaction.atomic():
            take_next(queue, by=rep, at=TAKEN)
            claimed.set()
            if connection.vendor == "postgresql":
                assert edited.wait(PATIENCE)

    def edit() -> None:
        assert claimed.wait(PATIENCE)
        longer(queue, at=TAKEN + SECOND) if what == "limit" else close_wednesdays(team, at=TAKEN + SECOND)
        edited.set()

    assert all_at_once([claim, edit]) == [None, None]
    expected = moment(4, 11) if what == "limit" else NEW
    assert dues() == ({OLD} if connection.vendor == "postgresql" else {expected})
    settle_in_flight(at=TAKEN + timedelta(minutes=1))
    assert dues() == {expected}
    assert settle_in_flight(at=TAKEN + timedelta(minutes=2)) == 0


def test_no_claim_beside_edits_of_hours_and_limits_keeps_an_old_deadline(team):
    queue = opened(team, 24)
    reps = [make_rep(team) for _rep in range(4)]

    def claim(rep) -> None:
        for _lead in range(6):
            take_next(queue, by=rep, at=TAKEN)

    def edit() -> None:
        close_wednesdays(team, at=TAKEN + SECOND)
        longer(queue, at=TAKEN + 2 * SECOND)

    assert all_at_once([*(lambda rep=rep: claim(rep) for rep in reps), edit]) == [None] * 5
    settle_in_flight(at=TAKEN + timedelta(minutes=1))
    assert dues() == {moment(5, 11)}
    assert set(Assignment.objects.values_list("contact_minutes", flat=True)) == {240}
    assert Assignment.objects.count() == 24


@pytest.mark.parametrize(("dies", "lines"), [("within", [2, 9]), ("after", [4, 9])])
def test_a_move_that_is_killed_in_a_chunk_is_finished_by_two_others_at_once(
    team, process_env, monkeypatch, dies, lines
):
    """Each deadline moves once, and the line of the edit counts it once."""
    rep, queue = make_rep(team), opened(team, 5)
    waits = opened(team, 4, wait_minutes=180, wait_counts="team")
    for _lead in range(5):
        take_next(queue, by=rep, at=TAKEN)
    Entry.objects.filter(queue=waits).update(since_at=TAKEN, entered_at=TAKEN, wait_due_at=OLD)
    calendar = team.work_calendar.pk
    close_wednesdays(team, at=moment(3, 16))
    DeadlineMove.objects.all().delete()  # as before that edit's job
    BackgroundJob.objects.all().delete()
    Entry.objects.filter(queue=waits).update(wait_due_at=OLD)
    Assignment.objects.update(contact_due_at=OLD, first_due_at=OLD)
    edit = {"calendars": [calendar], "queues": [], "why": "hours", "name": "x", "at": moment(3, 16).isoformat()}
    job = BackgroundJob.objects.create(
        kind=MOVE_DEADLINES, subject="x", arguments=edit, total=9, is_large=True, created_at=moment(3, 16)
    )
    killed("die_in_a_move.py", [job.pk, dies], process_env)
    assert list(DeadlineMove.objects.values_list("moved", flat=True)) == [lines[0]]
    monkeypatch.setattr("queues.actions.clocks.deadlines.CHUNK_SIZE", 2)
    all_at_once([lambda: run_job(job.pk, clock=timezone.now)] * 2)
    job.refresh_from_db()
    waiting = set(Entry.objects.filter(queue=waits).values_list("wait_due_at", flat=True))
    assert (job.state, dues(), waiting) == ("done", {NEW}, {NEW})
    assert list(DeadlineMove.objects.values_list("moved", flat=True)) == [lines[1]]
