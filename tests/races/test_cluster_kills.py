"""Clusters that are killed in the midst of sweeps, and two over one database: each step once, no lead lost (D2)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from config.schedules import sync_schedules
from config.worker.processes import manage
from leads.queries.leads import rule_facts
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import Arrival
from queues.actions.intake.parking import park
from queues.models import Breach, Entry, Escalation, IntakeState, ReviewItem
from routing.models import Assignment, Notification, Rep
from tests.factories import QueueFactory, TeamFactory, fill, make_lead, make_manager, make_rep
from tests.process_family import Family, until

pytestmark = pytest.mark.django_db(transaction=True)
SWEEPS = ("escalate overdue", "expire waits", "lift aged", "watch intakes", "serve waiting")
HELD = WAITING = PARKED = 40
ALL = 3 * HELD + 2 * WAITING + PARKED
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


class Overdue:
    """Leads whose clocks all ran out while nothing ran, and parked ones whose queue is empty by now."""

    def __init__(self) -> None:
        self.now = timezone.now().replace(microsecond=0)
        team = TeamFactory()
        self.manager = make_manager(team)
        self.reps: list[User] = [make_rep(team) for _rep in range(3)]
        Rep.objects.update(capacity=1000)
        self.claimed, self.left = QueueFactory(team=team), QueueFactory(team=team, nurture_after_days=30)
        self.full = QueueFactory(team=team, when_full="park", depth_limit=500, depth_lift=400)
        fill(self.claimed, HELD, since=self.now - 8 * HOUR)
        self.held = [take_next(self.claimed, by=self.reps[0], at=self.now - 7 * HOUR) for _lead in range(HELD)]
        fill(self.left, WAITING, since=self.now - 80 * HOUR)
        self.parked = [make_lead(at=self.now - 5 * HOUR + number * SECOND) for number in range(PARKED)]
        facts = rule_facts(self.parked)
        arrivals = [Arrival(lead, facts[lead.pk], since_at=lead.captured_at) for lead in self.parked]
        park(self.full, arrivals, ReviewItem.Parked.FULL, at=self.now - 5 * HOUR)
        IntakeState.objects.create(queue=self.full, full_since=self.now - 5 * HOUR)

    def progress(self) -> int:
        return Breach.objects.count() + Entry.objects.filter(queue=self.full).count()

    def check_whole(self) -> None:
        """A lead is done or untouched, and in one place."""
        for held in self.held:
            assert Breach.objects.filter(assignment=held).count() in (0, 3)
        assert Assignment.objects.open().count() == HELD
        assert Entry.objects.waiting().count() + ReviewItem.objects.filter(closed_at=None).count() == WAITING + PARKED

    def check_done(self) -> None:
        steps = Breach.objects.filter(clock="contact").order_by("assignment", "number")
        claimed_at = self.now - 7 * HOUR
        assert list(steps.values_list("assignment", "number", "due_at")) == [
            (held.pk, number, claimed_at + number * 2 * HOUR) for held in self.held for number in (1, 2, 3)
        ]
        for clock, hours in (("wait", 24), ("age", 72)):
            rows = Breach.objects.filter(clock=clock).order_by("entry")
            due_at = self.now - 80 * HOUR + hours * HOUR
            entries = Entry.objects.filter(queue=self.left).order_by("pk").values_list("pk", flat=True)
            assert list(rows.values_list("entry", "due_at")) == [(pk, due_at) for pk in entries]
        self.check_leads()
        told = Notification.objects.order_by("kind", "pk")
        assert told.filter(kind="taken_away").count() == told.filter(kind="assigned").count() == HELD
        assert told.filter(user=self.manager, kind="escalated").count() == 2 * WAITING
        assert Escalation.objects.filter(closed_at=None).count() == WAITING

    def check_leads(self) -> None:
        self.check_whole()
        now = Assignment.objects.open()
        assert sorted(now.values_list("lead", flat=True)) == sorted(held.lead_id for held in self.held)
        assert not now.filter(holder=self.reps[0]).exists()
        assert Assignment.objects.count() == 2 * HELD
        entered = Entry.objects.filter(queue=self.full).order_by("pk").values_list("lead", "since_at")
        assert list(entered) == [(lead.pk, lead.captured_at) for lead in self.parked]


@pytest.fixture
def overdue(transactional_db: None) -> Overdue:
    return Overdue()


@pytest.fixture
def families(process_env: dict[str, str], transactional_db: None) -> Iterator[tuple[Family, Family]]:
    found = Family(process_env), Family(process_env)
    yield found
    for family in found:
        family.end()


def all_due() -> None:
    """As after a minute: only the sweeps, and what a killed cluster left unfinished is delivered again."""
    sync_schedules(at=timezone.now() + timedelta(days=1))
    Schedule.objects.filter(name__in=SWEEPS).update(next_run=timezone.now() - SECOND)
    scheduler()
    OrmQ.objects.update(lock=timezone.now() - HOUR)


def until_progress(overdue: Overdue, least: int) -> None:
    until(lambda: overdue.progress() >= least)


def until_idle() -> None:
    """All sweeps have run once more since everything was done."""
    all_due()
    until(lambda: not OrmQ.objects.exists())


def test_clusters_that_are_killed_in_the_midst_of_sweeps_do_each_step_once(overdue, families):
    cluster = families[0]
    for least in (1, ALL // 3, ALL // 2):
        all_due()
        cluster.start(*manage("worker"))
        until_progress(overdue, least)
        cluster.kill()
        assert overdue.progress() < ALL
        overdue.check_whole()
    cluster.start(*manage("worker"))
    all_due()
    until_progress(overdue, ALL)
    until_idle()
    cluster.kill()
    overdue.check_done()


def test_two_clusters_at_once_do_each_step_once_though_one_is_killed(overdue, families):
    all_due()
    for cluster in families:
        cluster.start(*manage("worker"))
    until_progress(overdue, ALL // 4)
    families[0].kill()
    overdue.check_whole()
    all_due()
    until_progress(overdue, ALL)
    until_idle()
    families[1].kill()
    overdue.check_done()
